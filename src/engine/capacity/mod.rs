//! Replica-seconds: how much of a deployment one call takes.
//!
//! A measurement at saturation says how many output tokens per second a deployment delivers for calls of one shape
//! (ISL input and OSL output tokens), so a call of that shape takes `OSL / tps` replica-seconds. Over several shapes the
//! seconds are close to linear in both counts, `s = a·ISL + b·OSL`: prefill is bound by arithmetic, decoding by memory.

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

/// Replica-seconds per token.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ServiceTime {
    /// Seconds per fresh input token.
    pub per_input: f64,
    /// Seconds per output token.
    pub per_output: f64,
    /// Largest relative deviation of the fit from a measurement; `None` when one measurement leaves nothing to compare.
    pub worst_error: Option<f64>,
}

impl ServiceTime {
    /// Fits the two coefficients by least squares of the relative error, neither below zero. `None` when the shapes do
    /// not tell input from output: fewer than two, or all with the same ratio.
    pub fn fit(shapes: &[Shape]) -> Option<Self> {
        // Each row divided by its seconds: minimise Σ (a·x + b·y − 1)².
        let rows: Vec<(f64, f64)> =
            shapes.iter().map(|s| (s.input / s.seconds(), s.output / s.seconds())).collect();
        let sum = |f: fn(&(f64, f64)) -> f64| rows.iter().map(f).sum::<f64>();
        let (xx, yy, xy) = (sum(|r| r.0 * r.0), sum(|r| r.1 * r.1), sum(|r| r.0 * r.1));
        let (x, y) = (sum(|r| r.0), sum(|r| r.1));
        let determinant = xx * yy - xy * xy;
        if determinant <= 1e-9 * xx * yy {
            return None;
        }
        let (a, b) = ((x * yy - y * xy) / determinant, (y * xx - x * xy) / determinant);
        // With two coefficients the constrained optimum lies on the axis of the one that is not negative.
        let (per_input, per_output) = if a < 0.0 {
            (0.0, y / yy)
        } else if b < 0.0 {
            (x / xx, 0.0)
        } else {
            (a, b)
        };
        let worst = rows.iter().map(|r| (per_input * r.0 + per_output * r.1 - 1.0).abs()).fold(0.0, f64::max);
        Some(Self { per_input, per_output, worst_error: Some(worst) })
    }

    /// Replica-seconds of a call. Cached input takes none: its prefill is what the cache saves.
    pub fn seconds(&self, fresh_input: f64, output: f64) -> f64 {
        self.per_input * fresh_input + self.per_output * output
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shape(input: f64, output: f64, seconds: f64) -> Shape {
        Shape { input, output, output_tok_s: output / seconds }
    }

    #[test]
    fn shapes_made_from_two_coefficients_give_them_back() {
        // 0.1 ms per input token, 2 ms per output token.
        let seconds = |input: f64, output: f64| 1e-4 * input + 2e-3 * output;
        let shapes = [(1_000.0, 1_000.0), (8_192.0, 1_024.0), (1_024.0, 8_192.0)]
            .map(|(i, o)| shape(i, o, seconds(i, o)));
        let fit = ServiceTime::fit(&shapes).expect("a fit");
        assert!((fit.per_input - 1e-4).abs() < 1e-12 && (fit.per_output - 2e-3).abs() < 1e-12);
        assert!(fit.worst_error.expect("compared") < 1e-9);
    }

    #[test]
    fn shapes_of_one_ratio_do_not_tell_input_from_output() {
        assert_eq!(ServiceTime::fit(&[shape(100.0, 100.0, 1.0)]), None);
        assert_eq!(ServiceTime::fit(&[shape(100.0, 100.0, 1.0), shape(200.0, 200.0, 2.0)]), None);
    }

    #[test]
    fn no_coefficient_is_negative() {
        let fit = ServiceTime::fit(&[shape(100.0, 100.0, 1.0), shape(10_000.0, 100.0, 0.9)]).expect("a fit");
        assert!(fit.per_input >= 0.0 && fit.per_output >= 0.0);
    }
}
