//! Where a page comes from: same provenance, same bytes.

use sha2::{Digest, Sha256};

use super::page::{Body, Fact, Item, Section, Value};

/// What a result depends on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Provenance {
    /// Version of the program.
    pub version: &'static str,
    /// The day of the audit.
    pub as_of: String,
    /// Which days' prices were used.
    pub prices_of: String,
    /// Digest of the price sheets.
    pub prices: String,
    /// Digest of models, scores and hardware.
    pub facts: String,
    /// Digest of the assumptions and of how the log was read.
    pub scenario: String,
    /// Digest of the log.
    pub log: String,
    /// Names and days of the price sources.
    pub price_sources: String,
    /// Rows that could not be read.
    pub rejected: u64,
    /// Calls without a price.
    pub unpriced: u64,
}

impl Provenance {
    /// The SHA-256 of parts in their order, as hexadecimal text.
    pub fn digest<'a>(parts: impl IntoIterator<Item = &'a str>) -> String {
        let mut hash = Sha256::new();
        for part in parts {
            // The length keeps two parts from reading as one.
            hash.update((part.len() as u64).to_le_bytes());
            hash.update(part);
        }
        hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
    }

    /// The section that ends a page.
    pub fn section(&self) -> Section {
        let text = |text: &str| Value::Text(text.to_owned());
        let digest = |digest: &str| Value::Digest(digest.to_owned());
        let facts = vec![
            Fact {
                label: "made by".to_owned(),
                items: vec![
                    Item::new("version", text(self.version), "(switchpoint)"),
                    Item::new("as_of", text(&self.as_of), "(day of the audit)"),
                    Item::new("prices_of", text(&self.prices_of), "(days whose prices are used)"),
                ],
            },
            Fact {
                label: "price sources".to_owned(),
                items: vec![Item::new("price_sources", text(&self.price_sources), "")],
            },
            Fact {
                label: "digests".to_owned(),
                items: vec![
                    Item::new("log_sha256", digest(&self.log), "log"),
                    Item::new("prices_sha256", digest(&self.prices), "prices"),
                    Item::new("facts_sha256", digest(&self.facts), "models, scores, hardware"),
                    Item::new("scenario_sha256", digest(&self.scenario), "scenario"),
                ],
            },
            Fact {
                label: "left out".to_owned(),
                items: vec![
                    Item::counted("rejected_rows", self.rejected, "rejected row", "rejected rows"),
                    Item::counted(
                        "unpriced_calls",
                        self.unpriced,
                        "call without a price",
                        "calls without a price",
                    ),
                ],
            },
        ];
        Section {
            key: "provenance",
            title: "Provenance".to_owned(),
            body: Body::Facts(facts),
            notes: Vec::new(),
        }
    }
}
