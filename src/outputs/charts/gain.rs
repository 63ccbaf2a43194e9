//! Machines of one's own by their number: what they gain and cost a month, and what the next one would gain.

use super::axis::dollars;
use super::frame::{LABEL, Look, Space, Words, framed};
use super::labels::apart;
use super::pen::{Pen, Point};
use super::plot::{Around, Plot, Scale};
use super::{Drawing, Material};
use crate::outputs::pages::breakeven::describe;
use crate::outputs::wording::counted;
use crate::simulation::hosting::breakeven::Row;

pub(super) fn draw(material: &Material<'_>) -> Result<Drawing, String> {
    let found = material.of.hosted.map_err(str::to_owned)?;
    let Some(first) = found.looked.first().filter(|_| !found.rows.is_empty()) else {
        return Err("no fleet size was looked at".to_owned());
    };
    let name = describe(first);
    let replicas = counted(u64::from(found.fleet.replicas), "replica");
    let title = if found.pays {
        format!("{replicas} of {name} would save {} a month", dollars(found.fleet.saving()))
    } else {
        format!(
            "No number of machines pays: {replicas} of {name}, nearest to it, would lose {} a month",
            dollars(-found.fleet.saving())
        )
    };
    let words = Words {
        title,
        subtitle: "What replicas take off the bill of the best other offers, and what they cost, a month; on the right what one more would gain".to_owned(),
        source: material.source.clone(),
    };
    let best = found.pays.then_some(found.fleet.replicas);
    Ok(picture(material, &found.rows, best, &words))
}

fn picture(material: &Material<'_>, rows: &[Row], best: Option<u32>, words: &Words) -> Drawing {
    let look = Look { theme: material.theme };
    framed(words, material.size, material.theme, |pen, space| {
        let middle = space.left + space.width() * 0.6;
        let left = Space { right: middle - 14.0, ..space };
        let right = Space { left: middle + 14.0, ..space };
        pen.text("Gain and cost a month", (left.left, space.top + 6.0), &look.strong());
        pen.text("Gain of the next replica a month", (right.left, space.top + 6.0), &look.strong());
        let gains: Vec<(u32, f64)> = rows.iter().map(|row| (row.fleet.replicas, row.fleet.gain)).collect();
        let costs: Vec<(u32, f64)> =
            rows.iter().map(|row| (row.fleet.replicas, row.fleet.cost.total())).collect();
        panel(pen, look, left, &[("gain", 1, &gains), ("cost", 3, &costs)], best);
        let nexts: Vec<(u32, f64)> = rows.iter().map(|row| (row.fleet.replicas, row.next.max(0.0))).collect();
        let steps: Vec<(u32, f64)> = rows
            .windows(2)
            .filter(|pair| pair[1].fleet.replicas > pair[0].fleet.replicas)
            .map(|pair| {
                let more = f64::from(pair[1].fleet.replicas - pair[0].fleet.replicas);
                (pair[0].fleet.replicas, (pair[1].fleet.cost.total() - pair[0].fleet.cost.total()) / more)
            })
            .collect();
        panel(pen, look, right, &[("gain", 1, &nexts), ("cost", 3, &steps)], best);
    })
}

/// A line: its name, its colour, and dollars by number of replicas.
type Line<'a> = (&'a str, usize, &'a [(u32, f64)]);

/// Lines over numbers of replicas, with their names at their ends.
fn panel(pen: &Pen, look: Look, space: Space, series: &[Line<'_>], best: Option<u32>) {
    let theme = look.theme;
    let values = || series.iter().flat_map(|(_, _, points)| points.iter().map(|(_, value)| *value));
    let most = values().filter(|value| value.is_finite()).fold(0.0, f64::max);
    let least = values().filter(|value| value.is_finite()).fold(0.0, f64::min);
    let around = Around { top: 26.0, right: 62.0, bottom: 40.0 };
    let plot = Plot::new(pen, look, space, around, (least, most, Scale::FromZero), dollars);
    let counts = || series.iter().flat_map(|(_, _, points)| points.iter().map(|(replicas, _)| *replicas));
    let (first, last) = (counts().min().unwrap_or(0), counts().max().unwrap_or(1));
    let last = last.max(first + 1);
    let x = |replicas: u32| {
        plot.left + (plot.right - plot.left) * f64::from(replicas - first) / f64::from(last - first)
    };
    let mut ticks: Vec<u32> = counts().collect();
    ticks.sort_unstable();
    ticks.dedup();
    let ticks: Vec<(f64, String)> =
        ticks.iter().map(|replicas| (x(*replicas), replicas.to_string())).collect();
    plot.below(pen, look, &ticks, false);
    plot.across(pen, look, "replicas");
    if let Some(best) = best.filter(|best| (first..=last).contains(best)) {
        pen.dashed(&[(x(best), plot.top), (x(best), plot.bottom)], theme.grey, 1.0);
    }
    let ends: Vec<f64> = series
        .iter()
        .filter_map(|(_, _, points)| points.last().map(|(_, value)| plot.y.within(*value)))
        .collect();
    let places = apart(&ends, LABEL + 5.0, plot.top, plot.bottom);
    for ((name, colour, points), place) in series.iter().zip(places) {
        let path: Vec<Point> =
            points.iter().map(|(replicas, value)| (x(*replicas), plot.y.within(*value))).collect();
        pen.line(&path, theme.paper, 4.5);
        pen.line(&path, theme.series[*colour], 2.5);
        for point in &path {
            pen.dot(*point, 3.0, theme.series[*colour], theme.paper);
        }
        let end = path.last().map_or(plot.right, |point| point.0);
        pen.text(name, (end + 10.0, place), &look.of_series(*colour).halo());
    }
}
