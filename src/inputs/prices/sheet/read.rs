//! Reads a sheet and tells every problem in it, not only the first.

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::{Currency, Field, Fields, Seller, SellerKind, Sheet, SheetOffer, Source, Wrong};
use crate::inputs::prices::rate::{Rate, overlap};
use crate::inputs::toml_file::{FileProblem, FileProblems};
use crate::units::{Feature, Features};

/// Reads a sheet of one seller.
///
/// # Errors
/// Every problem with its line.
pub fn parse(file: &str, text: &str) -> Result<Sheet, FileProblems> {
    let mut reader = Reader::new(text);
    let root = reader.root();
    let sheet = reader.sheet(&root);
    let problem = |wrong: Wrong| FileProblem {
        file: file.to_owned(),
        line: (wrong.line > 0).then_some(wrong.line),
        column: None,
        problem: wrong.problem,
    };
    match sheet {
        Some(sheet) if reader.wrongs.is_empty() => Ok(sheet),
        _ => {
            reader.wrongs.sort_by_key(|wrong| wrong.line);
            Err(FileProblems(reader.wrongs.into_iter().map(problem).collect()))
        }
    }
}

/// The tables of a TOML text as rows of keys, by the name under which they stand (`price`, `discount` …), and what is wrong
/// with the text as TOML.
pub fn read_rows(text: &str) -> (Vec<(String, Fields)>, Vec<Wrong>) {
    let mut reader = Reader::new(text);
    let root = reader.root();
    let mut rows = Vec::new();
    for (key, value) in root.get_ref() {
        let name = key.get_ref().to_string();
        for row in tables(value) {
            rows.push((name.clone(), reader.fields(row)));
        }
        if tables(value).is_empty() {
            let line = reader.line(key.span().start);
            reader.wrongs.push(Wrong { line, problem: format!("`{name}` is no table") });
        }
    }
    rows.sort_by_key(|(_, fields)| fields.line);
    (rows, reader.wrongs)
}

/// The value of a key as text, exactly as it is written; a list is joined by spaces.
pub fn text_of(value: &DeValue<'_>) -> Option<String> {
    match value {
        DeValue::String(text) => Some(text.to_string()),
        DeValue::Integer(number) => Some(number.as_str().to_owned()),
        DeValue::Float(number) => Some(number.as_str().to_owned()),
        DeValue::Boolean(yes) => Some(yes.to_string()),
        DeValue::Datetime(moment) => Some(moment.to_string()),
        DeValue::Array(items) => {
            let texts: Option<Vec<String>> = items.iter().map(|item| text_of(item.get_ref())).collect();
            Some(texts?.join(" "))
        }
        DeValue::Table(_) => None,
    }
}

/// The tables under a key: one, or a list of them.
fn tables<'v, 'i>(value: &'v Spanned<DeValue<'i>>) -> Vec<(&'v DeTable<'i>, usize)> {
    let of =
        |value: &'v Spanned<DeValue<'i>>| value.get_ref().as_table().map(|table| (table, value.span().start));
    match value.get_ref() {
        DeValue::Array(items) => items.iter().filter_map(of).collect(),
        _ => of(value).into_iter().collect(),
    }
}

struct Reader<'t> {
    text: &'t str,
    /// Where each line ends.
    ends: Vec<usize>,
    wrongs: Vec<Wrong>,
}

impl<'t> Reader<'t> {
    fn new(text: &'t str) -> Self {
        let ends = text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n').map(|(at, _)| at).collect();
        Self { text, ends, wrongs: Vec::new() }
    }

    fn root(&mut self) -> Spanned<DeTable<'t>> {
        let (root, errors) = DeTable::parse_recoverable(self.text);
        for error in errors {
            let line = error.span().map_or(0, |span| self.line(span.start));
            let problem = error.message().lines().collect::<Vec<_>>().join(", ");
            self.wrongs.push(Wrong { line, problem });
        }
        root
    }

    fn line(&self, at: usize) -> usize {
        self.ends.partition_point(|end| *end < at) + 1
    }

    /// The plain keys of a table; tables inside it are left out.
    fn fields(&self, (table, start): (&DeTable<'_>, usize)) -> Fields {
        let mut fields = Fields { line: self.line(start), fields: Vec::new() };
        for (key, value) in table {
            if let Some(text) = text_of(value.get_ref()).filter(|_| tables(value).is_empty()) {
                let line = self.line(value.span().start);
                fields.fields.push(Field { key: key.get_ref().to_string(), text, line });
            }
        }
        fields
    }

    fn take<T>(&mut self, result: Result<T, Wrong>) -> Option<T> {
        result.map_err(|wrong| self.wrongs.push(wrong)).ok()
    }

    fn only(&mut self, fields: &Fields, known: &[&str]) {
        for field in fields.fields.iter().filter(|field| !known.contains(&field.key.as_str())) {
            self.wrongs.push(field.wrong(format!("there is no key `{}`", field.key)));
        }
    }

    fn sheet(&mut self, root: &Spanned<DeTable<'_>>) -> Option<Sheet> {
        let root = root.get_ref();
        for key in root.keys().filter(|key| !["seller", "source", "offer"].contains(&key.get_ref().as_ref()))
        {
            let line = self.line(key.span().start);
            self.wrongs.push(Wrong { line, problem: format!("there is no table `{}`", key.get_ref()) });
        }
        let all = |name: &str| root.get(name).map(tables).unwrap_or_default();
        let sources: Vec<Source> = all("source").into_iter().filter_map(|row| self.source(row)).collect();
        let offers = all("offer").into_iter().filter_map(|row| self.offer(row, &sources)).collect();
        let Some(seller) = all("seller").into_iter().next() else {
            self.wrongs.push(Wrong { line: 0, problem: "has no table `seller`".to_owned() });
            return None;
        };
        Some(Sheet { seller: self.seller(seller)?, sources, offers })
    }

    fn seller(&mut self, row: (&DeTable<'_>, usize)) -> Option<Seller> {
        let fields = self.fields(row);
        self.only(&fields, &["id", "name", "kind", "country", "aliases"]);
        let text = |key| fields.required(key).map(|field| field.text.clone());
        let kind = fields.required("kind").and_then(|field| {
            SellerKind::from_word(&field.text)
                .ok_or_else(|| field.wrong(format!("`{}` is no kind of seller", field.text)))
        });
        let aliases = row.0.get("aliases").and_then(|value| value.get_ref().as_array());
        let aliases = aliases.into_iter().flat_map(|list| list.iter());
        Some(Seller {
            aliases: aliases.filter_map(|alias| alias.get_ref().as_str().map(str::to_owned)).collect(),
            country: fields.get("country").map(|field| field.text.clone()).unwrap_or_default(),
            kind: self.take(kind)?,
            name: self.take(text("name"))?,
            id: self.take(text("id"))?,
        })
    }

    fn source(&mut self, row: (&DeTable<'_>, usize)) -> Option<Source> {
        let fields = self.fields(row);
        self.only(&fields, &["id", "name", "date", "licence", "url", "sha256"]);
        let text = |key| fields.get(key).map(|field| field.text.clone());
        let required = |key| fields.required(key).map(|field| field.text.clone());
        Some(Source {
            id: self.take(required("id"))?,
            name: self.take(required("name"))?,
            day: self.take(fields.day("date"))?,
            licence: text("licence").unwrap_or_default(),
            url: text("url"),
            sha256: text("sha256"),
        })
    }

    fn offer(&mut self, row: (&DeTable<'_>, usize), sources: &[Source]) -> Option<SheetOffer> {
        let fields = self.fields(row);
        self.only(&fields, &["model", "listed_as", "also_listed_as", "context", "max_output", "features"]);
        let rows = row.0.get("rates").or_else(|| row.0.get("rate")).map(tables).unwrap_or_default();
        let mut rates = Vec::with_capacity(rows.len());
        let mut lines = Vec::with_capacity(rows.len());
        for rate in &rows {
            let (rate, line) = (self.rate(*rate, sources), self.line(rate.1));
            if let Some(rate) = rate {
                rates.push(rate);
                lines.push(line);
            }
        }
        let model = fields.required("model").map(|field| field.text.clone());
        let model = self.take(model)?;
        if rows.is_empty() {
            self.wrongs.push(fields.wrong(format!("the offer of `{model}` has no rate")));
        }
        if let Some((first, second)) = overlap(&rates) {
            let what = rates[second].label();
            let problem = format!(
                "two rates of `{model}` ({what}) hold on the same day: this one and line {}",
                lines[first]
            );
            self.wrongs.push(Wrong { line: lines[second], problem });
        }
        let listed_as = fields.required("listed_as").map(|field| field.text.clone());
        let also = row.0.get("also_listed_as").and_then(|value| value.get_ref().as_array());
        let also = also.into_iter().flat_map(|list| list.iter());
        Some(SheetOffer {
            model,
            line: fields.line,
            listed_as: self.take(listed_as)?,
            also: also.filter_map(|name| name.get_ref().as_str().map(str::to_owned)).collect(),
            context: self.take(fields.count("context"))?,
            max_output: self.take(fields.count("max_output"))?,
            features: self.take(features(&fields))?,
            rates,
        })
    }

    fn rate(&mut self, row: (&DeTable<'_>, usize), sources: &[Source]) -> Option<Rate> {
        let fields = self.fields(row);
        fields.unknown_keys(&[], &mut self.wrongs);
        let rate = fields.rate(&Currency::usd(), &mut self.wrongs);
        // The first source is meant where a rate names none.
        let named = fields.get("source");
        let source = named.map_or(Ok(0), |field| {
            let known = sources.iter().position(|source| source.id == field.text);
            known.ok_or_else(|| field.wrong(format!("there is no source `{}` in this file", field.text)))
        });
        let source = self.take(source)?;
        if sources.is_empty() && named.is_none() {
            self.wrongs.push(fields.wrong("the file has no `[[source]]`"));
        }
        rate.map(|rate| Rate { source, ..rate })
    }
}

/// What an offer can do; a list without an entry is an offer that can do nothing beside text.
pub fn features(fields: &Fields) -> Result<Option<Features>, Wrong> {
    let Some(field) = fields.get("features") else { return Ok(None) };
    let words = field.text.split([' ', ',']).filter(|word| !word.is_empty());
    let known = |word: &str| {
        Feature::from_word(word).ok_or_else(|| {
            let words = Feature::ALL.map(Feature::word).join(", ");
            field.wrong(format!("`{word}` is no feature; features are {words}"))
        })
    };
    words.map(known).collect::<Result<Features, Wrong>>().map(Some)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::units::Meter;

    const HEAD: &str = "[seller]\nid='x'\nname='X'\nkind='lab'\ncountry='US'\n[[source]]\nid='s'\nname='S'\ndate=2026-01-01\nlicence='MIT'\n[[offer]]\nmodel='m'\nlisted_as='m'\n";

    fn problem(rate: &str) -> String {
        parse("x.toml", &format!("{HEAD}rates=[\n{rate}\n]")).expect_err("a problem").to_string()
    }

    #[test]
    fn problems_name_file_and_line_and_none_hides_another() {
        assert_eq!(
            problem("{input='0.1234567', output='-1'},\n{input='1', source='t'},\n{input='1', mode='warp'},"),
            "`x.toml` line 15: `0.1234567` is finer than a picodollar per token\n\
             `x.toml` line 15: `-1` is negative\n\
             `x.toml` line 16: there is no source `t` in this file\n\
             `x.toml` line 17: `warp` is no mode"
        );
        assert_eq!(
            problem("{input='1', inptu='2'},"),
            "`x.toml` line 15: there is no key `inptu`; did you mean `input`?"
        );
    }

    #[test]
    fn two_rates_for_the_same_calls_are_told_by_their_lines() {
        assert_eq!(
            problem("{input='1', until=2026-01-02},\n{input='2', from=2026-01-01},"),
            "`x.toml` line 16: two rates of `m` (standard) hold on the same day: this one and line 15"
        );
    }

    #[test]
    fn numbers_may_be_written_without_quotes_and_lose_nothing() {
        let sheet = parse("x.toml", &format!("{HEAD}rates=[{{input=0.000001, output=2}}]")).expect("a sheet");
        let prices = &sheet.offers[0].rates[0].prices;
        assert_eq!((prices.stated(Meter::Input), prices.stated(Meter::Output)), (Some(1), Some(2_000_000)));
    }

    #[test]
    fn text_that_is_no_toml_is_a_problem_with_a_line() {
        assert!(
            parse("x.toml", "[seller\nid=").expect_err("a problem").to_string().contains("`x.toml` line 1")
        );
    }
}
