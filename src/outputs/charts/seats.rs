//! Seats: what each way to pay for everybody costs a month.

use super::axis::{Axis, dollars};
use super::frame::{Look, Words, around, framed};
use super::theme::Size;
use super::{Drawing, Material};
use crate::outputs::wording::{counted, percent};

const ROW: f64 = 44.0;

pub(super) fn draw(material: &Material<'_>) -> Result<Drawing, String> {
    let found = material.of.seats.map_err(str::to_owned)?;
    let of = &found.portfolio;
    let rows = [
        ("everything metered, as logged", of.metered),
        ("everything metered and routed", of.routed),
        ("everybody on the seat that is best for them", of.seats),
        ("seats where they are cheaper, the rest as logged", of.mixed),
        ("seats where they are cheaper, the rest routed", of.mixed_routed),
    ];
    if rows.iter().all(|(_, cost)| *cost <= 0.0) {
        return Err("no user's calls have a price above nothing".to_owned());
    }
    let (way, least) = rows.into_iter().fold(rows[0], |best, row| if row.1 < best.1 { row } else { best });
    let users = found.uses.iter().filter(|user| user.user.is_some()).count() as u64;
    let title = if least >= of.metered * 0.995 {
        format!("No way to pay costs less than paying for what is used: {} a month", dollars(of.metered))
    } else {
        let saved = if of.metered > 0.0 {
            format!(", {} less than now", percent(1.0 - least / of.metered))
        } else {
            String::new()
        };
        format!("Cheapest: {way}, {} a month{saved}", dollars(least))
    };
    let words = Words {
        title,
        subtitle: format!(
            "Dollars a month for {} at list price; seats hold models of their own lab, use beyond their caps is paid for",
            counted(users, "user")
        ),
        source: material.source.clone(),
    };
    let height = around(&words, f64::from(material.size.width)) + rows.len() as f64 * ROW + 34.0;
    let size = Size { height: height.ceil() as u32, ..material.size };
    Ok(picture(material, &rows, least, &words, size))
}

fn picture(material: &Material<'_>, rows: &[(&str, f64)], least: f64, words: &Words, size: Size) -> Drawing {
    let (theme, look) = (material.theme, Look { theme: material.theme });
    framed(words, size, theme, |pen, space| {
        let names = space.width() * 0.36;
        let (left, right) = (space.left + names + 14.0, space.right - 70.0);
        let most = rows.iter().map(|(_, cost)| *cost).fold(0.0, f64::max);
        let (x, marks) = Axis::linear(0.0, most, true, (left, right), 4);
        let bottom = space.top + rows.len() as f64 * ROW;
        for mark in &marks {
            let colour = if *mark == 0.0 { theme.base } else { theme.grid };
            pen.line(&[(x.at(*mark), space.top), (x.at(*mark), bottom)], colour, 1.0);
            pen.text(&dollars(*mark), (x.at(*mark), bottom + 14.0), &look.small().centred());
        }
        for (at, (name, cost)) in rows.iter().enumerate() {
            let y = space.top + (at as f64 + 0.5) * ROW;
            let is_least = *cost <= least;
            let label = if is_least { look.strong() } else { look.label() };
            let lines = super::font::wrapped(name, label.size, label.weight, names);
            let first = y - 7.5 * (lines.len().min(2) as f64 - 1.0);
            for (line, text) in lines.iter().take(2).enumerate() {
                pen.text(text, (space.left, first + 15.0 * line as f64), &label);
            }
            let series = if is_least { 1 } else { 0 };
            pen.rect((x.at(0.0), y - 11.0), (x.within(*cost), y + 11.0), theme.series[series], 1.0);
            pen.text(&dollars(*cost), (x.within(*cost) + 8.0, y), &look.of_series(series).halo());
        }
    })
}
