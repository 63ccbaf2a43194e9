//! Laws of prices: an unknown is never nothing, and no bytes are too strange for an importer.

use std::sync::LazyLock;

use proptest::prelude::*;
use switchpoint::inputs::embedded::Facts;
use switchpoint::inputs::models::Models;
use switchpoint::inputs::prices::sources::{SOURCES, source_named};
use switchpoint::inputs::prices::{
    LayerInput, OfferId, PriceBook, Pricer, When, assemble, layers::LayerKind,
};
use switchpoint::units::{Day, Meter, Mode, TokenBuckets};

/// What a sheet says of one price.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Said {
    Nothing,
    Null,
    Zero,
    /// So many dollars per million.
    Dollars(i64),
    Negative,
    Words,
}

impl Said {
    /// The JSON value in a unit of which a dollar per million is `10^exponent`; `None`: the key is left out.
    fn json(self, exponent: i32, quoted: bool) -> Option<String> {
        let number = |text: String| if quoted { format!("\"{text}\"") } else { text };
        match self {
            Self::Nothing => None,
            Self::Null => Some("null".to_owned()),
            Self::Zero => Some(number("0".to_owned())),
            Self::Dollars(dollars) => Some(number(format!("{dollars}e{exponent}"))),
            Self::Negative => Some(number(format!("-1e{exponent}"))),
            Self::Words => Some("\"a lot\"".to_owned()),
        }
    }
}

fn said() -> impl Strategy<Value = Said> {
    prop_oneof![
        Just(Said::Nothing),
        Just(Said::Null),
        Just(Said::Zero),
        (1_i64..100).prop_map(Said::Dollars),
        Just(Said::Negative),
        Just(Said::Words),
    ]
}

/// `"a": 1, "b": 2` of the keys that are there.
fn object(keys: &[(&str, Option<String>)]) -> String {
    let there = keys.iter().filter_map(|(key, value)| Some(format!("\"{key}\": {}", value.as_ref()?)));
    there.collect::<Vec<_>>().join(", ")
}

/// A sheet of each source that says these things of input, output and cache read of the model `m` at the seller `s`.
fn sheets(said: [Said; 3]) -> Vec<(&'static str, &'static str, String)> {
    let json = |exponent, quoted| said.map(|said| said.json(exponent, quoted));
    let named = |names: [&'static str; 3], values: [Option<String>; 3]| {
        let [input, output, read] = values;
        object(&[(names[0], input), (names[1], output), (names[2], read)])
    };
    let litellm = named(
        ["input_cost_per_token", "output_cost_per_token", "cache_read_input_token_cost"],
        json(-6, false),
    );
    let genai = named(["input_mtok", "output_mtok", "cache_read_mtok"], json(0, false));
    let models_dev = named(["input", "output", "cache_read"], json(0, false));
    let openrouter = named(["prompt", "completion", "input_cache_read"], json(-6, true));
    let price = |value: Option<String>| value.map(|value| format!("{{\"price\": {value}}}"));
    let portkey =
        named(["request_token", "response_token", "cache_read_input_token"], json(-4, false).map(price));
    let toml = [("input", said[0]), ("output", said[1]), ("cache_read", said[2])];
    let toml = toml.iter().filter_map(|(key, said)| Some(format!("{key} = {}\n", said.json(0, true)?)));
    vec![
        (
            "litellm",
            "l.json",
            format!("{{\"m\": {{\"litellm_provider\": \"s\", \"mode\": \"chat\"{}}}}}", comma(&litellm)),
        ),
        (
            "genai-prices",
            "g.json",
            format!(
                "[{{\"id\": \"s\", \"name\": \"S\", \"api_pattern\": \"x\", \"models\": [{{\"id\": \"m\", \"match\": {{\"equals\": \"m\"}}, \"prices\": {{{genai}}}}}]}}]"
            ),
        ),
        (
            "models.dev",
            "m.json",
            format!("{{\"s\": {{\"npm\": \"x\", \"models\": {{\"m\": {{\"cost\": {{{models_dev}}}}}}}}}}}"),
        ),
        ("openrouter", "o.json", format!("{{\"data\": [{{\"id\": \"m\", \"pricing\": {{{openrouter}}}}}]}}")),
        (
            "portkey",
            "pricing/s.json",
            format!("{{\"m\": {{\"pricing_config\": {{\"pay_as_you_go\": {{{portkey}}}}}}}}}"),
        ),
        (
            "plain",
            "p.toml",
            format!("[[price]]\nseller = \"s\"\nmodel = \"m\"\n{}", toml.collect::<String>()),
        ),
    ]
}

fn comma(text: &str) -> String {
    if text.is_empty() { String::new() } else { format!(", {text}") }
}

/// The shipped book, read once.
fn shipped() -> &'static (PriceBook, Models) {
    static BOOK: LazyLock<(PriceBook, Models)> = LazyLock::new(|| {
        let models = Models::load(&Facts::embedded()).expect("models");
        (PriceBook::load(&Facts::embedded(), &models).expect("a book"), models)
    });
    &BOOK
}

/// The offers of a sheet laid over frozen ones. `None`: the text is no sheet at all.
fn offers(source: &str, name: &str, text: &str) -> Option<(PriceBook, Vec<OfferId>)> {
    let source = source_named(source).expect("a source");
    let facts = Facts::of_folder(&crate::cli::fixtures().join("data"));
    let mut models = Models::load(&facts).expect("models");
    let layer = LayerInput {
        kind: LayerKind::User,
        name: name.to_owned(),
        source,
        text: text.to_owned(),
        day: None,
        sha256: String::new(),
    };
    let (book, _) = assemble(&facts, &mut models, vec![layer]).ok()?;
    let own = |id: &OfferId| book.rates(*id).iter().any(|held| held.layer == 1);
    let ids = book.offers().map(|(id, _)| id).filter(own).collect();
    Some((book, ids))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn what_a_sheet_does_not_say_is_never_priced_at_nothing(
        said in [said(), said(), said()],
        tokens in [0_i64..5_000, 0_i64..5_000, 0_i64..5_000],
    ) {
        for (source, name, text) in sheets(said) {
            let Some((book, ids)) = offers(source, name, &text) else { continue };
            for id in ids {
                for mode in Mode::ALL {
                    let Some(found) = book.tariff(id, &When { mode, ..When::on(Day(20_000)) }) else { continue };
                    if !found.kind.is_price() {
                        // Declared free, or covered by a plan: counted as unpriced, and only if the sheet says zero.
                        prop_assert!(said.contains(&Said::Zero), "{source}: {text}");
                        continue;
                    }
                    let meters = [Meter::Input, Meter::Output, Meter::CacheRead];
                    for (meter, count) in meters.into_iter().zip(tokens) {
                        let own = said[meters.iter().position(|known| *known == meter).expect("one of them")];
                        let quote = found.quote(&[(meter, count)]);
                        let buckets = match meter {
                            Meter::Input => TokenBuckets { fresh: count, ..TokenBuckets::default() },
                            Meter::Output => TokenBuckets { out: count, ..TokenBuckets::default() },
                            _ => TokenBuckets { read: count, ..TokenBuckets::default() },
                        };
                        let nothing = quote.cost == switchpoint::units::Usd::ZERO;
                        let priced = quote.unpriced.is_empty();
                        prop_assert_eq!(found.tariff.knows(&buckets), priced, "{}: {}", source, text);
                        if count > 0 && nothing && priced {
                            let by_input = meter == Meter::CacheRead && said[0] == Said::Zero;
                            prop_assert!(own == Said::Zero || by_input, "{source}: {meter:?} costs nothing in {text}");
                        }
                        if count > 0 && priced && let Said::Dollars(dollars) = own {
                            prop_assert_eq!(quote.cost.pico(), i128::from(dollars) * 1_000_000 * i128::from(count));
                        }
                    }
                }
            }
        }
    }

    #[test]
    fn no_bytes_are_too_strange_for_an_importer(
        said in [said(), said(), said()],
        which in 0..6_usize,
        changes in proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>(), 0..4_u8), 1..12),
    ) {
        let (_, name, text) = sheets(said).swap_remove(which);
        let mut bytes = text.into_bytes();
        for (at, byte, kind) in changes {
            let at = at.index(bytes.len().max(1));
            match kind {
                0 if at < bytes.len() => bytes[at] = byte,
                1 => bytes.insert(at.min(bytes.len()), byte),
                2 => bytes.truncate(at + 1),
                _ if at < bytes.len() => drop(bytes.remove(at)),
                _ => {}
            }
        }
        let text = String::from_utf8_lossy(&bytes);
        for source in SOURCES {
            if source.read_named(name, &text).is_ok() {
                drop(offers(source.id(), name, &text));
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn prices_made_ready_are_the_prices_that_are_looked_up(
        calls in proptest::collection::vec((any::<prop::sample::Index>(), 0..5_usize, 0_i64..1_100 * 24 * 60, 0_i64..600_000), 200),
    ) {
        let (book, _) = shipped();
        let offers: Vec<OfferId> = book.offers().map(|(id, _)| id).collect();
        let regions: Vec<_> = [None, Some("us"), Some("us-gov"), Some("nowhere")].map(|name| book.region(name?)).to_vec();
        let mut pricer = Pricer::new(book);
        for (offer, mode, minute, fresh) in calls {
            let (offer, mode) = (*offer.get(&offers), Mode::ALL[mode]);
            let micros = 1_704_067_200_000_000 + minute * 60_000_000;
            for region in &regions {
                let when = When { mode, region: *region, day: Day::of_micros(micros), open: book.open_windows(micros) };
                let call = TokenBuckets { fresh, out: 1_000, ..TokenBuckets::default() };
                let looked_up = book.tariff(offer, &when).filter(|found| found.tariff.knows(&call));
                let series = pricer.series(offer, mode, *region);
                prop_assert_eq!(pricer.cost(series, micros, &call), looked_up.map(|found| found.tariff.cost(&call)));
            }
        }
    }
}

#[test]
fn every_source_gives_the_same_price_for_the_same_dollars() {
    for (source, name, text) in sheets([Said::Dollars(2), Said::Dollars(8), Said::Dollars(1)]) {
        let (book, ids) = offers(source, name, &text).expect("a sheet");
        let [id] = ids[..] else { panic!("{source} has {} offers", ids.len()) };
        let found = book.tariff(id, &When::on(Day(20_000))).expect("rates");
        let stated =
            [Meter::Input, Meter::Output, Meter::CacheRead].map(|meter| found.steps[0].prices.stated(meter));
        assert_eq!(stated, [Some(2_000_000), Some(8_000_000), Some(1_000_000)], "{source}");
    }
}
