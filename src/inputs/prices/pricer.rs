//! Prices made ready for many calls: what the lookup finds for an offer, a mode and a region on every day and in every hour
//! of a week, so that a call is priced without looking anything up.

use std::collections::HashMap;

use super::book::{OfferId, PriceBook, Region, When};
use crate::units::{Day, Mode, Tariff, TokenBuckets};

/// The prices of an offer in a mode and a region over time, as a number valid with the [`Pricer`] that gave it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Series(u32);

/// Lookups made ready. It agrees with [`PriceBook::tariff`] on every call.
pub struct Pricer<'b> {
    book: &'b PriceBook,
    known: HashMap<(OfferId, Mode, Option<Region>), Series>,
    series: Vec<Vec<Stretch>>,
}

/// Days from one change of prices to the next.
struct Stretch {
    first: Day,
    /// The windows of hours that matter.
    windows: u32,
    /// By the windows that are open: the rates; `None`: not for sale.
    tariffs: Vec<(u32, Option<Tariff>)>,
}

impl<'b> Pricer<'b> {
    /// A pricer over a book.
    pub fn new(book: &'b PriceBook) -> Self {
        Self { book, known: HashMap::new(), series: Vec::new() }
    }

    /// The prices of an offer in a mode and a region.
    pub fn series(&mut self, offer: OfferId, mode: Mode, region: Option<Region>) -> Series {
        let next = Series(self.series.len() as u32);
        let known = *self.known.entry((offer, mode, region)).or_insert(next);
        if known == next {
            self.series.push(self.stretches(offer, mode, region));
        }
        known
    }

    fn stretches(&self, offer: OfferId, mode: Mode, region: Option<Region>) -> Vec<Stretch> {
        let mut starts: Vec<Day> = self.book.price_changes(offer);
        starts.insert(0, Day(i32::MIN));
        let windows = self.book.windows_of(offer);
        let stretch = |first: Day| {
            // A day inside the stretch: its first one, where it has one.
            let when = |open| When { mode, region, day: first, open };
            let tariff = |open| self.book.tariff(offer, &when(open)).map(|found| found.tariff);
            Stretch { first, windows, tariffs: subsets(windows).map(|open| (open, tariff(open))).collect() }
        };
        starts.into_iter().map(stretch).collect()
    }

    /// The rates that hold at a moment, in microseconds since 1970-01-01 UTC. `None`: the offer was not for sale.
    #[inline]
    pub fn tariff(&self, series: Series, micros: i64) -> Option<&Tariff> {
        let stretches = &self.series[series.0 as usize];
        let day = Day::of_micros(micros);
        let at = stretches.partition_point(|stretch| stretch.first <= day) - 1;
        let stretch = &stretches[at];
        let mut tariffs = stretch.tariffs.iter();
        let found = if stretch.windows == 0 {
            tariffs.next()
        } else {
            let open = self.book.open_windows(micros) & stretch.windows;
            tariffs.find(|(of, _)| *of == open)
        };
        found?.1.as_ref()
    }

    /// What a call costs, in picodollars. `None`: the offer was not for sale, or has no price for some of the tokens.
    #[inline]
    pub fn cost(&self, series: Series, micros: i64, call: &TokenBuckets) -> Option<i64> {
        let tariff = self.tariff(series, micros)?;
        let rates = tariff.rates(call.input());
        rates.knows(call).then(|| rates.cost(call))
    }
}

/// Every subset of the bits of a mask.
fn subsets(mask: u32) -> impl Iterator<Item = u32> {
    let mut next = Some(0_u32);
    std::iter::from_fn(move || {
        let subset = next?;
        // Counting in the bits of the mask alone: the others are filled, so that a carry passes through them.
        let following = (subset | !mask).wrapping_add(1) & mask;
        next = (following != 0).then_some(following);
        Some(subset)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_subset_once() {
        let all: Vec<u32> = subsets(0b1010).collect();
        assert_eq!(all, [0, 0b10, 0b1000, 0b1010]);
        assert_eq!(subsets(0).collect::<Vec<_>>(), [0]);
    }
}
