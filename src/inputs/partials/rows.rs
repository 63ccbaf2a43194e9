//! Sums as rows of whole numbers, which add up.

use std::cmp::Ordering;
use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::sync::Arc;

/// Where a sum belongs.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct Place {
    /// Which sum it is.
    pub sum: Arc<str>,
    /// The way to serve calls, or the deployment.
    pub item: i32,
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

impl Place {
    fn hash(&self, hash: &mut blake3::Hasher) {
        let texts = [Some(&self.sum), self.name.as_ref(), self.from.as_ref(), self.to.as_ref()];
        for text in texts {
            // No text is not an empty one.
            let length = text.map_or(u64::MAX, |text| text.len() as u64);
            hash.update(&length.to_le_bytes()).update(text.map_or(b"", |text| text.as_bytes()));
        }
        for number in [self.item, self.at, self.bin] {
            hash.update(&number.to_le_bytes());
        }
    }
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

impl Amounts {
    fn hash(&self, hash: &mut blake3::Hasher) {
        hash.update(&self.calls.to_le_bytes());
        for number in [self.units, self.amount, self.beside] {
            hash.update(&number.to_le_bytes());
        }
    }

    fn join(&mut self, other: &Self, joins: Joins) {
        match joins {
            Joins::Sum => {
                self.calls += other.calls;
                self.units += other.units;
                self.amount += other.amount;
                self.beside += other.beside;
            }
            Joins::Least => self.units = self.units.min(other.units),
            Joins::Greatest => self.units = self.units.max(other.units),
        }
    }
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
            Entry::Occupied(mut entry) => entry.get_mut().join(&amounts, joins),
        }
    }

    /// Adds those of other calls. Both are in order, so they are walked through side by side.
    pub fn merge(&mut self, other: Self) {
        if self.0.is_empty() {
            *self = other;
            return;
        }
        let mut own = std::mem::take(&mut self.0).into_iter().peekable();
        let mut theirs = other.0.into_iter().peekable();
        let mut merged = Vec::with_capacity(own.len().max(theirs.len()));
        while let (Some(left), Some(right)) = (own.peek(), theirs.peek()) {
            match left.0.cmp(&right.0) {
                Ordering::Less => merged.extend(own.next()),
                Ordering::Greater => merged.extend(theirs.next()),
                Ordering::Equal => {
                    if let (Some((place, mut amounts)), Some((_, more))) = (own.next(), theirs.next()) {
                        amounts.join(&more, place.joins());
                        merged.push((place, amounts));
                    }
                }
            }
        }
        merged.extend(own);
        merged.extend(theirs);
        self.0 = merged.into_iter().collect();
    }

    /// Each of them.
    pub fn iter(&self) -> impl Iterator<Item = (&Place, &Amounts)> {
        self.0.iter()
    }

    /// Those of one sum.
    pub fn of<'r>(&'r self, sum: &str) -> impl Iterator<Item = (&'r Place, &'r Amounts)> + use<'r> {
        let sum: Arc<str> = sum.into();
        let first = Place { sum: Arc::clone(&sum), item: i32::MIN, ..Place::default() };
        self.0.range(first..).take_while(move |(place, _)| place.sum == sum)
    }

    /// Those of one sum and item.
    pub fn of_item<'r>(
        &'r self,
        sum: &str,
        item: i32,
    ) -> impl Iterator<Item = (&'r Place, &'r Amounts)> + use<'r> {
        let first = Place { item, ..Place::of(sum) };
        let sum = Arc::clone(&first.sum);
        self.0.range(first..).take_while(move |(place, _)| place.sum == sum && place.item == item)
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

/// Hashes sums, whatever file they are in.
pub(super) fn hash_of(answers: &BTreeMap<String, Rows>, hash: &mut blake3::Hasher) {
    for (question, rows) in answers {
        for length in [question.len(), rows.len()] {
            hash.update(&(length as u64).to_le_bytes());
        }
        hash.update(question.as_bytes());
        for (place, amounts) in rows.iter() {
            place.hash(hash);
            amounts.hash(hash);
        }
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
            for (sum, item, name, at, calls, amount) in list {
                let place = Place { item, name: name.map(Into::into), at, ..Place::of(sum) };
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
        all.merge(other.clone());
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
        for (sum, item) in [("cost", -1), ("cost", 4), ("costs", 0), ("bin", 9)] {
            rows.add(Place { item, ..Place::of(sum) }, one);
        }
        assert_eq!(rows.of("cost").map(|(place, _)| place.item).collect::<Vec<_>>(), [-1, 4]);
        assert_eq!(rows.one("costs").calls, 1);
        assert_eq!(rows.extreme("least_day"), None);
    }
}
