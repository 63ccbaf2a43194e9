//! Makes `data/models/shapes.toml`: layers, heads and experts of open models, from their model cards as llmfit collected them.
//!
//! `cargo run --example make_shapes -- OUT HF_MODELS.json` reads `data/hf_models.json` of the llmfit-core package (MIT). `rules.toml`
//! says how each architecture holds keys and values, and gives the shapes of models whose cards are gated. Of several repositories
//! that mean one model the one with its number of parameters and the most downloads counts. It prints the models that keep no shape.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::io::Write as _;

use anyhow::{Context, Result};
use serde::Deserialize;
use switchpoint::inputs::embedded::Facts;
use switchpoint::inputs::models::{ModelShape, Models};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Rules {
    architecture: BTreeMap<String, Rule>,
    by_hand: BTreeMap<String, toml::Table>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Rule {
    every: Option<u32>,
    window: Option<u32>,
    latent: Option<u32>,
    head_dim: Option<u32>,
    bits: Option<f64>,
}

/// A model card; of what it has only what is needed.
#[derive(Deserialize)]
struct Card {
    name: String,
    parameters_raw: Option<f64>,
    architecture: Option<String>,
    hf_downloads: Option<u64>,
    num_hidden_layers: Option<u32>,
    num_attention_heads: Option<u32>,
    num_key_value_heads: Option<u32>,
    head_dim: Option<u32>,
    hidden_size: Option<u32>,
    num_experts: Option<u32>,
    active_experts: Option<u32>,
}

/// How far the parameters of a card may lie from those of the model: cards count heads for vision and prediction, too.
const OFF: f64 = 0.08;

fn main() -> Result<()> {
    let mut arguments = std::env::args().skip(1);
    let target = arguments.next().context("name the file to write")?;
    let cards = arguments.next().context("name llmfit's hf_models.json")?;
    let rules: Rules = toml::from_str(include_str!("rules.toml"))?;
    let models = Models::load(&Facts::embedded())?;
    let text = fs::read_to_string(&cards).with_context(|| format!("reading {cards}"))?;
    let mut cards: Vec<Card> = serde_json::from_str(&text)?;
    cards.sort_by(|a, b| b.hf_downloads.cmp(&a.hf_downloads).then_with(|| a.name.cmp(&b.name)));
    let mut shapes: BTreeMap<String, ModelShape> = BTreeMap::new();
    for (model, shape) in rules.by_hand {
        let mut shape = shape;
        shape.insert("model".to_owned(), model.clone().into());
        shape.insert("source".to_owned(), "configuration published with the weights".into());
        shapes.insert(model, shape.try_into()?);
    }
    for card in &cards {
        let Some(id) = models.resolve(&card.name) else { continue };
        let model = models.get(models.base(id));
        let counted = model.params_total_b.zip(card.parameters_raw);
        let same = counted.is_some_and(|(own, raw)| (raw / 1e9 / own - 1.0).abs() < OFF);
        if same && !shapes.contains_key(&model.id) {
            let rule = card.architecture.as_ref().and_then(|name| rules.architecture.get(name));
            shapes.extend(
                rule.and_then(|rule| shape(card, rule, &model.id)).map(|shape| (model.id.clone(), shape)),
            );
        }
    }
    shapes.retain(|model, _| models.id(model).is_some());
    fs::write(&target, written(&shapes)?).with_context(|| format!("writing {target}"))?;
    let mut out = std::io::stdout().lock();
    for (_, model) in models.iter().filter(|(id, model)| model.open_weights && models.base(*id) == *id) {
        if model.params_total_b.is_some() && !shapes.contains_key(&model.id) {
            writeln!(out, "no shape: {}", model.id)?;
        }
    }
    writeln!(out, "{} shapes", shapes.len())?;
    Ok(())
}

fn shape(card: &Card, rule: &Rule, model: &str) -> Option<ModelShape> {
    let layers = card.num_hidden_layers?;
    let experts = card.num_experts.filter(|experts| *experts > 1);
    Some(ModelShape {
        model: model.to_owned(),
        layers,
        full_layers: rule.every.map(|every| layers / every),
        window: rule.window,
        heads: card.num_attention_heads?,
        kv_heads: rule.latent.is_none().then_some(card.num_key_value_heads?),
        head_dim: rule.head_dim.or(card.head_dim)?,
        latent: rule.latent,
        hidden: card.hidden_size?,
        experts,
        experts_used: experts.and(card.active_experts),
        bits: rule.bits,
        source: format!("model card of {} (llmfit-core 1.1.18, MIT)", card.name),
    })
}

fn written(shapes: &BTreeMap<String, ModelShape>) -> Result<String> {
    let mut text = String::from(
        "# Shapes of open models. Made by the command of examples/make_shapes; do not edit: by hand are the entries of its rules.toml.\n",
    );
    for shape in shapes.values() {
        write!(text, "\n[[shape]]\n{}", toml::to_string(shape)?)?;
    }
    Ok(text)
}
