//! Rules about which offers may serve calls, beside quality and limits.

use std::collections::BTreeMap;

use crate::inputs::models::LicenseClass;
use crate::units::{Features, Tier};

/// The rules. `None`: there is no such rule.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Policy {
    /// Tiers that calls may go to.
    pub tiers: Option<Vec<Tier>>,
    /// Sellers that calls may go to, by id or alias.
    pub sellers: Option<Vec<String>>,
    /// Sellers and models that calls may not go to.
    pub deny: Option<Vec<String>>,
    /// Countries of labs, as ISO 3166 codes.
    pub lab_countries: Option<Vec<String>>,
    /// Countries of sellers.
    pub seller_countries: Option<Vec<String>>,
    /// Classes of licence.
    pub licences: Option<Vec<LicenseClass>>,
    /// Sellers that stand for themselves and must have a model on the day of the call.
    pub min_sellers: Option<usize>,
    /// What an offer must be able to do.
    pub features: Option<Features>,
    /// Regions in which calls must be processed.
    pub regions: Option<Vec<String>>,
    /// Longest time of a call, from its beginning to its last token.
    pub max_seconds: Option<Bounds>,
    /// Whether calls must stay on machines of one's own: no seller may have them.
    pub own_infrastructure: Option<()>,
}

/// Longest times of calls, in seconds.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Bounds {
    /// Of calls whose workload has none of its own; `None`: as long as they like.
    pub others: Option<f64>,
    /// By workload.
    pub workloads: BTreeMap<String, f64>,
}

impl Bounds {
    /// The bound of a workload.
    pub fn of(&self, workload: Option<&str>) -> Option<f64> {
        workload.and_then(|name| self.workloads.get(name)).copied().or(self.others)
    }
}

/// One of the rules.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Rule {
    /// `policy.tiers`.
    Tiers,
    /// `policy.sellers`.
    Sellers,
    /// `policy.deny`.
    Deny,
    /// `policy.lab_countries`.
    LabCountries,
    /// `policy.seller_countries`.
    SellerCountries,
    /// `policy.licences`.
    Licences,
    /// `policy.min_sellers`.
    MinSellers,
    /// `policy.residency`.
    Residency,
    /// `policy.features`.
    Features,
    /// `policy.regions`.
    Regions,
    /// `policy.max_seconds`.
    MaxSeconds,
}

impl Rule {
    /// Every rule, in the order in which they are asked.
    pub const ALL: [Self; 11] = [
        Self::Residency,
        Self::Tiers,
        Self::Sellers,
        Self::Deny,
        Self::LabCountries,
        Self::SellerCountries,
        Self::Licences,
        Self::Features,
        Self::Regions,
        Self::MinSellers,
        Self::MaxSeconds,
    ];

    /// The key of the scenario.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Tiers => "policy.tiers",
            Self::Sellers => "policy.sellers",
            Self::Deny => "policy.deny",
            Self::LabCountries => "policy.lab_countries",
            Self::SellerCountries => "policy.seller_countries",
            Self::Licences => "policy.licences",
            Self::MinSellers => "policy.min_sellers",
            Self::Residency => "policy.residency",
            Self::Features => "policy.features",
            Self::Regions => "policy.regions",
            Self::MaxSeconds => "policy.max_seconds",
        }
    }
}

impl Policy {
    /// The rules that there are.
    pub fn rules(&self) -> Vec<Rule> {
        let there = |rule: &Rule| match rule {
            Rule::Tiers => self.tiers.is_some(),
            Rule::Sellers => self.sellers.is_some(),
            Rule::Deny => self.deny.is_some(),
            Rule::LabCountries => self.lab_countries.is_some(),
            Rule::SellerCountries => self.seller_countries.is_some(),
            Rule::Licences => self.licences.is_some(),
            Rule::MinSellers => self.min_sellers.is_some(),
            Rule::Residency => self.own_infrastructure.is_some(),
            Rule::Features => self.features.is_some(),
            Rule::Regions => self.regions.is_some(),
            Rule::MaxSeconds => self.max_seconds.is_some(),
        };
        Rule::ALL.into_iter().filter(there).collect()
    }

    /// The same policy without a rule.
    pub fn without(&self, rule: Rule) -> Self {
        let mut policy = self.clone();
        match rule {
            Rule::Tiers => policy.tiers = None,
            Rule::Sellers => policy.sellers = None,
            Rule::Deny => policy.deny = None,
            Rule::LabCountries => policy.lab_countries = None,
            Rule::SellerCountries => policy.seller_countries = None,
            Rule::Licences => policy.licences = None,
            Rule::MinSellers => policy.min_sellers = None,
            Rule::Residency => policy.own_infrastructure = None,
            Rule::Features => policy.features = None,
            Rule::Regions => policy.regions = None,
            Rule::MaxSeconds => policy.max_seconds = None,
        }
        policy
    }
}

/// What decides where calls go.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Course {
    /// Pinned workloads where they are pinned, every other call to the cheapest offer that may serve it.
    #[default]
    Cheapest,
    /// Pinned workloads where they are pinned, every other call where it was served.
    Pinned,
    /// Every call where it was served.
    Incumbent,
}

impl Course {
    /// The course of a word.
    pub fn from_word(word: &str) -> Option<Self> {
        [("cheapest", Self::Cheapest), ("pinned", Self::Pinned), ("incumbent", Self::Incumbent)]
            .into_iter()
            .find_map(|(known, course)| (known == word).then_some(course))
    }
}

/// The words of a list, separated by spaces or commas.
pub fn words(text: &str) -> Vec<String> {
    text.split([' ', ',']).filter(|word| !word.is_empty()).map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_rule_can_be_taken_away() {
        let policy = Policy {
            tiers: Some(vec![Tier::Hosted]),
            deny: Some(vec!["openai".to_owned()]),
            min_sellers: Some(2),
            ..Policy::default()
        };
        assert_eq!(policy.rules(), [Rule::Tiers, Rule::Deny, Rule::MinSellers]);
        let rest = policy.rules().into_iter().fold(policy, |policy, rule| policy.without(rule));
        assert_eq!(rest, Policy::default());
    }
}
