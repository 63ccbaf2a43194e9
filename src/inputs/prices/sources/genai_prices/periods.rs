//! From a list of prices of which the last that applies wins, to rates that exclude each other.

use std::collections::{BTreeMap, BTreeSet};

use crate::inputs::prices::rate::{Rate, Threshold};
use crate::inputs::prices::window::Window;
use crate::units::{Day, Meter, Mode, Prices};

/// Prices by context tier: (least total input, everything that holds there). The first is the base.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Table(Vec<(i64, Prices)>);

/// Monday to Friday.
const WORKING_DAYS: u8 = 0b001_1111;

impl Table {
    /// From the prices that each tier states: a meter without a price of its own keeps that of the tier below.
    pub fn of(own: BTreeMap<i64, Prices>) -> Self {
        let mut steps: Vec<(i64, Prices)> = Vec::new();
        for (least, stated) in own {
            let mut whole = steps.last().map(|(_, below)| below.clone()).unwrap_or_default();
            for (meter, price) in stated.iter() {
                whole.set(meter, price);
            }
            steps.push((least, whole));
        }
        Self(steps)
    }

    /// Whether nothing is stated.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// These prices in place of those of `below`, which hold on for every meter that these do not state.
    ///
    /// Where `below` has context tiers and these state input without any, the tiers have no price here: sellers do not offer
    /// such modes for long prompts, and what a price for them would be is not known.
    pub fn over(&self, below: &Self) -> Self {
        let no_tiers = self.0.len() == 1 && self.at(0).is_some_and(|own| own.stated(Meter::Input).is_some());
        let starts: BTreeSet<i64> = self.0.iter().chain(&below.0).map(|(least, _)| *least).collect();
        let mut steps = Vec::new();
        for least in starts.into_iter().filter(|least| *least == 0 || !no_tiers) {
            let mut prices = below.at(least).cloned().unwrap_or_default();
            for (meter, price) in self.at(least).into_iter().flat_map(Prices::iter) {
                prices.set(meter, price);
            }
            steps.push((least, prices));
        }
        Self(steps)
    }

    /// The prices of a total input.
    fn at(&self, input: i64) -> Option<&Prices> {
        self.0.iter().rev().find(|(least, _)| *least <= input).map(|(_, prices)| prices)
    }
}

/// One entry of the list.
#[derive(Debug, Clone)]
pub struct Entry {
    /// First day.
    pub from: Option<Day>,
    /// Minutes of the day in UTC.
    pub hours: Option<(u16, u16)>,
    /// The prices.
    pub table: Table,
}

/// Days and hours with one set of prices.
#[derive(Debug, Clone)]
pub struct Period {
    /// First day.
    pub from: Option<Day>,
    /// Day after the last.
    pub until: Option<Day>,
    /// Hours; `None`: all that no other period of these days claims.
    pub window: Option<Window>,
    /// The prices.
    pub table: Table,
}

impl Period {
    /// The part of it within some days; `None`: there is none.
    pub fn cut(&self, from: Option<Day>, until: Option<Day>) -> Option<Self> {
        let from = self.from.max(from);
        let until = match (self.until, until) {
            (Some(a), Some(b)) => Some(a.min(b)),
            (a, b) => a.or(b),
        };
        let empty = from.zip(until).is_some_and(|(from, until)| from >= until);
        (!empty).then(|| Self { from, until, ..self.clone() })
    }

    /// Its rates, one a context tier.
    pub fn rates(&self, mode: Mode, region: Option<&str>) -> Vec<Rate> {
        let rate = |(least, prices): &(i64, Prices)| Rate {
            from: self.from,
            until: self.until,
            mode,
            region: region.map(str::to_owned),
            tier: Threshold { least: *least, inclusive: false },
            window: self.window.clone(),
            prices: prices.clone(),
            ..Rate::default()
        };
        self.table.0.iter().filter(|(_, prices)| !prices.is_empty()).map(rate).collect()
    }
}

/// The periods of a list of entries.
///
/// An entry has days or hours, never both, so hours that began with a price change would also hold before it. They are
/// taken to begin with the last price change that stands before them in the list. From `working_days` on, hours hold on
/// working days only.
pub fn periods(entries: &[Entry], working_days: Option<Day>) -> Vec<Period> {
    let mut starts: BTreeSet<Option<Day>> = entries.iter().map(|entry| entry.from).collect();
    starts.insert(None);
    if entries.iter().any(|entry| entry.hours.is_some()) {
        starts.insert(working_days);
    }
    let starts: Vec<Option<Day>> = starts.into_iter().collect();
    let mut periods: Vec<Period> = Vec::new();
    for (index, &from) in starts.iter().enumerate() {
        let until = starts.get(index + 1).copied().flatten();
        let active = |entry: &Entry| entry.hours.is_none() && entry.from.is_none_or(|day| from >= Some(day));
        let Some(base) = entries.iter().rposition(active) else { continue };
        add(&mut periods, Period { from, until, window: None, table: entries[base].table.clone() });
        let weekdays_only = working_days.is_some_and(|day| from >= Some(day));
        for (hours, table) in windows(entries, base, from) {
            let window = Window::of_minutes(&hours);
            let window = window.map(|w| if weekdays_only { w.on(WORKING_DAYS) } else { w });
            if window.is_some() {
                add(&mut periods, Period { from, until, window, table });
            }
        }
    }
    periods
}

/// Hours with prices of their own over a base entry on the days from `from` on; hours of equal prices together.
fn windows(entries: &[Entry], base: usize, from: Option<Day>) -> Vec<(Vec<(u16, u16)>, Table)> {
    let mut windows: Vec<(Vec<(u16, u16)>, Table)> = Vec::new();
    for (index, entry) in entries.iter().enumerate().skip(base + 1) {
        let begins = entries[..index].iter().filter_map(|earlier| earlier.from).max();
        let Some(hours) = entry.hours.filter(|_| begins.is_none_or(|day| from >= Some(day))) else {
            continue;
        };
        match windows.iter_mut().find(|(_, table)| *table == entry.table) {
            Some((known, _)) => known.push(hours),
            None => windows.push((vec![hours], entry.table.clone())),
        }
    }
    windows
}

/// Adds a period, or prolongs the one before it that has the same prices.
fn add(periods: &mut Vec<Period>, period: Period) {
    let same = |known: &&mut Period| {
        known.until.is_some()
            && known.until == period.from
            && known.window == period.window
            && known.table == period.table
    };
    match periods.iter_mut().find(same) {
        Some(known) => known.until = period.until,
        None => periods.push(period),
    }
}
