//! The pass over batches gives what the naive loop gives, however the calls are stored and cut.

use std::collections::BTreeMap;
use std::sync::Arc;

use polars::prelude::{
    Column, DataFrame, DataType, IntoLazy as _, NamedFrom as _, Series, TimeUnit, UnionArgs, concat,
};
use proptest::prelude::*;
use switchpoint::engine::route::{Candidate, cheapest_of, prune};
use switchpoint::simulation::pass::{self, Cell, Ledger, Plan, Planner, Router};
use switchpoint::simulation::{Calendar, Class, Names, Slot};
use switchpoint::units::{Day, TokenBuckets};

/// A call of a workload on a day, or on none.
type Row = (Option<String>, Option<i64>, TokenBuckets);

/// Every workload has the candidates whose number it divides; from day 3 on only the even ones are on sale.
struct Shop {
    offers: Vec<Candidate>,
    calendar: Calendar,
}

const UNDATED: Day = Day(2);

impl Shop {
    fn new(offers: &[Candidate], slot: Slot) -> Self {
        Self { offers: offers.to_vec(), calendar: Calendar::changing(UNDATED, vec![Day(3)], slot) }
    }

    fn of(&self, workload: Option<&str>, stretch: u32) -> Vec<Candidate> {
        let step = workload.map_or(1, |name| name.len() as u16);
        let sold = |candidate: &&Candidate| {
            candidate.offer.is_multiple_of(step) && (stretch == 0 || candidate.offer.is_multiple_of(2))
        };
        self.offers.iter().filter(sold).cloned().collect()
    }
}

impl Planner for Shop {
    fn plan(&self, class: &Class, names: &Names) -> Plan {
        Plan::of(None, self.of(names.text(class.workload()).as_deref(), class.stretch))
    }

    fn calendar(&self) -> &Calendar {
        &self.calendar
    }
}

fn rows() -> impl Strategy<Value = Vec<Row>> {
    let name = prop::option::of(prop::sample::select(vec!["a", "bb", "ccc"]).prop_map(str::to_owned));
    let hour = prop::option::of(0..24 * 7_i64);
    let tokens = (0..90_i64, 0..30_i64, 0..400_i64).prop_map(|(fresh, read, out)| TokenBuckets {
        fresh,
        read,
        out,
        ..TokenBuckets::default()
    });
    prop::collection::vec((name, hour, tokens), 1..80)
}

/// The table, as a log would be stored: texts as strings or categories, counts in one type or another.
fn frame(rows: &[Row], categories: bool, narrow: bool) -> DataFrame {
    let workloads: Vec<Option<&str>> = rows.iter().map(|row| row.0.as_deref()).collect();
    let hours: Vec<Option<i64>> = rows.iter().map(|row| row.1.map(|hour| hour * 3_600_000_000)).collect();
    let count = |name: &str, get: fn(&TokenBuckets) -> i64| {
        // Nothing reported is no tokens.
        let values: Vec<Option<i64>> = rows.iter().map(|row| Some(get(&row.2)).filter(|n| *n > 0)).collect();
        let series = Series::new(name.into(), values);
        let dtype = if narrow { DataType::UInt32 } else { DataType::Int64 };
        Column::from(series.cast(&dtype).expect("fits"))
    };
    let workload = Series::new("workload".into(), workloads);
    let workload = if categories {
        workload.cast(&DataType::from_categories(polars::prelude::Categories::global())).expect("categories")
    } else {
        workload
    };
    let start = Series::new("ts_start".into(), hours);
    let start = start.cast(&DataType::Datetime(TimeUnit::Microseconds, None)).expect("times");
    let columns = vec![
        Column::from(start),
        Column::from(workload),
        count("in_uncached", |tokens| tokens.fresh),
        count("in_cache_read", |tokens| tokens.read),
        count("out_total", |tokens| tokens.out),
    ];
    DataFrame::new(rows.len(), columns).expect("a frame")
}

/// Cells by workload, offer and day.
type Sums = BTreeMap<(Option<String>, Option<u16>, i32), (u64, i128)>;

fn sums(ledger: &Ledger<Class>, names: &Names) -> Sums {
    let mut sums = Sums::new();
    for (class, offer, day, Cell { calls, cost, .. }) in ledger.cells() {
        let name = names.text(class.workload()).map(|name| name.to_string());
        let sum = sums.entry((name, offer, day)).or_default();
        *sum = (sum.0 + calls, sum.1 + cost);
    }
    sums
}

fn naive(rows: &[Row], shop: &Shop) -> Sums {
    let mut sums = Sums::new();
    for (workload, hour, tokens) in rows {
        let per_day = shop.calendar.slot.per_day();
        let slot = hour.map_or(UNDATED.0 * per_day, |hour| hour as i32 / (24 / per_day));
        let stretch = shop.calendar.stretch(Day(slot / per_day));
        let candidates = shop.of(workload.as_deref(), stretch);
        let chosen = cheapest_of(tokens, &candidates);
        let offer = chosen.map(|(place, _)| candidates[place as usize].offer);
        let sum = sums.entry((workload.clone(), offer, slot)).or_default();
        let paid = chosen.and_then(|(place, _)| candidates[place as usize].cost(tokens)).unwrap_or(0);
        *sum = (sum.0 + 1, sum.1 + i128::from(paid));
    }
    sums
}

fn passed(frames: &[DataFrame], offers: &[Candidate], slot: Slot) -> Sums {
    let lazy: Vec<_> = frames.iter().map(|frame| frame.clone().lazy()).collect();
    let calls = concat(lazy, UnionArgs::default()).expect("equal columns");
    let router = Router::new(Shop::new(offers, slot));
    let passed = pass::over(&calls.into(), Arc::new(router)).expect("a table of calls");
    sums(&passed.sum, &passed.names)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]

    #[test]
    fn batches_add_up_to_what_the_naive_loop_gives(
        rows in rows(),
        offers in super::candidates(),
        cut in any::<prop::sample::Index>(),
        categories in any::<bool>(),
        narrow in any::<bool>(),
        hourly in any::<bool>(),
    ) {
        let mut offers = offers;
        prune::in_order(&mut offers);
        let slot = if hourly { Slot::Hour } else { Slot::Day };
        let expected = naive(&rows, &Shop::new(&offers, slot));
        let whole = frame(&rows, categories, narrow);
        prop_assert_eq!(&passed(std::slice::from_ref(&whole), &offers, slot), &expected);
        let at = cut.index(rows.len());
        let parts = [whole.slice(0, at), whole.slice(at as i64, rows.len() - at)];
        prop_assert_eq!(&passed(&parts, &offers, slot), &expected);
    }
}
