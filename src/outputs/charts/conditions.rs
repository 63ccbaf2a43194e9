//! The five conditions of each move, and its verdict, as a matrix.

use super::frame::{Look, Words, around, framed};
use super::pen::{Pen, Point};
use super::theme::{Size, Theme};
use super::{Drawing, Material};
use crate::outputs::pages::assess::verdict_words;
use crate::outputs::wording::counted;
use crate::simulation::assess::{Assessment, ConditionName as Name, State, Verdict};

/// Rows that are drawn.
const MOST: usize = 18;
const ROW: f64 = 36.0;

const NAMES: [(Name, &str); 5] = [
    (Name::Reliability, "reliable"),
    (Name::Commodity, "commodity"),
    (Name::CostGap, "cost gap"),
    (Name::Convergence, "convergence"),
    (Name::Differentiation, "nothing only here"),
];

pub(super) fn draw(material: &Material<'_>) -> Result<Drawing, String> {
    let mut rows: Vec<&Assessment> =
        material.of.assessed.iter().filter(|of| of.baseline.cost.pico() > 0).collect();
    rows.sort_by_key(|of| std::cmp::Reverse(of.baseline.cost));
    if rows.is_empty() {
        return Err("no call has a price above nothing".to_owned());
    }
    let all = rows.len();
    let now = rows.iter().filter(|of| matches!(of.verdict, Verdict::SubstituteNow)).count() as u64;
    let title = match now {
        0 => format!("None of {} is ready to be moved today", words_of(all)),
        now => format!("{now} of {} can be moved today", words_of(all)),
    };
    let left_out = if all > MOST { format!("; the {MOST} dearest of {all}") } else { String::new() };
    let words = Words {
        title,
        subtitle: format!(
            "Whether each of the five conditions for a substitution is met, line of work by line of work, the dearest first{left_out}"
        ),
        source: material.source.clone(),
    };
    rows.truncate(MOST);
    let height = around(&words, f64::from(material.size.width)) + rows.len() as f64 * ROW + 66.0;
    let size = Size { height: height.ceil() as u32, ..material.size };
    Ok(picture(material, &rows, &words, size))
}

fn words_of(count: usize) -> String {
    if count == 1 { counted(1, "line of work") } else { format!("{count} lines of work") }
}

fn picture(material: &Material<'_>, rows: &[&Assessment], words: &Words, size: Size) -> Drawing {
    let look = Look { theme: material.theme };
    framed(words, size, material.theme, |pen, space| {
        let names = space.width() * 0.25;
        let verdicts = (space.width() * 0.14).max(104.0);
        let left = space.left + names;
        let step = (space.right - verdicts - left) / NAMES.len() as f64;
        let x = |column: usize| left + (column as f64 + 0.5) * step;
        let head = look.small().centred();
        for (column, (_, name)) in NAMES.iter().enumerate() {
            pen.text(&head.fitted(name, step - 6.0), (x(column), space.top + 8.0), &head);
        }
        pen.text("verdict", (space.right - verdicts + 8.0, space.top + 8.0), &look.small());
        let top = space.top + 22.0;
        for (at, of) in rows.iter().enumerate() {
            let y = top + (at as f64 + 0.5) * ROW;
            pen.line(&[(space.left, y + ROW / 2.0), (space.right, y + ROW / 2.0)], material.theme.grid, 1.0);
            let (name, model) = (look.strong(), look.small());
            let workload = of.workload.as_deref().unwrap_or("no workload");
            pen.text(&name.fitted(workload, names - 8.0), (space.left, y - 7.5), &name);
            let world = material.of.world;
            let incumbent = &world.models.get(world.book.offer(of.lane.incumbent).model).id;
            pen.text(&model.fitted(incumbent, names - 8.0), (space.left, y + 7.5), &model);
            for (column, (name, _)) in NAMES.iter().enumerate() {
                let state =
                    of.conditions.iter().find(|condition| condition.name == *name).map(|found| found.state);
                mark(pen, &material.theme, look, state.unwrap_or(State::Unknown), (x(column), y));
            }
            let verdict = look.label();
            let lines = super::font::wrapped(
                &verdict_words(of.verdict),
                verdict.size,
                verdict.weight,
                verdicts - 8.0,
            );
            let first = y - 7.0 * (lines.len().min(2) as f64 - 1.0);
            for (line, text) in lines.iter().take(2).enumerate() {
                pen.text(text, (space.right - verdicts + 8.0, first + 14.0 * line as f64), &verdict);
            }
        }
        key(pen, material, look, (space.left, top + rows.len() as f64 * ROW + 22.0));
    })
}

/// A state as a shape, so that no colour is needed to tell it.
fn mark(pen: &Pen, theme: &Theme, look: Look, state: State, (x, y): Point) {
    match state {
        State::Met => pen.dot((x, y), 8.0, theme.series[1], theme.paper),
        State::Partly => {
            pen.ring((x, y), 8.0, theme.series[2], theme.paper);
            let half: Vec<Point> = (0..=16)
                .map(|step| {
                    let angle = std::f64::consts::PI * (0.5 + f64::from(step) / 16.0);
                    (x + 8.0 * angle.cos(), y + 8.0 * angle.sin())
                })
                .collect();
            pen.polygon(&half, theme.series[2], 1.0);
        }
        State::Unmet => pen.ring((x, y), 8.0, theme.series[3], theme.paper),
        State::Unknown => pen.text("?", (x, y), &look.strong().centred()),
    }
}

/// What the shapes mean.
fn key(pen: &Pen, material: &Material<'_>, look: Look, (left, y): Point) {
    let mut x = left + 8.0;
    for (state, word) in [
        (State::Met, "met"),
        (State::Partly, "partly"),
        (State::Unmet, "not met"),
        (State::Unknown, "not known"),
    ] {
        mark(pen, &material.theme, look, state, (x, y));
        pen.text(word, (x + 15.0, y), &look.small());
        x += 15.0 + look.small().width(word) + 28.0;
    }
}
