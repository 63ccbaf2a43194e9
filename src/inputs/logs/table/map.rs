//! Column maps: which column of a table is which value, and in which convention and unit. The shipped presets are map
//! files like a user's own.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde::Deserialize;

use super::targets::{self, Kind, TARGETS};
use crate::inputs::embedded::Facts;
use crate::inputs::spelling;

/// What the `input` column counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum InputConvention {
    /// Cached tokens are part of it.
    Inclusive,
    /// Cached tokens are counted apart.
    Exclusive,
    /// Decided from the rows: exclusive if any row has more cached tokens than input, else inclusive.
    #[default]
    Auto,
}

/// Where input that is not read from the cache goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FreshIs {
    /// To the full input rate.
    #[default]
    Uncached,
    /// To the five-minute cache-write rate: the client writes its whole prompt to the cache.
    #[serde(rename = "cache_write_5m")]
    CacheWrite5m,
}

/// What the time column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TimeForm {
    /// A date and time, or seconds, milliseconds or microseconds since 1970.
    #[default]
    Absolute,
    /// Seconds since the start of the session or trace.
    RelativeSeconds,
    /// Milliseconds since the start of the session or trace.
    RelativeMillis,
}

/// Unit of the cost column.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum CostUnit {
    /// Dollars.
    #[default]
    Usd,
    /// Hundredths of a dollar.
    Cents,
    /// Billionths of a dollar.
    Nanodollars,
}

/// Where a value comes from.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(untagged)]
pub enum Source {
    /// The column of that name.
    Column(String),
    /// A column with a conversion.
    Converted(Converted),
}

/// A column with a conversion.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Converted {
    /// Name of the column.
    pub column: String,
    /// Factor, for numbers in another unit.
    pub times: Option<f64>,
    /// The text that means false; every other text means true.
    pub false_when: Option<String>,
    /// The text that means true; every other text means false.
    pub true_when: Option<String>,
    /// What a text means, where the words of the log are others; a text that is not named stands as it is.
    #[serde(default)]
    pub words: BTreeMap<String, String>,
    /// A column whose text is added after a colon, where it has one.
    pub suffix: Option<String>,
}

impl Source {
    /// Name of the column.
    pub fn column(&self) -> &str {
        match self {
            Self::Column(name) => name,
            Self::Converted(converted) => &converted.column,
        }
    }

    /// The conversion, if there is one.
    pub fn conversion(&self) -> Option<&Converted> {
        match self {
            Self::Column(_) => None,
            Self::Converted(converted) => Some(converted),
        }
    }
}

/// Name of the map of tables in canonical columns.
pub const CANONICAL: &str = "canonical";

/// A column map.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ColumnMap {
    /// Name, for messages and `--map`.
    pub name: String,
    /// What it reads and what it assumes, shown to the user.
    pub about: String,
    /// A table that has all these columns is read with this map when none is named.
    #[serde(default)]
    pub detect: Vec<String>,
    /// What the `input` column counts.
    #[serde(default)]
    pub input_convention: InputConvention,
    /// Where input that is not read from the cache goes.
    #[serde(default)]
    pub fresh_is: FreshIs,
    /// What the time column holds.
    #[serde(default)]
    pub time: TimeForm,
    /// Unit of the cost column.
    #[serde(default)]
    pub cost_unit: CostUnit,
    /// Whether token counts are estimates of whoever wrote the log.
    #[serde(default)]
    pub estimated: bool,
    /// Targets whose column a table may lack.
    #[serde(default)]
    pub optional: Vec<String>,
    /// Texts that stand for nothing.
    #[serde(default)]
    pub nothing: Vec<String>,
    /// Target → column.
    pub columns: BTreeMap<String, Source>,
    /// Target → the same text for every row.
    #[serde(default)]
    pub constants: BTreeMap<String, String>,
}

impl ColumnMap {
    /// Reads a map file.
    ///
    /// # Errors
    /// What is wrong with it, with the line where the parser knows it.
    pub fn parse(text: &str) -> Result<Self, String> {
        let map: Self = toml::from_str(text).map_err(|error| {
            let text = error.to_string();
            text.trim().replace(
                "data did not match any variant of untagged enum Source",
                "a column is a name, or { column = \"name\" } with `times`, `true_when` or `false_when`",
            )
        })?;
        let unknown =
            map.columns.keys().chain(map.constants.keys()).filter(|name| targets::index_of(name).is_none());
        let problems: Vec<String> = unknown
            .map(|name| {
                let meant = spelling::meant(name, TARGETS.iter().map(|target| target.name));
                format!("`{name}` is not something a column can be mapped to{meant}")
            })
            .collect();
        if !problems.is_empty() {
            return Err(problems.join("\n"));
        }
        map.check_conversions()?;
        let inputs = ["input", "in_total", "in_uncached"];
        match inputs.iter().filter(|name| map.columns.contains_key(**name)).count() {
            1 => {}
            0 => {
                return Err(
                    "no column is mapped to input tokens (`input`, `in_total` or `in_uncached`)".to_owned()
                );
            }
            _ => return Err("only one of `input`, `in_total` and `in_uncached` can be mapped".to_owned()),
        }
        if map.fresh_is == FreshIs::CacheWrite5m
            && map.columns.contains_key("input")
            && map.input_convention == InputConvention::Auto
        {
            return Err("`fresh_is` needs `input_convention` (inclusive or exclusive)".to_owned());
        }
        if !map.columns.contains_key("out_total") {
            return Err("no column is mapped to `out_total`".to_owned());
        }
        Ok(map)
    }

    /// A conversion or constant that would have no effect is a mistake.
    fn check_conversions(&self) -> Result<(), String> {
        let kind = |name: &str| targets::index_of(name).map(|index| TARGETS[index].kind);
        for (name, conversion) in
            self.columns.iter().filter_map(|(name, source)| Some((name, source.conversion()?)))
        {
            let words = conversion.true_when.is_some() || conversion.false_when.is_some();
            if conversion.times.is_some() && kind(name) != Some(Kind::Number) {
                return Err(format!("`times` cannot be used for `{name}`, which is read as it stands"));
            }
            if words && kind(name) != Some(Kind::Boolean) {
                return Err(format!(
                    "`true_when` and `false_when` cannot be used for `{name}`, which is not true or false"
                ));
            }
            let text = kind(name) == Some(Kind::Text);
            if (!conversion.words.is_empty() || conversion.suffix.is_some()) && !text {
                return Err(format!("`words` and `suffix` cannot be used for `{name}`, which is no text"));
            }
            if conversion.true_when.is_some() && conversion.false_when.is_some() {
                return Err(format!("`{name}` has both `true_when` and `false_when`"));
            }
        }
        match self.constants.keys().find(|name| kind(name) != Some(Kind::Text)) {
            Some(name) => Err(format!("`{name}` cannot be a constant: only names can")),
            None => Ok(()),
        }
    }

    /// The map of a table that already has the canonical column names; `model` stands for `model_raw`.
    pub fn canonical(header: &[String]) -> Self {
        let has = |name: &str| header.iter().any(|column| column == name);
        let mut columns: BTreeMap<String, Source> = TARGETS
            .iter()
            .filter(|target| has(target.name))
            .map(|target| (target.name.to_owned(), Source::Column(target.name.to_owned())))
            .collect();
        if !has("model_raw") && has("model") {
            columns.insert("model_raw".to_owned(), Source::Column("model".to_owned()));
        }
        Self {
            name: CANONICAL.to_owned(),
            about: "columns named as in docs/tables.md".to_owned(),
            detect: Vec::new(),
            input_convention: InputConvention::Auto,
            fresh_is: FreshIs::Uncached,
            time: TimeForm::Absolute,
            cost_unit: CostUnit::Usd,
            estimated: false,
            optional: Vec::new(),
            nothing: Vec::new(),
            columns,
            constants: BTreeMap::new(),
        }
    }

    /// The map for a table with these columns: a shipped one that detects it, or the canonical one.
    ///
    /// # Errors
    /// Which columns are there and what is missing.
    pub fn for_header(header: &[String]) -> Result<Self, String> {
        let fits =
            |map: &Self| !map.detect.is_empty() && map.detect.iter().all(|column| header.contains(column));
        // Of two that fit, the one that knows the table better.
        if let Some(map) = shipped()?.into_iter().filter(fits).max_by_key(|map| map.detect.len()) {
            return Ok(map);
        }
        let canonical = Self::canonical(header);
        let has = |name: &str| canonical.columns.contains_key(name);
        let missing = match (has("in_uncached") || has("in_total") || has("input"), has("out_total")) {
            (true, true) => return Ok(canonical),
            (false, true) => "`in_uncached` (or `in_total`, or `input`)",
            (true, false) => "`out_total`",
            (false, false) => "`in_uncached` (or `in_total`, or `input`) and `out_total`",
        };
        let columns = names_of(header);
        Err(format!("has no column {missing}; its columns are {columns}"))
    }
}

/// The columns of a table for a message. A table without a header has data where names should be: what does not look
/// like a name is not repeated.
pub fn names_of(header: &[String]) -> String {
    const SHOWN: usize = 20;
    let like_a_name = |text: &str| {
        text.len() <= 40
            && text.split_whitespace().count() <= 4
            && text.chars().all(|c| c.is_alphanumeric() || " _-.()/$%#:".contains(c))
    };
    let shown = header.iter().take(SHOWN).enumerate().map(|(index, column)| {
        if like_a_name(column) { format!("`{column}`") } else { format!("column {}", index + 1) }
    });
    let mut text = shown.collect::<Vec<_>>().join(", ");
    if header.len() > SHOWN {
        text.push_str(", …");
    }
    text
}

/// The maps that come with the program.
///
/// # Errors
/// When a shipped map is broken, which a test rules out.
pub fn shipped() -> Result<Vec<ColumnMap>, String> {
    static MAPS: LazyLock<Result<Vec<ColumnMap>, String>> = LazyLock::new(read_shipped);
    MAPS.clone()
}

fn read_shipped() -> Result<Vec<ColumnMap>, String> {
    let files = Facts::embedded().files("maps").map_err(|problem| problem.to_string())?;
    files
        .into_iter()
        .map(|(name, text)| ColumnMap::parse(&text).map_err(|error| format!("{name}: {error}")))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_shipped_map_is_valid_and_says_what_it_assumes() {
        let maps = shipped().expect("valid maps");
        assert!(!maps.is_empty());
        for map in maps {
            assert!(!map.about.is_empty(), "{}", map.name);
        }
    }

    #[test]
    fn the_documentation_names_every_target_and_its_example_is_valid() {
        let page = include_str!("../../../../data/maps/README.md");
        for target in TARGETS {
            assert!(page.contains(&format!("`{}`", target.name)), "{}", target.name);
        }
        let example =
            page.split("```toml").nth(1).and_then(|rest| rest.split("```").next()).expect("an example");
        ColumnMap::parse(example).expect("a valid map");
    }

    #[test]
    fn a_misspelt_target_is_answered_with_the_nearest() {
        let text = "name='x'\nabout='y'\n[columns]\nout_totl='a'\nin_total='b'\n";
        assert!(ColumnMap::parse(text).expect_err("misspelt").contains("`out_total`"));
    }

    #[test]
    fn a_conversion_without_effect_is_refused() {
        let map = |columns: &str| {
            ColumnMap::parse(&format!("name='x'\nabout='y'\n[columns]\nout_total='a'\n{columns}"))
        };
        assert!(map("in_total='b'").is_ok());
        assert!(map("in_total={column='b', times=1000.0}").is_err());
        assert!(map("in_total='b'\nuser={column='c', true_when='x'}").is_err());
        assert!(map("in_total='b'\nin_uncached='c'").is_err());
        assert!(map("in_cache_read='b'").is_err());
        assert!(map("in_total='b'\n[constants]\nn_calls='3'").is_err());
    }

    #[test]
    fn data_in_place_of_names_is_not_repeated() {
        let header = ["my patient has a rare condition, what now?".to_owned(), "out_total".to_owned()];
        assert_eq!(names_of(&header), "column 1, `out_total`");
    }

    #[test]
    fn a_table_without_token_columns_says_what_it_has() {
        let header = ["a".to_owned(), "out_total".to_owned()];
        let error = ColumnMap::for_header(&header).expect_err("no input column");
        assert!(error.contains("`in_uncached`") && error.contains("`a`"), "{error}");
    }
}
