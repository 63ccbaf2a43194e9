//! One person's calls on one device.

/// Tokens a second of one stream: what of the bandwidth is reached, over the bytes that a token reads.
pub fn decode_speed(bandwidth: f64, reached: f64, bytes_read: f64) -> f64 {
    reached * bandwidth / bytes_read
}

/// The same with a context, whose keys and values are read, too.
pub fn with_context(speed: f64, weights: f64, kv: f64) -> f64 {
    speed * weights / (weights + kv)
}

/// Dollars of energy for a million tokens.
pub fn energy_per_million(watts: f64, kilowatt_hour: f64, tokens_a_second: f64) -> f64 {
    watts / 1_000.0 * kilowatt_hour / (tokens_a_second * 3_600.0) * 1e6
}

/// Dollars that somebody waits for, for whom a slower answer is awaited: the seconds beyond the faster one, at dollars an hour, as
/// far as somebody does wait.
pub fn waiting(tokens: f64, slow: f64, fast: f64, hour: f64, attended: f64) -> f64 {
    (tokens / slow - tokens / fast) / 3_600.0 * hour * attended
}

/// What a device replaces.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct DailyUse {
    /// Tokens a day.
    pub tokens: f64,
    /// Input tokens for an output token.
    pub input_for_output: f64,
    /// Dollars a million input tokens elsewhere.
    pub input_price: f64,
    /// Dollars a million output tokens elsewhere.
    pub output_price: f64,
}

impl DailyUse {
    /// Days after which a device has paid for itself; `None`: its energy costs as much as the calls elsewhere.
    pub fn payback_days(
        &self,
        price: f64,
        tokens_a_second: f64,
        watts: f64,
        kilowatt_hour: f64,
    ) -> Option<f64> {
        let output = self.tokens / (1.0 + self.input_for_output);
        let elsewhere = (self.tokens - output) / 1e6 * self.input_price + output / 1e6 * self.output_price;
        let energy = output / 1e6 * energy_per_million(watts, kilowatt_hour, tokens_a_second);
        (elsewhere > energy).then(|| price / (elsewhere - energy))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn near(value: f64, wanted: f64) {
        assert!((value / wanted - 1.0).abs() < 1e-6, "{value} {wanted}");
    }

    #[test]
    fn worked_examples() {
        // An M3 Ultra with Qwen3-32B in four bits: measured 33.88.
        near(decode_speed(819e9, 0.75, 18.4e9), 33.38315217);
        near(energy_per_million(145.0, 0.17, 82.0), 0.08350271003);
        near(waiting(1_000.0, 20.0, 80.0, 100.0, 1.0), 1.041666667);
        // Somebody waits for a quarter of the answers: 37.5 seconds more, at 100 dollars an hour.
        near(waiting(1_000.0, 20.0, 80.0, 100.0, 0.25), 0.260_416_667);
        near(with_context(83.43, 12.1, 2.4), 69.62089655);
        let day = DailyUse { tokens: 500_000.0, input_for_output: 4.0, input_price: 0.15, output_price: 0.6 };
        near(day.payback_days(3_499.0, 82.0, 145.0, 0.17).expect("it pays"), 31_339.081_89);
        assert_eq!(
            DailyUse { input_price: 0.0, output_price: 0.0, ..day }.payback_days(1.0, 82.0, 145.0, 0.17),
            None
        );
    }

    #[test]
    fn energy_that_costs_as_much_as_the_calls_elsewhere_never_pays() {
        let free = DailyUse { tokens: 500_000.0, input_for_output: 4.0, input_price: 0.0, output_price: 0.0 };
        assert_eq!(free.payback_days(1.0, 82.0, 145.0, 0.0), None);
    }
}
