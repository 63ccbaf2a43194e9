//! The configuration of a LiteLLM proxy: model groups with weights and fallbacks.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use super::{Exported, Group, quoted, weight};
use crate::inputs::gateways::{Gateways, Provider};
use crate::inputs::prices::OfferId;
use crate::simulation::World;

/// Ahead of the name of the group that serves as logged.
const AS_SERVED: &str = "as-served/";

/// The configuration; `head` are lines of comment.
pub fn litellm(groups: &[Group], world: &World, gateways: &Gateways, head: &[String]) -> Exported {
    let mut out = Exported { text: String::new(), names: 0, left_out: Vec::new() };
    for line in head {
        let _ = writeln!(out.text, "# {line}");
    }
    out.text.push_str("model_list:\n");
    let mut fallbacks = Vec::new();
    let mut fallen_back_to: BTreeSet<OfferId> = BTreeSet::new();
    for group in groups {
        let known = |offer: &OfferId| name_of(*offer, world, gateways).is_ok();
        let served = group.targets.iter().filter(|(offer, _)| known(offer));
        let moves = served.clone().any(|(offer, _)| !group.incumbents.contains(offer));
        let instead: Vec<(OfferId, f64)> = if served.count() == 0 {
            // A name that clients ask for must be served: where none of the offers is known, by those that serve it now.
            group.incumbents.iter().map(|offer| (*offer, 1.0 / group.incumbents.len() as f64)).collect()
        } else {
            Vec::new()
        };
        let mut written = 0;
        for (offer, share) in group.targets.iter().chain(&instead) {
            written +=
                usize::from(deployment(&mut out, &group.name, (*offer, Some(*share)), world, gateways));
        }
        if written == 0 {
            continue;
        }
        out.names += 1;
        let incumbents: Vec<OfferId> = group.incumbents.iter().copied().filter(known).collect();
        if moves && !incumbents.is_empty() {
            let names = incumbents.iter().map(|offer| quoted(&as_served(*offer, world)));
            fallbacks.push(format!(
                "    - {}: [{}]\n",
                quoted(&group.name),
                names.collect::<Vec<_>>().join(", ")
            ));
            fallen_back_to.extend(incumbents);
        }
    }
    for offer in fallen_back_to {
        deployment(&mut out, &as_served(offer, world), (offer, None), world, gateways);
    }
    if out.names == 0 {
        out.text.push_str("  []\n");
    }
    out.text.push_str("router_settings:\n  routing_strategy: \"simple-shuffle\"\n");
    if !fallbacks.is_empty() {
        out.text.push_str("  fallbacks:\n");
        fallbacks.iter().for_each(|line| out.text.push_str(line));
    }
    out.left_out.sort();
    out.left_out.dedup();
    out
}

fn as_served(offer: OfferId, world: &World) -> String {
    format!("{AS_SERVED}{}", world.label(offer).replace(' ', ""))
}

/// The name of an offer's model at LiteLLM and its provider, or why it has none.
fn name_of<'a>(
    offer: OfferId,
    world: &World,
    gateways: &'a Gateways,
) -> Result<(String, &'a Provider), String> {
    let seller = &world.book.seller_of(offer).id;
    let names = gateways.seller(seller);
    names
        .and_then(|names| names.litellm_model(&world.book.offer(offer).listed_as))
        .ok_or_else(|| format!("LiteLLM has no name for the seller {seller}"))
}

/// Writes a deployment; gives whether LiteLLM knows it.
fn deployment(
    out: &mut Exported,
    group: &str,
    (offer, share): (OfferId, Option<f64>),
    world: &World,
    gateways: &Gateways,
) -> bool {
    let (model, provider) = match name_of(offer, world, gateways) {
        Ok(found) => found,
        Err(because) => {
            out.left_out.push((world.label(offer), because));
            return false;
        }
    };
    let (group, model) = (quoted(group), quoted(&model));
    let _ = writeln!(out.text, "  - model_name: {group}\n    litellm_params:\n      model: {model}");
    if let Some(share) = share {
        let _ = writeln!(out.text, "      weight: {}", weight(share));
    }
    for (parameter, variable) in &provider.needs {
        let _ = writeln!(out.text, "      {parameter}: {}", quoted(&format!("os.environ/{variable}")));
    }
    true
}
