//! Fields of requests to OpenRouter, by name: the model, what stands in for it, and which providers may serve it.

use serde_json::{Map, Value, json};

use super::{Exported, Group};
use crate::inputs::gateways::Gateways;
use crate::inputs::models::ModelId;
use crate::inputs::prices::OfferId;
use crate::simulation::World;

/// The seller under which the names of models at OpenRouter are listed.
const SELLER: &str = "openrouter";

/// The file: for each name the fields of the requests to send, with the share of its calls that each is for. Shares are of all its
/// calls, so where an offer is left out they add up to less than one.
pub fn openrouter(groups: &[Group], world: &World, gateways: &Gateways, head: &[String]) -> Exported {
    let mut left_out = Vec::new();
    let mut names = Map::new();
    for group in groups {
        let mut routes: Vec<Value> = Vec::new();
        for (offer, share) in &group.targets {
            match request(*offer, group, world, gateways) {
                Ok(fields) => routes.push(json!({"share": share, "request": fields})),
                Err(because) => left_out.push((world.label(*offer), because)),
            }
        }
        if !routes.is_empty() {
            names.insert(group.name.clone(), routes.into());
        }
    }
    left_out.sort();
    left_out.dedup();
    let count = names.len();
    let file = json!({"made_by": head, "routes": names});
    let text = serde_json::to_string_pretty(&file).unwrap_or_default() + "\n";
    Exported { text, names: count, left_out }
}

fn request(offer: OfferId, group: &Group, world: &World, gateways: &Gateways) -> Result<Value, String> {
    let listed = |model: ModelId| {
        let mut offers = world.book.offers_of(model).iter();
        let found = offers.find(|offer| world.book.seller_of(**offer).id == SELLER)?;
        Some(world.book.offer(*found).listed_as.clone()).filter(|name| name.contains('/'))
    };
    let own = world.book.offer(offer);
    let model = listed(own.model).ok_or_else(|| "OpenRouter lists no such model".to_owned())?;
    let fallbacks = group.incumbents.iter().map(|(offer, _)| world.book.offer(*offer).model);
    let mut fallbacks: Vec<String> = fallbacks.filter_map(listed).filter(|name| *name != model).collect();
    fallbacks.dedup();
    let mut fields = Map::new();
    fields.insert("model".to_owned(), model.into());
    if !fallbacks.is_empty() {
        fields.insert("models".to_owned(), fallbacks.into());
    }
    let seller = &world.book.seller_of(offer).id;
    let provider = gateways.seller(seller).and_then(|names| names.openrouter.clone());
    if let Some(provider) = provider {
        fields.insert("provider".to_owned(), json!({"order": [provider], "allow_fallbacks": true}));
    } else if seller != SELLER {
        return Err(format!("OpenRouter has no name for the seller {seller}"));
    }
    Ok(fields.into())
}
