//! What to do, in the form of the tools that do it: routers and gateways. No file holds a credential.

mod csv;
mod litellm;
mod openrouter;

use std::collections::BTreeMap;

pub use self::csv::csv;
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
    /// Offers that served the calls, for when the others fail; those with the most calls first.
    pub incumbents: Vec<OfferId>,
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
    let mut shares: BTreeMap<OfferId, f64> = BTreeMap::new();
    let mut incumbents: BTreeMap<OfferId, u64> = BTreeMap::new();
    for of in members {
        *incumbents.entry(of.incumbent).or_default() += of.calls;
        for (offer, share) in &of.targets {
            *shares.entry(*offer).or_default() += share * of.calls as f64 / calls.max(1) as f64;
        }
    }
    let mut targets: Vec<(OfferId, f64)> = shares.into_iter().collect();
    targets.sort_by(|(one, a), (other, b)| b.total_cmp(a).then(one.cmp(other)));
    let mut incumbents: Vec<(OfferId, u64)> = incumbents.into_iter().collect();
    incumbents.sort_by_key(|(offer, calls)| (std::cmp::Reverse(*calls), *offer));
    Group { name, calls, targets, incumbents: incumbents.into_iter().map(|(offer, _)| offer).collect() }
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
