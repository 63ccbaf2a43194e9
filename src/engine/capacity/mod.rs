//! Replica-seconds: how much of a deployment one call takes.
//!
//! A measurement at saturation says how many output tokens per second a deployment delivers for calls of one shape
//! (ISL input and OSL output tokens), so a call of that shape takes `OSL / tps` replica-seconds. Three terms describe
//! them over many shapes:
//!
//! `s = a·ISL + b·OSL + c·OSL·(ISL + OSL/2)`
//!
//! prefill grows with the input, each decoding step has a share of the weights that are read, and it reads the keys and
//! values of the context so far, which is `ISL + OSL/2` tokens on average. Without the third term long contexts are far
//! off.

mod least_squares;

/// One measurement at saturation.
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

/// What calls ask of a replica; adds up over calls.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Work {
    /// Input tokens that are prefilled, without those that a cache of one's own holds.
    pub prefilled: f64,
    /// Output tokens.
    pub output: f64,
    /// Σ output · (input + output/2): tokens of context read while decoding.
    pub context_reads: f64,
}

impl Work {
    /// The work of one call.
    pub fn of_call(prefilled: f64, input: f64, output: f64) -> Self {
        Self { prefilled, output, context_reads: output * (input + output / 2.0) }
    }
}

/// Replica-seconds per unit of work.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ServiceTime {
    /// Seconds per prefilled token.
    pub per_prefilled: f64,
    /// Seconds per output token.
    pub per_output: f64,
    /// Seconds per token of context read while decoding.
    pub per_context_read: f64,
    /// Largest relative deviation of the fit from a measurement.
    pub worst_error: f64,
}

impl ServiceTime {
    /// Fits the coefficients by least squares of the relative error, none below zero. `None` when the shapes do not tell
    /// the terms apart: fewer than three, or too much alike.
    pub fn fit(shapes: &[Shape]) -> Option<Self> {
        let rows: Vec<[f64; 3]> = shapes
            .iter()
            .map(|shape| {
                // Each row is divided by its seconds: minimise Σ (a·x + b·y + c·z − 1)².
                let work = Work::of_call(shape.input, shape.input, shape.output);
                [work.prefilled, work.output, work.context_reads].map(|term| term / shape.seconds())
            })
            .collect();
        let [per_prefilled, per_output, per_context_read] = least_squares::non_negative(&rows)?;
        let fit = Self { per_prefilled, per_output, per_context_read, worst_error: 0.0 };
        let error = |shape: &Shape| {
            let work = Work::of_call(shape.input, shape.input, shape.output);
            (fit.seconds(&work) / shape.seconds() - 1.0).abs()
        };
        Some(Self { worst_error: shapes.iter().map(error).fold(0.0, f64::max), ..fit })
    }

    /// For each shape, by how much it is predicted off by the fit to the others, as a part of what was measured; `None`: the others do not
    /// tell the terms apart.
    pub fn left_out(shapes: &[Shape]) -> Vec<Option<f64>> {
        let without = |at: usize| {
            let others: Vec<Shape> = shapes
                .iter()
                .enumerate()
                .filter(|(other, _)| *other != at)
                .map(|(_, shape)| *shape)
                .collect();
            let shape = shapes[at];
            let seconds = Self::fit(&others)?.seconds(&Work::of_call(shape.input, shape.input, shape.output));
            // Throughput is the inverse of seconds.
            (seconds > 0.0).then(|| shape.seconds() / seconds - 1.0)
        };
        (0..shapes.len()).map(without).collect()
    }

    /// Replica-seconds of some work.
    pub fn seconds(&self, work: &Work) -> f64 {
        self.per_prefilled * work.prefilled
            + self.per_output * work.output
            + self.per_context_read * work.context_reads
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
            [(fit.per_prefilled, 1e-4), (fit.per_output, 2e-3), (fit.per_context_read, 1e-8)]
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
    fn a_measurement_that_was_left_out_is_predicted_by_the_others() {
        let seconds = |i: f64, o: f64| 1e-4 * i + 2e-3 * o + 1e-8 * o * (i + o / 2.0);
        let pairs = [(1_000.0, 1_000.0), (8_192.0, 1_024.0), (1_024.0, 8_192.0), (32_768.0, 1_024.0)];
        let mut shapes = pairs.map(|(i, o)| shape(i, o, seconds(i, o)));
        for error in ServiceTime::left_out(&shapes) {
            assert!(error.expect("three are enough").abs() < 1e-6);
        }
        // A machine that is twice as fast at one shape is predicted at half of its speed there.
        shapes[1].output_tok_s *= 2.0;
        assert!((ServiceTime::left_out(&shapes)[1].expect("a fit") + 0.5).abs() < 1e-6);
        assert_eq!(ServiceTime::left_out(&shapes[..2]), [None, None]);
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
        assert!(fit.per_prefilled >= 0.0 && fit.per_output >= 0.0 && fit.per_context_read >= 0.0);
    }
}
