//! Cost against volume: elsewhere, and with machines of one's own that grow with it.

use super::axis::{Axis, dollars};
use super::frame::{LABEL, Look, Words, framed};
use super::labels::apart;
use super::pen::{Pen, Point};
use super::plot::{Around, Plot, Scale};
use super::{Drawing, Material};
use crate::outputs::pages::breakeven::describe;
use crate::outputs::wording::{compact, counted};
use crate::simulation::hosting::answers::Answer;
use crate::simulation::hosting::breakeven::Found;
use crate::simulation::hosting::gathered::Versus;
use crate::simulation::hosting::volume::{Volume, volumes};

/// Room for the labels on the right.
const LABELS: f64 = 196.0;

/// The alternatives that are drawn, with their names and colours.
const LINES: [(Versus, &str, usize); 3] = [
    (Versus::Incumbent, "what serves them now", 0),
    (Versus::CheapestHost, "cheapest host", 1),
    (Versus::Best, "best other offers", 5),
];

pub(super) fn draw(material: &Material<'_>) -> Result<Drawing, String> {
    let found = material.of.hosted.map_err(str::to_owned)?;
    let points = volumes(found, material.of.world);
    let Some(first) = found.looked.first().filter(|_| points.len() > 1) else {
        return Err("no deployment was looked at".to_owned());
    };
    let name = describe(first);
    let title = match (crossing(found, Versus::Best), crossing(found, Versus::Incumbent)) {
        (Some(at), _) => format!("{name} undercuts every other offer from {} calls a month on", compact(at)),
        (None, Some(at)) => format!(
            "{name} undercuts what serves the calls now from {} calls a month on, and the best other offers never",
            compact(at)
        ),
        (None, None) => format!("{name} undercuts no other offer at any volume"),
    };
    let words = Words {
        title,
        subtitle: "Cost a month against calls a month, both on log scales: every hour of the log as many times as full, each time with the number of replicas that costs least; what does not fit goes to the best other offers. Rings: from there on machines take more off that bill than they cost".to_owned(),
        source: material.source.clone(),
    };
    let now = first.found.volume.calls as f64 * crate::units::HOURS_PER_MONTH.0 / found.hours;
    let rings: Vec<(usize, f64, f64)> = LINES
        .iter()
        .filter_map(|(versus, _, series)| {
            let against = found.against.iter().find(|against| against.versus == *versus)?;
            let calls = crossing(found, *versus)?;
            Some((*series, calls, calls * against.per_call))
        })
        .collect();
    Ok(picture(material, &points, now, &rings, &words))
}

/// The calls a month from which on machines take more off the bill of an alternative than they cost, as the page of `breakeven` tells it.
fn crossing(found: &Found, versus: Versus) -> Option<f64> {
    let against = found.against.iter().find(|against| against.versus == versus)?;
    match against.volume {
        Answer::At(calls) | Answer::Already(calls) => Some(calls),
        Answer::Never(_) => None,
    }
}

fn picture(
    material: &Material<'_>,
    points: &[Volume],
    now: f64,
    rings: &[(usize, f64, f64)],
    words: &Words,
) -> Drawing {
    let (theme, look) = (material.theme, Look { theme: material.theme });
    framed(words, material.size, theme, |pen, space| {
        let lines: Vec<(Versus, &str, usize)> = LINES
            .into_iter()
            .filter(|(versus, ..)| {
                points.iter().any(|point| point.elsewhere[*versus as usize].is_some_and(|cost| cost > 0.0))
            })
            .collect();
        let of = |point: &Volume, versus: Versus| point.elsewhere[versus as usize].filter(|cost| *cost > 0.0);
        let values = || {
            points
                .iter()
                .flat_map(|point| {
                    lines.iter().filter_map(move |(versus, ..)| of(point, *versus)).chain([point.own])
                })
                .filter(|value| *value > 0.0)
        };
        let (least, most) = values()
            .fold((f64::INFINITY, 0.0_f64), |(least, most), value| (least.min(value), most.max(value)));
        let around = Around { top: 8.0, right: LABELS, bottom: 40.0 };
        let plot = Plot::new(pen, look, space, around, (least, most, Scale::Log), dollars);
        let (from, to) = (points[0].calls, points[points.len() - 1].calls);
        let (x, marks) = Axis::log(from, to, (plot.left, plot.right));
        let ticks: Vec<(f64, String)> = marks.iter().map(|mark| (x.at(*mark), compact(*mark))).collect();
        plot.below(pen, look, &ticks, true);
        plot.across(pen, look, "calls a month");
        if now > x.ends.0 && now < x.ends.1 {
            pen.dashed(&[(x.at(now), plot.top), (x.at(now), plot.bottom)], theme.grey, 1.0);
            pen.text("this log", (x.at(now) + 5.0, plot.bottom - 10.0), &look.small().halo());
        }
        let mut ends: Vec<(f64, String, String, Option<usize>)> = Vec::new();
        for (versus, name, series) in &lines {
            let path: Vec<Point> = points
                .iter()
                .filter_map(|point| Some((x.within(point.calls), plot.y.within(of(point, *versus)?))))
                .collect();
            pen.line(&path, theme.series[*series], 2.5);
            let each = points.last().and_then(|point| Some(of(point, *versus)? / point.calls)).unwrap_or(0.0);
            if let Some(end) = path.last() {
                ends.push((end.1, (*name).to_owned(), format!("{} a call", dollars(each)), Some(*series)));
            }
        }
        let own: Vec<Point> =
            points.iter().map(|point| (x.within(point.calls), plot.y.within(point.own))).collect();
        pen.line(&own, theme.paper, 5.0);
        pen.line(&own, theme.ink, 2.8);
        if let (Some(end), Some(last)) = (own.last(), points.last()) {
            let size = counted(u64::from(last.replicas), "replica");
            ends.push((end.1, "machines of one's own".to_owned(), format!("{size} at the end"), None));
        }
        steps(pen, look, &plot, &x, points);
        for (series, calls, cost) in rings.iter().filter(|(_, calls, _)| (from..=to).contains(calls)) {
            let place = (x.within(*calls), plot.y.within(*cost));
            pen.ring(place, 6.5, theme.series[*series], theme.paper);
            let style = look.of_series(*series).right().halo();
            pen.text(&format!("{} calls", compact(*calls)), (place.0 - 10.0, place.1 - 12.0), &style);
        }
        let wanted: Vec<f64> = ends.iter().map(|end| end.0).collect();
        let places = apart(&wanted, 2.0 * LABEL + 9.0, plot.top + 8.0, plot.bottom - 14.0);
        for ((_, name, about, series), place) in ends.iter().zip(places) {
            let text = series.map_or_else(|| look.strong(), |series| look.of_series(series));
            pen.text(name, (plot.right + 12.0, place - 7.5), &text);
            pen.text(about, (plot.right + 12.0, place + 8.0), &look.small());
        }
    })
}

/// How many replicas there are along the line, where the number has doubled.
fn steps(pen: &Pen, look: Look, plot: &Plot, x: &Axis, points: &[Volume]) {
    let mut told = 0_u32;
    let mut free = f64::NEG_INFINITY;
    for point in points {
        let enough = point.replicas >= told.saturating_mul(2).max(1);
        let place = (x.within(point.calls), plot.y.within(point.own));
        let text = point.replicas.to_string();
        if enough && place.0 > free && place.1 + 22.0 < plot.bottom && place.0 + 20.0 < plot.right {
            pen.dot(place, 2.5, look.theme.ink, look.theme.paper);
            pen.text(&text, (place.0 + 4.0, place.1 + 14.0), &look.small().halo());
            told = point.replicas;
            free = place.0 + look.small().width(&text) + 14.0;
        }
    }
}
