//! Findings about comparisons: what could not be compared, and what the log says of itself.

use super::{Level, List, by_calls, volume};
use crate::inputs::prices::When;
use crate::outputs::wording::{counted, percent};
use crate::simulation::audit::Audit;
use crate::simulation::{Month, World};

impl List {
    pub(super) fn comparisons(&mut self, audit: &Audit, world: &World) {
        let compared = audit.deployments.len();
        let all = world.hardware.deployments().count();
        if compared < all {
            let message = format!(
                "{} of {all} deployments are not compared: no rent of kind {}, or too few measurements",
                all - compared,
                world.scenario.self_hosting.commitment.word()
            );
            self.add("not-compared", Level::Note, message);
        }
        let benchmark = &world.scores.benchmark.name;
        for (model, count) in by_calls(&audit.facts.unknowns.unscored) {
            self.add("unscored-incumbent", Level::Note, format!("{} of {model}, which has no score on the {benchmark}: it counts as the best model that has one, so that only such models replace it", volume(*count)));
        }
        let today = sellable(world);
        if today.unscored > 0 {
            self.add("unscored-candidates", Level::Note, format!("{} of {} models on sale have no score on the {benchmark} and are never taken to be good enough", today.unscored, today.all));
        }
        if let Month::Unknown { because } = &audit.month {
            self.add("no-month", Level::Note, format!("nothing is stated per month: {because}"));
        }
        if audit.facts.claims.calls > 0
            && audit.facts.claims.claimed != audit.facts.claims.recomputed
            && audit.facts.claims.recomputed != crate::units::Usd::ZERO
        {
            let ratio =
                audit.facts.claims.claimed.estimate().0 / audit.facts.claims.recomputed.estimate().0 - 1.0;
            if ratio.abs() >= 0.005 {
                let direction = if ratio > 0.0 { "more" } else { "less" };
                let message = format!(
                    "the log claims {} {direction} than list price ({} with a cost in the log)",
                    percent(ratio.abs()),
                    counted(audit.facts.claims.calls, "call")
                );
                self.add("claimed-cost-differs", Level::Warn, message);
            }
        }
    }
}

struct Sellable {
    all: usize,
    unscored: usize,
}

/// Models that somebody sells on the day of the audit.
fn sellable(world: &World) -> Sellable {
    let on_sale = |id| {
        let offers = world.book.offers_of(id);
        offers.iter().any(|offer| world.book.tariff(*offer, &When::on(world.as_of)).is_some())
    };
    let models: Vec<_> = world
        .models
        .iter()
        // A variant is another price, not another model.
        .filter(|(id, model)| model.variant_of.is_none() && on_sale(*id))
        .map(|(id, _)| id)
        .collect();
    Sellable {
        all: models.len(),
        unscored: models.iter().filter(|id| world.scores.of(**id).is_none()).count(),
    }
}
