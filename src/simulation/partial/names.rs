//! Offers and models by names that any engine can read, and back.

use std::collections::HashMap;
use std::sync::Arc;

use polars::prelude::{PolarsError, PolarsResult};

use crate::inputs::models::ModelId;
use crate::inputs::prices::OfferId;
use crate::simulation::bridge::Names;
use crate::simulation::world::World;

/// Names of offers (`model@seller`) and models of a world.
pub(super) struct Catalogue {
    offers: Vec<Arc<str>>,
    models: Vec<Arc<str>>,
    offer_of: HashMap<Arc<str>, OfferId>,
    model_of: HashMap<Arc<str>, ModelId>,
}

impl Catalogue {
    pub(super) fn of(world: &World) -> Self {
        let models: Vec<Arc<str>> = world.models.iter().map(|(_, model)| model.id.as_str().into()).collect();
        let model_of = world.models.iter().map(|(id, model)| (model.id.as_str().into(), id)).collect();
        let (mut offers, mut offer_of) = (Vec::new(), HashMap::new());
        for (id, offer) in world.book.offers() {
            let plain = format!("{}@{}", world.models.get(offer.model).id, world.book.seller_of(id).id);
            let mut name: Arc<str> = plain.as_str().into();
            let mut turn = 2;
            while offer_of.contains_key(&name) {
                name = format!("{plain}#{turn}").into();
                turn += 1;
            }
            offer_of.insert(Arc::clone(&name), id);
            offers.push(name);
        }
        Self { offers, models, offer_of, model_of }
    }

    pub(super) fn of_offer(&self, offer: OfferId) -> Option<Arc<str>> {
        self.offers.get(usize::from(offer.0)).cloned()
    }

    pub(super) fn of_model(&self, model: ModelId) -> Option<Arc<str>> {
        self.models.get(usize::from(model.0)).cloned()
    }

    /// The offer of a name.
    ///
    /// # Errors
    /// When there is none, which equal price sheets rule out: a sum would be lost.
    pub(super) fn offer(&self, name: Option<&Arc<str>>) -> PolarsResult<OfferId> {
        name.and_then(|name| self.offer_of.get(name)).copied().ok_or_else(|| unknown("offer", name))
    }

    /// The model of a name.
    ///
    /// # Errors
    /// When there is none, which equal facts rule out.
    pub(super) fn model(&self, name: Option<&Arc<str>>) -> PolarsResult<ModelId> {
        name.and_then(|name| self.model_of.get(name)).copied().ok_or_else(|| unknown("model", name))
    }
}

/// What a row names and nobody knows.
pub(super) fn unknown(what: &str, name: Option<&Arc<str>>) -> PolarsError {
    let name = name.map_or("nothing", |name| &**name);
    PolarsError::ComputeError(format!("the partials name `{name}`, which is no {what}").into())
}

/// The text of a workload's code.
pub(super) fn of_workload(names: &Names, code: Option<u32>) -> Option<Arc<str>> {
    names.text(code?)
}

/// The code of a workload's text.
pub(super) fn workload(names: &Names, text: Option<&Arc<str>>) -> Option<u32> {
    Some(names.code(text?))
}
