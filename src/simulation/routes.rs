//! The offer that each call goes to, as a table.

use std::collections::HashMap;
use std::sync::Arc;

use polars::prelude::{
    ChunkTake as _, Column, DataFrame, IdxCa, IntoColumn as _, NewChunkedArray as _, PlSmallStr,
    PolarsResult, StringChunked,
};

use super::bridge::{Batch, Calendar, Class, Kind, Names, Setting};
use super::candidates::Eligibility;
use super::incumbent::Served;
use super::pass::{Calls, Plan};
use super::ways::{self, AsLogged};
use super::world::World;
use crate::engine::route::kernel::Choices;
use crate::inputs::prices::OfferId;
use crate::tables::routes as r;
use crate::units::Usd;

/// Where a call goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Routed {
    offer: OfferId,
    /// What the call costs where it was served.
    spent: Usd,
    /// What it costs there.
    cost: Usd,
}

/// What the rows of a table of routes add up to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Sum {
    /// Rows.
    pub rows: u64,
    /// Rows without a price, or for which nobody was paid.
    pub unpriced: u64,
    /// Rows that go elsewhere.
    pub moved: u64,
    /// What they cost where they were served.
    pub spent: Usd,
    /// What they cost where they go.
    pub routed: Usd,
}

/// Routes call by call, for as many tables as there are.
pub struct Routes<'w> {
    world: &'w World,
    calendar: Calendar,
    names: Names,
    way: ways::Routed,
    classes: HashMap<Class, Option<(Served, Arc<Plan>, bool)>>,
    /// What has been routed so far.
    pub sum: Sum,
}

impl<'w> Routes<'w> {
    /// A router for the scenario of a world.
    pub fn of(world: &'w World) -> Self {
        Self {
            world,
            calendar: Calendar::of(world),
            names: Names::default(),
            way: ways::Routed::of(&Eligibility::of(world)),
            classes: HashMap::new(),
            sum: Sum::default(),
        }
    }

    /// Hands out the tables of [`r::ROUTES`] for a log, in its order, a piece at a time.
    ///
    /// # Errors
    /// When the log cannot be read, or what is done with a piece fails.
    pub fn each(
        &mut self,
        calls: &Calls,
        mut take: impl FnMut(&mut DataFrame) -> PolarsResult<()>,
    ) -> PolarsResult<()> {
        calls.pieces(r::OF_CALLS.iter().map(|column| column.name), |piece| take(&mut self.table(&piece)?))
    }

    fn table(&mut self, frame: &DataFrame) -> PolarsResult<DataFrame> {
        let routed = self.routed(frame)?;
        let mut columns: Vec<Column> = Vec::new();
        for column in r::OF_CALLS {
            columns.push(frame.column(column.name)?.clone());
        }
        let world = self.world;
        // A name is stored once, however many calls go there.
        let offers = || world.book.offers().map(|(offer, _)| offer);
        let place = routed.iter().map(|routed| routed.map(|routed| u32::from(routed.offer.0)));
        let places = IdxCa::from_iter_options(PlSmallStr::EMPTY, place);
        let named = |column: &crate::tables::Column, names: StringChunked| -> PolarsResult<Column> {
            Ok(names.take(&places)?.into_column().with_name(column.name.into()))
        };
        let models = offers().map(|offer| world.models.get(world.book.offer(offer).model).id.as_str());
        let sellers = offers().map(|offer| world.book.seller_of(offer).id.as_str());
        let tiers = offers().map(|offer| world.book.offer(offer).tier.word());
        let amounts = |column: &crate::tables::Column, get: fn(&Routed) -> Usd| {
            let amount = |routed: &Option<Routed>| i64::try_from(get(routed.as_ref()?).pico()).ok();
            Column::new(column.name.into(), routed.iter().map(amount).collect::<Vec<_>>())
        };
        columns.push(amounts(&r::COST, |routed| routed.spent));
        columns.push(named(&r::ROUTED_MODEL, StringChunked::from_iter_values(PlSmallStr::EMPTY, models))?);
        columns.push(named(&r::ROUTED_SELLER, StringChunked::from_iter_values(PlSmallStr::EMPTY, sellers))?);
        columns.push(named(&r::ROUTED_TIER, StringChunked::from_iter_values(PlSmallStr::EMPTY, tiers))?);
        columns.push(amounts(&r::ROUTED_COST, |routed| routed.cost));
        DataFrame::new(frame.height(), columns)
    }

    /// Where each call goes, in the order of the table; `None`: it has no price, or nobody was paid for it.
    fn routed(&mut self, frame: &DataFrame) -> PolarsResult<Vec<Option<Routed>>> {
        let mut routed = vec![None; frame.height()];
        let (mut batch, mut choices) = (Batch::default(), Choices::default());
        batch.fill(frame, &self.names, &self.calendar)?;
        self.sum.rows += frame.height() as u64;
        self.sum.unpriced += frame.height() as u64;
        for part in batch.parts() {
            let Some((served, plan, routable)) = self.class(&part.class) else { continue };
            plan.route(&part, &mut choices);
            let mut sum = Sum::default();
            for (call, &row) in part.rows.iter().enumerate() {
                let Some(spent) = served.cost(&part, call) else { continue };
                let offer = plan.offer(choices.place[call] as usize).map_or(served.offer, OfferId);
                // Tools and further requests are paid where they were used, and such calls stay.
                let cost = if *routable { Usd::from_pico(i128::from(choices.cost[call])) } else { spent };
                sum.rows += 1;
                sum.moved += u64::from(offer != served.offer);
                sum.spent += spent;
                sum.routed += cost;
                routed[row as usize] = Some(Routed { offer, spent, cost });
            }
            self.sum.unpriced -= sum.rows;
            self.sum.moved += sum.moved;
            self.sum.spent += sum.spent;
            self.sum.routed += sum.routed;
        }
        Ok(routed)
    }

    /// Who served a class, where it may go, and whether it may go anywhere; `None`: it has no price.
    fn class(&mut self, class: &Class) -> Option<&(Served, Arc<Plan>, bool)> {
        if !self.classes.contains_key(class) {
            let setting = Setting::of(class, &self.names, &self.calendar, self.world);
            let served = self.world.served(&setting).ok().filter(|_| !setting.free);
            let known = served.map(|served| {
                let routable = setting.kind == Kind::Routable;
                let way: &dyn ways::Way = if routable { &self.way } else { &AsLogged };
                let plan = way.plan(&setting, &served);
                (served, plan, routable)
            });
            self.classes.insert(*class, known);
        }
        self.classes.get(class)?.as_ref()
    }
}
