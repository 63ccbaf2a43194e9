//! The configuration of a LiteLLM proxy: model groups with weights and fallbacks.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use super::{Exported, Group, Served, quoted, weight};
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
        let served = Served::of(group, |offer| name_of(offer, world, gateways).map(drop));
        let unknown = served.unknown.into_iter();
        out.left_out.extend(unknown.map(|(offer, because)| (world.label(offer), because)));
        if served.targets.is_empty() {
            continue;
        }
        for (offer, share) in &served.targets {
            deployment(&mut out, &group.name, (*offer, Some(*share)), world, gateways);
        }
        out.names += 1;
        if !served.fallbacks.is_empty() {
            let names = served.fallbacks.iter().map(|offer| quoted(&as_served(*offer, world)));
            fallbacks.push(format!(
                "    - {}: [{}]\n",
                quoted(&group.name),
                names.collect::<Vec<_>>().join(", ")
            ));
            fallen_back_to.extend(served.fallbacks);
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

/// Writes a deployment of an offer that LiteLLM knows.
fn deployment(
    out: &mut Exported,
    group: &str,
    (offer, share): (OfferId, Option<f64>),
    world: &World,
    gateways: &Gateways,
) {
    let Ok((model, provider)) = name_of(offer, world, gateways) else { return };
    let (group, model) = (quoted(group), quoted(&model));
    let _ = writeln!(out.text, "  - model_name: {group}\n    litellm_params:\n      model: {model}");
    if let Some(share) = share {
        let _ = writeln!(out.text, "      weight: {}", weight(share));
    }
    for (parameter, variable) in &provider.needs {
        let _ = writeln!(out.text, "      {parameter}: {}", quoted(&format!("os.environ/{variable}")));
    }
}
