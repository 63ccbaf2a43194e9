//! Findings about prices: what has none, what stood in, and how far the sheets can be relied on.

use super::{Level, List, NAMED, day_text, volume};
use crate::inputs::prices::LayerReport;
use crate::inputs::prices::layers::LayerKind;
use crate::outputs::page::Value;
use crate::outputs::wording::{Place, counted, grouped, value};
use crate::simulation::World;
use crate::simulation::audit::Audit;

impl List {
    pub(super) fn prices(&mut self, audit: &Audit, world: &World) {
        let unknowns = &audit.facts.unknowns;
        let unpriced = unknowns.unpriced_total();
        if unpriced.calls > 0 {
            let names = unknowns.unpriced.len() as u64;
            let message = format!(
                "{} under {} without a price: cost unknown",
                volume(unpriced),
                counted(names, "name")
            );
            self.add("unpriced-calls", Level::Warn, message);
        }
        let fallbacks = [
            (
                unknowns.mode_fallback,
                "standard-rate-assumed",
                "in a mode without a rate for their time or context tier: priced as standard",
            ),
            (
                unknowns.seller_fallback,
                "list-price-assumed",
                "whose seller is not in the log or has no sheet: priced at the list price of the model's lab",
            ),
            (
                unknowns.day_fallback,
                "nearest-rate",
                "without a rate in force on their day: priced at the nearest in time",
            ),
            (
                unknowns.region_fallback,
                "region-rate-assumed",
                "in a region without a rate of its own at a seller that charges by region: priced at the rate for all",
            ),
            (
                unknowns.cache_fallback,
                "cache-rate-assumed",
                "with cached tokens at a seller that lists no price for them: priced as input",
            ),
            (
                unknowns.reseller,
                "reseller-price",
                "at a reseller: priced at what it lists, which its hosts need not have charged",
            ),
            (unknowns.negotiated, "negotiated-price", "at a price or a discount of your own"),
            (
                unknowns.bucketed,
                "bucketed",
                "known only as sums: priced without context tiers and not routed",
            ),
        ];
        if audit.facts.undated > 0 {
            let message = format!(
                "{} without a date: priced as of {}",
                counted(audit.facts.undated, "call"),
                day_text(world.as_of)
            );
            self.add("undated", Level::Note, message);
        }
        if unknowns.zero_price.calls > 0 {
            let message =
                format!("{} at a stated price of zero: they look free", volume(unknowns.zero_price));
            self.add("zero-price", Level::Warn, message);
        }
        let tools = unknowns.server_tool;
        if tools.calls > 0 {
            let message = format!("{} that used a search of their seller's: not routed", volume(tools));
            self.add("server-tools", Level::Note, message);
        }
        let other = unknowns.other_operation;
        if other.calls > 0 {
            let message = format!(
                "{} of another kind than chat or completion: priced by their tokens and not routed",
                volume(other)
            );
            self.add("not-routed", Level::Note, message);
        }
        for (count, code, words) in fallbacks {
            if count.calls > 0 {
                self.add(code, Level::Note, format!("{} {words}", volume(count)));
            }
        }
        if unknowns.gateway_cache.calls > 0 {
            self.add(
                "gateway-cache",
                Level::Note,
                format!(
                    "{} answered by a gateway's own cache: no seller was paid",
                    volume(unknowns.gateway_cache)
                ),
            );
        }
        if unknowns.web_searches > 0 {
            self.add(
                "web-searches",
                Level::Warn,
                format!(
                    "web searches at sellers that list no price for them are in no sum: {}",
                    grouped(&unknowns.web_searches.to_string())
                ),
            );
        }
    }

    /// What the sheets over the shipped ones lost or brought.
    pub(super) fn sheets(&mut self, layers: &[LayerReport]) {
        for layer in layers {
            let lost: Vec<_> = layer.problems.iter().filter(|problem| problem.lost).collect();
            // What the user's own file lost concerns the user; a synced sheet's losses are the publisher's.
            if !lost.is_empty() && layer.layer.kind == LayerKind::User {
                let told = lost
                    .iter()
                    .take(NAMED)
                    .map(|problem| format!("line {} {} {}", problem.line, problem.at, problem.what));
                let mut told: Vec<String> = told.collect();
                if lost.len() > NAMED {
                    told.push(format!("{} more", lost.len() - NAMED));
                }
                let message = format!(
                    "{}: {} without effect: {}",
                    layer.layer.name,
                    counted(lost.len() as u64, "row"),
                    told.join("; ")
                );
                self.add("price-sheet-problems", Level::Warn, message);
            }
            if !layer.unlisted.is_empty() && layer.layer.kind == LayerKind::User {
                let mut names = layer.unlisted.clone();
                names.sort_unstable();
                names.dedup();
                let count = names.len();
                names.truncate(NAMED);
                if count > NAMED {
                    names.push(format!("{} more", count - NAMED));
                }
                let message = format!(
                    "{} has models that no table knows: priced by their names, never routed to: {}",
                    layer.layer.name,
                    names.join(", ")
                );
                self.add("unlisted-models", Level::Note, message);
            }
        }
    }

    /// Sources that are older than the calls they price, or than today allows.
    pub(super) fn ages(&mut self, audit: &Audit, world: &World) {
        let Some(oldest) = audit.facts.unknowns.oldest_source else { return };
        let limit = world.scenario.stale_days;
        let beside_log = audit.price_days.map(|(_, last)| last.0 - oldest.0);
        if let Some(age) = beside_log.filter(|age| f64::from(*age) > limit) {
            let message = format!(
                "a price source that was used is of {}, {} before the last day that was priced",
                day_text(oldest),
                counted(age.unsigned_abs().into(), "day")
            );
            self.add("stale-prices", Level::Warn, message);
        } else if f64::from(world.as_of.0 - oldest.0) > limit {
            let message = format!(
                "a price source that was used is of {}, more than {limit} days before {}: `switchpoint prices sync` gets newer ones",
                day_text(oldest),
                day_text(world.as_of)
            );
            self.add("stale-prices", Level::Note, message);
        }
    }

    /// What commitments leave of a saving.
    pub(super) fn commitments(&mut self, audit: &Audit) {
        let money = |usd| value(&Value::Usd(usd), Place::Line);
        for committed in &audit.commitments {
            let per_month =
                format!("{} a month are committed to {}", money(committed.per_month), committed.seller);
            let Some(owed) = committed.owed else {
                let message =
                    format!("{per_month}: not compared, because it is not known how long the log is");
                self.add("commitment", Level::Warn, message);
                continue;
            };
            let message = format!(
                "{per_month}, {} over the log: {} of it is not used as logged, {} when every call is routed",
                money(owed),
                money(committed.unused_as_logged()),
                money(committed.unused_when_routed())
            );
            let level = if committed.unused_when_routed() > committed.unused_as_logged() {
                Level::Warn
            } else {
                Level::Note
            };
            self.add("commitment", level, message);
        }
    }
}
