//! Attributes of spans and log records, in the encoding of OTLP or as a flat object, and the names under which
//! instrumentations put the same thing.

use std::borrow::Cow;

use serde_json::value::RawValue;

use crate::inputs::logs::object::{self, Object};
use crate::inputs::logs::values::{self, Raw};

/// Every spelling of a thing, the first that is there wins.
pub mod names {
    /// Who serves the model.
    pub const SELLER: &[&str] =
        &["gen_ai.provider.name", "gen_ai.system", "llm.provider", "llm.system", "ai.model.provider"];
    /// The model.
    pub const MODEL: &[&str] = &[
        "gen_ai.response.model",
        "ai.response.model",
        "gen_ai.request.model",
        "llm.model_name",
        "embedding.model_name",
        "ai.model.id",
        "model",
    ];
    /// What kind of call.
    pub const OPERATION: &[&str] = &["gen_ai.operation.name", "llm.request.type"];
    /// Id that the seller gave.
    pub const RESPONSE_ID: &[&str] = &["gen_ai.response.id", "ai.response.id", "response_id"];
    /// Conversation.
    pub const SESSION: &[&str] = &["gen_ai.conversation.id", "session.id", "conversation.id"];
    /// Prompt tokens.
    pub const INPUT: &[&str] = &[
        "gen_ai.usage.input_tokens",
        "gen_ai.usage.prompt_tokens",
        "llm.usage.prompt_tokens",
        "llm.token_count.prompt",
        "ai.usage.inputTokens",
        "ai.usage.promptTokens",
        "ai.usage.tokens",
        "input_tokens",
        "input_token_count",
    ];
    /// Output tokens.
    pub const OUTPUT: &[&str] = &[
        "gen_ai.usage.output_tokens",
        "gen_ai.usage.completion_tokens",
        "llm.usage.completion_tokens",
        "llm.token_count.completion",
        "ai.usage.outputTokens",
        "ai.usage.completionTokens",
        "output_tokens",
        "output_token_count",
    ];
    /// Their logged sum.
    pub const TOTAL: &[&str] = &[
        "gen_ai.usage.total_tokens",
        "llm.usage.total_tokens",
        "llm.token_count.total",
        "ai.usage.totalTokens",
        "total_token_count",
    ];
    /// Tokens read from the cache.
    pub const READ: &[&str] = &[
        "gen_ai.usage.cache_read.input_tokens",
        "gen_ai.usage.cache_read_input_tokens",
        "gen_ai.usage.cache_read_tokens",
        "gen_ai.usage.details.cache_read_tokens",
        "llm.token_count.prompt_details.cache_read",
        "llm.token_count.prompt_details.cache_input",
        "ai.usage.cachedInputTokens",
        "cache_read_tokens",
        "cached_token_count",
        "cached_content_token_count",
    ];
    /// Tokens written to the cache.
    pub const WRITE: &[&str] = &[
        "gen_ai.usage.cache_creation.input_tokens",
        "gen_ai.usage.cache_creation_input_tokens",
        "gen_ai.usage.cache_write.input_tokens",
        "gen_ai.usage.cache_write_tokens",
        "gen_ai.usage.details.cache_write_tokens",
        "llm.token_count.prompt_details.cache_write",
        "cache_creation_tokens",
    ];
    /// Reasoning tokens.
    pub const REASONING: &[&str] = &[
        "gen_ai.usage.reasoning.output_tokens",
        "gen_ai.usage.reasoning_tokens",
        "gen_ai.usage.details.reasoning_tokens",
        "llm.token_count.completion_details.reasoning",
        "ai.usage.reasoningTokens",
        "reasoning_token_count",
        "thoughts_token_count",
    ];
    /// Service tier.
    pub const TIER: &[&str] = &[
        "gen_ai.openai.response.service_tier",
        "openai.response.service_tier",
        "gen_ai.response.service_tier",
        "gen_ai.openai.request.service_tier",
        "speed",
    ];
    /// Cost in dollars.
    pub const COST: &[&str] = &["gen_ai.usage.cost", "llm.cost.total", "cost_usd"];
    /// Who called.
    pub const USER: &[&str] = &["user.id", "enduser.id", "user.email", "user.account_uuid"];
}

/// Attributes, by key.
pub struct Attributes<'a>(Vec<(Cow<'a, str>, &'a RawValue)>);

impl<'a> Attributes<'a> {
    /// Attributes as they stand: a list of keys with typed values, or an object.
    ///
    /// # Errors
    /// When it is an object that cannot be read.
    pub fn of(raw: Raw<'a>) -> Result<Self, String> {
        if raw.is_some_and(|raw| raw.get().starts_with('[')) {
            let mut all = Vec::new();
            for item in object::items(raw) {
                let item = Object::or_empty(Some(item))?;
                let Some(key) = item.text("key") else { continue };
                let value = Object::or_empty(item.get("value"))?;
                let typed = ["stringValue", "intValue", "doubleValue", "boolValue"];
                if let Some(value) = typed.iter().find_map(|kind| value.get(kind)) {
                    all.push((key, value));
                }
            }
            return Ok(Self(all));
        }
        let object = Object::or_empty(raw)?;
        Ok(Self(object.into_entries()))
    }

    fn get(&self, key: &str) -> Raw<'a> {
        // Exports of frames prefix their columns.
        let is = |known: &str| known == key || known.strip_prefix("attributes.") == Some(key);
        self.0.iter().find(|(known, _)| is(known)).map(|(_, value)| *value)
    }

    /// Whether any of these keys is there.
    pub fn has(&self, keys: &[&str]) -> bool {
        keys.iter().any(|key| self.get(key).is_some())
    }

    /// The first text of these keys.
    pub fn text(&self, keys: &[&str]) -> Option<Cow<'a, str>> {
        keys.iter().find_map(|key| values::text(self.get(key)))
    }

    /// The first whole number of these keys.
    ///
    /// # Errors
    /// A sentence naming the key when its value is no whole number.
    pub fn integer(&self, keys: &[&str]) -> Result<Option<i64>, String> {
        for key in keys {
            let Some(text) = values::text(self.get(key)) else { continue };
            // Some exporters write the typed value into the text.
            let inner = object::raw(&text).filter(|raw| raw.get().starts_with('{'));
            if let Some(typed) = Object::or_empty(inner)?.first_integer(&["intValue", "doubleValue"])? {
                return Ok(Some(typed));
            }
            let number = values::whole_number(&text);
            return number.map(Some).ok_or_else(|| format!("`{key}` is not a whole number"));
        }
        Ok(None)
    }

    /// The first number of these keys.
    pub fn number(&self, keys: &[&str]) -> Option<f64> {
        keys.iter().find_map(|key| values::number(self.get(key)))
    }

    /// Dollars below the first of these keys that has them.
    ///
    /// # Errors
    /// A sentence naming the key when its value is no amount.
    pub fn dollars(&self, keys: &[&str]) -> Result<Option<crate::units::Usd>, String> {
        keys.iter()
            .find(|key| self.get(key).is_some())
            .map_or(Ok(None), |key| values::dollars(self.get(key), key))
    }
}
