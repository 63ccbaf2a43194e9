//! From the headline multiple to the user's own: how many times dearer a call is elsewhere, one assumption after the other.

use super::axis::{Axis, dollars};
use super::frame::{Look, Words, around, framed};
use super::plot::ticks_at;
use super::theme::Size;
use super::{Drawing, Material};
use crate::outputs::wording::number;
use crate::simulation::hosting::waterfall::Step;

const ROW: f64 = 40.0;

fn times(multiple: f64) -> String {
    format!("{} times", number(multiple))
}

/// A multiple on the axis: below one it is a divisor.
fn tick(multiple: f64) -> String {
    if multiple < 0.999_999 {
        format!("÷{}", number((1.0 / multiple).round()))
    } else {
        format!("{}×", number(multiple))
    }
}

pub(super) fn draw(material: &Material<'_>) -> Result<Drawing, String> {
    let found = material.of.hosted.map_err(str::to_owned)?;
    let steps: Vec<&Step> =
        found.waterfall.iter().filter(|step| step.multiple().is_finite() && step.multiple() > 0.0).collect();
    let (Some(first), Some(last)) = (steps.first(), steps.last()) else {
        return Err("there is no closed model in the log to begin with".to_owned());
    };
    let end = last.multiple();
    let headline = times(first.multiple());
    let title = if end < 1.0 {
        format!(
            "The headline says {headline} cheaper; on these calls machines of one's own are {} dearer",
            times(1.0 / end)
        )
    } else {
        format!("The headline says {headline} cheaper; on these calls it is {}", times(end))
    };
    let words = Words {
        title,
        subtitle: "How many times dearer a call is elsewhere than on machines of one's own, as one assumption after the other is replaced by what these calls are; log scale".to_owned(),
        source: material.source.clone(),
    };
    let height = around(&words, f64::from(material.size.width)) + steps.len() as f64 * ROW + 34.0;
    let size = Size { height: height.ceil() as u32, ..material.size };
    Ok(picture(material, &steps, &words, size))
}

fn picture(material: &Material<'_>, steps: &[&Step], words: &Words, size: Size) -> Drawing {
    let (theme, look) = (material.theme, Look { theme: material.theme });
    framed(words, size, theme, |pen, space| {
        let names = space.width() * 0.40;
        let (left, right) = (space.left + names + 20.0, space.right - 150.0);
        let ends = steps
            .iter()
            .map(|step| step.multiple())
            .fold((1.0_f64, 1.0_f64), |(least, most), value| (least.min(value), most.max(value)));
        let (x, marks) = Axis::log(ends.0, ends.1, (left, right));
        let bottom = space.top + steps.len() as f64 * ROW;
        for mark in &marks {
            pen.line(&[(x.at(*mark), space.top), (x.at(*mark), bottom)], theme.grid, 1.0);
        }
        let ticks: Vec<(f64, String)> = marks.iter().map(|mark| (x.at(*mark), tick(*mark))).collect();
        ticks_at(pen, look, bottom + 14.0, &ticks);
        for (at, step) in steps.iter().enumerate() {
            let y = space.top + (at as f64 + 0.5) * ROW;
            let multiple = step.multiple();
            let series = if multiple >= 1.0 { 1 } else { 3 };
            let place = x.within(multiple);
            pen.rect((x.within(1.0), y - 10.0), (place, y + 10.0), theme.series[series], 1.0);
            let name = look.label();
            let lines = super::font::wrapped(&step.what, name.size, name.weight, names);
            let height = name.size * 1.2;
            let first = y - height * 0.5 * (lines.len().min(3) as f64 - 1.0);
            for (line, text) in lines.iter().take(3).enumerate() {
                pen.text(text, (space.left, first + height * line as f64), &name);
            }
            let label = if multiple < 1.0 {
                format!("÷{}", number(1.0 / multiple))
            } else {
                format!("{}×", number(multiple))
            };
            let at = place.max(x.within(1.0)) + 8.0;
            let bold = look.of_series(series).halo();
            pen.text(&label, (at, y), &bold);
            let both = format!("{} : {}", dollars(step.elsewhere), dollars(step.own));
            pen.text(&both, (at + bold.width(&label) + 8.0, y), &look.small().halo());
        }
        pen.line(&[(x.at(1.0), space.top), (x.at(1.0), bottom)], theme.ink, 1.5);
    })
}
