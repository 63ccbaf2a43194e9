//! What is owed to sellers in any case, and how much of it the calls use.

use crate::outputs::page::{Body, Grid, Head, Section, Value};
use crate::simulation::audit::Audit;
use crate::units::Usd;

/// The commitments of the user's contracts, by seller.
pub fn section(audit: &Audit) -> Section {
    let rows = audit.commitments.iter().map(|committed| {
        let known = |usd: Usd| if committed.owed.is_some() { Value::Usd(usd) } else { Value::Unknown };
        vec![
            Value::Text(committed.seller.clone()),
            Value::Usd(committed.per_month),
            committed.owed.map_or(Value::Unknown, Value::Usd),
            Value::Usd(committed.baseline),
            known(committed.unused_as_logged()),
            Value::Usd(committed.routed),
            known(committed.unused_when_routed()),
        ]
    });
    let heads = vec![
        Head::names("seller", "committed to", 0),
        Head::new("usd_month", "a month", 0),
        Head::new("owed_usd", "over the log", 0),
        Head::new("used_usd", "used as logged", 0),
        Head::new("unused_usd", "not used", 0),
        Head::new("routed_used_usd", "used when routed", 0),
        Head::new("routed_unused_usd", "not used when routed", 0),
    ];
    let notes = match audit.commitments.is_empty() {
        true => Vec::new(),
        false => vec!["what is not used is paid beside the calls; the tables below leave it out".to_owned()],
    };
    let grid = Grid { heads, rows: rows.collect(), shown: usize::MAX };
    Section { key: "commitments", title: "Committed".to_owned(), body: Body::Grid(grid), notes }
}
