//! What to do, in the form of the tools that do it: routers and gateways. No file holds a credential.

mod csv;
mod envoy;
mod litellm;
mod openrouter;

use std::collections::BTreeMap;

pub use self::csv::csv;
pub use self::envoy::envoy;
pub use self::litellm::litellm;
pub use self::openrouter::openrouter;

use crate::inputs::prices::OfferId;
use crate::outputs::wording::clean;
use crate::simulation::World;
use crate::simulation::handover::Handover;

/// What a client asks the router for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum By {
    /// The name of its workload.
    Workload,
    /// The model that it asks for today.
    Model,
}

/// A name that clients ask for, and the offers behind it.
#[derive(Debug, Clone, PartialEq)]
pub struct Group {
    /// The name.
    pub name: String,
    /// Calls of the log.
    pub calls: u64,
    /// Offers with their shares of the calls, which add up to 1; the greatest first.
    pub targets: Vec<(OfferId, f64)>,
    /// Offers that served the calls, with their shares; those with the most calls first.
    pub incumbents: Vec<(OfferId, f64)>,
}

/// A file for a router, and what could not be put into it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Exported {
    /// The file.
    pub text: String,
    /// Names in it.
    pub names: usize,
    /// Offers that the router does not know, with the reason.
    pub left_out: Vec<(String, String)>,
}

/// What calls without a workload are called.
const UNNAMED: &str = "unnamed";

/// The groups of a router, by name.
pub fn groups(handovers: &[Handover], by: By, world: &World) -> Vec<Group> {
    let mut members: BTreeMap<String, Vec<&Handover>> = BTreeMap::new();
    for of in handovers {
        let name = match by {
            By::Workload => of.workload.clone().unwrap_or_else(|| UNNAMED.to_owned()),
            By::Model => world.models.get(world.book.offer(of.incumbent).model).id.clone(),
        };
        members.entry(clean(&name)).or_default().push(of);
    }
    members.into_iter().map(|(name, members)| group(name, &members)).collect()
}

fn group(name: String, members: &[&Handover]) -> Group {
    let calls: u64 = members.iter().map(|of| of.calls).sum();
    let (mut targets, mut incumbents) = (BTreeMap::new(), BTreeMap::new());
    for of in members {
        let own = of.calls as f64 / calls.max(1) as f64;
        *incumbents.entry(of.incumbent).or_default() += own;
        for (offer, share) in &of.targets {
            *targets.entry(*offer).or_default() += share * own;
        }
    }
    Group { name, calls, targets: greatest_first(targets), incumbents: greatest_first(incumbents) }
}

/// What a router that knows some of the sellers is told of a group.
struct Served {
    /// Offers that it knows with their shares, the greatest first.
    targets: Vec<(OfferId, f64)>,
    /// For when those fail: the offers that serve today, where anything moves.
    fallbacks: Vec<OfferId>,
    /// Offers that it does not know, with the reason.
    unknown: Vec<(OfferId, String)>,
}

impl Served {
    /// What is meant for offers that are not known stays where it is served, as far as that is known.
    fn of(group: &Group, known: impl Fn(OfferId) -> Result<(), String>) -> Self {
        let mut targets: BTreeMap<OfferId, f64> = BTreeMap::new();
        let mut stays = 0.0;
        let mut unknown = Vec::new();
        for (offer, share) in &group.targets {
            match known(*offer) {
                Ok(()) => {
                    targets.insert(*offer, *share);
                }
                Err(because) => {
                    stays += share;
                    unknown.push((*offer, because));
                }
            }
        }
        let is_incumbent = |offer: &OfferId| group.incumbents.iter().any(|(own, _)| own == offer);
        let moves = targets.keys().any(|offer| !is_incumbent(offer));
        let incumbents = group.incumbents.iter().filter(|(offer, _)| known(*offer).is_ok());
        if stays > 0.0 {
            let all: f64 = incumbents.clone().map(|(_, share)| share).sum();
            for (offer, share) in incumbents.clone() {
                *targets.entry(*offer).or_default() += stays * share / all;
            }
            let reasons = group.incumbents.iter().map(|(offer, _)| (*offer, known(*offer)));
            unknown.extend(reasons.filter_map(|(offer, known)| Some((offer, known.err()?))));
        }
        let fallbacks = incumbents.map(|(offer, _)| *offer).filter(|_| moves).collect();
        Self { targets: greatest_first(targets), fallbacks, unknown }
    }
}

fn greatest_first(shares: BTreeMap<OfferId, f64>) -> Vec<(OfferId, f64)> {
    let mut shares: Vec<(OfferId, f64)> = shares.into_iter().collect();
    shares.sort_by(|(one, a), (other, b)| b.total_cmp(a).then(one.cmp(other)));
    shares
}

/// Parts of a whole in which routers weigh offers.
const PARTS: f64 = 1000.0;

/// A share as a whole number of parts, at least one.
fn weight(share: f64) -> u64 {
    (share * PARTS).round().max(1.0) as u64
}

/// Text that is a string in JSON and in YAML.
fn quoted(text: &str) -> String {
    serde_json::Value::from(clean(text)).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_router_does_not_know_stays_where_it_is_served() {
        let [cheap, strange, now, then] = [0, 1, 2, 3].map(OfferId);
        let group = Group {
            name: "chat".to_owned(),
            calls: 8,
            targets: vec![(cheap, 0.6), (strange, 0.4)],
            incumbents: vec![(now, 0.75), (then, 0.25)],
        };
        let no = |offer: OfferId| Err(format!("no {}", offer.0));
        let served = Served::of(&group, |offer| if offer == strange { no(offer) } else { Ok(()) });
        assert_eq!(served.targets, [(cheap, 0.6), (now, 0.4 * 0.75), (then, 0.4 * 0.25)]);
        assert_eq!((served.fallbacks, served.unknown), (vec![now, then], vec![(strange, "no 1".to_owned())]));
        // Of those that serve today it may know some, or none.
        let served = Served::of(&group, |offer| if offer == now { Ok(()) } else { no(offer) });
        assert_eq!((served.targets, served.fallbacks), (vec![(now, 1.0)], Vec::new()));
        let served = Served::of(&group, no);
        assert_eq!((served.targets.len(), served.unknown.len()), (0, 4));
    }
}
