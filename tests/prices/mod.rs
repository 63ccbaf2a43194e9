//! Calls whose cost was worked out by hand from the published sheets, priced by the shipped ones.

mod laws;

use switchpoint::inputs::embedded::Facts;
use switchpoint::inputs::models::{Models, is_free_variant, mode_of_name, region_of_name};
use switchpoint::inputs::prices::sources::source_named;
use switchpoint::inputs::prices::{
    LayerInput, Lookup, PriceBook, PriceKind, When, assemble, layers::LayerKind,
};
use switchpoint::units::{Day, Meter, Mode, Usd};

/// A moment in UTC, as microseconds.
fn at(text: &str) -> i64 {
    let moment = chrono::NaiveDateTime::parse_from_str(text, "%Y-%m-%dT%H:%M").expect("a moment");
    moment.and_utc().timestamp_micros()
}

struct Book {
    models: Models,
    book: PriceBook,
}

impl Book {
    fn shipped() -> Self {
        let models = Models::load(&Facts::embedded()).expect("models");
        let book = PriceBook::load(&Facts::embedded(), &models).expect("a book");
        Self { models, book }
    }

    /// The shipped book under one more sheet.
    fn under(source: &str, name: &str, text: &str) -> Self {
        let mut models = Models::load(&Facts::embedded()).expect("models");
        let source = source_named(source).expect("a source");
        let layer = LayerInput {
            kind: LayerKind::User,
            name: name.to_owned(),
            source,
            text: text.to_owned(),
            day: None,
            sha256: String::new(),
        };
        let (book, _) = assemble(&Facts::embedded(), &mut models, vec![layer]).expect("a book");
        Self { models, book }
    }

    /// The rates of a call as logged: name, seller, moment and mode.
    fn lookup(&self, raw: &str, seller: &str, moment: i64, mode: Mode) -> Option<Lookup> {
        let model = self.book.resolve(raw, Some(seller), &self.models)?;
        let incumbent = self.book.incumbent(model, Some(seller), &self.models).ok()?;
        let when = When {
            mode: mode_of_name(raw).unwrap_or(mode),
            region: region_of_name(raw).and_then(|name| self.book.region(&name)),
            day: Day::of_micros(moment),
            open: self.book.open_windows(moment),
        };
        self.book.tariff(incumbent.offer, &when)
    }

    /// What a call of fresh input costs, in dollars.
    fn cost(&self, raw: &str, seller: &str, moment: &str, mode: Mode, input: i64, output: i64) -> String {
        let found = self.lookup(raw, seller, at(moment), mode).expect("rates");
        let quote = found.quote(&[(Meter::Input, input), (Meter::Output, output)]);
        assert_eq!(quote.unpriced, []);
        quote.cost.to_string()
    }
}

#[test]
fn the_cliff_of_272_000_tokens_in_every_mode_on_both_sides_of_the_price_cut() {
    let book = Book::shipped();
    let costs = |day: &str, mode| {
        [271_999, 272_000, 272_001]
            .map(|input| book.cost("gpt-5.6-sol", "openai", &format!("{day}T12:00"), mode, input, 1_000))
    };
    assert_eq!(costs("2026-08-20", Mode::Standard), ["1.389995", "1.39", "2.76501"]);
    assert_eq!(costs("2026-08-21", Mode::Standard), ["1.107996", "1.108", "2.206008"]);
    assert_eq!(costs("2026-10-14", Mode::Batch), ["0.553998", "0.554", "1.103004"]);
    assert_eq!(costs("2026-10-14", Mode::Flex), ["0.553998", "0.554", "1.103004"]);
    assert_eq!(costs("2026-10-12", Mode::Priority), ["2.215992", "2.216", "4.412016"]);
    // Before the batch rate was verified the standard rate stands in, and says so.
    assert_eq!(costs("2026-08-21", Mode::Batch), costs("2026-08-21", Mode::Standard));
    let early = book.lookup("gpt-5.6-sol", "openai", at("2026-08-21T12:00"), Mode::Batch).expect("rates");
    assert_eq!(early.fallbacks.standard_from, Some(0));
    let late = book.lookup("gpt-5.6-sol", "openai", at("2026-10-14T12:00"), Mode::Batch).expect("rates");
    assert_eq!(late.fallbacks.standard_from, None);
}

#[test]
fn deepseek_has_dear_hours_on_weekdays_since_august_2026() {
    let book = Book::shipped();
    let cost =
        |moment: &str| book.cost("deepseek-v4-pro", "deepseek", moment, Mode::Standard, 100_000, 10_000);
    assert_eq!(cost("2026-10-02T02:00"), "0.1716", "a Friday");
    assert_eq!(cost("2026-10-03T02:00"), "0.0858", "a Saturday");
    assert_eq!(cost("2026-08-16T02:00"), "0.0522", "before there were dear hours");
    let thursday = ["00:59", "01:00", "03:59", "04:00", "06:00", "10:00"];
    let peak = thursday.map(|hour| cost(&format!("2026-10-01T{hour}")) == "0.1716");
    assert_eq!(peak, [false, true, true, false, true, false]);
}

#[test]
fn a_small_model_costs_five_times_as_much_above_100_000_tokens() {
    let book = Book::shipped();
    let cost =
        |input| book.cost("claude-haiku-5-5", "anthropic", "2026-11-01T00:00", Mode::Standard, input, 1_000);
    assert_eq!([cost(100_000), cost(100_001)], ["0.0105", "0.0525005"]);
}

#[test]
fn a_cloud_charges_by_region() {
    let book = Book::shipped();
    let cost = |raw| book.cost(raw, "aws-bedrock", "2026-11-15T00:00", Mode::Standard, 10_000, 1_000);
    assert_eq!(
        [
            cost("global.anthropic.claude-opus-5"),
            cost("us.anthropic.claude-opus-5"),
            cost("us-gov.anthropic.claude-opus-5")
        ],
        ["0.075", "0.0825", "0.09"]
    );
}

#[test]
fn a_tier_for_long_prompts_ended_in_march_2026() {
    let book = Book::shipped();
    let cost = |day: &str| {
        book.cost("claude-opus-4-6", "anthropic", &format!("{day}T12:00"), Mode::Standard, 250_000, 1_000)
    };
    assert_eq!([cost("2026-03-12"), cost("2026-03-13")], ["2.5375", "1.275"]);
}

#[test]
fn a_snapshot_with_a_price_of_its_own_is_not_the_model_of_its_name() {
    let book = Book::shipped();
    let cost = |raw| {
        let moment = "2026-06-01T00:00";
        [(1_000_000, 0), (0, 1_000_000)]
            .map(|(input, output)| book.cost(raw, "openai", moment, Mode::Standard, input, output))
    };
    assert_eq!(cost("gpt-4o-2024-05-13"), ["5", "15"]);
    assert_eq!(cost("gpt-4o"), ["2.5", "10"]);
    assert_eq!(cost("gpt-3.5-turbo-16k"), ["3", "4"]);
    assert_eq!(cost("gpt-3.5-turbo-1106"), ["1", "2"]);
    assert_eq!(cost("gpt-3.5-turbo"), ["0.5", "1.5"]);
}

#[test]
fn the_same_tokens_cost_the_same_whether_cached_ones_are_counted_within_input_or_beside_it() {
    use switchpoint::units::TokenBuckets;
    // 12,000 tokens of input, of which 8,000 were read from the cache and 1,000 written to it.
    let beside =
        TokenBuckets { fresh: 3_000, read: 8_000, write_5m: 1_000, out: 500, ..TokenBuckets::default() };
    let total = 12_000;
    let within = TokenBuckets { fresh: total - beside.read - beside.write_5m, ..beside };
    let book = Book::shipped();
    let found =
        book.lookup("claude-opus-5", "anthropic", at("2026-11-01T00:00"), Mode::Standard).expect("rates");
    assert_eq!(found.tariff.cost(&beside), found.tariff.cost(&within));
    // 3,000 at 5, 8,000 at 0.5, 1,000 at 6.25 and 500 at 25 dollars per million.
    assert_eq!(Usd::from_pico(found.tariff.cost(&beside).into()).to_string(), "0.03775");
}

#[test]
fn names_at_a_reseller_select_a_mode_a_free_tier_or_nothing_at_all() {
    let sheet = r#"{"data": [
        {"id": "acme/big", "pricing": {"prompt": "0.000004", "completion": "0.00001"}},
        {"id": "acme/big:batch", "pricing": {"prompt": "0.000002", "completion": "0.000005"}},
        {"id": "acme/big:free", "pricing": {"prompt": "0", "completion": "0"}},
        {"id": "openrouter/auto", "pricing": {"prompt": "-1", "completion": "-1"}}
    ]}"#;
    let found = source_named("openrouter").expect("a source").read(sheet).expect("a sheet");
    assert_eq!(found.problems.iter().filter(|problem| problem.lost).count(), 1, "{:?}", found.problems);
    let book = Book::under("openrouter", "models.json", sheet);
    let rates = |raw| book.lookup(raw, "openrouter", at("2026-11-01T00:00"), Mode::Standard);
    let batch = rates("acme/big:batch").expect("rates");
    assert_eq!((batch.tariff.rates(1).input, batch.fallbacks.standard_from), (2_000_000, None));
    assert_eq!(rates("acme/big").expect("rates").tariff.rates(1).input, 4_000_000);
    assert!(is_free_variant("acme/big:free"));
    assert!(rates("openrouter/auto").is_none());
}

#[test]
fn a_plan_at_nothing_is_a_plan_and_not_a_saving() {
    let book = Book::shipped();
    let plans = book.book.offers().filter(|(id, _)| book.book.seller_of(*id).id.ends_with("-plan"));
    let mut any = false;
    for (id, _) in plans {
        let Some(found) = book.book.tariff(id, &When::on(Day::of_micros(at("2026-11-01T00:00")))) else {
            continue;
        };
        // A plan may state what its overuse costs, which is a price.
        let nothing = found.steps[0].prices.is_zero();
        any |= nothing;
        assert_eq!(found.kind == PriceKind::Plan, nothing, "{}", book.book.label(id, &book.models));
        assert_eq!(found.kind.is_price(), !nothing);
    }
    assert!(any);
}

#[test]
fn two_sheets_with_dear_and_cheap_headlines_agree_in_every_hour_of_a_week() {
    // One has the dear hours as its headline and lists the cheap ones, the other the other way round.
    let dear = r#"{"deepseek/deepseek-v9": {"litellm_provider": "deepseek", "mode": "chat",
        "input_cost_per_token": 1.32e-06, "output_cost_per_token": 3.96e-06, "cache_read_input_token_cost": 4.4e-08,
        "off_peak_pricing": {"input_cost_per_token": 6.6e-07, "output_cost_per_token": 1.98e-06,
            "cache_read_input_token_cost": 2.2e-08,
            "windows": [{"hours_utc": ["00:00-01:00", "04:00-06:00", "10:00-00:00"], "weekdays": [1, 2, 3, 4, 5]},
                        {"hours_utc": "00:00-00:00", "weekdays": [6, 7]}]}}}"#;
    let cheap = r#"[{"id": "deepseek", "name": "DeepSeek", "api_pattern": "x", "models": [
        {"id": "deepseek-v9", "match": {"equals": "deepseek-v9"}, "prices": [
            {"prices": {"input_mtok": 0.66, "output_mtok": 1.98, "cache_read_mtok": 0.022}},
            {"constraint": {"start_time": "01:00:00Z", "end_time": "04:00:00Z"},
             "prices": {"input_mtok": 1.32, "output_mtok": 3.96, "cache_read_mtok": 0.044}},
            {"constraint": {"start_time": "06:00:00Z", "end_time": "10:00:00Z"},
             "prices": {"input_mtok": 1.32, "output_mtok": 3.96, "cache_read_mtok": 0.044}}]}]}]"#;
    let (dear, cheap) =
        (Book::under("litellm", "l.json", dear), Book::under("genai-prices", "g.json", cheap));
    // From a Monday on; the second sheet cannot say that its hours are those of weekdays, and for this model nobody says it.
    let monday = at("2026-10-05T00:30");
    let mut hours = [0; 2];
    for hour in 0..5 * 24 {
        let moment = monday + hour * 3_600_000_000;
        let rates = [&dear, &cheap].map(|book| {
            book.lookup("deepseek-v9", "deepseek", moment, Mode::Standard).expect("rates").steps[0]
                .prices
                .clone()
        });
        assert_eq!(rates[0], rates[1], "hour {hour}");
        hours[usize::from(rates[0].stated(Meter::Input) == Some(1_320_000))] += 1;
    }
    assert_eq!(hours, [85, 35], "35 hours of a week are dear");
}

#[test]
fn a_model_on_no_sheet_has_no_price_at_all() {
    let book = Book::shipped();
    assert!(book.lookup("somebodys-own-model", "openai", at("2026-11-01T00:00"), Mode::Standard).is_none());
}
