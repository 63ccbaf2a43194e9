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
    /// Where sums of parts were added up: files of them, and parts.
    pub partials: Option<(u64, u64)>,
}

/// The section that ends a page about prices alone.
pub fn of_prices(version: &str, as_of: &str, sources: &str, digest: &str) -> Section {
    section(vec![
        line(
            "made by",
            vec![words("version", version, "(switchpoint)"), words("as_of", as_of, "(day of the rates)")],
        ),
        line("price sources", vec![words("price_sources", sources, "")]),
        line("digests", vec![Item::new("prices_sha256", Value::Digest(digest.to_owned()), "prices")]),
    ])
}

/// The section that ends a page about one kind of facts, or about a table of the user's: its key in machine formats, the digest, and
/// words for people.
pub fn of_inputs(version: &str, key: &'static str, digest: &str, what: &str) -> Section {
    section(vec![
        line("made by", vec![words("version", version, "(switchpoint)")]),
        line("digests", vec![Item::new(key, Value::Digest(digest.to_owned()), what)]),
    ])
}

fn section(facts: Vec<Fact>) -> Section {
    Section { key: "provenance", title: "Provenance".to_owned(), body: Body::Facts(facts), notes: Vec::new() }
}

fn line(label: &str, items: Vec<Item>) -> Fact {
    Fact { label: label.to_owned(), items }
}

fn words(key: &'static str, text: &str, after: &str) -> Item {
    Item::new(key, Value::Text(text.to_owned()), after)
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

    /// The SHA-256 of the bytes of one file, as hexadecimal text; other programs give the same.
    pub fn digest_of_file(bytes: &[u8]) -> String {
        Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
    }

    /// The section that ends a page.
    pub fn section(&self) -> Section {
        let digest = |key, digest: &str, of: &str| Item::new(key, Value::Digest(digest.to_owned()), of);
        let mut facts = vec![
            line(
                "made by",
                vec![
                    words("version", self.version, "(switchpoint)"),
                    words("as_of", &self.as_of, "(day of the audit)"),
                    words("prices_of", &self.prices_of, "(days whose prices are used)"),
                ],
            ),
            line("price sources", vec![words("price_sources", &self.price_sources, "")]),
            line(
                "digests",
                vec![
                    // An object store's table is not read whole.
                    match self.log.as_str() {
                        "" => Item::new("log_blake3", Value::Unknown, "log"),
                        log => digest("log_blake3", log, "log"),
                    },
                    digest("prices_sha256", &self.prices, "prices"),
                    digest("facts_sha256", &self.facts, "models, scores, hardware"),
                    digest("scenario_sha256", &self.scenario, "scenario"),
                ],
            ),
            line(
                "left out",
                vec![
                    Item::counted("rejected_rows", self.rejected, "rejected row", "rejected rows"),
                    Item::counted(
                        "unpriced_calls",
                        self.unpriced,
                        "call without a price",
                        "calls without a price",
                    ),
                ],
            ),
        ];
        facts.extend(self.partials.map(|(files, parts)| {
            let items = vec![
                Item::counted("partials", files, "partial", "partials"),
                Item::counted("parts", parts, "part of the log", "parts of the log"),
            ];
            line("added up", items)
        }));
        section(facts)
    }
}
