//! Who sells the weights that one would serve oneself.

use super::whole;
use crate::engine::hosting::roofline::Shape;
use crate::inputs::models::ModelId;
use crate::inputs::prices::{OfferId, When};
use crate::simulation::world::World;
use crate::units::Tier;

/// Picodollars of a mean call at each host of a model that sells it at that moment, the cheapest first.
fn ranked(world: &World, model: ModelId, when: &When, mean: &Shape) -> Vec<(i64, OfferId)> {
    let call = whole(mean);
    let mut hosts: Vec<(i64, OfferId)> = world
        .book
        .offers_of(model)
        .iter()
        .filter(|offer| world.book.offer(**offer).tier == Tier::Hosted)
        .filter_map(|offer| Some((world.sold(*offer, when)?.tariff.cost(&call), *offer)))
        .collect();
    hosts.sort();
    hosts
}

/// Dollars of a mean call at the cheapest host of a model.
pub(super) fn cheapest(world: &World, model: ModelId, when: &When, mean: &Shape) -> Option<f64> {
    ranked(world, model, when, mean).first().map(|(cost, _)| *cost as f64 / 1e12)
}

/// The median host of a model by the cost of a mean call; of an even number the cheaper of the middle two.
pub(super) fn median(world: &World, model: ModelId, when: &When, mean: &Shape) -> Option<OfferId> {
    let hosts = ranked(world, model, when, mean);
    hosts.get(hosts.len().checked_sub(1)? / 2).map(|(_, offer)| *offer)
}

/// The offers of the user's own host: of the same model first, then of any other, the cheapest for a mean call first.
pub(super) fn own(world: &World, model: ModelId, when: &When, mean: &Shape) -> Vec<OfferId> {
    let Some(name) = &world.scenario.self_hosting.own_host else { return Vec::new() };
    let Some(seller) = world.book.seller_named(name) else { return Vec::new() };
    let there = |offer: &OfferId| world.book.seller_of(*offer).id == seller.id;
    let same = ranked(world, model, when, mean).into_iter().map(|(_, offer)| offer).filter(there);
    let mut offers: Vec<OfferId> = same.collect();
    let mut others: Vec<(i64, OfferId)> = world
        .book
        .offers()
        .filter(|(offer, terms)| there(offer) && terms.model != model)
        .flat_map(|(_, terms)| ranked(world, terms.model, when, mean))
        .filter(|(_, offer)| there(offer))
        .collect();
    others.sort();
    offers.extend(others.into_iter().map(|(_, offer)| offer));
    offers
}
