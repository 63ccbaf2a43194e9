//! The list of known disagreements.

use std::collections::BTreeSet;

use serde::Deserialize;
use switchpoint::units::{Day, Mode};

use super::draws::Call;

const LIST: &str = include_str!("disagreements.toml");

/// Calls of a model at a seller that cost something else, and why.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Disagreement {
    seller: String,
    /// The models, as the other program calls them.
    models: Vec<String>,
    /// Only calls in these modes.
    modes: Option<Vec<String>>,
    /// Only calls before that day.
    before: Option<toml::value::Datetime>,
    /// Only calls on that day or after.
    from: Option<toml::value::Datetime>,
    /// Only calls with at least so much input.
    input_from: Option<i64>,
    /// Only calls with cached tokens.
    #[serde(default)]
    cached: bool,
    reason: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct List {
    #[serde(default)]
    disagreement: Vec<Disagreement>,
}

pub struct Disagreements(Vec<Disagreement>);

fn day(date: &toml::value::Datetime) -> Day {
    Day::of_date(date.to_string().parse().expect("a date"))
}

impl Disagreement {
    fn is_of(&self, seller: &str, model: &str, call: &Call) -> bool {
        let mode = |modes: &Vec<String>| modes.iter().any(|word| Mode::from_word(word) == Some(call.mode));
        self.seller == seller
            && self.models.iter().any(|known| known == model)
            && (!self.cached || call.is_cached())
            && self.modes.as_ref().is_none_or(mode)
            && self.before.as_ref().is_none_or(|end| call.day() < day(end))
            && self.from.as_ref().is_none_or(|from| call.day() >= day(from))
            && self.input_from.is_none_or(|least| call.input() >= least)
    }
}

impl Disagreements {
    pub fn read() -> Self {
        let list: List = toml::from_str(LIST).expect("disagreements.toml");
        assert!(
            list.disagreement.iter().all(|row| row.reason.len() > 10),
            "every disagreement has its reason"
        );
        Self(list.disagreement)
    }

    /// The entry that a call falls under.
    pub fn of(&self, seller: &str, model: &str, call: &Call) -> Option<usize> {
        self.0.iter().position(|row| row.is_of(seller, model, call))
    }

    /// Models of entries of which no call differed.
    pub fn unseen(&self, shown: &BTreeSet<(usize, String)>) -> Vec<String> {
        let listed = self.0.iter().enumerate().flat_map(|(index, row)| {
            row.models
                .iter()
                .map(move |model| (index, model.clone(), format!("{} {model}: {}", row.seller, row.reason)))
        });
        let unseen = listed.filter(|(index, model, _)| !shown.contains(&(*index, model.clone())));
        unseen.map(|(_, _, text)| text).collect()
    }
}
