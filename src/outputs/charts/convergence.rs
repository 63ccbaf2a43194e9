//! How able closed and open models are, by the day of their release, and how far the records are apart.

use chrono::Datelike as _;

use super::frame::{Look, Words, framed};
use super::pen::Point;
use super::plot::{Around, Plot, Scale};
use super::{Drawing, Material};
use crate::outputs::wording::number;
use crate::simulation::projection::trends::able;
use crate::units::Day;

/// A model: the day of its release, how able it is, and whether it is open.
struct Model {
    day: Day,
    capability: f64,
    open: bool,
    name: String,
}

/// First year that is drawn: before it hardly anything is on record.
const FIRST: i32 = 2023;

pub(super) fn draw(material: &Material<'_>) -> Result<Drawing, String> {
    let world = material.of.world;
    let first = chrono::NaiveDate::from_ymd_opt(FIRST, 1, 1).map_or(Day(0), Day::of_date);
    let mut models: Vec<Model> = able(world)
        .into_iter()
        .filter(|(_, _, day)| (first..=world.as_of).contains(day))
        .map(|(id, capability, day)| {
            let model = world.models.get(id);
            Model { day, capability, open: model.open_weights, name: model.id.clone() }
        })
        .collect();
    models.sort_by(|one, other| one.day.cmp(&other.day).then(one.capability.total_cmp(&other.capability)));
    let records = [false, true].map(|open| records(&models, open));
    if records.iter().any(Vec::is_empty) {
        return Err("too few closed or open models are on record".to_owned());
    }
    let lag = material.of.assessed.iter().find_map(|of| of.convergence.lag);
    let title = match lag {
        Some((months, _)) => format!("Open models reach what closed ones could {months:.0} months earlier"),
        None => "How able closed and open models are".to_owned(),
    };
    let words = Words {
        title,
        subtitle: format!(
            "Capability of each model ({} scale, fitted from many benchmarks) by the day of its release; the lines are the best so far",
            world.scenario.quality.kind.word()
        ),
        source: material.source.clone(),
    };
    Ok(picture(material, &models, &records, &words))
}

/// The models that were the most able of their kind when they came.
fn records(models: &[Model], open: bool) -> Vec<&Model> {
    let mut best = f64::NEG_INFINITY;
    let mut records = Vec::new();
    for model in models.iter().filter(|model| model.open == open) {
        if model.capability > best {
            best = model.capability;
            records.push(model);
        }
    }
    records
}

fn picture(material: &Material<'_>, models: &[Model], records: &[Vec<&Model>; 2], words: &Words) -> Drawing {
    let (theme, look) = (material.theme, Look { theme: material.theme });
    framed(words, material.size, theme, |pen, space| {
        let ends = models.iter().fold((f64::INFINITY, f64::NEG_INFINITY), |(least, most), model| {
            (least.min(model.capability), most.max(model.capability))
        });
        let around = Around { top: 26.0, right: 130.0, bottom: 26.0 };
        let plot = Plot::new(pen, look, space, around, (ends.0, ends.1, Scale::FromLeast), number);
        pen.text("capability", (space.left, space.top + 8.0), &look.small());
        let (from, to) = (models[0].day.0, material.of.world.as_of.0.max(models[0].day.0 + 1));
        let x =
            |day: Day| plot.left + (plot.right - plot.left) * f64::from(day.0 - from) / f64::from(to - from);
        let years = FIRST + 1..=material.of.world.as_of.date().map_or(FIRST, |date| date.year());
        let ticks: Vec<(f64, String)> = years
            .filter_map(|year| Some((year, Day::of_date(chrono::NaiveDate::from_ymd_opt(year, 1, 1)?))))
            .filter(|(_, day)| day.0 >= from)
            .map(|(year, day)| (x(day), year.to_string()))
            .collect();
        plot.below(pen, look, &ticks, true);
        for model in models {
            let series = usize::from(model.open);
            pen.dot((x(model.day), plot.y.within(model.capability)), 2.2, theme.series[series], theme.paper);
        }
        let mut places = Vec::new();
        for (series, records) in records.iter().enumerate() {
            let mut path: Vec<Point> = Vec::new();
            for model in records {
                if let Some((_, before)) = path.last().copied() {
                    path.push((x(model.day), before));
                }
                path.push((x(model.day), plot.y.within(model.capability)));
            }
            if let Some((_, last)) = path.last().copied() {
                path.push((plot.right, last));
                places.push((
                    last,
                    series,
                    records.last().map(|model| model.name.clone()).unwrap_or_default(),
                ));
            }
            pen.line(&path, theme.paper, 4.5);
            pen.line(&path, theme.series[series], 2.5);
        }
        let wanted: Vec<f64> = places.iter().map(|place| place.0).collect();
        for ((_, series, name), y) in
            places.iter().zip(super::labels::apart(&wanted, 34.0, plot.top, plot.bottom - 16.0))
        {
            let text = look.of_series(*series);
            pen.text(if *series == 0 { "closed" } else { "open" }, (plot.right + 10.0, y), &text);
            let small = look.small();
            pen.text(
                &small.fitted(name, space.right - plot.right - 10.0),
                (plot.right + 10.0, y + 15.0),
                &small,
            );
        }
    })
}
