//! Where each workload could run: what it costs as logged and at the best offers of each tier, with the condition on quality.

use super::axis::{Axis, dollars};
use super::frame::{Look, Words, around, framed};
use super::plot::ticks_at;
use super::theme::{Size, Theme};
use super::{Drawing, Material};
use crate::outputs::wording::{counted, points};
use crate::simulation::outcome::{Lane, Outcome, saving};
use crate::units::Tier;

/// A row: what one model serves of a workload.
struct Row {
    workload: String,
    incumbent: String,
    logged: f64,
    /// At the best offers of the closed and of the hosted tier, where they serve any call for less.
    tiers: [Option<f64>; 2],
    routed: f64,
    /// Place of the tier that takes most of the routed calls among the series.
    routed_tier: usize,
    condition: String,
}

/// Rows that are drawn; the rest is told in a sentence.
const MOST: usize = 16;
const ROW: f64 = 38.0;

pub(super) fn draw(material: &Material<'_>) -> Result<Drawing, String> {
    let audit = material.of.audit;
    let mut lanes = audit.baseline.lanes();
    lanes.retain(|lane| audit.baseline.sum_of_lane(*lane).cost.pico() > 0);
    lanes.sort_by_key(|lane| (std::cmp::Reverse(audit.baseline.sum_of_lane(*lane).cost), *lane));
    if lanes.is_empty() {
        return Err("no call has a price above nothing".to_owned());
    }
    let rows: Vec<Row> = lanes.iter().take(MOST).map(|lane| row(material, *lane)).collect();
    let words = words(material, lanes.len());
    let height = around(&words, f64::from(material.size.width)) + rows.len() as f64 * ROW + 62.0;
    let size = Size { height: height.ceil() as u32, ..material.size };
    Ok(picture(material, &rows, &words, size))
}

fn row(material: &Material<'_>, lane: Lane) -> Row {
    let (audit, world) = (material.of.audit, material.of.world);
    let of = |outcome: &Outcome| outcome.sum_of_lane(lane).cost.estimate().0;
    let at = |outcome: &Outcome, tier: Tier| {
        let serves = outcome.of_lane(lane).any(|(offer, _)| world.book.offer(offer).tier == tier);
        serves.then(|| of(outcome))
    };
    let threshold = world.threshold_of(lane);
    let condition = match threshold.least {
        Some(least) => format!("≥ {}", points(least)),
        None => "same weights".to_owned(),
    };
    Row {
        workload: lane
            .workload
            .map_or_else(|| "no workload".to_owned(), |code| audit.workloads[code as usize].clone()),
        incumbent: world.models.get(world.book.offer(lane.incumbent).model).id.clone(),
        logged: of(&audit.baseline),
        tiers: [at(&audit.closed, Tier::Closed), at(&audit.hosted, Tier::Hosted)],
        routed: of(&audit.routed),
        routed_tier: audit
            .routed
            .of_lane(lane)
            .max_by_key(|(offer, line)| (line.calls, std::cmp::Reverse(*offer)))
            .map_or(0, |(offer, _)| Theme::of_tier(world.book.offer(offer).tier)),
        condition,
    }
}

fn words(material: &Material<'_>, lanes: usize) -> Words {
    let audit = material.of.audit;
    let all = audit.baseline.lanes();
    let saves = |lane: &Lane| {
        let (was, is) = (audit.baseline.sum_of_lane(*lane), audit.routed.sum_of_lane(*lane));
        saving(&was, &is).pico() > 0 && is.cost.pico() * 10 <= was.cost.pico()
    };
    let tenth = all.iter().filter(|lane| saves(lane)).count() as u64;
    let moves = all
        .iter()
        .filter(|lane| audit.routed.of_lane(**lane).any(|(offer, _)| offer != lane.incumbent))
        .count() as u64;
    let count = counted(lanes as u64, "line of work");
    let count = if lanes == 1 { count } else { format!("{lanes} lines of work") };
    let title = if moves == 0 {
        format!("None of {count} has a cheaper offer that is good enough")
    } else if tenth > 0 {
        format!("{tenth} of {count} could run at a tenth of their cost or less")
    } else {
        format!("{moves} of {count} could run for less")
    };
    let mut subtitle = format!(
        "Cost of the logged calls at list price, log scale: as served, and at the best offers of each tier that reach the score on the right ({})",
        material.of.world.scores.benchmark.name
    );
    if lanes > MOST {
        subtitle = format!("{subtitle}; the {MOST} dearest of {lanes}");
    }
    Words { title, subtitle, source: material.source.clone() }
}

fn picture(material: &Material<'_>, rows: &[Row], words: &Words, size: Size) -> Drawing {
    let (theme, look) = (material.theme, Look { theme: material.theme });
    framed(words, size, theme, |pen, space| {
        let names = space.width() * 0.26;
        let (left, right) = (space.left + names + 26.0, space.right - 106.0);
        let positive = |value: &f64| *value > 0.0;
        let values = || {
            rows.iter()
                .flat_map(|row| [Some(row.logged), row.tiers[0], row.tiers[1], Some(row.routed)])
                .flatten()
                .filter(positive)
        };
        let (least, most) = values()
            .fold((f64::INFINITY, 0.0_f64), |(least, most), value| (least.min(value), most.max(value)));
        // Room for amounts on both sides of the marks.
        let (x, marks) = Axis::log(least, most, (left + 30.0, right - 40.0));
        let top = space.top + 34.0;
        let bottom = top + rows.len() as f64 * ROW;
        // What the marks mean stands above them, in their colours.
        let mut key = left;
        for (text, series) in
            [("as served", None), ("closed", Some(0)), ("hosted open", Some(1)), ("routed", Some(3))]
        {
            let colour = series.map_or(theme.ink, |series| theme.series[series]);
            if text == "routed" {
                pen.ring((key + 5.0, space.top + 8.0), 6.0, colour, theme.paper);
            } else {
                pen.dot((key + 5.0, space.top + 8.0), 5.0, colour, theme.paper);
            }
            let words = series.map_or_else(|| look.strong(), |series| look.of_series(series));
            pen.text(text, (key + 16.0, space.top + 8.0), &words);
            key += words.width(text) + 36.0;
        }
        pen.text("must score", (space.right, space.top + 8.0), &look.small().right());
        for mark in &marks {
            pen.line(&[(x.at(*mark), top - 8.0), (x.at(*mark), bottom)], theme.grid, 1.0);
        }
        let ticks: Vec<(f64, String)> = marks.iter().map(|mark| (x.at(*mark), dollars(*mark))).collect();
        ticks_at(pen, look, bottom + 14.0, &ticks);
        for (at, row) in rows.iter().enumerate() {
            let y = top + (at as f64 + 0.5) * ROW;
            let (name, model) = (look.strong(), look.small());
            pen.text(&name.fitted(&row.workload, names), (space.left, y - 7.5), &name);
            pen.text(&model.fitted(&row.incumbent, names), (space.left, y + 8.0), &model);
            pen.text(&row.condition, (space.right, y), &look.small().right());
            let places: Vec<f64> = [Some(row.logged), row.tiers[0], row.tiers[1], Some(row.routed)]
                .into_iter()
                .flatten()
                .filter(positive)
                .map(|value| x.within(value))
                .collect();
            let (from, to) = places.iter().fold((f64::INFINITY, f64::NEG_INFINITY), |(from, to), place| {
                (from.min(*place), to.max(*place))
            });
            pen.line(&[(from, y), (to, y)], theme.base, 2.0);
            for (series, value) in [(0, row.tiers[0]), (1, row.tiers[1])] {
                if let Some(value) = value.filter(positive) {
                    pen.dot((x.within(value), y), 5.0, theme.series[series], theme.paper);
                }
            }
            // What is saved must be seen to be worth a mark.
            if row.routed > 0.0 && x.within(row.logged) - x.within(row.routed) > 3.0 {
                pen.ring((x.within(row.routed), y), 8.0, theme.series[3], theme.paper);
                pen.dot((x.within(row.routed), y), 4.0, theme.series[row.routed_tier], theme.paper);
                let label = dollars(row.routed);
                let place = x.within(row.routed);
                let before = place - 14.0 - look.small().width(&label) > left - 4.0;
                let text = if before { look.of_series(3).right().halo() } else { look.of_series(3).halo() };
                pen.text(
                    &label,
                    if before { (place - 13.0, y - 10.0) } else { (place + 8.0, y - 14.0) },
                    &text,
                );
            }
            let place = x.within(row.logged);
            pen.dot((place, y), 5.0, theme.ink, theme.paper);
            pen.text(&dollars(row.logged), (place + 10.0, y), &look.label().halo());
        }
    })
}
