//! A row of a table, made into a call by a column map.

use std::borrow::Cow;

use super::map::{Converted, CostUnit, FreshIs, InputConvention, TimeForm};
use super::plan::Plan;
use super::targets::{self as t, Kind, TARGETS};
use crate::inputs::logs::call::{Call, Convention, Status, When};
use crate::inputs::logs::quality;
use crate::inputs::logs::sink::Sink;
use crate::inputs::logs::strings::Sym;
use crate::inputs::logs::usage::{check_total, without_cache};
use crate::inputs::logs::values::{is_count, moment, quoted, whole_number};
use crate::units::{Mode, Usd, parse_scaled};

/// A cell, as the file's own type.
#[derive(Debug, Clone, PartialEq)]
pub enum Cell<'a> {
    /// Empty, null or missing.
    Null,
    /// Text, not trimmed.
    Text(Cow<'a, str>),
    /// A whole number.
    Integer(i64),
    /// A number.
    Number(f64),
    /// True or false.
    Boolean(bool),
    /// Microseconds since 1970-01-01 UTC.
    Micros(i64),
}

/// A row, read through a plan.
pub struct RowView<'p, F> {
    plan: &'p Plan,
    cell: &'p F,
}

impl<'p, 'a, F: Fn(usize) -> Cell<'a>> RowView<'p, F> {
    /// The row whose cells `cell` gives, by column.
    pub const fn new(plan: &'p Plan, cell: &'p F) -> Self {
        Self { plan, cell }
    }

    fn cell(&self, target: usize) -> Cell<'a> {
        match &self.plan.columns[target] {
            Some((column, _)) => match (self.cell)(*column) {
                Cell::Text(text) if text.trim().is_empty() => Cell::Null,
                Cell::Text(text) if self.plan.map.nothing.iter().any(|word| word == text.trim()) => {
                    Cell::Null
                }
                cell => cell,
            },
            None => Cell::Null,
        }
    }

    fn conversion(&self, target: usize) -> Option<&Converted> {
        self.plan.columns[target].as_ref()?.1.as_ref()
    }

    fn text(&self, target: usize, sink: &mut Sink) -> Option<Sym> {
        match self.cell(target) {
            Cell::Null => {
                self.plan.map.constants.get(TARGETS[target].name).and_then(|c| sink.text(Some(c.as_str())))
            }
            Cell::Text(text) => self.said(target, text, sink),
            Cell::Boolean(b) => self.said(target, Cow::Borrowed(if b { "true" } else { "false" }), sink),
            Cell::Integer(n) => sink.text(Some(n.to_string())),
            Cell::Number(n) => sink.text(Some(n.to_string())),
            Cell::Micros(m) => sink.text(Some(m.to_string())),
        }
    }

    /// A text in the words of the canonical table, with its suffix.
    fn said(&self, target: usize, text: Cow<'a, str>, sink: &mut Sink) -> Option<Sym> {
        let meant = self.conversion(target).and_then(|conversion| {
            conversion
                .words
                .get(text.trim())
                .or_else(|| conversion.words.get(&text.trim().to_ascii_lowercase()))
        });
        let suffix = self.plan.suffixes[target].map(|column| (self.cell)(column));
        match (meant, suffix) {
            (Some(word), _) => sink.text(Some(word)),
            (None, Some(Cell::Text(suffix))) if !suffix.trim().is_empty() => {
                sink.text(Some(format!("{}:{}", text.trim(), suffix.trim())))
            }
            (None, _) => sink.text(Some(text)),
        }
    }

    fn integer(&self, target: usize) -> Result<Option<i64>, String> {
        debug_assert_eq!(TARGETS[target].kind, Kind::Integer, "{}", TARGETS[target].name);
        let whole = match self.cell(target) {
            Cell::Null => return Ok(None),
            Cell::Integer(n) => Some(n),
            Cell::Number(n) => (n.fract() == 0.0 && n.abs() < 9e15).then_some(n as i64),
            Cell::Text(ref text) => whole_number(text),
            Cell::Boolean(_) | Cell::Micros(_) => None,
        };
        whole
            .filter(|number| is_count(*number))
            .map(Some)
            .ok_or_else(|| self.unreadable(target, "a whole number"))
    }

    fn number(&self, target: usize) -> Result<Option<f64>, String> {
        let number = match self.cell(target) {
            Cell::Null => return Ok(None),
            Cell::Integer(n) => Some(n as f64),
            Cell::Number(n) => Some(n),
            Cell::Text(ref text) => text.trim().parse::<f64>().ok(),
            Cell::Boolean(_) | Cell::Micros(_) => None,
        };
        let times = self.conversion(target).and_then(|c| c.times).unwrap_or(1.0);
        match number.filter(|n| n.is_finite()) {
            Some(n) => Ok(Some(n * times)),
            None => Err(self.unreadable(target, "a number")),
        }
    }

    fn boolean(&self, target: usize) -> Result<Option<bool>, String> {
        let text = match self.cell(target) {
            Cell::Null => return Ok(None),
            Cell::Boolean(b) => return Ok(Some(b)),
            Cell::Integer(n) => n.to_string(),
            Cell::Text(text) => text.trim().to_owned(),
            Cell::Number(_) | Cell::Micros(_) => return Err(self.unreadable(target, "true or false")),
        };
        if let Some(conversion) = self.conversion(target) {
            if let Some(no) = &conversion.false_when {
                return Ok(Some(text != *no));
            }
            if let Some(yes) = &conversion.true_when {
                return Ok(Some(text == *yes));
            }
        }
        match text.to_ascii_lowercase().as_str() {
            "true" | "1" | "yes" => Ok(Some(true)),
            "false" | "0" | "no" => Ok(Some(false)),
            _ => Err(self.unreadable(target, "true or false")),
        }
    }

    fn when(&self) -> Result<When, String> {
        let relative = match self.plan.map.time {
            TimeForm::Absolute => None,
            TimeForm::RelativeSeconds => Some(1e6),
            TimeForm::RelativeMillis => Some(1e3),
        };
        let cell = self.cell(t::TS_START);
        if let Some(scale) = relative {
            let offset = match cell {
                Cell::Null => return Ok(When::None),
                Cell::Integer(n) => Some(n as f64),
                Cell::Number(n) => Some(n),
                Cell::Text(ref text) => text.trim().parse::<f64>().ok(),
                Cell::Boolean(_) | Cell::Micros(_) => None,
            };
            return offset
                .filter(|o| (o * scale).abs() <= LONGEST_SESSION_MICROS)
                .map(|o| When::Relative((o * scale).round() as i64))
                .ok_or_else(|| self.unreadable(t::TS_START, "a number of seconds"));
        }
        let micros = match cell {
            Cell::Null => return Ok(When::None),
            Cell::Micros(micros) => Some(micros),
            Cell::Integer(n) => moment(&n.to_string()),
            Cell::Number(n) => moment(&n.to_string()),
            Cell::Text(ref text) => moment(text),
            Cell::Boolean(_) => None,
        };
        micros.map(When::Absolute).ok_or_else(|| self.unreadable(t::TS_START, "a date and time"))
    }

    fn cost(&self) -> Result<Option<Usd>, String> {
        if let Some(pico) = self.integer(t::COST_PUSD)? {
            return Ok(Some(Usd::from_pico(i128::from(pico))));
        }
        let text = match self.cell(t::COST) {
            Cell::Null => return Ok(None),
            Cell::Integer(n) => n.to_string(),
            Cell::Number(n) => n.to_string(),
            Cell::Text(text) => without_thousands(text.trim().trim_start_matches('$')),
            Cell::Boolean(_) | Cell::Micros(_) => return Err(self.unreadable(t::COST, "an amount")),
        };
        let places = match self.plan.map.cost_unit {
            CostUnit::Usd => 12,
            CostUnit::Cents => 10,
            CostUnit::Nanodollars => 3,
        };
        match parse_scaled(&text, places) {
            Ok(scaled) => Ok(Some(Usd::from_pico(scaled.units))),
            Err(_) => Err(self.unreadable(t::COST, "an amount")),
        }
    }

    fn unreadable(&self, target: usize, expected: &str) -> String {
        let column =
            self.plan.map.columns.get(TARGETS[target].name).map_or(TARGETS[target].name, |s| s.column());
        let value = match self.cell(target) {
            Cell::Text(text) => quoted(&text),
            Cell::Integer(n) | Cell::Micros(n) => format!("`{n}`"),
            Cell::Number(n) => format!("`{n}`"),
            Cell::Boolean(b) => format!("`{b}`"),
            Cell::Null => "nothing".to_owned(),
        };
        format!("`{column}` is not {expected}: {value}")
    }

    /// The call of the row; if its input count waits for the convention of the file, also its logged total.
    pub fn call(&self, line: u64, sink: &mut Sink) -> Result<(Call, Option<Option<i64>>), String> {
        let mut call = Call::at(line);
        call.in_cache_read = self.integer(t::IN_CACHE_READ)?;
        call.in_cache_write_5m = self.integer(t::IN_CACHE_WRITE_5M)?;
        call.in_cache_write_1h = self.integer(t::IN_CACHE_WRITE_1H)?;
        call.out_total = self.integer(t::OUT_TOTAL)?;
        call.out_reasoning = self.integer(t::OUT_REASONING)?;
        let undecided = self.set_uncached(&mut call)?;
        if call.in_cache_read.is_none()
            && call.in_cache_write_5m.is_none()
            && call.in_cache_write_1h.is_none()
        {
            call.quality |= quality::CACHE_UNKNOWN;
        }
        if self.plan.map.fresh_is == FreshIs::CacheWrite5m && call.in_cache_write_5m.is_none() {
            call.in_cache_write_5m = call.in_uncached.replace(0);
        }
        if self.plan.map.estimated {
            call.quality |= quality::ESTIMATED;
        }
        let total = self.integer(t::TOTAL)?;
        if let Some(total) = total.filter(|_| !undecided) {
            check_total(&mut call, total);
        }
        call.when = self.when()?;
        call.n_calls = self.integer(t::N_CALLS)?.unwrap_or(1);
        let granularity = self.text(t::GRANULARITY, sink).map(|word| sink.strings.text(word) == "bucket");
        call.is_bucket = granularity.unwrap_or(false) || call.n_calls > 1;
        call.tool_web_search = self.integer(t::WEB_SEARCH)?;
        call.cost_reported = self.cost()?;
        call.latency_ms = self.number(t::LATENCY_MS)?;
        call.stream = self.boolean(t::STREAM)?;
        call.is_subagent = self.boolean(t::IS_SUBAGENT)?;
        self.set_texts(&mut call, sink)?;
        Ok((call, undecided.then_some(total)))
    }

    fn set_uncached(&self, call: &mut Call) -> Result<bool, String> {
        let cached = [call.in_cache_read, call.in_cache_write_5m, call.in_cache_write_1h];
        let cached: i64 = cached.iter().flatten().fold(0, |sum, n| sum.saturating_add(*n));
        let total = self.integer(t::IN_TOTAL)?;
        if let Some(fresh) = self.integer(t::IN_UNCACHED)? {
            call.convention = Convention::Exclusive;
            call.in_uncached = Some(fresh);
            if total.is_some_and(|total| total != fresh.saturating_add(cached)) {
                call.quality |= quality::TOTAL_MISMATCH;
            }
        } else if let Some(total) = total {
            call.convention = Convention::Inclusive;
            call.in_uncached = Some(without_cache(total, cached)?);
        } else if let Some(input) = self.integer(t::INPUT)? {
            match self.plan.map.input_convention {
                InputConvention::Auto => {
                    call.in_uncached = Some(input);
                    return Ok(true);
                }
                InputConvention::Exclusive => {
                    call.convention = Convention::Exclusive;
                    call.in_uncached = Some(input);
                }
                InputConvention::Inclusive => {
                    call.convention = Convention::Inclusive;
                    call.in_uncached = Some(without_cache(input, cached)?);
                }
            }
        }
        Ok(false)
    }

    fn set_texts(&self, call: &mut Call, sink: &mut Sink) -> Result<(), String> {
        let texts: [(usize, &mut Option<Sym>); 16] = [
            (t::CALL_ID, &mut call.id),
            (t::WORKLOAD, &mut call.workload),
            (t::SELLER, &mut call.seller),
            (t::UPSTREAM, &mut call.upstream),
            (t::COST_KIND, &mut call.cost_kind),
            (t::MODEL_RAW, &mut call.model_raw),
            (t::MODEL_ALIAS, &mut call.model_alias),
            (t::OPERATION, &mut call.operation),
            (t::MODE, &mut call.mode),
            (t::REGION, &mut call.region),
            (t::STOP_REASON, &mut call.stop_reason),
            (t::SESSION_ID, &mut call.session_id),
            (t::TRACE_ID, &mut call.trace_id),
            (t::USER, &mut call.user),
            (t::TEAM, &mut call.team),
            (t::APP, &mut call.app),
        ];
        for (target, symbol) in texts {
            *symbol = self.text(target, sink);
        }
        call.tag = self.text(t::TAG, sink);
        if let Some(key) = self.text(t::KEY_ID, sink) {
            let key = sink.strings.text(key).to_owned();
            call.key_id = sink.key(Some(key));
        }
        if let Some(word) = self.text(t::STATUS, sink) {
            let word = sink.strings.text(word);
            call.status = Status::from_word(word).ok_or_else(|| {
                format!("{} is no status (ok, error, cancelled, gateway_cache)", quoted(word))
            })?;
        }
        if let Some(mode) = call.mode {
            let word = sink.strings.text(mode);
            if Mode::from_word(word).is_none() {
                let modes: Vec<&str> = Mode::ALL.iter().map(|mode| mode.word()).collect();
                return Err(format!("{} is no mode ({})", quoted(word), modes.join(", ")));
            }
        }
        Ok(())
    }
}

/// A session of more than thirty years is no session.
const LONGEST_SESSION_MICROS: f64 = 1e15;

/// `1,234.56` without its commas; a comma anywhere else is left to be refused, because it may be a decimal point.
fn without_thousands(amount: &str) -> String {
    let (whole, fraction) = amount.split_once('.').unwrap_or((amount, ""));
    let mut groups = whole.split(',');
    let first = groups.next().unwrap_or("");
    let grouped =
        (1..=3).contains(&first.trim_start_matches('-').len()) && groups.all(|group| group.len() == 3);
    if grouped && !fraction.contains(',') { amount.replace(',', "") } else { amount.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::without_thousands;

    #[test]
    fn commas_are_taken_out_only_where_they_group_thousands() {
        assert_eq!(without_thousands("1,234.56"), "1234.56");
        assert_eq!(without_thousands("12,345,678"), "12345678");
        assert_eq!(without_thousands("0,05"), "0,05");
        assert_eq!(without_thousands("5.5"), "5.5");
    }
}
