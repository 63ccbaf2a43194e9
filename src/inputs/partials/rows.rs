//! Sums as rows of whole numbers, which add up.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::sync::Arc;

/// Where a sum belongs.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct Place {
    /// Which sum it is.
    pub sum: Arc<str>,
    /// The way to serve calls, or the deployment.
    pub part: i32,
    /// Workload, or a name as logged.
    pub name: Option<Arc<str>>,
    /// Offer or model that served the calls.
    pub from: Option<Arc<str>>,
    /// Offer that they go to, the alternative, or the reason.
    pub to: Option<Arc<str>>,
    /// Slot of time.
    pub at: i32,
    /// Bin of density, or bucket of tokens.
    pub bin: i32,
}

/// What it comes to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Amounts {
    /// Calls.
    pub calls: i64,
    /// Tokens or nanoseconds.
    pub units: i128,
    /// Picodollars.
    pub amount: i128,
    /// Picodollars of a second way.
    pub beside: i128,
}

/// How two values of one place become one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Joins {
    Sum,
    Least,
    Greatest,
}

impl Place {
    /// A sum without more to say of where it belongs.
    pub fn of(sum: &str) -> Self {
        Self { sum: sum.into(), ..Self::default() }
    }

    fn joins(&self) -> Joins {
        match &*self.sum {
            sum if sum.starts_with("least_") => Joins::Least,
            sum if sum.starts_with("greatest_") => Joins::Greatest,
            _ => Joins::Sum,
        }
    }
}

/// The sums of one question, in the order of their places.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Rows(BTreeMap<Place, Amounts>);

impl Rows {
    /// Adds to a place. What is nothing leaves no row, but for a least or a greatest value.
    pub fn add(&mut self, place: Place, amounts: Amounts) {
        if place.joins() != Joins::Sum || amounts != Amounts::default() {
            self.put(place, amounts);
        }
    }

    pub(super) fn put(&mut self, place: Place, amounts: Amounts) {
        let joins = place.joins();
        match self.0.entry(place) {
            Entry::Vacant(entry) => {
                entry.insert(amounts);
            }
            Entry::Occupied(mut entry) => {
                let own = entry.get_mut();
                match joins {
                    Joins::Sum => {
                        own.calls += amounts.calls;
                        own.units += amounts.units;
                        own.amount += amounts.amount;
                        own.beside += amounts.beside;
                    }
                    Joins::Least => own.units = own.units.min(amounts.units),
                    Joins::Greatest => own.units = own.units.max(amounts.units),
                }
            }
        }
    }

    /// Adds those of other calls.
    pub fn merge(&mut self, other: &Self) {
        for (place, amounts) in &other.0 {
            self.put(place.clone(), *amounts);
        }
    }

    /// Each of them.
    pub fn iter(&self) -> impl Iterator<Item = (&Place, &Amounts)> {
        self.0.iter()
    }

    /// Those of one sum.
    pub fn of<'r>(&'r self, sum: &str) -> impl Iterator<Item = (&'r Place, &'r Amounts)> + use<'r> {
        let sum: Arc<str> = sum.into();
        let first = Place { sum: Arc::clone(&sum), part: i32::MIN, ..Place::default() };
        self.0.range(first..).take_while(move |(place, _)| place.sum == sum)
    }

    /// The one value of a sum that is not cut; nothing where there is none.
    pub fn one(&self, sum: &str) -> Amounts {
        self.0.get(&Place::of(sum)).copied().unwrap_or_default()
    }

    /// A least or greatest value; `None`: there is none.
    pub fn extreme(&self, sum: &str) -> Option<i128> {
        self.0.get(&Place::of(sum)).map(|amounts| amounts.units)
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn rows() -> impl Strategy<Value = Rows> {
        let sum = prop_oneof![Just("cost"), Just("least_day"), Just("greatest_day"), Just("surface")];
        let row = (sum, 0..3_i32, prop::option::of("[ab]"), 0..3_i32, -5..5_i64, -9..9_i64);
        prop::collection::vec(row, 0..12).prop_map(|list| {
            let mut rows = Rows::default();
            for (sum, part, name, at, calls, amount) in list {
                let place = Place { part, name: name.map(Into::into), at, ..Place::of(sum) };
                let units = i128::from(calls);
                let amounts = match place.joins() {
                    Joins::Sum => Amounts { calls, units, amount: amount.into(), beside: -units },
                    _ => Amounts { units, ..Amounts::default() },
                };
                rows.add(place, amounts);
            }
            rows
        })
    }

    fn merged(one: &Rows, other: &Rows) -> Rows {
        let mut all = one.clone();
        all.merge(other);
        all
    }

    proptest! {
        #[test]
        fn merging_depends_neither_on_order_nor_on_grouping(a in rows(), b in rows(), c in rows()) {
            prop_assert_eq!(merged(&a, &b), merged(&b, &a));
            prop_assert_eq!(merged(&merged(&a, &b), &c), merged(&a, &merged(&b, &c)));
            prop_assert_eq!(merged(&a, &Rows::default()), a);
        }
    }

    #[test]
    fn a_sum_is_found_by_its_name_alone() {
        let mut rows = Rows::default();
        let one = Amounts { calls: 1, ..Amounts::default() };
        for (sum, part) in [("cost", -1), ("cost", 4), ("costs", 0), ("bin", 9)] {
            rows.add(Place { part, ..Place::of(sum) }, one);
        }
        assert_eq!(rows.of("cost").map(|(place, _)| place.part).collect::<Vec<_>>(), [-1, 4]);
        assert_eq!(rows.one("costs").calls, 1);
        assert_eq!(rows.extreme("least_day"), None);
    }
}
