//! Calls by workload and the model that served them, as rows.

use polars::prelude::PolarsResult;

use super::names::{Catalogue, of_workload, workload};
use super::numbers::{add_tokens, put_tokens};
use crate::inputs::partials::{Amounts, Place, Rows};
use crate::simulation::bridge::Names;
use crate::simulation::hosting::devices::ByLane;
use crate::simulation::world::World;
use crate::units::Usd;

/// Groups as rows.
pub(in crate::simulation) fn rows(groups: &ByLane, world: &World, names: &Names) -> Rows {
    let (mut rows, catalogue) = (Rows::default(), Catalogue::of(world));
    for ((code, model), group) in groups {
        let place = |sum: &str| Place {
            name: of_workload(names, *code),
            from: catalogue.of_model(*model),
            ..Place::of(sum)
        };
        let amounts = Amounts { calls: group.calls as i64, amount: group.spent.pico(), ..Amounts::default() };
        rows.add(place("group"), amounts);
        put_tokens(&mut rows, &place("group_tokens"), &group.tokens);
    }
    rows
}

/// The groups of rows.
///
/// # Errors
/// When they name what nobody knows.
pub(in crate::simulation) fn of_rows(rows: &Rows, world: &World, names: &Names) -> PolarsResult<ByLane> {
    let (mut groups, catalogue) = (ByLane::default(), Catalogue::of(world));
    let key = |place: &Place| -> PolarsResult<_> {
        Ok((workload(names, place.name.as_ref()), catalogue.model(place.from.as_ref())?))
    };
    for (place, amounts) in rows.of("group") {
        let group = groups.entry(key(place)?).or_default();
        group.calls += amounts.calls.unsigned_abs();
        group.spent += Usd::from_pico(amounts.amount);
    }
    for (place, amounts) in rows.of("group_tokens") {
        add_tokens(&mut groups.entry(key(place)?).or_default().tokens, place, amounts);
    }
    Ok(groups)
}
