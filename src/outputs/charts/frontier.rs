//! What quality costs: the cheapest way to serve the calls at every mean score, and where they are served now.

use super::axis::dollars;
use super::frame::{Look, Words, framed};
use super::pen::Point;
use super::plot::{Around, Plot, Scale};
use super::{Drawing, Material};
use crate::outputs::wording::{percent, points};
use crate::simulation::frontier::Corner;

pub(super) fn draw(material: &Material<'_>) -> Result<Drawing, String> {
    let frontier = material.of.frontier.map_err(str::to_owned)?;
    if frontier.corners.is_empty() || frontier.calls == 0 {
        return Err("no call can be served by a model with a score".to_owned());
    }
    let per_1000 = |dollars: f64| 1_000.0 * dollars / frontier.calls as f64;
    let cost = |corner: &Corner| per_1000(corner.cost.estimate().0);
    let now = cost(&frontier.incumbent);
    let title = match frontier.same_quality.map(per_1000) {
        Some(same) if now > 0.0 && same < now => format!(
            "The same mean quality costs {} a thousand calls instead of {}: {} less",
            dollars(same),
            dollars(now),
            percent(1.0 - same / now)
        ),
        Some(_) => "The calls are served on the frontier: no mixture of offers gives their quality for less"
            .to_owned(),
        None => "The models that serve are better than anything that may replace them".to_owned(),
    };
    let words = Words {
        title,
        subtitle: format!(
            "Mean score of the models that serve, on the {}, against cost at list price; mixtures of two corners reach every point between them",
            material.of.world.scores.benchmark.name
        ),
        source: material.source.clone(),
    };
    let corners: Vec<(Point, String, String)> = frontier
        .corners
        .iter()
        .map(|corner| ((cost(corner), corner.quality), name(material, corner), model(material, corner)))
        .collect();
    Ok(picture(material, &corners, (now, frontier.incumbent.quality), &words))
}

/// The model that serves most calls.
fn model(material: &Material<'_>, corner: &Corner) -> String {
    let world = material.of.world;
    corner
        .main
        .map_or_else(String::new, |(offer, _)| world.models.get(world.book.offer(offer).model).id.clone())
}

fn name(material: &Material<'_>, corner: &Corner) -> String {
    match corner.main {
        Some((_, others)) if others > 0 => format!("{} and {others} more", model(material, corner)),
        _ => model(material, corner),
    }
}

fn picture(
    material: &Material<'_>,
    corners: &[(Point, String, String)],
    now: Point,
    words: &Words,
) -> Drawing {
    let (theme, look) = (material.theme, Look { theme: material.theme });
    framed(words, material.size, theme, |pen, space| {
        let values = || corners.iter().map(|(point, ..)| *point).chain([now]);
        let ends = |of: fn(&Point) -> f64| {
            values()
                .map(|point| of(&point))
                .filter(|value| value.is_finite())
                .fold((f64::INFINITY, f64::NEG_INFINITY), |(least, most), value| {
                    (least.min(value), most.max(value))
                })
        };
        let (least, most) = ends(|point| point.1);
        let around = Around { top: 26.0, right: 30.0, bottom: 40.0 };
        let plot = Plot::new(pen, look, space, around, (least, most, Scale::FromLeast), points);
        let (cheapest, dearest) = ends(|point| point.0);
        let (x, marks) = super::axis::Axis::log(cheapest, dearest, (plot.left + 16.0, plot.right - 16.0));
        let ticks: Vec<(f64, String)> = marks.iter().map(|mark| (x.at(*mark), dollars(*mark))).collect();
        plot.below(pen, look, &ticks, true);
        plot.across(pen, look, "dollars a thousand calls, log scale");
        pen.text("mean score", (space.left, space.top + 8.0), &look.small());
        // On a logarithmic scale a mixture of two corners is a curve.
        let mut path: Vec<Point> = Vec::new();
        for pair in corners.windows(2) {
            let (from, to) = (pair[0].0, pair[1].0);
            for step in 0..=24 {
                let share = f64::from(step) / 24.0;
                let mixed = (from.0 + share * (to.0 - from.0), from.1 + share * (to.1 - from.1));
                path.push((x.within(mixed.0), plot.y.within(mixed.1)));
            }
        }
        let mut area = path.clone();
        if let (Some(first), Some(last)) = (path.first().copied(), path.last().copied()) {
            area.extend([(plot.right, last.1), (plot.right, plot.bottom), (first.0, plot.bottom)]);
            pen.polygon(&area, theme.series[1], 0.07);
            path.push((plot.right, last.1));
        }
        pen.line(&path, theme.series[1], 2.5);
        // A concave curve has free space below each of its points, on the right.
        let at = |point: Point| (x.within(point.0), plot.y.within(point.1));
        let strong = look.of_series(3);
        let mut taken = vec![(at(now).0 - 8.0, at(now).0 + 14.0 + strong.width("as served"), at(now).1)];
        pen.text("as served", (at(now).0 + 12.0, at(now).1), &strong.halo());
        let mut named: Vec<&str> = Vec::new();
        for (point, text, main) in corners.iter().rev() {
            let (style, (left, y)) = (look.label(), (at(*point).0 + 9.0, at(*point).1 + 14.0));
            let wide = style.width(text);
            let free = taken
                .iter()
                .all(|(from, to, line)| left > *to || left + wide < *from || (y - line).abs() > 15.0);
            if free && left + wide < space.right && y < plot.bottom - 4.0 && !named.contains(&main.as_str()) {
                pen.text(text, (left, y), &style.halo());
                taken.push((left, left + wide, y));
                named.push(main);
            }
        }
        for (point, ..) in corners {
            pen.dot(at(*point), 5.0, theme.series[1], theme.paper);
        }
        pen.dot(at(now), 6.0, theme.series[3], theme.paper);
    })
}
