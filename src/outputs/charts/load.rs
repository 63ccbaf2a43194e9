//! Load against the share of time in which there is as much: what a fleet takes, and what overflows.

use super::axis::number_short;
use super::frame::{Look, Words, framed};
use super::pen::Point;
use super::plot::{Around, Plot, Scale};
use super::{Drawing, Material};
use crate::outputs::pages::breakeven::describe;
use crate::outputs::wording::{counted, percent};
use crate::simulation::hosting::gathered::Versus;

pub(super) fn draw(material: &Material<'_>) -> Result<Drawing, String> {
    let found = material.of.hosted.map_err(str::to_owned)?;
    let first = found.looked.first().ok_or("no deployment was looked at")?;
    let slot = f64::from(found.slot_minutes) * 60.0;
    let mut loads: Vec<f64> =
        first.found.now[Versus::Best as usize].seconds().map(|(_, seconds)| seconds / slot).collect();
    if loads.is_empty() {
        return Err("no call of the log has a time that a machine could serve it at".to_owned());
    }
    loads.sort_by(|one, other| other.total_cmp(one));
    // Slots without a call are slots, too.
    let slots = (found.hours * 60.0 / f64::from(found.slot_minutes)).round().max(loads.len() as f64) as usize;
    let replicas = found.fleet.replicas;
    let takes = f64::from(replicas) * found.usable;
    let all: f64 = loads.iter().sum();
    let own: f64 = loads.iter().map(|load| load.min(takes)).sum();
    let busy = all / slots as f64;
    let (fleet, name) = (counted(u64::from(replicas), "replica"), describe(first));
    let title = if loads[0] * 2.0 < takes {
        format!(
            "{fleet} of {name} would hardly work: the busiest hour fills {} of what it may be used for",
            percent(loads[0] / takes)
        )
    } else {
        format!(
            "The busiest hour needs {} replicas, the mean one {}: {fleet} of {name} would take {} of the work",
            number_short(loads[0]),
            number_short(busy),
            percent(own / all)
        )
    };
    let words = Words {
        title,
        subtitle: format!(
            "Replicas at work at the promised speed, slots of {} minutes in order of their load; the line is what the fleet may be used for ({} of it)",
            found.slot_minutes,
            percent(found.usable)
        ),
        source: material.source.clone(),
    };
    Ok(picture(material, &loads, slots, takes, &words))
}

fn picture(material: &Material<'_>, loads: &[f64], slots: usize, takes: f64, words: &Words) -> Drawing {
    let (theme, look) = (material.theme, Look { theme: material.theme });
    framed(words, material.size, theme, |pen, space| {
        let around = Around { top: 8.0, right: 120.0, bottom: 40.0 };
        // A fleet that is hardly used would leave nothing of the load to be seen.
        let in_sight = takes < 4.0 * loads[0];
        let most = if in_sight { loads[0].max(takes * 1.1) } else { loads[0] * 1.25 };
        let plot = Plot::new(pen, look, space, around, (0.0, most, Scale::FromZero), number_short);
        let x = |slot: usize| plot.left + (plot.right - plot.left) * slot as f64 / slots as f64;
        let ticks: Vec<(f64, String)> =
            (0..=4).map(|quarter| (x(slots * quarter / 4), format!("{} %", 25 * quarter))).collect();
        plot.below(pen, look, &ticks, false);
        plot.across(pen, look, "of the time there is at least so much to do");
        let stairs = |of: &dyn Fn(f64) -> f64| -> Vec<Point> {
            let mut path = vec![(x(0), plot.y.within(of(loads[0])))];
            for (slot, load) in loads.iter().enumerate() {
                path.push((x(slot), plot.y.within(of(*load))));
                path.push((x(slot + 1), plot.y.within(of(*load))));
            }
            path.push((x(loads.len()), plot.y.at(0.0)));
            path
        };
        let close = |mut path: Vec<Point>| {
            path.push((x(0), plot.y.at(0.0)));
            path
        };
        pen.polygon(&close(stairs(&|load| load)), theme.series[2], 0.55);
        pen.polygon(&close(stairs(&|load| load.min(takes))), theme.series[1], 1.0);
        let x = plot.right + 8.0;
        if !in_sight {
            pen.text("the fleet", (x, plot.top + 4.0), &look.strong());
            pen.text(&format!("could take {}", number_short(takes)), (x, plot.top + 20.0), &look.small());
            pen.text("own machines", (x, plot.bottom - 12.0), &look.of_series(1));
            return;
        }
        let at = plot.y.within(takes);
        pen.line(&[(plot.left, at), (plot.right, at)], theme.ink, 1.8);
        pen.text("the fleet", (x, at), &look.strong());
        if at - 16.0 > plot.top + 6.0 && loads[0] > takes {
            pen.text("overflow", (x, at - 17.0), &look.of_series(2));
        }
        pen.text("own machines", (x, at + 17.0), &look.of_series(1));
    })
}
