//! Model identity: which model a raw name of a log or a sheet means.

mod licence;
mod rules;
mod shape;

use std::collections::HashMap;

use serde::Deserialize;

pub use self::licence::LicenseClass;
pub use self::shape::ModelShape;

use self::shape::ShapesFile;
use super::embedded::Facts;
use super::toml_file::{self, FileProblem};
use crate::units::{Day, Mode};

/// A model.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Model {
    /// Canonical id.
    pub id: String,
    /// Name for people.
    pub name: String,
    /// Line of models that it belongs to.
    pub family: String,
    /// Whether the weights can be had.
    pub open_weights: bool,
    /// Licence, as an SPDX id where there is one.
    pub license: String,
    /// How free the licence is.
    pub license_class: LicenseClass,
    /// Day of release.
    pub released: Option<toml::value::Datetime>,
    /// Context window in tokens.
    pub context: Option<i64>,
    /// Parameters in billions.
    pub params_total_b: Option<f64>,
    /// Parameters used per token, in billions.
    pub params_active_b: Option<f64>,
    /// Names that mean this model and that the rules do not lead to it.
    #[serde(default)]
    pub aliases: Vec<String>,
    /// Where the facts are from.
    pub source: String,
    /// Id of the lab; from the file.
    #[serde(skip)]
    pub lab: String,
    /// Country of the lab, as an ISO 3166 code; from the file.
    #[serde(skip)]
    pub country: String,
    /// The model whose weights it shares and whose price it does not; `None`: it is no variant.
    #[serde(skip)]
    pub variant_of: Option<ModelId>,
}

impl Model {
    /// Day of release.
    pub fn released_day(&self) -> Option<Day> {
        self.released.as_ref().and_then(toml_file::date_of).map(Day::of_date)
    }

    /// A model of which a price sheet knows the name and no table more.
    fn unlisted(name: &str, open_weights: bool) -> Self {
        Self {
            id: name.to_owned(),
            name: name.to_owned(),
            family: "unlisted".to_owned(),
            open_weights,
            license: "unknown".to_owned(),
            license_class: LicenseClass::Unknown,
            released: None,
            context: None,
            params_total_b: None,
            params_active_b: None,
            aliases: Vec::new(),
            source: "a price sheet".to_owned(),
            lab: "unlisted".to_owned(),
            country: String::new(),
            variant_of: None,
        }
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct LabFile {
    lab: Lab,
    #[serde(default)]
    model: Vec<Model>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Lab {
    id: String,
    #[serde(rename = "name")]
    _name: String,
    country: String,
}

/// Names under which a seller has a model at another price than under the model's own.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct VariantsFile {
    #[serde(default)]
    variant: Vec<Variant>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Variant {
    id: String,
    of: String,
}

/// The file of shapes in the folder of models.
const SHAPES_FILE: &str = "shapes.toml";
/// The file of variants in the folder of models.
pub const VARIANTS_FILE: &str = "variants.toml";

/// A model as a number valid with the [`Models`] that gave it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ModelId(pub u16);

/// A step on the way from a raw name to a model.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// What was done to the name.
    pub rule: &'static str,
    /// The name after it.
    pub form: String,
    /// The model of that name, if it is one.
    pub model: Option<ModelId>,
}

/// All models and the names that lead to them.
#[derive(Debug, Default)]
pub struct Models {
    models: Vec<Model>,
    names: HashMap<String, ModelId>,
    shapes: HashMap<ModelId, ModelShape>,
}

impl Models {
    /// The models of some facts.
    ///
    /// # Errors
    /// What is wrong with a file, or which name means two models.
    pub fn load(facts: &Facts) -> Result<Self, FileProblem> {
        Self::parse(&facts.files("models")?)
    }

    /// The models of some facts, without the variants that follow from price sheets.
    ///
    /// # Errors
    /// What is wrong with a file, or which name means two models.
    pub fn without_variants(facts: &Facts) -> Result<Self, FileProblem> {
        let mut files = facts.files("models")?;
        files.retain(|(file, _)| !is_variants(file));
        Self::parse(&files)
    }

    /// Models from files of labs, as (file name, text).
    ///
    /// # Errors
    /// What is wrong with a file, or which name means two models.
    pub fn parse<T: AsRef<str>>(files: &[(String, T)]) -> Result<Self, FileProblem> {
        let mut all = Self::default();
        for (file, text) in files.iter().filter(|(file, _)| !is_variants(file) && !is_shapes(file)) {
            let lab: LabFile = toml_file::parse(file, text.as_ref())?;
            for mut model in lab.model {
                model.lab.clone_from(&lab.lab.id);
                model.country.clone_from(&lab.lab.country);
                all.add(file, model)?;
            }
        }
        for (file, text) in files.iter().filter(|(file, _)| is_variants(file)) {
            let variants: VariantsFile = toml_file::parse(file, text.as_ref())?;
            for Variant { id, of } in variants.variant {
                let base = all.id(&of).ok_or_else(|| {
                    toml_file::whole(file, format!("there is no model `{of}` for `{id}` to be a variant of"))
                })?;
                let own = ModelId(all.models.len() as u16);
                if all.admit(&id, Some(base), None) != Some(own) {
                    return Err(toml_file::whole(file, format!("`{id}` is the name of another model")));
                }
            }
        }
        for (file, text) in files.iter().filter(|(file, _)| is_shapes(file)) {
            let shapes: ShapesFile = toml_file::parse(file, text.as_ref())?;
            for shape in shapes.shape {
                let known = all.id(&shape.model);
                let id = known.ok_or_else(|| {
                    toml_file::whole(file, format!("there is no model `{}` of such a shape", shape.model))
                })?;
                all.shapes.insert(id, shape);
            }
        }
        Ok(all)
    }

    /// The shape of a model's weights, where it is known.
    pub fn shape(&self, id: ModelId) -> Option<&ModelShape> {
        self.shapes.get(&self.base(id))
    }

    fn add(&mut self, file: &str, model: Model) -> Result<(), FileProblem> {
        let id =
            ModelId(u16::try_from(self.models.len()).map_err(|_| toml_file::whole(file, "too many models"))?);
        for name in std::iter::once(&model.id).chain(&model.aliases) {
            if let Some(other) = self.names.insert(name.to_ascii_lowercase(), id) {
                let other = &self.models.get(other.0 as usize).unwrap_or(&model).id;
                return Err(toml_file::whole(
                    file,
                    format!("`{name}` means both `{other}` and `{}`", model.id),
                ));
            }
        }
        self.models.push(model);
        Ok(())
    }

    /// The model of a raw name: the name as it stands, then what is left of it after each rule; the last segment and
    /// dated snapshots are tried before they are cut off. `None`: no such model is known.
    pub fn resolve(&self, raw: &str) -> Option<ModelId> {
        steps_to(self, raw).map(|(model, _)| model)
    }

    /// How a raw name is resolved: each form that is tried, up to the one that is a name of a model.
    pub fn explain(&self, raw: &str) -> Vec<Step> {
        let mut steps = Vec::new();
        for (step, form) in rules::forms(raw).into_iter().enumerate() {
            let model = self.named(step, &form.text);
            steps.push(Step { rule: form.rule, form: form.text, model });
            if model.is_some() {
                break;
            }
        }
        steps
    }

    /// The model of a form of a name. A variant is meant only by its whole name: what is left of another name is no variant.
    fn named(&self, step: usize, form: &str) -> Option<ModelId> {
        let model = self.names.get(form).copied();
        model.filter(|model| step == 0 || self.get(*model).variant_of.is_none())
    }

    /// Makes a name that no table knows a model of its own: known by nothing but that name, or a variant of another model
    /// with a price of its own, which shares its properties. A name that is known stays what it is. `None`: the name is that
    /// of the model itself, or there are too many models.
    pub fn admit(
        &mut self,
        name: &str,
        like: Option<ModelId>,
        open_weights: Option<bool>,
    ) -> Option<ModelId> {
        let name = name.trim().to_ascii_lowercase();
        if let Some(known) = self.names.get(&name).filter(|known| Some(**known) != like) {
            return Some(*known);
        }
        if like.is_some_and(|like| self.get(like).id == name) {
            return None;
        }
        let id = ModelId(u16::try_from(self.models.len()).ok()?);
        let model = match like {
            Some(like) => Model {
                id: name.clone(),
                aliases: Vec::new(),
                variant_of: Some(self.base(like)),
                ..self.get(like).clone()
            },
            None => Model::unlisted(&name, open_weights.unwrap_or(false)),
        };
        self.names.insert(name, id);
        self.models.push(model);
        Some(id)
    }

    /// The model of a canonical id.
    pub fn id(&self, canonical: &str) -> Option<ModelId> {
        self.names.get(&canonical.to_ascii_lowercase()).copied().filter(|id| self.get(*id).id == canonical)
    }

    /// The model of which another one is a variant; any other model itself.
    pub fn base(&self, id: ModelId) -> ModelId {
        self.get(id).variant_of.unwrap_or(id)
    }

    /// The model behind an id.
    pub fn get(&self, id: ModelId) -> &Model {
        &self.models[id.0 as usize]
    }

    /// Every model, by id.
    pub fn iter(&self) -> impl Iterator<Item = (ModelId, &Model)> {
        self.models.iter().enumerate().map(|(index, model)| (ModelId(index as u16), model))
    }
}

fn is_variants(file: &str) -> bool {
    file.ends_with(VARIANTS_FILE)
}

fn is_shapes(file: &str) -> bool {
    file.ends_with(SHAPES_FILE)
}

/// The canonical form of a raw name: what is left when every rule has been applied.
pub fn canonical(raw: &str) -> String {
    rules::canonical(raw)
}

/// How a name in a benchmark table may be meant, the likeliest first: a canonical form, and the effort it states.
pub fn benchmark_forms(raw: &str) -> Vec<(String, Option<String>)> {
    rules::benchmark_forms(raw)
}

/// The model that a raw name means and how many rules it takes to see that: fewer, the nearer the name is to the model's own.
pub fn steps_to(models: &Models, raw: &str) -> Option<(ModelId, usize)> {
    let forms = rules::forms(raw);
    forms
        .iter()
        .enumerate()
        .find_map(|(steps, form)| models.named(steps, &form.text).map(|model| (model, steps)))
}

/// The pricing mode that a raw name selects, as in `openai/gpt-5.4:batch`.
pub fn mode_of_name(raw: &str) -> Option<Mode> {
    rules::variant(raw).and_then(Mode::from_word)
}

/// The region that a raw name selects, as in `us-gov.anthropic.claude-opus-5` or `bedrock/eu-west-2/…`; `global` is none.
pub fn region_of_name(raw: &str) -> Option<String> {
    rules::region(raw).filter(|region| region != "global")
}

/// Whether a raw name says that it is the global one, as in `global.anthropic.claude-opus-5`.
pub fn is_global(raw: &str) -> bool {
    rules::region(raw).as_deref() == Some("global")
}

/// Whether a raw name selects a free tier, whose calls do not cost the list price.
pub fn is_free_variant(raw: &str) -> bool {
    rules::variant(raw) == Some("free")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_shipped_models_are_consistent() {
        let models = Models::load(&Facts::embedded()).expect("valid files");
        assert!(models.iter().count() > 100);
        for (id, model) in models.iter() {
            assert_eq!(models.base(models.base(id)), models.base(id));
            assert_eq!(model.open_weights, model.license_class != LicenseClass::Closed, "{}", model.id);
            assert_eq!(model.country.len(), 2, "{}", model.id);
            assert!(
                model.released.as_ref().is_none_or(|date| toml_file::date_of(date).is_some()),
                "{}",
                model.id
            );
        }
    }

    #[test]
    fn raw_names_of_real_logs_lead_to_their_model() {
        let models = Models::load(&Facts::embedded()).expect("valid files");
        let cases = [
            ("claude-opus-4-5-20251101", "claude-opus-4-5"),
            ("claude-sonnet-4-20250514", "claude-sonnet-4"),
            ("anthropic/claude-sonnet-4.5", "claude-sonnet-4-5"),
            ("us.anthropic.claude-sonnet-4-5-20250929-v1:0", "claude-sonnet-4-5"),
            ("claude-haiku-4-5@20251001", "claude-haiku-4-5"),
            ("openrouter/openai/gpt-5.4:batch", "gpt-5-4"),
            ("gpt-4o-2024-08-06", "gpt-4o"),
            ("gpt-4o-2024-05-13", "gpt-4o-2024-05-13"),
            ("azure/eu/gpt-4o", "gpt-4o"),
            ("accounts/fireworks/models/deepseek-v3p2", "deepseek-v3-2"),
            ("meta-llama/Llama-3.3-70B-Instruct", "llama-3-3-70b"),
            ("models/gemini-2.5-pro", "gemini-2-5-pro"),
            ("openai/gpt-oss-120b", "gpt-oss-120b"),
        ];
        for (raw, id) in cases {
            assert_eq!(models.resolve(raw).map(|m| models.get(m).id.as_str()), Some(id), "{raw}");
        }
    }

    #[test]
    fn a_name_that_only_begins_like_a_model_is_not_that_model() {
        let models = Models::load(&Facts::embedded()).expect("valid files");
        for raw in ["claude-sonnet-4-5-foo", "gpt-99", "", "my-company-model"] {
            assert_eq!(models.resolve(raw), None, "{raw}");
        }
    }
}
