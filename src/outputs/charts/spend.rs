//! Spend over time by tier, with what it would have come to routed.

use std::collections::BTreeMap;

use chrono::Datelike as _;

use super::axis::dollars;
use super::frame::{LABEL, Look, Words, framed};
use super::labels::apart;
use super::pen::{Pen, Point};
use super::plot::{Around, Plot, Scale};
use super::theme::Theme;
use super::{Drawing, Material};
use crate::outputs::wording::percent;
use crate::simulation::Slot;
use crate::simulation::outcome::{Outcome, saving};
use crate::units::{Day, Tier};

/// Dollars of a stretch of days.
#[derive(Default, Clone, Copy)]
struct Bar {
    tiers: [f64; 3],
    routed: f64,
}

/// How days are put together.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Unit {
    Day,
    Week,
    Month,
}

/// Bars that a chart has room for.
const MOST: i32 = 45;

impl Unit {
    fn of(days: i32) -> Self {
        match days {
            days if days <= MOST => Self::Day,
            days if days <= 7 * MOST => Self::Week,
            _ => Self::Month,
        }
    }

    const fn word(self) -> &'static str {
        match self {
            Self::Day => "day",
            Self::Week => "week",
            Self::Month => "month",
        }
    }

    /// The place of a day in a row of such units.
    fn place(self, day: Day) -> i32 {
        match self {
            Self::Day => day.0,
            // The first of January 1970 was a Thursday; weeks begin on Mondays.
            Self::Week => (day.0 + 3).div_euclid(7),
            Self::Month => day.date().map_or(0, |date| date.year() * 12 + date.month0() as i32),
        }
    }

    /// The first day of a place.
    fn first(self, place: i32) -> Option<chrono::NaiveDate> {
        match self {
            Self::Day => Day(place).date(),
            Self::Week => Day(place * 7 - 3).date(),
            Self::Month => {
                chrono::NaiveDate::from_ymd_opt(place.div_euclid(12), place.rem_euclid(12) as u32 + 1, 1)
            }
        }
    }

    fn label(self, place: i32) -> String {
        let format = if self == Self::Month { "%b %Y" } else { "%-d %b" };
        self.first(place).map_or_else(String::new, |date| date.format(format).to_string())
    }
}

pub(super) fn draw(material: &Material<'_>) -> Result<Drawing, String> {
    let audit = material.of.audit;
    let span = audit.span.filter(|_| !audit.facts.anchored && audit.facts.undated == 0);
    let span = span.ok_or("the calls have no dates, so there is nothing to draw over time")?;
    if audit.baseline.slot() != Slot::Day {
        return Err("the sums are by hour and not by day".to_owned());
    }
    let (first, last) = (Day::of_micros(span.first), Day::of_micros(span.last));
    let unit = Unit::of(last.0 - first.0 + 1);
    let mut bars: BTreeMap<i32, Bar> =
        (unit.place(first)..=unit.place(last)).map(|place| (place, Bar::default())).collect();
    let mut add = |outcome: &Outcome, routed: bool| {
        for (_, offer, day, line) in outcome.slots() {
            let Some(bar) = bars.get_mut(&unit.place(Day(day))) else { continue };
            let cost = line.cost.estimate().0;
            if routed {
                bar.routed += cost;
            } else {
                bar.tiers[Theme::of_tier(material.of.world.book.offer(offer).tier)] += cost;
            }
        }
    };
    add(&audit.baseline, false);
    add(&audit.routed, true);
    let bars: Vec<(i32, Bar)> = bars.into_iter().collect();
    Ok(picture(material, unit, &bars, &words(material, unit)))
}

fn words(material: &Material<'_>, unit: Unit) -> Words {
    let (was, is) = (material.of.audit.baseline.total(), material.of.audit.routed.total());
    let (before, after) = (was.cost.estimate().0, is.cost.estimate().0);
    let saved = saving(&was, &is).estimate().0;
    let title = if before <= 0.0 {
        "Nothing was spent".to_owned()
    } else if saved > 0.0 {
        format!(
            "Routing would have cost {} instead of {}: {} less",
            dollars(after),
            dollars(before),
            percent(saved / before)
        )
    } else if saved < 0.0 {
        format!("The routing asked for would have cost {} instead of {}", dollars(after), dollars(before))
    } else {
        format!("No eligible offer would have cost less than the {} that were spent", dollars(before))
    };
    let subtitle = format!(
        "Spend a {} by tier at list price; dashed: the same calls at the cheapest offers that are good enough",
        unit.word()
    );
    Words { title, subtitle, source: material.source.clone() }
}

/// Room for the labels on the right.
const LABELS: f64 = 128.0;

fn picture(material: &Material<'_>, unit: Unit, bars: &[(i32, Bar)], words: &Words) -> Drawing {
    let (theme, look) = (material.theme, Look { theme: material.theme });
    framed(words, material.size, theme, |pen, space| {
        let total = |bar: &Bar| bar.tiers.iter().sum::<f64>();
        let most = bars.iter().map(|(_, bar)| total(bar).max(bar.routed)).fold(0.0, f64::max);
        let around = Around { top: 6.0, right: LABELS, bottom: 24.0 };
        let plot = Plot::new(pen, look, space, around, (0.0, most, Scale::FromZero), dollars);
        let Plot { left, right, y, .. } = &plot;
        let step = (right - left) / bars.len() as f64;
        let width = (step * 0.72).min(60.0);
        let middle = |at: usize| left + (at as f64 + 0.5) * step;
        for (at, (_, bar)) in bars.iter().enumerate() {
            let mut sum = 0.0;
            for (series, amount) in bar.tiers.iter().enumerate().filter(|(_, amount)| **amount > 0.0) {
                let (from, to) = (y.at(sum), y.at(sum + amount));
                pen.rect(
                    (middle(at) - width / 2.0, to),
                    (middle(at) + width / 2.0, from),
                    theme.series[series],
                    1.0,
                );
                if sum > 0.0 {
                    let edge = [(middle(at) - width / 2.0, from), (middle(at) + width / 2.0, from)];
                    pen.line(&edge, theme.paper, 1.0);
                }
                sum += amount;
            }
        }
        let routed: Vec<Point> =
            bars.iter().enumerate().map(|(at, (_, bar))| (middle(at), y.at(bar.routed))).collect();
        pen.dashed(&routed, theme.paper, 4.0);
        pen.dashed(&routed, theme.ink, 2.0);
        if let Some(end) = routed.last() {
            pen.dot(*end, 3.5, theme.ink, theme.paper);
        }
        let ticks: Vec<(f64, String)> =
            bars.iter().enumerate().map(|(at, (place, _))| (middle(at), unit.label(*place))).collect();
        plot.below(pen, look, &ticks, false);
        let all = bars.iter().fold([0.0; 3], |mut sum, (_, bar)| {
            sum.iter_mut().zip(bar.tiers).for_each(|(sum, tier)| *sum += tier);
            sum
        });
        beside(pen, &look, material, bars, all, &plot);
    })
}

/// The tiers and the routed line by name, beside the last bar.
fn beside(pen: &Pen, look: &Look, material: &Material<'_>, bars: &[(i32, Bar)], all: [f64; 3], plot: &Plot) {
    let (y, x) = (&plot.y, plot.right + 14.0);
    let Some((_, last)) = bars.last() else { return };
    let routed: f64 = bars.iter().map(|(_, bar)| bar.routed).sum();
    let mut labels: Vec<(f64, String, String, Option<usize>)> = Vec::new();
    let mut sum = 0.0;
    for tier in Tier::ALL {
        let series = Theme::of_tier(tier);
        if all[series] > 0.0 {
            let name = match tier {
                Tier::Closed => "Closed",
                Tier::Hosted => "Hosted open",
                Tier::Local => "Local",
            };
            labels.push((
                y.at(sum + last.tiers[series] / 2.0),
                name.to_owned(),
                dollars(all[series]),
                Some(series),
            ));
        }
        sum += last.tiers[series];
    }
    labels.push((y.at(last.routed), "Routed".to_owned(), dollars(routed), None));
    let wanted: Vec<f64> = labels.iter().map(|label| label.0).collect();
    let places = apart(&wanted, 2.0 * LABEL + 10.0, plot.top + LABEL, plot.bottom - LABEL);
    for ((_, name, amount, series), place) in labels.iter().zip(places) {
        let text = series.map_or_else(|| look.strong(), |series| look.of_series(series));
        if let Some(series) = series {
            pen.rect((x, place - 13.0), (x + 9.0, place - 4.0), material.theme.series[*series], 1.0);
        } else {
            pen.line(&[(x, place - 8.5), (x + 9.0, place - 8.5)], material.theme.ink, 2.0);
        }
        pen.text(name, (x + 15.0, place - 8.5), &text);
        pen.text(&format!("{amount} in all"), (x + 15.0, place + 7.5), &look.small());
    }
}
