//! What a limit comes to on a log.

use super::{Check, State, Subject, Why, keeps};
use crate::engine::regression::{Increase, Plan};
use crate::inputs::baseline::Sums;
use crate::inputs::budget::{Limit, MetricKind};
use crate::simulation::forecast::forecast;
use crate::simulation::outcome::{Line, saving};
use crate::simulation::projection::volume::{Counted, by_day};
use crate::simulation::{Month, outcome::Outcome};
use crate::units::Day;

/// Models that are named where calls have no price.
const NAMED: usize = 5;

/// Measures a limit and says how it is kept.
pub(super) fn check(subject: &Subject<'_>, limit: Limit) -> Check {
    let sums = subject.measured.tally.sum(&subject.rule.scope);
    let (unpriced, _) = subject.measured.tally.unpriced(&subject.rule.scope);
    if sums.consumed.calls + unpriced == 0 {
        return Check::unknown(limit, Why::NoCalls);
    }
    let found = if limit.metric.needs_baseline() {
        increase(subject, limit)
    } else {
        match value(subject, limit, &sums, unpriced) {
            Ok((value, day)) => Check { day, ..Check::certain(limit, value) },
            Err(why) => Check::unknown(limit, why),
        }
    };
    // What is exceeded without the calls that have no price is exceeded with them; the rest is not known.
    match missing(subject, &sums, unpriced) {
        Some(why) if limit.metric.is_of_cost() && (found.state != State::Exceeded || !is_sum(limit)) => {
            Check { state: State::Unknown, why: Some(why), ..found }
        }
        _ => found,
    }
}

/// Whether more calls can only add to it.
const fn is_sum(limit: Limit) -> bool {
    matches!(limit.metric.kind, MetricKind::CostPerMonth | MetricKind::CostPerDay | MetricKind::BreachPercent)
}

/// The calls without a price, where there are more than are allowed.
fn missing(subject: &Subject<'_>, sums: &Sums, unpriced: u64) -> Option<Why> {
    let share = unpriced as f64 / (sums.consumed.calls + unpriced) as f64;
    if unpriced == 0 || share <= subject.world.scenario.gate.unpriced_share {
        return None;
    }
    let tally = &subject.measured.tally;
    let of_scope = tally.unpriced.iter().filter(|(key, _)| key.is_in(&subject.rule.scope));
    let mut models: Vec<(&str, u64)> = Vec::new();
    for (key, (calls, _)) in of_scope {
        match models.iter_mut().find(|(name, _)| *name == key.model) {
            Some((_, sum)) => *sum += calls,
            None => models.push((&key.model, *calls)),
        }
    }
    models.sort_by_key(|(_, calls)| std::cmp::Reverse(*calls));
    let models = models.into_iter().take(NAMED).map(|(name, _)| name.to_owned()).collect();
    Some(Why::Unpriced { calls: unpriced, share, models })
}

type Told = Result<(f64, Option<Day>), Why>;

fn value(subject: &Subject<'_>, limit: Limit, sums: &Sums, unpriced: u64) -> Told {
    let audit = &subject.measured.audit;
    let consumed = &sums.consumed;
    let keep = keeps(&subject.rule.scope, audit, subject.world);
    let line = |outcome: &Outcome| outcome.sum(|lane, _| keep(lane));
    let because = |text: &str| Why::Because(text.to_owned());
    let per_call = |amount: f64| {
        if consumed.calls == 0 {
            Err(because("no call has a price"))
        } else {
            Ok(amount / consumed.calls as f64)
        }
    };
    let dollars = |line: &Line| line.cost.estimate().0;
    let percent = |part: f64, whole: f64, of_nothing: &str| {
        if whole > 0.0 { Ok(100.0 * part / whole) } else { Err(because(of_nothing)) }
    };
    let value = match limit.metric.kind {
        MetricKind::CostPerMonth => dollars(&line(&audit.baseline)) * month(subject)?,
        MetricKind::CostPerDay => return dearest_day(subject),
        MetricKind::CostPerCall => per_call(consumed.cost().estimate().0)?,
        MetricKind::CostPer1000Calls => per_call(1_000.0 * consumed.cost().estimate().0)?,
        MetricKind::TokensPerCall => {
            let (_, tokens) = subject.measured.tally.unpriced(&subject.rule.scope);
            (consumed.total() + tokens) as f64 / (consumed.calls + unpriced) as f64
        }
        MetricKind::TierShare(tier) => {
            let cells = subject.measured.tally.cells.iter().filter(|(key, _)| key.is_in(&subject.rule.scope));
            let on_tier: u64 =
                cells.filter(|(key, _)| key.tier == tier).map(|(_, sums)| sums.consumed.calls).sum();
            100.0 * per_call(on_tier as f64)?
        }
        MetricKind::MissedSavingPerMonth => {
            saving(&line(&audit.baseline), &line(&audit.routed)).estimate().0 * month(subject)?
        }
        MetricKind::MissedSavingPercent => {
            let (was, is) = (line(&audit.baseline), line(&audit.routed));
            percent(saving(&was, &is).estimate().0, dollars(&was), "nothing was spent")?
        }
        MetricKind::UnpricedPercent => 100.0 * unpriced as f64 / (consumed.calls + unpriced) as f64,
        MetricKind::PriceAge => match sums.oldest_source {
            Some(day) => f64::from((subject.world.as_of.0 - day.0).max(0)),
            None => return Err(because("no source of the prices has a day")),
        },
        MetricKind::CacheHitPercent => {
            percent(consumed.tokens[1] as f64, consumed.buckets().input() as f64, "no input was reported")?
        }
        MetricKind::BreachPercent => {
            let found = forecast(audit, subject.world, &keep, None, subject.rule.month_budget);
            let breach = found.map_err(Why::Because)?.breach;
            100.0 * breach.ok_or_else(|| because("no budget of the month is named"))?.probability
        }
        MetricKind::IncreasePercent | MetricKind::IncreasePer1000Calls | MetricKind::IncreasePerMonth => {
            return Err(Why::NoBaseline { given: false });
        }
    };
    Ok((value, None))
}

fn month(subject: &Subject<'_>) -> Result<f64, Why> {
    match &subject.measured.audit.month {
        Month::Known { factor, .. } => Ok(*factor),
        Month::Unknown { because } => Err(Why::Because(because.clone())),
    }
}

fn dearest_day(subject: &Subject<'_>) -> Told {
    let audit = &subject.measured.audit;
    let keep = keeps(&subject.rule.scope, audit, subject.world);
    let days = by_day(audit, subject.world, Counted::Dollars, &keep).ok_or_else(|| {
        Why::Because("its calls have no dates, or some have none and stand on a day of the others".to_owned())
    })?;
    let dearest = days.into_iter().reduce(|most, day| if day.1 > most.1 { day } else { most });
    dearest
        .map(|(day, dollars)| (dollars, Some(Day(day))))
        .ok_or_else(|| Why::Because("the log has no days".to_owned()))
}

/// An increase against the baseline: exceeded only where its interval lies beyond the limit.
fn increase(subject: &Subject<'_>, limit: Limit) -> Check {
    let (Some(baseline), Some(compared)) = (subject.baseline, subject.compared) else {
        return Check::unknown(limit, Why::NoBaseline { given: subject.baseline.is_some() });
    };
    let Some(found) = &compared.increase else {
        let nothing = if compared.sides[0].consumed.calls == 0 {
            Why::NoCalls
        } else {
            Why::Because("the calls of one side cost nothing, so there is no increase per cent".to_owned())
        };
        return Check::unknown(limit, nothing);
    };
    let [before, _] = compared.sides;
    let share = before.unpriced as f64 / (before.consumed.calls + before.unpriced).max(1) as f64;
    if share > subject.world.scenario.gate.unpriced_share {
        let because = format!("{} calls of the baseline have no price", before.unpriced);
        return Check::unknown(limit, Why::Because(because));
    }
    // Everything is judged as a part of the cost of a call before; a unit of the limit is so much of it.
    let unit = match limit.metric.kind {
        MetricKind::IncreasePer1000Calls => Ok(1_000.0 * found.before),
        MetricKind::IncreasePerMonth => match baseline.month_factor() {
            Some(factor) => Ok(compared.sides[0].consumed.calls as f64 * factor * found.before),
            None => Err("the log of the baseline does not tell what a month is; save it with --days"),
        },
        _ => Ok(100.0),
    };
    match unit {
        Ok(unit) => weighed(subject, limit, found, unit),
        Err(because) => Check::unknown(limit, Why::Because(because.to_owned())),
    }
}

fn weighed(subject: &Subject<'_>, limit: Limit, found: &Increase, unit: f64) -> Check {
    let gate = &subject.world.scenario.gate;
    let (estimate, allowed) = (found.estimate(), limit.value / unit);
    let state = match found.interval {
        Some(interval) if interval.low > allowed => State::Exceeded,
        Some(_) if estimate <= allowed => State::Held,
        _ => State::Doubtful,
    };
    let plan = |increase: f64| Plan { limit: allowed, increase, level: gate.level, power: gate.power };
    Check {
        state,
        interval: found.interval.map(|interval| (interval.low * unit, interval.high * unit)),
        decided_by: if state == State::Doubtful { found.spread.calls(&plan(estimate)) } else { None },
        advised: found.spread.calls(&plan(allowed + gate.detect)),
        ..Check::certain(limit, estimate * unit)
    }
}
