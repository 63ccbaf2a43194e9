//! The recipe and the history, as their files state them.

use anyhow::{Context, Result, bail};
use serde::Deserialize;
use switchpoint::inputs::models::Models;
use switchpoint::inputs::prices::Rate;
use switchpoint::inputs::prices::sheet::{Currency, Fields, Seller, SellerKind, Source, read_rows};
use switchpoint::units::Day;

const RECIPE: &str = include_str!("recipe.toml");
const HISTORY: &str = include_str!("history.toml");

/// A pinned sheet.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Input {
    pub id: String,
    pub name: String,
    pub file: String,
    pub sha256: String,
    pub date: toml::value::Datetime,
    pub licence: String,
    pub url: String,
}

/// Under which names an input has a seller.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct From {
    pub input: String,
    pub names: Vec<String>,
}

/// A seller and whose word about it counts first.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SellerRecipe {
    pub id: String,
    pub name: String,
    pub kind: String,
    pub country: String,
    #[serde(default)]
    pub aliases: Vec<String>,
    pub from: Vec<From>,
}

/// Whose word counts where sheets name different things alike.
pub struct Prefer {
    pub seller: String,
    pub model: String,
    pub input: Option<String>,
    pub name: Option<String>,
}

/// A price that has ended.
pub struct Past {
    pub seller: String,
    pub model: String,
    pub source: String,
    pub rate: Rate,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    input: Vec<Input>,
    seller: Vec<SellerRecipe>,
}

/// Everything that decides what is made.
pub struct Recipe {
    pub inputs: Vec<Input>,
    pub sellers: Vec<SellerRecipe>,
    pub past: Vec<Past>,
    pub prefer: Vec<Prefer>,
    first: Vec<(String, String, Day)>,
    withdrawn: Vec<(String, String, Day)>,
    tiers: Vec<(String, String, Day)>,
}

impl Recipe {
    /// Reads both files.
    pub fn read() -> Result<Self> {
        let file: File = toml::from_str(RECIPE).context("recipe.toml")?;
        let mut recipe = Self {
            inputs: file.input,
            sellers: file.seller,
            past: Vec::new(),
            prefer: Vec::new(),
            first: Vec::new(),
            withdrawn: Vec::new(),
            tiers: Vec::new(),
        };
        let (rows, mut wrongs) = read_rows(HISTORY);
        for (table, fields) in &rows {
            let text = |key: &str| fields.required(key).map(|field| field.text.clone());
            let read = || Ok((text("seller")?, text("model")?));
            match (table.as_str(), read()) {
                (_, Err(wrong)) => wrongs.push(wrong),
                ("past", Ok((seller, model))) => recipe.past.extend(past(seller, model, fields, &mut wrongs)),
                ("withdrawn", Ok((seller, model))) => match day(fields, "last_day_before") {
                    Ok(day) => recipe.withdrawn.push((seller, model, day)),
                    Err(wrong) => wrongs.push(wrong),
                },
                ("tiers_ended", Ok((seller, model))) => match day(fields, "day") {
                    Ok(day) => recipe.tiers.push((seller, model, day)),
                    Err(wrong) => wrongs.push(wrong),
                },
                ("first", Ok((seller, model))) => match day(fields, "day") {
                    Ok(day) => recipe.first.push((seller, model, day)),
                    Err(wrong) => wrongs.push(wrong),
                },
                ("prefer", Ok((seller, model))) => {
                    let text = |key: &str| fields.get(key).map(|field| field.text.clone());
                    recipe.prefer.push(Prefer { seller, model, input: text("input"), name: text("name") });
                }
                (other, _) => bail!("history.toml line {}: there is no table `{other}`", fields.line),
            }
        }
        if let Some(wrong) = wrongs.first() {
            bail!("history.toml line {}: {}", wrong.line, wrong.problem);
        }
        Ok(recipe)
    }

    /// The day from which a seller sells a model, where that is not the day of its release.
    pub fn first(&self, seller: &str, model: &str) -> Option<Day> {
        let found = self.first.iter().find(|(s, m, _)| s == seller && m == model);
        found.map(|(_, _, day)| *day)
    }

    /// The day from which calls of a model that would have been in a context tier are refused, whatever sheets still show.
    pub fn tiers_ended(&self, seller: &str, model: &str) -> Option<Day> {
        let found = self.tiers.iter().find(|(s, m, _)| s == seller && m == model);
        found.map(|(_, _, day)| *day)
    }

    /// The day from which a seller does not sell a model any more.
    pub fn withdrawn(&self, seller: &str, model: &str) -> Option<Day> {
        let found = self.withdrawn.iter().find(|(s, m, _)| s == seller && m == model);
        found.map(|(_, _, day)| *day)
    }
}

fn day(fields: &Fields, key: &str) -> Result<Day, switchpoint::inputs::prices::sheet::Wrong> {
    fields.day(key)?.ok_or_else(|| fields.wrong(format!("`{key}` is missing")))
}

fn past(
    seller: String,
    model: String,
    fields: &Fields,
    wrongs: &mut Vec<switchpoint::inputs::prices::sheet::Wrong>,
) -> Option<Past> {
    let rate = fields.rate(&Currency::usd(), wrongs)?;
    let source = fields.get("source").map(|field| field.text.clone()).unwrap_or_default();
    Some(Past { seller, model, source, rate })
}

impl Recipe {
    /// Whether a name of a seller means the model that the rules make of it: false where another name is preferred.
    pub fn is_meant(&self, seller: &str, name: &str, models: &Models) -> bool {
        let model = models.resolve(name).map(|model| models.get(model).id.clone());
        !self.prefer.iter().any(|prefer| {
            prefer.seller == seller
                && Some(&prefer.model) == model.as_ref()
                && prefer
                    .name
                    .as_ref()
                    .is_some_and(|own| own != name && models.resolve(own) == models.resolve(name))
                && switchpoint::inputs::models::region_of_name(name).is_none()
        })
    }

    /// Whether an input comes first for a model.
    pub fn prefers(&self, seller: &str, model: &str, input: &str) -> bool {
        let of = |prefer: &&Prefer| prefer.seller == seller && prefer.model == model;
        self.prefer.iter().find(of).is_some_and(|prefer| prefer.input.as_deref() == Some(input))
    }
}

impl Input {
    /// The input as the source of rates.
    pub fn source(&self) -> Result<Source> {
        let date: chrono::NaiveDate = self.date.to_string().parse().context("date of an input")?;
        Ok(Source {
            id: self.id.clone(),
            name: self.name.clone(),
            day: Some(Day::of_date(date)),
            licence: self.licence.clone(),
            url: Some(self.url.clone()),
            sha256: Some(self.sha256.clone()),
        })
    }
}

impl SellerRecipe {
    /// The seller.
    pub fn seller(&self) -> Result<Seller> {
        let kind = SellerKind::from_word(&self.kind)
            .with_context(|| format!("{}: no kind {}", self.id, self.kind))?;
        Ok(Seller {
            id: self.id.clone(),
            name: self.name.clone(),
            kind,
            country: self.country.clone(),
            aliases: self.aliases.clone(),
        })
    }
}
