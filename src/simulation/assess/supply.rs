//! Who supplies a model, and what it costs if they are gone.

use std::collections::BTreeSet;

use super::View;
use crate::engine::evidence::concentration::{all_down, disruption, herfindahl};
use crate::inputs::models::LicenseClass;
use crate::inputs::prices::{OfferId, When};
use crate::units::{Tier, UsdEstimate};

/// Working hours of a year, for the price of an hour of an engineer.
const HOURS_A_YEAR: f64 = 1_800.0;

/// Who supplies a model.
#[derive(Debug, Clone)]
pub struct Supply {
    /// Class of its licence.
    pub licence: LicenseClass,
    /// The licence.
    pub licence_name: String,
    /// Country of its lab.
    pub country: String,
    /// Sellers that have it on sale, resellers left out.
    pub hosts: usize,
    /// Concentration of these hosts, each taken to be as large as the others: their true shares are not public.
    pub herfindahl: Option<f64>,
    /// Share of time in which at least one of them serves.
    pub availability: f64,
    /// Labs with an open model that succeeds as often as the workload needs.
    pub open_labs: usize,
    /// Dollars a year that go to a seller that nobody can replace with the same model; `None`: the log is too short to tell.
    pub single_vendor: Option<UsdEstimate>,
    /// Dollars a year that its being withdrawn, delisted or taken down is expected to cost.
    pub disruption: UsdEstimate,
    /// The part of that which an authority causes.
    pub takedown: UsdEstimate,
}

pub(super) fn of(view: &View<'_>, offer: OfferId) -> Supply {
    let world = view.world;
    let (assumed, conditions) = (view.asked.assumed.suppliers, view.asked.assumed.conditions);
    let model = view.model(offer);
    let facts = world.models.get(model);
    let hosts = world.hosts(model, &When::on(world.as_of));
    let outages = vec![1.0 - conditions.host_availability; hosts];
    let closed = world.book.offer(offer).tier == Tier::Closed;
    // A host that delists an open model is replaced by another; only where there is none is the model gone.
    let rate = if closed { assumed.closed } else { assumed.hosted / (hosts.max(1) as f64) };
    let hour = world.scenario.self_hosting.staff.salary_year.0 / HOURS_A_YEAR;
    let switch = assumed.switch_hours * hour;
    let days = if hosts > 1 { 0.0 } else { assumed.days_down };
    let cost = |rate: f64| UsdEstimate(disruption(rate, switch, days, assumed.margin_day));
    let spent = view.a_year(view.routed.cost.estimate().0);
    Supply {
        licence: facts.license_class,
        licence_name: facts.license.clone(),
        country: facts.country.clone(),
        hosts,
        herfindahl: herfindahl(&vec![1.0; hosts]).map(|(index, _)| index),
        availability: 1.0 - all_down(&outages, conditions.common_cause),
        open_labs: open_labs(view),
        single_vendor: if hosts <= 1 { spent.map(UsdEstimate) } else { Some(UsdEstimate(0.0)) },
        disruption: cost(rate + assumed.government),
        takedown: cost(assumed.government),
    }
}

/// Labs with an open model on sale that succeeds, at its lower bound, as often as the workload needs.
fn open_labs(view: &View<'_>) -> usize {
    let Some(needed) = super::conditions::needed(view) else { return 0 };
    let good = |id| view.success(id).is_some_and(|success| success.low >= needed);
    let labs = view.shared.open.iter().filter(|(id, _)| good(*id)).map(|(_, lab)| lab.as_str());
    labs.collect::<BTreeSet<_>>().len()
}
