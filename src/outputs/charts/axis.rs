//! Axes: from values to pixels through plotters' coordinates, and round numbers for ticks.

use plotters::coord::combinators::IntoLogRange as _;
use plotters::coord::ranged1d::Ranged as _;
use plotters::coord::types::RangedCoordf64;

use crate::outputs::wording::{compact, grouped, percent};

/// Values from one pixel to another.
#[derive(Clone)]
pub struct Axis {
    kind: Kind,
    /// Values at the ends.
    pub ends: (f64, f64),
    /// Pixels at the ends.
    pub pixels: (f64, f64),
}

#[derive(Clone)]
enum Kind {
    Linear(RangedCoordf64),
    Log,
}

/// Pixels are passed through plotters' whole numbers in hundredths.
const FINE: f64 = 100.0;

impl Axis {
    /// An axis with even steps, its ends at round numbers that hold all values; 0 is among them where it is asked for.
    pub fn linear(
        least: f64,
        most: f64,
        with_zero: bool,
        pixels: (f64, f64),
        ticks: usize,
    ) -> (Self, Vec<f64>) {
        let finite = |value: f64| if value.is_finite() { value } else { 0.0 };
        let (mut least, mut most) = (finite(least.min(most)), finite(most.max(least)));
        if with_zero {
            (least, most) = (least.min(0.0), most.max(0.0));
        }
        if most - least <= f64::EPSILON * most.abs().max(1.0) {
            // One value, or none: room on both sides of it.
            let room = if most.abs() > 0.0 { most.abs() * 0.5 } else { 1.0 };
            most += room;
            least = if with_zero && least >= 0.0 { 0.0 } else { least - room };
        }
        let step = round_step((most - least) / ticks.max(1) as f64);
        let (first, last) = ((least / step).floor(), (most / step).ceil());
        let marks = (0..=(last - first) as usize).map(|n| (first + n as f64) * step).collect();
        let ends = (first * step, last * step);
        (Self { kind: Kind::Linear((ends.0..ends.1).into()), ends, pixels }, marks)
    }

    /// An axis of powers of ten; its ends hold all values, which are greater than 0. Ticks are at 1, at 1 and 3, or at every tenth power.
    pub fn log(least: f64, most: f64, pixels: (f64, f64)) -> (Self, Vec<f64>) {
        let usable =
            |value: f64| if value.is_finite() && value > 0.0 { value.clamp(1e-15, 1e15) } else { 1.0 };
        let (least, most) = (usable(least.min(most)), usable(most.max(least)));
        let ends = (half_decade(least, false), half_decade(most.max(least * 1.01), true));
        let decades = (ends.1 / ends.0).log10();
        let every = ((decades / 7.0).ceil() as i32).max(1);
        let (first, last) = (ends.0.log10().floor() as i32, ends.1.log10().ceil() as i32);
        let mut marks: Vec<f64> = (first..=last)
            .filter(|power| every == 1 || power.rem_euclid(every) == 0)
            .flat_map(|power| {
                let one = 10_f64.powi(power);
                if decades <= 4.0 { vec![one, 3.0 * one] } else { vec![one] }
            })
            .collect();
        marks.retain(|mark| (ends.0 * 0.999..=ends.1 * 1.001).contains(mark));
        (Self { kind: Kind::Log, ends, pixels }, marks)
    }

    /// The pixel of a value.
    pub fn at(&self, value: f64) -> f64 {
        let (from, to) = ((self.pixels.0 * FINE) as i32, (self.pixels.1 * FINE) as i32);
        let pixel = match &self.kind {
            Kind::Linear(range) => range.map(&value, (from, to)),
            Kind::Log => {
                let range: plotters::coord::combinators::LogCoord<f64> =
                    (self.ends.0..self.ends.1).log_scale().into();
                range.map(&value.max(self.ends.0 * 1e-6), (from, to))
            }
        };
        f64::from(pixel) / FINE
    }

    /// The pixel of a value, no further than the ends.
    pub fn within(&self, value: f64) -> f64 {
        let (least, most) = (self.pixels.0.min(self.pixels.1), self.pixels.0.max(self.pixels.1));
        self.at(value.clamp(self.ends.0, self.ends.1)).clamp(least, most)
    }
}

/// A step of 1, 2, 2.5 or 5 times a power of ten that is at least as large.
fn round_step(step: f64) -> f64 {
    let power = 10_f64.powf(step.log10().floor());
    let parts = [1.0, 2.0, 2.5, 5.0, 10.0];
    parts
        .into_iter()
        .map(|part| part * power)
        .find(|round| *round >= step * 0.999_999)
        .unwrap_or(10.0 * power)
}

/// The next 1 or 3 times a power of ten at or beyond a value.
fn half_decade(value: f64, up: bool) -> f64 {
    let power = value.log10().floor();
    let marks = [10_f64.powf(power), 3.0 * 10_f64.powf(power), 10_f64.powf(power + 1.0)];
    if up {
        marks.into_iter().find(|mark| *mark >= value * 0.999_999).unwrap_or(marks[2])
    } else {
        marks.into_iter().rev().find(|mark| *mark <= value * 1.000_001).unwrap_or(marks[0])
    }
}

/// Dollars on a tick or a label: `$0.30`, `$12`, `$1.2k`, `$4M`.
pub fn dollars(amount: f64) -> String {
    let sign = if amount < 0.0 { "−" } else { "" };
    let magnitude = amount.abs();
    let text = if magnitude >= 999.5 {
        compact(magnitude)
    } else if magnitude >= 99.5 || (magnitude - magnitude.round()).abs() < 1e-9 {
        grouped(&format!("{magnitude:.0}"))
    } else if magnitude >= 0.995 {
        format!("{magnitude:.2}")
    } else {
        // Two digits that say something.
        let places = (1.0 - magnitude.log10().floor()).clamp(2.0, 12.0) as usize;
        let text = format!("{magnitude:.places$}");
        let trimmed = text.trim_end_matches('0');
        let decimals = trimmed.split_once('.').map_or(0, |(_, decimals)| decimals.len());
        if decimals < 2 { format!("{magnitude:.2}") } else { trimmed.to_owned() }
    };
    format!("{sign}${text}")
}

/// A number on a tick, short.
pub fn number_short(number: f64) -> String {
    if number.abs() >= 1_000.0 { compact(number) } else { crate::outputs::wording::number(number) }
}

/// A share in per cent; what is not all of it is not told as all.
pub fn share(share: f64) -> String {
    match share {
        share if share > 0.9995 && share < 1.0 => ">99.9%".to_owned(),
        share if share > 0.995 && share < 1.0 => format!("{:.1}%", 100.0 * share),
        share => percent(share),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ticks_are_round_and_hold_the_values() {
        let (axis, marks) = Axis::linear(0.0, 7.3, true, (0.0, 100.0), 5);
        assert_eq!(marks, [0.0, 2.0, 4.0, 6.0, 8.0]);
        assert!((axis.at(4.0) - 50.0).abs() < 0.02);
        let (_, marks) = Axis::linear(-3.0, 11.0, true, (0.0, 100.0), 4);
        assert_eq!(marks, [-5.0, 0.0, 5.0, 10.0, 15.0]);
        let (axis, marks) = Axis::log(0.02, 40.0, (100.0, 0.0));
        assert_eq!(axis.ends, (0.01, 100.0));
        assert!((axis.at(1.0) - 50.0).abs() < 0.02, "{}", axis.at(1.0));
        assert_eq!(marks.len(), 9);
    }

    #[test]
    fn nothing_divides_by_zero() {
        for (least, most) in
            [(0.0, 0.0), (5.0, 5.0), (f64::NAN, f64::INFINITY), (-2.0, -2.0), (1e-300, 1e300)]
        {
            for with_zero in [true, false] {
                let (axis, marks) = Axis::linear(least, most, with_zero, (0.0, 100.0), 5);
                assert!(axis.at(1.0).is_finite() && !marks.is_empty() && marks.len() < 20, "{least} {most}");
            }
            let (axis, marks) = Axis::log(least, most, (0.0, 100.0));
            assert!(axis.within(1.0).is_finite() && marks.len() < 20, "{least} {most} {marks:?}");
        }
    }

    #[test]
    fn dollars_are_short() {
        let of = [
            (0.0, "$0"),
            (0.3, "$0.30"),
            (0.00234, "$0.0023"),
            (12.0, "$12"),
            (12.345, "$12.35"),
            (-1_200.0, "−$1.2k"),
            (4e6, "$4M"),
        ];
        for (amount, text) in of {
            assert_eq!(dollars(amount), text);
        }
    }
}
