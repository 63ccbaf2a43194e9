//! Makes the shipped price sheets: pinned sheets of others through the importers, put together as `recipe.toml` says, with
//! the ended prices of `history.toml` below them.
//!
//! `cargo run --release --example make_prices -- FOLDER [OUT]` reads the inputs from FOLDER and writes one file a seller and the
//! file of variants into OUT (`data`). The same inputs give the same bytes.

mod blend;
mod recipe;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail, ensure};
use sha2::{Digest, Sha256};
use switchpoint::inputs::embedded::Facts;
use switchpoint::inputs::files::write_atomically;
use switchpoint::inputs::models::{Models, VARIANTS_FILE};
use switchpoint::inputs::prices::adopt::{KnownSellers, Manner, adopt};
use switchpoint::inputs::prices::sheet::{self, Seller, Sheet, SheetOffer, Source};
use switchpoint::inputs::prices::sources::{Found, source_named};

use self::blend::{Blend, Part};
use self::recipe::{Input, Recipe, SellerRecipe};

const COMMENT: &str = "Made by `cargo run --example make_prices` from pinned sheets; see README.md. US dollars per million tokens, as text,\nso that nothing passes through a float.";

const VARIANTS_COMMENT: &str = "Made by `cargo run --example make_prices`: names under which a seller has a model at another price than under the model's\nown name. They share everything else with it.";

fn main() -> Result<()> {
    let mut arguments = std::env::args().skip(1);
    let folder = PathBuf::from(arguments.next().context("name the folder with the inputs of recipe.toml")?);
    let out = PathBuf::from(arguments.next().unwrap_or_else(|| "data".to_owned()));
    let recipe = Recipe::read()?;
    let mut models = Models::without_variants(&Facts::embedded())?;
    let inputs: Vec<(&Input, Found)> =
        recipe.inputs.iter().map(|input| Ok((input, read(&folder, input)?))).collect::<Result<_>>()?;
    for part in ["prices", "models"] {
        fs::create_dir_all(out.join(part))?;
    }
    let mut sold: BTreeSet<String> = BTreeSet::new();
    let (mut offers, mut rates, mut doubts) = (0, 0, Vec::new());
    for seller in &recipe.sellers {
        let sheet = make(seller, &inputs, &recipe, &mut models, &mut doubts)?;
        ensure!(!sheet.offers.is_empty(), "nobody has a price of {}", seller.id);
        offers += sheet.offers.len();
        rates += sheet.offers.iter().map(|offer| offer.rates.len()).sum::<usize>();
        sold.extend(sheet.offers.iter().map(|offer| offer.model.clone()));
        let path = out.join("prices").join(format!("{}.toml", seller.id));
        write_atomically(&path, sheet::write(&sheet, COMMENT).as_bytes())
            .with_context(|| format!("writing {}", path.display()))?;
    }
    let path = out.join("models").join(VARIANTS_FILE);
    let variants = variants(&models, &sold);
    write_atomically(&path, variants.as_bytes()).with_context(|| format!("writing {}", path.display()))?;
    doubts.sort();
    let mut told = std::io::stdout().lock();
    for doubt in &doubts {
        writeln!(told, "left out: {doubt}")?;
    }
    writeln!(
        told,
        "{} sellers, {offers} offers, {rates} rates, {} left out",
        recipe.sellers.len(),
        doubts.len()
    )?;
    Ok(())
}

/// The file of the variants that somebody sells.
fn variants(models: &Models, sold: &BTreeSet<String>) -> String {
    let mut text = format!("# {}\n", VARIANTS_COMMENT.replace('\n', "\n# "));
    for id in sold {
        let model = models.id(id).map(|id| models.get(id));
        if let Some(base) = model.and_then(|model| model.variant_of) {
            let of = &models.get(base).id;
            text.push_str(&format!("\n[[variant]]\nid = {id:?}\nof = {of:?}\n"));
        }
    }
    text
}

/// Reads an input and makes sure that it is the pinned one.
fn read(folder: &Path, input: &Input) -> Result<Found> {
    let path = folder.join(&input.file);
    let bytes = fs::read(&path).with_context(|| format!("reading {}", path.display()))?;
    let digest: String = Sha256::digest(&bytes).iter().map(|byte| format!("{byte:02x}")).collect();
    if digest != input.sha256 {
        bail!("{} is not the pinned {}: its SHA-256 is {digest}", path.display(), input.name);
    }
    let source = source_named(&input.id).with_context(|| format!("there is no source {}", input.id))?;
    Ok(source.read(std::str::from_utf8(&bytes)?)?)
}

/// Every name of a recipe's seller means that seller.
struct Only<'s>(&'s Seller);

impl KnownSellers for Only<'_> {
    fn seller_named(&self, _name: &str) -> Option<&Seller> {
        Some(self.0)
    }
}

/// The sheet of one seller.
fn make(
    recipe: &SellerRecipe,
    inputs: &[(&Input, Found)],
    all: &Recipe,
    models: &mut Models,
    doubts: &mut Vec<String>,
) -> Result<Sheet> {
    let seller = recipe.seller()?;
    // Sources of current prices first, in the order of the recipe; the one that counts first is the default of the file.
    let mut sources: Vec<Source> = Vec::new();
    let mut parts: BTreeMap<String, Vec<Part>> = BTreeMap::new();
    for from in &recipe.from {
        let (input, found) = inputs
            .iter()
            .find(|(input, _)| input.id == from.input)
            .with_context(|| format!("{} names an input that there is not: {}", recipe.id, from.input))?;
        let source = sources.len();
        sources.push(input.source()?);
        let own = Found {
            offers: found
                .offers
                .iter()
                .filter(|offer| {
                    from.names.contains(&offer.seller) && all.is_meant(&recipe.id, &offer.model, models)
                })
                .cloned()
                .collect(),
            ..Found::default()
        };
        let manner = Manner { admit: false, variants: true, undated_from: None };
        let adopted = adopt(own, &Only(&seller), models, &sources[source], manner);
        doubts.extend(
            adopted.problems.iter().map(|problem| format!("{}: {} {}", from.input, problem.at, problem.what)),
        );
        for mut offer in adopted.sheets.into_iter().flat_map(|sheet| sheet.offers) {
            for rate in &mut offer.rates {
                rate.source = source;
            }
            let day = sources[source].day;
            let parts = parts.entry(offer.model.clone()).or_default();
            let first = all.prefers(&recipe.id, &offer.model, &from.input);
            parts.insert(if first { 0 } else { parts.len() }, Part { offer, day });
        }
    }
    for past in all.past.iter().filter(|past| past.seller == recipe.id) {
        if !sources.iter().any(|source| source.id == past.source) {
            let input = all.inputs.iter().find(|input| input.id == past.source);
            sources.push(input.with_context(|| format!("no input {}", past.source))?.source()?);
        }
        parts.entry(past.model.clone()).or_default();
    }
    let mut offers: Vec<SheetOffer> = Vec::new();
    for (model, parts) in parts {
        let past = all.past.iter().filter(|past| past.seller == recipe.id && past.model == model);
        let past = past
            .map(|past| {
                let source = sources.iter().position(|source| source.id == past.source);
                let mut rate = past.rate.clone();
                rate.source = source.unwrap_or(0);
                rate
            })
            .collect();
        let known = models.id(&model).with_context(|| format!("{}: no model {model}", recipe.id))?;
        let released = all.first(&recipe.id, &model).or_else(|| models.get(known).released_day());
        // Without any date, a model is known since the day of its sheet.
        let released = released.or_else(|| sources.first().and_then(|source| source.day));
        let withdrawn = all.withdrawn(&recipe.id, &model);
        let tiers_ended = all.tiers_ended(&recipe.id, &model);
        offers.extend(Blend { model, past, released, withdrawn, tiers_ended }.of(parts));
    }
    // Where an older sheet has two names for what the first sheet has under one of them, the first sheet is right.
    let is_variant =
        |offer: &SheetOffer| models.id(&offer.model).is_some_and(|id| models.get(id).variant_of.is_some());
    let names: BTreeSet<String> =
        offers.iter().filter(|offer| !is_variant(offer)).map(|offer| offer.listed_as.clone()).collect();
    offers.retain(|offer| {
        let twice = is_variant(offer) && names.contains(&offer.listed_as);
        if twice {
            doubts.push(format!(
                "{}/{} of an older sheet: another sheet prices that name",
                recipe.id, offer.listed_as
            ));
        }
        !twice
    });
    let used = |index: usize| offers.iter().flat_map(|offer| &offer.rates).any(|rate| rate.source == index);
    let kept: Vec<usize> = (0..sources.len()).filter(|index| used(*index)).collect();
    for rate in offers.iter_mut().flat_map(|offer| &mut offer.rates) {
        rate.source = kept.iter().position(|index| *index == rate.source).unwrap_or(0);
    }
    let sources = kept.into_iter().map(|index| sources[index].clone()).collect();
    Ok(Sheet { seller, sources, offers })
}
