//! Every code that a finding may have, and what it means.

/// Codes with their meaning, those of a gate's rules first.
pub const CODES: &[(&str, &str)] = &[
    ("over-budget", "calls cost more than a rule allows"),
    ("tokens-per-call", "a call has more tokens than a rule allows"),
    (
        "cost-increase",
        "a call has become dearer against the baseline than a rule allows, by more than noise explains",
    ),
    ("tier-share", "more or fewer calls are on a tier than a rule allows"),
    ("missed-saving", "routing would save more than a rule allows to leave"),
    ("unpriced-calls", "calls have no price, so their cost is not known"),
    ("stale-prices", "a price that was used is old"),
    ("forecast-breach", "the month exceeds its budget with a greater probability than a rule allows"),
    ("cache-hits", "less input is read from the cache than a rule asks for"),
    ("undecided", "a call may have become dearer than a rule allows, and noise could explain it"),
    ("no-baseline", "a rule compares with a baseline that there is not"),
    ("empty-scope", "no call of the log is among those that a rule is about"),
    ("not-evaluated", "what a rule limits cannot be told from the log"),
    ("baseline-differs", "the baseline was made with other prices or assumptions"),
    ("breakdown-short", "cache writes without a stated lifetime are priced as five minutes"),
    ("bucketed", "calls are known only as sums: no context tiers, not routed"),
    ("cache-rate-assumed", "cached tokens at a seller without a price for them are priced as input"),
    ("cache-unknown", "the log does not tell cached tokens: all input is priced in full"),
    ("claimed-cost-differs", "the cost in the log is not the cost at list price"),
    ("commitment", "dollars are committed to a seller"),
    ("cut-off", "reading a file had to stop before its end"),
    ("estimated-tokens", "the log's author estimated token counts"),
    ("anchored", "times that count from the start of a session were moved to a day"),
    ("gateway-cache", "a gateway's cache answered calls: nobody was paid"),
    ("idle-rule", "a rule of a workload matches no call"),
    ("idle-workload", "the scenario speaks of a workload that the log has not"),
    ("list-price-assumed", "a seller is not known: the list price of the model's lab stands in"),
    ("nearest-rate", "no rate was in force on a day: the nearest in time stands in"),
    ("negotiated-price", "calls have a price or discount of the user's own"),
    ("no-month", "the log does not tell what a month is"),
    ("not-compared", "machines or offers are not compared"),
    ("not-routed", "calls of another kind than chat or completion are not routed"),
    ("price-sheet-problems", "rows of a price sheet have no effect"),
    ("reading-assumption", "a file was read under an assumption"),
    ("region-rate-assumed", "a region has no rate of its own"),
    ("rejected-graded", "rows of graded calls cannot be read"),
    ("rejected-rows", "rows of the log cannot be read"),
    ("rejected-scores", "rows of scores cannot be used"),
    ("relative-times", "times count from the start of a session"),
    ("reseller-price", "what a reseller's hosts charged may differ"),
    ("same-id", "calls that differ have the same id"),
    ("server-tools", "calls used a tool that runs at the seller: not routed"),
    ("skipped-file", "a file was not read"),
    ("standard-rate-assumed", "a mode has no rate: priced as standard"),
    ("total-mismatch", "a total is not the sum of its parts"),
    ("undated", "calls have no date"),
    ("unknown-graded", "graded calls name what is not known"),
    ("unlisted-models", "a price sheet has models that no table knows"),
    ("unscored-candidates", "models without a score are not routed to"),
    ("unscored-incumbent", "a model that serves calls has no score"),
    ("unused-graded", "graded calls decide nothing"),
    ("usage-incomplete", "calls lack input or output tokens: a lower bound"),
    ("web-searches", "web searches have no price"),
    ("zero-price", "calls are at a stated price of zero"),
];

/// What a code means; `None`: no finding has it.
pub fn about(code: &str) -> Option<&'static str> {
    CODES.iter().find(|(known, _)| *known == code).map(|(_, about)| *about)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_stands_once() {
        for (at, (code, about)) in CODES.iter().enumerate() {
            assert!(CODES[..at].iter().all(|(other, _)| other != code), "{code}");
            assert!(!about.is_empty() && code.chars().all(|c| c.is_ascii_lowercase() || c == '-'));
        }
    }
}
