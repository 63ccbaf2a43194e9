//! The sums of machines as rows: the capacity surface, and what stands beside it.

use polars::prelude::PolarsResult;

use super::names::{Catalogue, of_workload, workload};
use super::numbers::{put_served, served};
use crate::engine::hosting::surface::{Bin, Surface};
use crate::inputs::partials::{Amounts, Place, Rows};
use crate::simulation::bridge::Names;
use crate::simulation::hosting::gathered::{Gathered, Share, Versus};
use crate::simulation::world::World;
use crate::units::Usd;

/// The sums of deployments as rows.
pub(in crate::simulation) fn rows(gathered: &[Gathered], world: &World, names: &Names) -> Rows {
    let (mut rows, catalogue) = (Rows::default(), Catalogue::of(world));
    for (item, of) in (0..).zip(gathered) {
        put_served(&mut rows, item, Versus::Best.word(), &of.volume);
        rows.add(Place { item, ..Place::of("work") }, Amounts { units: of.nanos, ..Amounts::default() });
        for (versus, (calls, charged)) in Versus::ALL.into_iter().zip(of.alternatives) {
            let amounts = Amounts { calls: calls as i64, amount: charged.pico(), ..Amounts::default() };
            rows.add(Place { item, ..against("alternative", versus) }, amounts);
        }
        for (sum, surfaces) in [("surface", &of.now), ("surface_waiting", &of.waiting)] {
            for (versus, surface) in Versus::ALL.into_iter().zip(surfaces) {
                let place = Place { item, ..against(sum, versus) };
                for (at, bin, cell) in surface.cells() {
                    rows.add(Place { at, bin: bin.into(), ..place.clone() }, of_bin(cell));
                }
            }
        }
        for (at, calls) in &of.minutes {
            let place = Place { item, at: *at, ..Place::of("minute") };
            rows.add(place, Amounts { calls: (*calls).into(), ..Amounts::default() });
        }
        for ((code, model), share) in &of.workloads {
            let place = Place {
                item,
                name: of_workload(names, *code),
                from: catalogue.of_model(*model),
                ..Place::of("workload")
            };
            let amounts = Amounts {
                calls: share.calls as i64,
                units: share.nanos,
                amount: share.spent.pico(),
                beside: share.best.pico(),
            };
            rows.add(place, amounts);
        }
    }
    rows
}

/// The sums of so many deployments.
///
/// # Errors
/// When rows name what nobody knows.
pub(in crate::simulation) fn of_rows(
    rows: &Rows,
    deployments: usize,
    world: &World,
    names: &Names,
) -> PolarsResult<Vec<Gathered>> {
    let catalogue = Catalogue::of(world);
    let own = |sum: &str, item: i32| rows.of_item(sum, item);
    let mut all = Vec::new();
    for item in 0..deployments as i32 {
        let mut of = Gathered { volume: served(rows, item, Versus::Best.word()), ..Gathered::default() };
        of.nanos = own("work", item).map(|(_, amounts)| amounts.units).sum();
        for (at, versus) in Versus::ALL.into_iter().enumerate() {
            let is = |(place, _): &(&Place, &Amounts)| place.to.as_deref() == Some(versus.word());
            for (_, amounts) in own("alternative", item).filter(is) {
                of.alternatives[at] = (amounts.calls.unsigned_abs(), Usd::from_pico(amounts.amount));
            }
            let cells = |sum: &str| {
                let cells = own(sum, item).filter(is);
                Surface::of(cells.map(|(place, amounts)| (place.at, place.bin as u16, bin(amounts))))
            };
            of.now[at] = cells("surface");
            of.waiting[at] = cells("surface_waiting");
        }
        of.minutes = own("minute", item).map(|(place, amounts)| (place.at, amounts.calls as u32)).collect();
        for (place, amounts) in own("workload", item) {
            let key = (workload(names, place.name.as_ref()), catalogue.model(place.from.as_ref())?);
            let share = Share {
                calls: amounts.calls.unsigned_abs(),
                nanos: amounts.units,
                spent: Usd::from_pico(amounts.amount),
                best: Usd::from_pico(amounts.beside),
            };
            of.workloads.insert(key, share);
        }
        all.push(of);
    }
    Ok(all)
}

fn against(sum: &str, versus: Versus) -> Place {
    Place { to: Some(versus.word().into()), ..Place::of(sum) }
}

fn of_bin(bin: &Bin) -> Amounts {
    Amounts { calls: bin.calls as i64, units: bin.nanos.into(), amount: bin.worth, beside: bin.cold }
}

fn bin(amounts: &Amounts) -> Bin {
    Bin {
        calls: amounts.calls.unsigned_abs(),
        nanos: amounts.units as u64,
        worth: amounts.amount,
        cold: amounts.beside,
    }
}
