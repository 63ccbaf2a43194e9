//! Charges as rows of the FinOps Open Cost and Usage Specification, version 1.2 (June 2025, FinOps Foundation): its mandatory
//! and recommended columns, and of the conditional ones those that apply to usage at list price.

use std::fs::File;
use std::io;

use serde_json::json;

use crate::simulation::charges::{Charges, Key, cost};
use crate::units::{Day, Meter, Usd};

/// What only the user knows.
#[derive(Debug, Clone)]
pub struct Account {
    /// Id of the account that is billed.
    pub id: String,
    /// Its name.
    pub name: Option<String>,
}

/// Microseconds of a day.
const DAY: i64 = 86_400_000_000;

/// The value of a column for a line.
type Cell = fn(&Line<'_>) -> String;

/// A line with everything that its cells need.
struct Line<'a> {
    key: &'a Key,
    units: i64,
    account: &'a Account,
}

/// The columns, in the order of the file.
const COLUMNS: &[(&str, Cell)] = &[
    ("AvailabilityZone", |_| String::new()),
    ("BilledCost", cost_text),
    ("BillingAccountId", |line| line.account.id.clone()),
    ("BillingAccountName", |line| line.account.name.clone().unwrap_or_default()),
    ("BillingCurrency", |_| "USD".to_owned()),
    ("BillingPeriodEnd", |line| month(line.key.day).1),
    ("BillingPeriodStart", |line| month(line.key.day).0),
    ("ChargeCategory", |_| "Usage".to_owned()),
    ("ChargeClass", |_| String::new()),
    ("ChargeDescription", description),
    ("ChargeFrequency", |_| "Usage-Based".to_owned()),
    ("ChargePeriodEnd", |line| time(line.key.day.start_micros() + DAY)),
    ("ChargePeriodStart", |line| time(line.key.day.start_micros())),
    ("ConsumedQuantity", |line| line.units.to_string()),
    ("ConsumedUnit", unit),
    ("ContractedCost", cost_text),
    ("ContractedUnitPrice", price_text),
    ("EffectiveCost", cost_text),
    ("InvoiceId", |_| String::new()),
    ("InvoiceIssuerName", |line| line.key.seller.clone()),
    ("ListCost", cost_text),
    ("ListUnitPrice", price_text),
    ("PricingCategory", |_| "Standard".to_owned()),
    ("PricingQuantity", |line| line.units.to_string()),
    ("PricingUnit", unit),
    ("ProviderName", |line| line.key.seller.clone()),
    ("PublisherName", |line| line.key.seller.clone()),
    ("RegionId", |line| line.key.region.clone().unwrap_or_default()),
    ("ServiceCategory", |_| "AI and Machine Learning".to_owned()),
    ("ServiceName", |line| line.key.model.clone()),
    ("ServiceSubcategory", |_| "Generative AI".to_owned()),
    ("SkuId", |line| format!("{}:{}", line.key.model, line.key.meter.word())),
    ("SkuMeter", |line| line.key.meter.word().to_owned()),
    ("SkuPriceDetails", |line| {
        json!({ "x_Mode": line.key.mode.word(), "x_Tier": line.key.tier.word() }).to_string()
    }),
    ("SkuPriceId", |line| {
        format!("{}:{}:{}:{}", line.key.model, line.key.meter.word(), line.key.mode.word(), line.key.price)
    }),
    ("Tags", tags),
];

/// Writes the file: a header and a row for each line of the charges.
///
/// # Errors
/// When it cannot be written.
pub fn write(charges: &Charges, account: &Account, into: File) -> io::Result<()> {
    let mut rows = csv::Writer::from_writer(io::BufWriter::new(into));
    rows.write_record(COLUMNS.iter().map(|(name, _)| name))?;
    for (key, units) in &charges.lines {
        let line = Line { key, units: *units, account };
        rows.write_record(COLUMNS.iter().map(|(_, cell)| cell(&line)))?;
    }
    rows.flush()
}

fn cost_text(line: &Line<'_>) -> String {
    cost(line.key, line.units).to_string()
}

fn price_text(line: &Line<'_>) -> String {
    Usd::from_pico(line.key.price.into()).to_string()
}

fn unit(line: &Line<'_>) -> String {
    match line.key.meter {
        Meter::Request => "Requests",
        Meter::WebSearch => "Searches",
        _ => "Tokens",
    }
    .to_owned()
}

/// No invoice has been seen: the reader of a bill must know that.
fn description(line: &Line<'_>) -> String {
    let Key { model, seller, meter, mode, .. } = line.key;
    format!(
        "{model} at {seller}, {}, {}: usage of the log at list price, not an invoice",
        meter.word(),
        mode.word()
    )
}

fn tags(line: &Line<'_>) -> String {
    line.key
        .workload
        .as_ref()
        .map_or_else(String::new, |workload| json!({ "workload": workload }).to_string())
}

fn time(micros: i64) -> String {
    let moment = chrono::DateTime::from_timestamp_micros(micros).unwrap_or_default();
    moment.to_rfc3339_opts(chrono::SecondsFormat::Secs, true)
}

/// The first moment of the month of a day, and that of the next month.
fn month(day: Day) -> (String, String) {
    use chrono::{Datelike as _, Months};
    let first = day.date().and_then(|date| date.with_day(1)).unwrap_or_default();
    let next = first.checked_add_months(Months::new(1)).unwrap_or(first);
    let text = |date| time(Day::of_date(date).start_micros());
    (text(first), text(next))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// FOCUS 1.2, "Columns": the mandatory and recommended ones. `true`: it must not be null.
    const REQUIRED: [(&str, bool); 25] = [
        ("AvailabilityZone", false),
        ("BilledCost", true),
        ("BillingAccountId", true),
        ("BillingAccountName", false),
        ("BillingCurrency", true),
        ("BillingPeriodEnd", true),
        ("BillingPeriodStart", true),
        ("ChargeCategory", true),
        ("ChargeClass", false),
        ("ChargeDescription", false),
        ("ChargeFrequency", true),
        ("ChargePeriodEnd", true),
        ("ChargePeriodStart", true),
        ("ContractedCost", true),
        ("EffectiveCost", true),
        ("InvoiceId", false),
        ("InvoiceIssuerName", true),
        ("ListCost", true),
        ("PricingQuantity", false),
        ("PricingUnit", false),
        ("ProviderName", true),
        ("PublisherName", true),
        ("ServiceCategory", true),
        ("ServiceName", true),
        ("ServiceSubcategory", true),
    ];

    #[test]
    fn every_required_column_is_there_and_holds_what_must_not_be_null() {
        use crate::units::{Mode, Tier};
        let key = Key {
            day: Day::of_date(chrono::NaiveDate::from_ymd_opt(2026, 12, 31).expect("a date")),
            seller: "OpenAI".to_owned(),
            model: "gpt-4o".to_owned(),
            region: None,
            mode: Mode::Standard,
            meter: Meter::Input,
            price: 2_500_000,
            workload: None,
            tier: Tier::Closed,
        };
        let account = Account { id: "a".to_owned(), name: None };
        let line = Line { key: &key, units: 1_000, account: &account };
        for (name, filled) in REQUIRED {
            let (_, cell) = COLUMNS.iter().find(|(column, _)| *column == name).expect(name);
            assert!(!filled || !cell(&line).is_empty(), "{name}");
        }
        let of = |name: &str| COLUMNS.iter().find(|(column, _)| *column == name).expect("a column").1(&line);
        assert_eq!((of("ListCost"), of("ListUnitPrice")), ("0.0025".to_owned(), "0.0000025".to_owned()));
        assert_eq!(of("BillingPeriodStart"), "2026-12-01T00:00:00Z");
        assert_eq!(of("BillingPeriodEnd"), "2027-01-01T00:00:00Z");
        assert_eq!(of("ChargePeriodEnd"), "2027-01-01T00:00:00Z");
    }
}
