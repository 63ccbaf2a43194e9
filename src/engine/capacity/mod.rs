//! Replica-seconds: how much of a deployment one call takes.
//!
//! A measurement says how many output tokens per second a deployment delivers for calls of one shape (ISL input and OSL output
//! tokens), so a call of that shape takes `OSL / tps` replica-seconds. Four terms describe them over many shapes:
//!
//! `s = a·new + d·(ISL² − cached²) + b·OSL + c·OSL·(ISL + OSL/2)`
//!
//! prefill takes what is new through the weights and attends to all of the input, each decoding step has a share of the weights
//! that are read, and it reads the keys and values of the context so far, which is `ISL + OSL/2` tokens on average. Without the
//! last term long contexts are far off.

mod least_squares;

/// One measurement.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Shape {
    /// Input tokens of a call.
    pub input: f64,
    /// Output tokens of a call.
    pub output: f64,
    /// Output tokens per second of the whole deployment.
    pub output_tok_s: f64,
}

impl Shape {
    /// Replica-seconds of one call.
    pub fn seconds(&self) -> f64 {
        self.output / self.output_tok_s
    }
}

/// A value for each term.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Terms {
    /// Input tokens that are prefilled, without those that a cache of one's own holds.
    pub prefilled: f64,
    /// Σ input² − cached²: pairs of tokens that attend to each other, twice.
    pub attended: f64,
    /// Output tokens.
    pub output: f64,
    /// Σ output · (input + output/2): tokens of context read while decoding.
    pub context_reads: f64,
}

/// What calls ask of a replica; adds up over calls.
pub type Work = Terms;

impl Terms {
    /// The work of one call.
    pub fn of_call(prefilled: f64, input: f64, output: f64) -> Self {
        Self {
            prefilled,
            attended: input * input - (input - prefilled) * (input - prefilled),
            output,
            context_reads: output * (input + output / 2.0),
        }
    }

    /// Each changed in the same way.
    #[must_use]
    pub fn map(self, change: impl Fn(f64) -> f64) -> Self {
        Self::from_array(self.array().map(change))
    }

    /// Each times that of another.
    #[must_use]
    pub fn times(self, other: Self) -> Self {
        let other = other.array();
        let mut product = self.array();
        product.iter_mut().zip(other).for_each(|(own, other)| *own *= other);
        Self::from_array(product)
    }

    /// The sum of all.
    pub fn sum(self) -> f64 {
        self.array().into_iter().sum()
    }

    const fn array(self) -> [f64; TERMS] {
        [self.prefilled, self.attended, self.output, self.context_reads]
    }

    const fn from_array([prefilled, attended, output, context_reads]: [f64; TERMS]) -> Self {
        Self { prefilled, attended, output, context_reads }
    }
}

/// How many there are.
const TERMS: usize = 4;

/// Replica-seconds per unit of work.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ServiceTime {
    /// Seconds per unit of each term.
    pub per: Terms,
    /// Largest relative deviation from a measurement; 0 where there is none.
    pub worst_error: f64,
}

/// A measurement beside what was expected of it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Expected {
    /// The measurement.
    pub measured: Shape,
    /// Replica-seconds per unit of each term, as expected where it was taken.
    pub prior: Terms,
}

/// How far measurements lie from a model that holds, over how far a model lies from the machine (0.05 over 0.30).
const TRUST: f64 = 1.0 / 6.0;

impl ServiceTime {
    /// The one with these coefficients.
    pub const fn of(per: Terms) -> Self {
        Self { per, worst_error: 0.0 }
    }

    /// Fits the coefficients by least squares of the relative error, none below zero. `None` when the shapes do not tell
    /// the terms apart: fewer than three, or too much alike. Attention's own term is left to a model of the machine: it grows as
    /// those of the context do.
    pub fn fit(shapes: &[Shape]) -> Option<Self> {
        let rows: Vec<[f64; TERMS]> = shapes
            .iter()
            .map(|shape| {
                // Each row is divided by its seconds: minimise Σ (a·x + b·y + c·z − 1)².
                let work = Work::of_call(shape.input, shape.input, shape.output);
                [work.prefilled, 0.0, work.output, work.context_reads].map(|term| term / shape.seconds())
            })
            .collect();
        let targets = vec![1.0; rows.len()];
        let per = least_squares::non_negative(&rows, &targets, &[0, 2, 3])?;
        Some(Self::of(Terms::from_array(per)).judged(shapes))
    }

    /// By how much each term of what is expected is off, as factors. First all terms by one factor, the geometric mean; then each by
    /// least squares of the relative errors, held to that factor as far as few measurements leave it open. Nothing measured: all
    /// are one.
    pub fn correction(rows: &[Expected]) -> Terms {
        let one = Terms { prefilled: 1.0, attended: 1.0, output: 1.0, context_reads: 1.0 };
        if rows.is_empty() {
            return one;
        }
        let slower = |row: &Expected| {
            let shape = row.measured;
            let work = Work::of_call(shape.input, shape.input, shape.output);
            (shape.seconds() / Self::of(row.prior).seconds(&work)).ln()
        };
        let all = (rows.iter().map(slower).sum::<f64>() / rows.len() as f64).exp();
        let rows: Vec<Expected> =
            rows.iter().map(|row| Expected { prior: row.prior.map(|term| term * all), ..*row }).collect();
        Self::each(&rows).map_or(one, |each| each.map(|term| term * all))
    }

    fn each(rows: &[Expected]) -> Option<Terms> {
        let mut system: Vec<[f64; TERMS]> = Vec::new();
        let mut targets = Vec::new();
        for Expected { measured, prior } in rows {
            let work = Work::of_call(measured.input, measured.input, measured.output);
            system.push(work.times(*prior).map(|term| term / measured.seconds()).array());
            targets.push(1.0);
        }
        for term in 0..TERMS {
            let mut row = [0.0; TERMS];
            row[term] = TRUST;
            system.push(row);
            targets.push(TRUST);
        }
        // The rows of the prior make the system regular.
        least_squares::non_negative(&system, &targets, &[0, 1, 2, 3]).map(Terms::from_array)
    }

    /// With its largest deviation from measurements.
    #[must_use]
    pub fn judged(self, shapes: &[Shape]) -> Self {
        let error = |shape: &Shape| {
            let work = Work::of_call(shape.input, shape.input, shape.output);
            (self.seconds(&work) / shape.seconds() - 1.0).abs()
        };
        Self { worst_error: shapes.iter().map(error).fold(0.0, f64::max), ..self }
    }

    /// Replica-seconds of a token that is prefilled, of one that is cached and of one of output, in calls with so many of each: prefill and
    /// its attention go to what is new, reading the input again and again while decoding goes to all of the input.
    pub fn rates(&self, new: f64, cached: f64, output: f64) -> (f64, f64, f64) {
        let work = Work::of_call(new, new + cached, output);
        let prefill = self.per.prefilled * work.prefilled + self.per.attended * work.attended;
        let read = self.per.context_reads * output;
        let fresh = if new > 0.0 { prefill / new + read } else { 0.0 };
        (fresh, read, self.per.output + self.per.context_reads * output / 2.0)
    }

    /// Replica-seconds of some work.
    pub fn seconds(&self, work: &Work) -> f64 {
        self.per.times(*work).sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shape(input: f64, output: f64, seconds: f64) -> Shape {
        Shape { input, output, output_tok_s: output / seconds }
    }

    #[test]
    fn shapes_made_from_three_coefficients_give_them_back() {
        // 0.1 ms per input token, 2 ms per output token, 0.01 µs per token of context read.
        let seconds = |i: f64, o: f64| 1e-4 * i + 2e-3 * o + 1e-8 * o * (i + o / 2.0);
        let pairs = [(1_000.0, 1_000.0), (8_192.0, 1_024.0), (1_024.0, 8_192.0), (32_768.0, 1_024.0)];
        let fit = ServiceTime::fit(&pairs.map(|(i, o)| shape(i, o, seconds(i, o)))).expect("a fit");
        for (found, true_value) in
            [(fit.per.prefilled, 1e-4), (fit.per.output, 2e-3), (fit.per.context_reads, 1e-8)]
        {
            assert!((found / true_value - 1.0).abs() < 1e-6, "{found} for {true_value}");
        }
        assert!(fit.worst_error < 1e-9);
    }

    #[test]
    fn a_published_table_of_one_deployment_is_met_within_a_per_cent() {
        // gpt-oss-120b on one H200, output tokens per second by input and output length (TensorRT-LLM overview).
        let table = [
            (1_000.0, 1_000.0, 6_868.0),
            (1_024.0, 1_024.0, 6_798.0),
            (1_024.0, 8_192.0, 3_543.0),
            (8_192.0, 1_024.0, 1_828.0),
            (32_768.0, 1_024.0, 519.0),
        ];
        let shapes = table.map(|(input, output, output_tok_s)| Shape { input, output, output_tok_s });
        assert!(ServiceTime::fit(&shapes).expect("a fit").worst_error < 0.01);
    }

    #[test]
    fn measurements_correct_what_was_expected_as_far_as_they_go() {
        let prior = Terms { prefilled: 1e-4, attended: 1e-9, output: 2e-3, context_reads: 1e-8 };
        let one = Terms { prefilled: 1.0, attended: 1.0, output: 1.0, context_reads: 1.0 };
        assert_eq!(ServiceTime::correction(&[]), one);
        // A machine that is slower than expected by half in all that it does, measured at five shapes.
        let pairs = [
            (1_000.0, 1_000.0),
            (8_192.0, 1_024.0),
            (1_024.0, 8_192.0),
            (32_768.0, 1_024.0),
            (100.0, 4_000.0),
        ];
        let rows = pairs.map(|(input, output)| {
            let seconds = 1.5 * ServiceTime::of(prior).seconds(&Work::of_call(input, input, output));
            Expected { measured: shape(input, output, seconds), prior }
        });
        let corrected = |rows: &[Expected]| ServiceTime::of(prior.times(ServiceTime::correction(rows)));
        for row in &rows {
            let own = Work::of_call(row.measured.input, row.measured.input, row.measured.output);
            assert!((corrected(&rows).seconds(&own) / row.measured.seconds() - 1.0).abs() < 0.02);
            // One measurement already tells most of it, and is met.
            assert!((corrected(&[*row]).seconds(&own) / row.measured.seconds() - 1.0).abs() < 0.04);
        }
    }

    #[test]
    fn measurements_that_disagree_are_weighed_against_what_was_expected() {
        // Slower by 1.35 and by 1.56: all by the geometric mean 1.4548, then each as least squares with the four rows of the prior have it
        // (NumPy's lstsq).
        let prior = Terms { prefilled: 1e-4, attended: 1e-9, output: 2e-3, context_reads: 1e-8 };
        let rows = [(1_000.0, 500.0, 1.5), (8_000.0, 200.0, 2.0)]
            .map(|(input, output, seconds)| Expected { measured: shape(input, output, seconds), prior });
        let found = ServiceTime::correction(&rows).array();
        let wanted = [1.668_184_23, 1.473_564_29, 1.329_797_17, 1.458_076_12];
        for (found, wanted) in found.into_iter().zip(wanted) {
            assert!((found / wanted - 1.0).abs() < 1e-6, "{found} {wanted}");
        }
    }

    #[test]
    fn rates_of_tokens_add_up_to_the_call() {
        let service =
            ServiceTime::of(Terms { prefilled: 1e-4, attended: 1e-9, output: 2e-3, context_reads: 1e-8 });
        for (new, cached, output) in [(1_000.0, 0.0, 500.0), (200.0, 40_000.0, 900.0), (0.0, 5.0, 1.0)] {
            let (fresh, read, out) = service.rates(new, cached, output);
            let whole = service.seconds(&Work::of_call(new, new + cached, output));
            assert!(((fresh * new + read * cached + out * output) / whole - 1.0).abs() < 1e-12);
            assert!(read < fresh || new == 0.0);
        }
    }

    #[test]
    fn what_is_cached_is_not_prefilled_but_attended_to_and_read() {
        // 300 of 1,000 tokens are new: 1,000² − 700² = 510,000; 40 tokens of output see 1,020 on average.
        let wanted = Terms { prefilled: 300.0, attended: 510_000.0, output: 40.0, context_reads: 40_800.0 };
        assert_eq!(Work::of_call(300.0, 1_000.0, 40.0), wanted);
    }

    #[test]
    fn the_worst_error_is_that_of_the_measurement_that_lies_farthest_off() {
        // A millisecond for each token of input and two for each of output: 0.3 s where 0.3 s, 0.4 s and 0.2 s were measured.
        let service =
            ServiceTime::of(Terms { prefilled: 1e-3, attended: 0.0, output: 2e-3, context_reads: 0.0 });
        let measured = [0.3, 0.4, 0.2].map(|seconds| shape(100.0, 100.0, seconds));
        assert!((service.judged(&measured).worst_error - 0.5).abs() < 1e-9);
        assert!((service.judged(&measured[..2]).worst_error - 0.25).abs() < 1e-9);
        assert!(service.judged(&measured[..1]).worst_error < 1e-9);
    }

    #[test]
    fn shapes_that_are_alike_do_not_tell_the_terms_apart() {
        assert_eq!(ServiceTime::fit(&[shape(100.0, 100.0, 1.0)]), None);
        assert_eq!(ServiceTime::fit(&[shape(100.0, 100.0, 1.0); 5]), None);
    }

    #[test]
    fn no_coefficient_is_negative() {
        let shapes = [shape(100.0, 100.0, 1.0), shape(10_000.0, 100.0, 0.9), shape(100.0, 10_000.0, 50.0)];
        let fit = ServiceTime::fit(&shapes).expect("a fit");
        assert!(fit.per.array().iter().all(|term| *term >= 0.0));
    }
}
