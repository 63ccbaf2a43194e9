//! What changed the cost from one log to another: a bridge of drivers.

use super::axis::dollars;
use super::frame::{Look, Words, framed};
use super::plot::{Around, Plot, Scale};
use super::{Drawing, Material};
use crate::outputs::drivers;
use crate::outputs::wording::percent;
use crate::simulation::compare::Part;

pub(super) fn draw(material: &Material<'_>) -> Result<Drawing, String> {
    let compared = material.of.compared.map_err(str::to_owned)?;
    let [before, after] = compared.sides.map(|side| side.consumed.cost().estimate().0);
    let change = compared.change().estimate().0;
    let mut parts: Vec<&Part> = compared.parts.iter().filter(|part| part.usd.pico() != 0).collect();
    parts.sort_by_key(|part| std::cmp::Reverse(part.usd.pico().unsigned_abs()));
    let share = if before > 0.0 { format!(" ({})", percent(change.abs() / before)) } else { String::new() };
    let title = match parts.first() {
        None => format!("Nothing changed: both cost {}", dollars(before)),
        Some(most) => format!(
            "{} {}{share}, most of it by {}",
            dollars(change.abs()),
            if change >= 0.0 { "more" } else { "less" },
            drivers::name(most.driver)
        ),
    };
    let words = Words {
        title,
        subtitle: "From the cost before to the cost after, driver by driver: each one's worth is its mean over all orders in which they could have moved".to_owned(),
        source: material.source.clone(),
    };
    parts.truncate(7);
    let told: f64 = parts.iter().map(|part| part.usd.estimate().0).sum();
    let mut steps: Vec<(String, f64)> =
        parts.iter().map(|part| (drivers::name(part.driver).to_owned(), part.usd.estimate().0)).collect();
    if (change - told).abs() > 1e-9 * before.max(after) {
        steps.push(("everything else".to_owned(), change - told));
    }
    Ok(picture(material, before, after, &steps, &words))
}

fn picture(
    material: &Material<'_>,
    before: f64,
    after: f64,
    steps: &[(String, f64)],
    words: &Words,
) -> Drawing {
    let (theme, look) = (material.theme, Look { theme: material.theme });
    framed(words, material.size, theme, |pen, space| {
        let mut sum = before;
        let (mut least, mut most) = (before.min(after), before.max(after));
        for (_, step) in steps {
            sum += step;
            (least, most) = (least.min(sum), most.max(sum));
        }
        let around = Around { top: 20.0, right: 0.0, bottom: 46.0 };
        let plot = Plot::new(pen, look, space, around, (least.min(0.0), most, Scale::FromZero), dollars);
        let columns = steps.len() + 2;
        let wide = (plot.right - plot.left) / columns as f64;
        let bar = (wide * 0.66).min(90.0);
        let middle = |column: usize| plot.left + (column as f64 + 0.5) * wide;
        let name = |column: usize, words: &str| {
            let text = look.small().centred();
            for (line, words) in
                super::font::wrapped(words, text.size, text.weight, wide - 6.0).iter().take(3).enumerate()
            {
                pen.text(words, (middle(column), plot.bottom + 13.0 + 13.0 * line as f64), &text);
            }
        };
        let column = |column: usize, from: f64, to: f64, series: Option<usize>| {
            let colour = series.map_or(theme.ink, |series| theme.series[series]);
            let (top, bottom) = (plot.y.within(from.max(to)), plot.y.within(from.min(to)));
            pen.rect(
                (middle(column) - bar / 2.0, top),
                (middle(column) + bar / 2.0, bottom.max(top + 1.0)),
                colour,
                1.0,
            );
            let (label, text) = match series {
                None => (dollars(to), look.strong().centred()),
                Some(series) => {
                    let sign = if to >= from { "+" } else { "" };
                    (format!("{sign}{}", dollars(to - from)), look.of_series(series).centred())
                }
            };
            pen.text(&label, (middle(column), top - 9.0), &text.halo());
        };
        column(0, 0.0, before, None);
        name(0, "before");
        let mut sum = before;
        for (at, (driver, step)) in steps.iter().enumerate() {
            pen.line(
                &[
                    (middle(at) + bar / 2.0, plot.y.within(sum)),
                    (middle(at + 1) - bar / 2.0, plot.y.within(sum)),
                ],
                theme.base,
                1.0,
            );
            column(at + 1, sum, sum + step, Some(if *step > 0.0 { 3 } else { 1 }));
            name(at + 1, driver);
            sum += step;
        }
        let last = columns - 1;
        pen.line(
            &[
                (middle(last - 1) + bar / 2.0, plot.y.within(sum)),
                (middle(last) - bar / 2.0, plot.y.within(sum)),
            ],
            theme.base,
            1.0,
        );
        column(last, 0.0, after, None);
        name(last, "after");
    })
}
