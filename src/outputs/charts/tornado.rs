//! What the saving of the best plan hangs on: each input at both ends of its band.

use super::axis::{Axis, dollars};
use super::frame::{Look, Words, around, framed};
use super::theme::Size;
use super::{Drawing, Material};
use crate::engine::projection::decide::Swing;
use crate::engine::projection::inputs::Input;
use crate::outputs::pages::project::{input_value, words as plan_words};
use crate::outputs::wording::counted;

/// Inputs that are drawn, the ones that matter most.
const MOST: usize = 10;
const ROW: f64 = 32.0;
/// Height of what the colours mean.
const KEY: f64 = 26.0;

/// An input as a thing that something may hang on.
const fn noun(input: Input) -> &'static str {
    match input {
        Input::ClosedFall => "how fast closed prices fall",
        Input::OpenFall => "how fast prices of open models fall",
        Input::FrontierFall => "what the newest models cost",
        Input::Reprice => "how often prices are changed",
        Input::Rent => "how rents develop",
        Input::Lag => "how long open models take to follow",
        Input::Growth => "how volume grows",
        Input::Elasticity => "how volume answers to prices",
        Input::Adoption => "how soon calls are moved",
        Input::Ceiling => "how much is moved in the end",
        Input::Tokens => "how many tokens open models need",
        Input::Quality => "how often open models fail",
        Input::Staff => "how many people machines need",
        Input::Throughput => "how much machines deliver",
    }
}

pub(super) fn draw(material: &Material<'_>) -> Result<Drawing, String> {
    let found = material.of.projected.map_err(str::to_owned)?;
    let worth = |swing: &Swing| (swing.savings[2] - swing.savings[0]).abs();
    let mut swings: Vec<&Swing> = found.tornado.iter().filter(|swing| worth(swing) > 0.0).collect();
    swings.sort_by(|one, other| worth(other).total_cmp(&worth(one)));
    let Some(first) = swings.first() else {
        return Err("no input changes what a plan saves".to_owned());
    };
    let turns = swings.iter().filter(|swing| swing.flips.is_some()).count();
    let title = format!("The saving hangs most on {}", noun(first.input));
    let turning = match turns {
        0 => "none of them turns the decision within its band".to_owned(),
        _ => format!("{} could turn the decision", counted(turns as u64, "input")),
    };
    let words = Words {
        title,
        subtitle: format!(
            "Saving over {} months of {}, each input at the 10th and 90th percentile of its band, all others at their medians; {turning}",
            found.projection.horizon,
            plan_words(found.best)
        ),
        source: material.source.clone(),
    };
    swings.truncate(MOST);
    let height = around(&words, f64::from(material.size.width)) + swings.len() as f64 * ROW + KEY + 40.0;
    let size = Size { height: height.ceil() as u32, ..material.size };
    Ok(picture(material, &swings, &words, size))
}

fn picture(material: &Material<'_>, swings: &[&Swing], words: &Words, size: Size) -> Drawing {
    let (theme, look) = (material.theme, Look { theme: material.theme });
    framed(words, size, theme, |pen, space| {
        let names = space.width() * 0.36;
        let (left, right) = (space.left + names + 60.0, space.right - 60.0);
        let middle = swings.first().map_or(0.0, |swing| swing.savings[1]);
        let values = || swings.iter().flat_map(|swing| swing.savings);
        let (least, most) =
            values().fold((middle, middle), |(least, most), value| (least.min(value), most.max(value)));
        let (x, marks) = Axis::linear(least, most, false, (left, right), 4);
        let mut key = left;
        for (word, series) in [("worse end of its band", 3), ("better end", 0)] {
            pen.rect((key, space.top), (key + 10.0, space.top + 10.0), theme.series[series], 1.0);
            let text = look.of_series(series);
            pen.text(word, (key + 16.0, space.top + 5.0), &text);
            key += 16.0 + text.width(word) + 24.0;
        }
        let space = super::frame::Space { top: space.top + KEY, ..space };
        let bottom = space.top + swings.len() as f64 * ROW;
        for mark in &marks {
            pen.line(&[(x.at(*mark), space.top), (x.at(*mark), bottom)], theme.grid, 1.0);
            pen.text(&dollars(*mark), (x.at(*mark), bottom + 14.0), &look.small().centred());
        }
        for (at, swing) in swings.iter().enumerate() {
            let y = space.top + (at as f64 + 0.5) * ROW;
            let name = look.label();
            pen.text(&name.fitted(noun(swing.input), names), (space.left, y), &name);
            let worse = usize::from(swing.savings[0] > swing.savings[2]) * 2;
            for end in [0, 2] {
                let (series, value) = (if end == worse { 3 } else { 0 }, swing.savings[end]);
                let (from, to) = (x.within(middle), x.within(value));
                pen.rect((from, y - 9.0), (to, y + 9.0), theme.series[series], 1.0);
                let label = input_value(swing.input, swing.values[end]);
                if to < from {
                    pen.text(&label, (to - 6.0, y), &look.small().right());
                } else if to > from {
                    pen.text(&label, (to + 6.0, y), &look.small());
                }
            }
        }
        pen.line(&[(x.at(middle), space.top - 4.0), (x.at(middle), bottom)], theme.ink, 1.5);
        if x.ends.0 < 0.0 && x.ends.1 > 0.0 {
            pen.dashed(&[(x.at(0.0), space.top - 4.0), (x.at(0.0), bottom)], theme.grey, 1.0);
        }
    })
}
