//! What users write, right and wrong.

use super::*;
use crate::units::{Day, Meter};

fn read(text: &str) -> Found {
    Plain.read(text).expect("a sheet")
}

#[test]
fn a_contract_in_toml_has_prices_discounts_and_commitments() {
    let found = read(
        "[sheet]\nname = 'Contract'\ndate = 2026-09-01\ncurrency = 'EUR'\nusd_per_unit = '1.1'\n\
         [[price]]\nseller = 'openai'\nmodel = 'gpt-5.4'\ninput = 2\noutput = '12.5'\nfrom = 2026-09-01\n\
         [[price]]\nseller = 'openai'\nmodel = 'gpt-5.4'\nmode = 'batch'\ninput = '1'\noutput = '6'\n\
         [[discount]]\nseller = 'anthropic'\nmodel = 'claude-*'\npercent = '12.5'\nuntil = 2027-01-01\n\
         [[commitment]]\nseller = 'anthropic'\nper_month = '10000'\n",
    );
    assert_eq!(found.problems, []);
    let rates = &found.offers[0].rates;
    assert_eq!((found.offers.len(), rates.len()), (1, 2));
    assert_eq!(rates[0].prices.stated(Meter::Input), Some(2_200_000));
    assert_eq!(rates[0].prices.stated(Meter::Output), Some(13_750_000));
    assert_eq!((rates[0].from, rates[0].kind), (Some(Day(20_697)), PriceKind::Custom));
    assert_eq!(found.terms.discounts[0].percent(), "12.5");
    assert_eq!(found.terms.commitments[0].per_month.to_string(), "11000");
    assert_eq!(found.name.as_deref(), Some("Contract"));
}

#[test]
fn a_table_may_use_any_usual_separator_and_leave_cells_empty() {
    for separator in [",", ";", "\t"] {
        let text = "seller|model|mode|above|input|output|kind\nopenai|gpt-5.4||| 2 |12|\nopenai|gpt-5.4||272000|4|18|\nme|mine|||0.5|1|list\n"
            .replace('|', separator);
        let found = read(&text);
        assert_eq!(found.problems, [], "{separator}");
        assert_eq!(found.offers.len(), 2);
        assert_eq!(found.offers[0].rates[1].tier.least, 272_001);
        assert_eq!(found.offers[1].rates[0].kind, PriceKind::List);
    }
}

#[test]
fn a_wrong_row_is_lost_with_its_line_and_the_others_are_kept() {
    let found =
        read("seller,model,input,output\nopenai,gpt-5.4,x,12\nopenai,,1,2\nopenai,gpt-5.4-mini,1,2\n");
    assert_eq!(found.offers.len(), 1);
    assert_eq!(
        found.problems,
        [
            Problem::lost(2, "openai/gpt-5.4", "`x` is not a decimal number"),
            Problem::lost(3, "price", "`model` is missing"),
        ]
    );
}

#[test]
fn keys_that_do_not_exist_are_told_with_the_one_that_was_meant() {
    let found = read("[[price]]\nseller='a'\nmodel='b'\ninptu='1'\ninput='1'\n[[prise]]\nx=1\n");
    let whats: Vec<&str> = found.problems.iter().map(|problem| problem.what.as_str()).collect();
    assert_eq!(
        whats,
        [
            "there is no key `inptu`; did you mean `input`?",
            "there is no table `prise`; did you mean `price`?"
        ]
    );
}

#[test]
fn another_currency_without_its_worth_is_refused() {
    let error = Plain.read("[sheet]\ncurrency='EUR'\n[[price]]\nseller='a'\nmodel='b'\ninput='1'\n");
    let error = error.expect_err("no rate of exchange");
    assert_eq!(
        error.to_string(),
        "line 2: prices in EUR need `usd_per_unit`: the dollars that one unit is worth"
    );
    let row = read("seller,model,currency,usd_per_unit,input\na,b,EUR,1.5,2\na,c,USD,,2\na,d,GBP,,2\n");
    assert_eq!(row.offers[0].rates[0].prices.stated(Meter::Input), Some(3_000_000));
    assert_eq!(row.offers[1].rates[0].prices.stated(Meter::Input), Some(2_000_000));
    assert_eq!((row.offers.len(), row.problems.len()), (2, 1));
}

#[test]
fn discounts_beyond_the_whole_and_commitments_of_nothing_are_refused() {
    let found = read(
        "[[discount]]\nseller='a'\npercent='101'\n[[discount]]\npercent='5'\n[[commitment]]\nseller='a'\nper_month='0'\n",
    );
    assert_eq!((found.terms.discounts.len(), found.terms.commitments.len(), found.problems.len()), (0, 0, 3));
}

#[test]
fn a_text_without_any_of_these_is_no_sheet() {
    assert!(Plain.read("x = 1\n").is_err());
    assert!(Plain.read("").is_err());
    assert!(!Plain.is_it("sheet.json", "{}"));
    assert!(Plain.is_it("a.csv", "seller,model\n"));
}
