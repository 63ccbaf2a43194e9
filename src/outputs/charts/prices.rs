//! What the same capability has cost over time, at closed and at open models.

use chrono::Datelike as _;

use super::axis::{Axis, dollars};
use super::frame::{LABEL, Look, Words, framed};
use super::labels::apart;
use super::pen::{Pen, Point};
use super::plot::{Around, Plot, Scale};
use super::theme::{Colour, Theme};
use super::{Drawing, Material};
use crate::simulation::projection::trends::{Level, PriceTrend, Side, price_trend};

/// Lines of a side; more could not be told apart.
const MOST: usize = 6;
/// Months that a capability must have been for sale to be drawn.
const LEAST_MONTHS: usize = 4;
/// Room for the labels on the right.
const LABELS: f64 = 236.0;

pub(super) fn draw(material: &Material<'_>) -> Result<Drawing, String> {
    let world = material.of.world;
    let trends = [Side::Closed, Side::Open].map(|side| price_trend(world, side));
    let sides: Vec<(usize, Vec<&Level>)> =
        trends.iter().enumerate().map(|(series, trend)| (series, chosen(trend))).collect();
    if sides.iter().all(|(_, levels)| levels.is_empty()) {
        return Err("no capability has been for sale for long enough".to_owned());
    }
    let fall = |trend: &PriceTrend| trend.fall(world.as_of).map(|fall| format!("{:.1}", fall.drift.exp()));
    let title = match (fall(&trends[0]), fall(&trends[1])) {
        (Some(closed), Some(open)) => {
            format!(
                "The same capability gets {closed} times cheaper a year at closed models, {open} times at open ones"
            )
        }
        (Some(closed), None) => {
            format!("The same capability gets {closed} times cheaper a year at closed models")
        }
        (None, Some(open)) => {
            format!("The same capability gets {open} times cheaper a year at open models")
        }
        (None, None) => {
            "What the same capability has cost: too few years are on record to say how fast it falls"
                .to_owned()
        }
    };
    let words = Words {
        title,
        subtitle: "Cheapest offer of a model at least as able, dollars per million tokens (three of the prompt to one of the answer), log scale".to_owned(),
        source: material.source.clone(),
    };
    Ok(picture(material, &trends[0], &sides, &words))
}

/// Capabilities with a history, spread over all that there are.
fn chosen(trend: &PriceTrend) -> Vec<&Level> {
    let known = |level: &&Level| level.prices.iter().flatten().count() >= LEAST_MONTHS;
    let levels: Vec<&Level> = trend.levels.iter().filter(known).collect();
    if levels.len() <= MOST {
        return levels;
    }
    (0..MOST).map(|at| levels[at * (levels.len() - 1) / (MOST - 1)]).collect()
}

/// A colour on its way to the paper.
fn faded(colour: Colour, paper: Colour, share: f64) -> Colour {
    let of = |own: u8, theirs: u8| (f64::from(own) * (1.0 - share) + f64::from(theirs) * share).round() as u8;
    plotters::style::RGBColor(of(colour.0, paper.0), of(colour.1, paper.1), of(colour.2, paper.2))
}

/// The end of a line, and what it is.
struct End {
    y: f64,
    name: String,
    price: f64,
    series: usize,
}

fn picture(
    material: &Material<'_>,
    months: &PriceTrend,
    sides: &[(usize, Vec<&Level>)],
    words: &Words,
) -> Drawing {
    let (theme, look) = (material.theme, Look { theme: material.theme });
    framed(words, material.size, theme, |pen, space| {
        let values = || {
            sides
                .iter()
                .flat_map(|(_, levels)| levels.iter())
                .flat_map(|level| level.prices.iter().flatten().copied())
        };
        let (least, most) = values()
            .fold((f64::INFINITY, 0.0_f64), |(least, most), value| (least.min(value), most.max(value)));
        let around = Around { top: 6.0, right: LABELS, bottom: 26.0 };
        let plot = Plot::new(pen, look, space, around, (least, most, Scale::Log), dollars);
        let first = sides
            .iter()
            .flat_map(|(_, levels)| levels.iter())
            .filter_map(|level| level.prices.iter().position(Option::is_some))
            .min()
            .unwrap_or(0);
        let last = months.months.len().saturating_sub(1).max(first + 1);
        let x = |month: usize| {
            plot.left + (plot.right - plot.left) * (month - first) as f64 / (last - first) as f64
        };
        let years: Vec<(f64, String)> = (first..=last)
            .filter_map(|month| Some((month, months.months.get(month)?.date()?)))
            .filter(|(_, date)| date.month() == 1)
            .map(|(month, date)| (x(month), date.year().to_string()))
            .collect();
        plot.below(pen, look, &years, true);
        let mut ends = Vec::new();
        for (series, levels) in sides {
            for (at, level) in levels.iter().enumerate() {
                let fade = 0.5 * (1.0 - (at + 1) as f64 / levels.len() as f64);
                let colour = faded(theme.series[*series], theme.paper, fade);
                ends.extend(line(pen, &plot.y, &theme, level, &x, colour).map(|(y, price)| End {
                    y,
                    name: material.of.world.models.get(level.like).id.clone(),
                    price,
                    series: *series,
                }));
            }
        }
        label(pen, look, &plot, space.right, &ends);
    })
}

/// Draws a line of steps; gives its end.
fn line(
    pen: &Pen,
    y: &Axis,
    theme: &Theme,
    level: &Level,
    x: &dyn Fn(usize) -> f64,
    colour: Colour,
) -> Option<(f64, f64)> {
    let mut path: Vec<Point> = Vec::new();
    let mut end = None;
    for (month, price) in level.prices.iter().enumerate() {
        let Some(price) = price else { continue };
        let at = y.within(*price);
        if let Some((_, before)) = path.last().copied() {
            path.push((x(month), before));
        }
        path.push((x(month), at));
        end = Some((at, *price));
    }
    pen.line(&path, theme.paper, 4.0);
    pen.line(&path, colour, 2.0);
    end
}

fn label(pen: &Pen, look: Look, plot: &Plot, right: f64, ends: &[End]) {
    let x = plot.right + 12.0;
    // The names of the sides stand above their models.
    let mut order: Vec<&End> = ends.iter().collect();
    order.sort_by(|one, other| one.y.total_cmp(&other.y).then_with(|| one.name.cmp(&other.name)));
    let wanted: Vec<f64> = order.iter().map(|end| end.y).collect();
    let places = apart(&wanted, LABEL + 3.0, plot.top + 6.0, plot.bottom - 4.0);
    for (end, place) in order.iter().zip(places) {
        pen.line(&[(plot.right + 2.0, end.y), (x - 3.0, place)], look.theme.grid, 1.0);
        let side = if end.series == 0 { "closed" } else { "open" };
        let text = look.of_series(end.series);
        let small = look.small();
        let amount = dollars(end.price);
        let most = right - x - small.width(&amount) - 8.0;
        pen.text(&text.fitted(&format!("like {}, {side}", end.name), most), (x, place), &text);
        pen.text(&amount, (right, place), &small.right());
    }
}
