//! Cheaper hours of the week, and the dearer ones as what is left of it.

use std::collections::BTreeMap;

use crate::inputs::prices::rate::Rate;
use crate::inputs::prices::sources::json::{Object, items, number, object, text};
use crate::inputs::prices::window::{Window, WindowKind};

/// Minutes of a day.
const DAY: usize = 24 * 60;
/// Days of a week.
const WEEK: usize = 7;

/// The cheaper minutes of each day, Monday first, in UTC.
pub struct Hours([Vec<bool>; WEEK]);

impl Hours {
    /// The hours of `windows`; `None`: they cannot be read, or never or always hold.
    ///
    /// Days are named in the seller's time where the sheet says so; no window of these sheets lies where that is another
    /// day than in UTC.
    pub fn of(pricing: &Object<'_>) -> Option<Self> {
        let mut cheap: [Vec<bool>; WEEK] = std::array::from_fn(|_| vec![false; DAY]);
        for raw in pricing.items("windows") {
            let window = object(raw)?;
            let days: Vec<usize> = match window.get("weekdays") {
                None => (0..WEEK).collect(),
                Some(days) => items(days)?
                    .into_iter()
                    .map(|day| {
                        number(day)?
                            .parse()
                            .ok()
                            .filter(|day| (1..=WEEK).contains(day))
                            .map(|day: usize| day - 1)
                    })
                    .collect::<Option<_>>()?,
            };
            let hours = window.get("hours_utc")?;
            let ranges = match text(hours) {
                Some(one) => vec![one],
                None => items(hours)?.into_iter().map(text).collect::<Option<_>>()?,
            };
            for range in &ranges {
                let (from, to) = range.split_once('-')?;
                let (from, to) = (minute(from)?, minute(to)?);
                // `10:00-00:00` ends with the day, `00:00-00:00` is the whole of it.
                let to = if to == 0 { DAY } else { to };
                for day in &days {
                    for minute in cheap[*day].get_mut(from..to)? {
                        *minute = true;
                    }
                }
            }
        }
        let count: usize = cheap.iter().flatten().filter(|cheap| **cheap).count();
        (count > 0 && count < WEEK * DAY).then_some(Self(cheap))
    }

    /// The two rates: the one that holds for most of the week without hours, the other one within its own.
    pub fn split(&self, dear: &Rate, cheap: &Rate) -> Vec<Rate> {
        let minutes = self.0.iter().flatten().filter(|cheap| **cheap).count();
        let (base, other, wanted, kind) = if minutes * 2 >= WEEK * DAY {
            (cheap, dear, false, WindowKind::Peak)
        } else {
            (dear, cheap, true, WindowKind::OffPeak)
        };
        let mut rates = vec![base.clone()];
        for window in self.windows(wanted) {
            rates.push(Rate { window: Some(window.of_kind(kind)), ..other.clone() });
        }
        rates
    }

    /// The windows of the cheap or of the dear minutes: days with the same hours together.
    fn windows(&self, cheap: bool) -> Vec<Window> {
        let mut by_hours: BTreeMap<Vec<(u16, u16)>, u8> = BTreeMap::new();
        for (day, minutes) in self.0.iter().enumerate() {
            let ranges = ranges(minutes, cheap);
            if !ranges.is_empty() {
                *by_hours.entry(ranges).or_default() |= 1 << day;
            }
        }
        by_hours.into_iter().filter_map(|(hours, days)| Some(Window::of_minutes(&hours)?.on(days))).collect()
    }
}

/// The stretches of equal minutes.
fn ranges(minutes: &[bool], wanted: bool) -> Vec<(u16, u16)> {
    let mut ranges: Vec<(u16, u16)> = Vec::new();
    for at in (0..minutes.len()).filter(|at| minutes[*at] == wanted) {
        match ranges.last_mut() {
            Some((_, end)) if usize::from(*end) == at => *end += 1,
            _ => ranges.push((at as u16, at as u16 + 1)),
        }
    }
    ranges
}

/// `hh:mm` as a minute of the day.
fn minute(text: &str) -> Option<usize> {
    let (hour, minute) = text.trim().split_once(':')?;
    let (hour, minute): (usize, usize) = (hour.parse().ok()?, minute.parse().ok()?);
    (hour < 24 && minute < 60 || hour == 24 && minute == 0).then_some(hour * 60 + minute)
}
