//! Manifests for Envoy AI Gateway: routes by the name that clients ask for, with weights and fallbacks, and the sellers behind them.
//!
//! Kinds and fields are those of `aigateway.envoyproxy.io/v1beta1` and of the resources that its examples stand on (Envoy AI Gateway, Apache-2.0).

use std::collections::BTreeSet;
use std::fmt::Write as _;

use super::{Exported, Group, Served, quoted, weight};
use crate::inputs::gateways::{Endpoint, Gateways};
use crate::inputs::prices::OfferId;
use crate::simulation::World;

/// Names of a route: an HTTPRoute, which each becomes, has at most 16 rules, and the gateway adds one.
const NAMES_OF_A_ROUTE: usize = 15;

/// What everything is called, or begins with.
const OWN: &str = "switchpoint";

/// The manifests, for a Gateway of some name; `head` are lines of comment.
pub fn envoy(
    groups: &[Group],
    world: &World,
    gateways: &Gateways,
    gateway: &str,
    head: &[String],
) -> Exported {
    let mut left_out = Vec::new();
    let mut sellers: BTreeSet<&str> = BTreeSet::new();
    let mut rules: Vec<Rule> = Vec::new();
    for group in groups {
        let served = Served::of(group, |offer| name_of(offer, world, gateways).map(drop));
        let mut rule = Rule { text: rule_head(&group.name), falls_back: false, backends: 0 };
        let unknown = served.unknown.into_iter();
        left_out.extend(unknown.map(|(offer, because)| (world.label(offer), because)));
        let weighted = served.targets.iter().map(|(offer, share)| (*offer, Some(*share)));
        for (offer, share) in weighted.chain(served.fallbacks.iter().map(|offer| (*offer, None))) {
            let Ok((model, _)) = name_of(offer, world, gateways) else { continue };
            let seller = &world.book.seller_of(offer).id;
            rule.add(seller, &model, share);
            sellers.insert(seller);
        }
        rules.extend(Some(rule).filter(|rule| rule.backends > 0));
    }
    let mut text = String::new();
    for line in head {
        let _ = writeln!(text, "# {line}");
    }
    secrets(&mut text, &sellers);
    for (number, rules) in (1..).zip(rules.chunks(NAMES_OF_A_ROUTE)) {
        route(&mut text, number, gateway, rules);
    }
    for seller in sellers {
        if let Some(endpoint) = gateways.seller(seller).and_then(|names| names.endpoint.as_ref()) {
            backend(&mut text, seller, endpoint);
        }
    }
    left_out.sort();
    left_out.dedup();
    Exported { text, names: rules.len(), left_out }
}

/// The seller's own name of an offer's model, and where it answers, or why it cannot be reached.
fn name_of<'g>(
    offer: OfferId,
    world: &World,
    gateways: &'g Gateways,
) -> Result<(String, &'g Endpoint), String> {
    let seller = &world.book.seller_of(offer).id;
    let names = gateways.seller(seller);
    names.and_then(|names| names.own_model(&world.book.offer(offer).listed_as)).ok_or_else(|| {
        format!("no address is known at which {seller} answers in the form of OpenAI or Anthropic with a key")
    })
}

/// What happens to requests for one name.
struct Rule {
    text: String,
    falls_back: bool,
    backends: usize,
}

fn rule_head(name: &str) -> String {
    format!(
        "    - matches:\n        - headers:\n            - type: Exact\n              name: x-ai-eg-model\n              value: {}\n      backendRefs:\n",
        quoted(name)
    )
}

impl Rule {
    /// Adds a backend with its share, or one for when the others fail.
    fn add(&mut self, seller: &str, model: &str, share: Option<f64>) {
        let model = quoted(model);
        let _ = write!(
            self.text,
            "        - name: {OWN}-{seller}\n          modelNameOverride: {model}\n          "
        );
        let _ = match share {
            Some(share) => writeln!(self.text, "weight: {}", weight(share)),
            None => writeln!(self.text, "priority: 1"),
        };
        self.falls_back |= share.is_none();
        self.backends += 1;
    }
}

fn secrets(text: &mut String, sellers: &BTreeSet<&str>) {
    text.push_str("#\n# Keys are not in this file. It names secrets, which have to be there:\n");
    for seller in sellers {
        let _ = writeln!(text, "#   kubectl create secret generic {OWN}-{seller} --from-literal=apiKey=...");
    }
}

fn route(text: &mut String, number: usize, gateway: &str, rules: &[Rule]) {
    let _ = write!(
        text,
        "---\napiVersion: aigateway.envoyproxy.io/v1beta1\nkind: AIGatewayRoute\nmetadata:\n  name: {OWN}-{number}\nspec:\n  parentRefs:\n    \
         - name: {}\n      kind: Gateway\n      group: gateway.networking.k8s.io\n  rules:\n",
        quoted(gateway)
    );
    rules.iter().for_each(|rule| text.push_str(&rule.text));
    if rules.iter().any(|rule| rule.falls_back) {
        // One try at each priority: whoever fails is not asked again.
        let _ = write!(
            text,
            "---\napiVersion: gateway.envoyproxy.io/v1alpha1\nkind: BackendTrafficPolicy\nmetadata:\n  name: {OWN}-{number}\nspec:\n  \
             targetRefs:\n    - group: gateway.networking.k8s.io\n      kind: HTTPRoute\n      name: {OWN}-{number}\n  retry:\n    \
             numRetries: 1\n    numAttemptsPerPriority: 1\n    retryOn:\n      httpStatusCodes: [429, 500, 502, 503, 504]\n      \
             triggers: [connect-failure, retriable-status-codes]\n"
        );
    }
}

fn backend(text: &mut String, seller: &str, endpoint: &Endpoint) {
    let (host, schema) = (quoted(&endpoint.host), endpoint.schema.word());
    let _ = write!(
        text,
        "---\napiVersion: aigateway.envoyproxy.io/v1beta1\nkind: AIServiceBackend\nmetadata:\n  name: {OWN}-{seller}\nspec:\n  schema:\n    \
         name: {schema}\n"
    );
    if let Some(prefix) = &endpoint.prefix {
        let _ = writeln!(text, "    prefix: {}", quoted(prefix));
    }
    let (kind, field) = endpoint.schema.key();
    let _ = write!(
        text,
        "  backendRef:\n    name: {OWN}-{seller}\n    kind: Backend\n    group: gateway.envoyproxy.io\n\
         ---\napiVersion: aigateway.envoyproxy.io/v1beta1\nkind: BackendSecurityPolicy\nmetadata:\n  name: {OWN}-{seller}\nspec:\n  \
         targetRefs:\n    - group: aigateway.envoyproxy.io\n      kind: AIServiceBackend\n      name: {OWN}-{seller}\n  \
         type: {kind}\n  {field}:\n    secretRef:\n      name: {OWN}-{seller}\n\
         ---\napiVersion: gateway.envoyproxy.io/v1alpha1\nkind: Backend\nmetadata:\n  name: {OWN}-{seller}\nspec:\n  endpoints:\n    \
         - fqdn:\n        hostname: {host}\n        port: 443\n\
         ---\napiVersion: gateway.networking.k8s.io/v1\nkind: BackendTLSPolicy\nmetadata:\n  name: {OWN}-{seller}\nspec:\n  \
         targetRefs:\n    - group: gateway.envoyproxy.io\n      kind: Backend\n      name: {OWN}-{seller}\n  validation:\n    \
         wellKnownCACertificates: System\n    hostname: {host}\n"
    );
}
