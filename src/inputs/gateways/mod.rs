//! What gateways call the sellers: names and parameters for files that they read.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::embedded::Facts;
use super::toml_file::{self, FileProblem};

/// A seller, as gateways name it.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SellerNames {
    /// Its id in price sheets.
    pub id: String,
    /// Its slug as a provider at OpenRouter.
    #[serde(default)]
    pub openrouter: Option<String>,
    #[serde(default)]
    litellm: Vec<Provider>,
    /// Where it answers whoever has a key; `None`: it is not known, or depends on an account or a region.
    #[serde(default)]
    pub endpoint: Option<Endpoint>,
}

/// Where a seller answers.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Endpoint {
    /// Name of the host.
    pub host: String,
    /// What stands before the path of a request; `None`: that of the form.
    #[serde(default)]
    pub prefix: Option<String>,
    /// In which form.
    #[serde(default)]
    pub schema: Schema,
}

/// The form of requests that a seller takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
pub enum Schema {
    /// That of OpenAI's chat completions.
    #[default]
    OpenAI,
    /// That of Anthropic's messages.
    Anthropic,
}

impl Schema {
    /// Its name at Envoy AI Gateway.
    pub const fn word(self) -> &'static str {
        match self {
            Self::OpenAI => "OpenAI",
            Self::Anthropic => "Anthropic",
        }
    }

    /// How Envoy AI Gateway shows the key: the type of the policy, and its field.
    pub const fn key(self) -> (&'static str, &'static str) {
        match self {
            Self::OpenAI => ("APIKey", "apiKey"),
            Self::Anthropic => ("AnthropicAPIKey", "anthropicAPIKey"),
        }
    }
}

/// A provider at LiteLLM.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Provider {
    prefix: String,
    /// Parameters of a deployment and the environment variables that hold them.
    pub needs: BTreeMap<String, String>,
    #[serde(default)]
    bare: String,
    #[serde(default)]
    strip: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    seller: Vec<SellerNames>,
}

/// The sellers that gateways know.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Gateways(Vec<SellerNames>);

impl Gateways {
    /// The names that come with the program.
    ///
    /// # Errors
    /// When their file is not of its shape, which a test rules out.
    pub fn shipped() -> Result<Self, FileProblem> {
        let mut sellers = Vec::new();
        for (name, text) in Facts::embedded().files("gateways")? {
            sellers.extend(toml_file::parse::<File>(&name, &text)?.seller);
        }
        Ok(Self(sellers))
    }

    /// A seller by its id.
    pub fn seller(&self, id: &str) -> Option<&SellerNames> {
        self.0.iter().find(|seller| seller.id == id)
    }
}

impl SellerNames {
    /// The name of a model at LiteLLM, from the seller's own name for it, and the provider; `None`: LiteLLM does not know the seller.
    pub fn litellm_model(&self, listed_as: &str) -> Option<(String, &Provider)> {
        // The sheet of LiteLLM lists most models with their prefix.
        let prefixed = |provider: &&Provider| {
            listed_as.strip_prefix(provider.prefix.as_str()).is_some_and(|rest| rest.starts_with('/'))
        };
        if let Some(provider) = self.litellm.iter().find(prefixed) {
            return Some((listed_as.to_owned(), provider));
        }
        let provider = self.litellm.first()?;
        let name = listed_as.strip_prefix(provider.strip.as_str()).unwrap_or(listed_as);
        let bare = if name.contains('/') { "" } else { provider.bare.as_str() };
        Some((format!("{}/{bare}{name}", provider.prefix), provider))
    }

    /// The seller's own name of a model, and where it answers; `None`: that is not known.
    pub fn own_model(&self, listed_as: &str) -> Option<(String, &Endpoint)> {
        let endpoint = self.endpoint.as_ref()?;
        let (name, provider) = self.litellm_model(listed_as)?;
        // LiteLLM's own prefix does not go to the seller.
        let own = name.strip_prefix(provider.prefix.as_str())?.strip_prefix('/')?;
        Some((own.to_owned(), endpoint))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn models_have_the_names_that_litellm_reads() {
        let gateways = Gateways::shipped().expect("of its shape");
        let name = |seller: &str, listed: &str| {
            let found = gateways.seller(seller).expect("a seller").litellm_model(listed);
            found.map(|(name, _)| name).unwrap_or_default()
        };
        assert_eq!(name("openai", "gpt-5"), "openai/gpt-5");
        assert_eq!(name("groq", "openai/gpt-oss-120b"), "groq/openai/gpt-oss-120b");
        assert_eq!(name("deepinfra", "deepinfra/zai-org/GLM-5"), "deepinfra/zai-org/GLM-5");
        assert_eq!(name("azure", "azure_ai/grok-4"), "azure_ai/grok-4");
        assert_eq!(
            name("fireworks", "deepseek-v4-pro"),
            "fireworks_ai/accounts/fireworks/models/deepseek-v4-pro"
        );
        assert_eq!(name("aws-bedrock", "regional.anthropic.claude-3"), "bedrock/anthropic.claude-3");
        assert_eq!(name("crusoe", "x"), "");
        assert!(gateways.seller("nobody").is_none());
        let own = |seller: &str, listed: &str| {
            let found = gateways.seller(seller).expect("a seller").own_model(listed);
            found.map(|(name, endpoint)| format!("{name} at {}", endpoint.host)).unwrap_or_default()
        };
        assert_eq!(own("groq", "openai/gpt-oss-120b"), "openai/gpt-oss-120b at api.groq.com");
        assert_eq!(own("deepinfra", "deepinfra/zai-org/GLM-5"), "zai-org/GLM-5 at api.deepinfra.com");
        assert_eq!(own("aws-bedrock", "anthropic.claude-3"), "");
    }

    #[test]
    fn every_parameter_is_the_name_of_a_variable() {
        let sellers = Gateways::shipped().expect("of its shape").0;
        for provider in sellers.iter().flat_map(|seller| &seller.litellm) {
            assert!(!provider.needs.is_empty(), "{}", provider.prefix);
            for variable in provider.needs.values() {
                assert!(
                    variable
                        .bytes()
                        .all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'_'),
                    "{variable}"
                );
            }
        }
    }
}
