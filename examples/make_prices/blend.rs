//! One offer from what several sheets say of it.
//!
//! The sheet that counts first gives the prices. A second one that agrees with it on what input and output cost today adds
//! what the first does not have: meters, modes and regions. Ended prices take their days away from current ones.

use switchpoint::inputs::prices::sheet::SheetOffer;
use switchpoint::inputs::prices::{Rate, overlap};
use switchpoint::units::{Day, Meter, Mode, Prices};

/// What one sheet says of an offer.
pub struct Part {
    pub offer: SheetOffer,
    /// Day of the sheet.
    pub day: Option<Day>,
}

/// What is known of an offer beside the current sheets.
pub struct Blend {
    pub model: String,
    pub past: Vec<Rate>,
    pub released: Option<Day>,
    pub withdrawn: Option<Day>,
    pub tiers_ended: Option<Day>,
}

impl Blend {
    /// The offer; `None`: nothing of it is left.
    pub fn of(self, parts: Vec<Part>) -> Option<SheetOffer> {
        let mut parts = parts.into_iter();
        let mut offer = parts.next().map_or_else(|| self.empty(), |first| first.offer);
        offer.model.clone_from(&self.model);
        offer.also.clear();
        self.settle(&mut offer.rates);
        offer.rates.extend(self.past.iter().cloned());
        for mut part in parts {
            // A price that has not ended on the day of the sheet is what the sheet shows.
            part.offer.rates = self.without_past(std::mem::take(&mut part.offer.rates), part.day);
            add(&mut offer, &part);
        }
        for rate in &mut offer.rates {
            rate.from = rate.from.or(self.released);
        }
        end(&mut offer.rates, self.withdrawn, |_| true);
        end(&mut offer.rates, self.tiers_ended, |rate| rate.tier.least > 0);
        while let Some((_, second)) = overlap(&offer.rates) {
            offer.rates.remove(second);
        }
        (!offer.rates.is_empty()).then_some(offer)
    }

    /// Takes ended prices out of rates, and begins undated ones with the model.
    fn settle(&self, rates: &mut Vec<Rate>) {
        *rates = self.without_past(std::mem::take(rates), None);
        // What ended before the model was there is the price of something else.
        let released = self.released;
        rates.retain(|rate| {
            rate.from.is_some() || rate.until.zip(released).is_none_or(|(until, day)| day < until)
        });
        for rate in rates {
            rate.from = rate.from.or(released);
        }
    }

    fn empty(&self) -> SheetOffer {
        SheetOffer {
            model: self.model.clone(),
            line: 0,
            listed_as: self.model.clone(),
            also: Vec::new(),
            context: None,
            max_output: None,
            features: None,
            rates: Vec::new(),
        }
    }

    /// The rates without the days on which an ended price of their mode held, if it had ended on `day`. What is left of a
    /// rate before those days is a price from before the offer, and goes too.
    fn without_past(&self, rates: Vec<Rate>, day: Option<Day>) -> Vec<Rate> {
        let mut kept = Vec::new();
        for mut rate in rates {
            let ended = |past: &&Rate| day.is_none_or(|day| past.until.is_some_and(|until| until <= day));
            let past = self.past.iter().filter(|past| past.mode == rate.mode && past.region == rate.region);
            let past = past.filter(ended);
            let mut gone = false;
            for ended in past {
                let end = ended.until;
                let begins_inside = end.is_none_or(|end| rate.from.is_none_or(|from| from < end));
                let ends_after = end.is_some_and(|end| rate.until.is_none_or(|until| until > end));
                let overlaps = begins_inside
                    && rate.until.is_none_or(|until| ended.from.is_none_or(|from| until > from));
                if overlaps && ends_after {
                    rate.from = end;
                } else if overlaps {
                    gone = true;
                }
            }
            if !gone {
                kept.push(rate);
            }
        }
        kept
    }
}

/// Ends some rates on a day.
fn end(rates: &mut Vec<Rate>, day: Option<Day>, which: impl Fn(&Rate) -> bool) {
    let Some(day) = day else { return };
    rates.retain(|rate| !which(rate) || rate.from.is_none_or(|from| from < day));
    for rate in rates.iter_mut().filter(|rate| which(rate)) {
        rate.until = Some(rate.until.map_or(day, |until| until.min(day)));
    }
}

/// The rate of an ordinary call on a day.
fn current(rates: &[Rate], day: Option<Day>) -> Option<&Rate> {
    let ordinary = |rate: &&Rate| {
        rate.mode == Mode::Standard
            && rate.region.is_none()
            && rate.tier.least == 0
            && rate.window.is_none()
            && day.is_none_or(|day| rate.holds_on(day))
    };
    rates.iter().find(ordinary)
}

/// Adds what a second sheet knows and the first does not, where they agree on the ordinary price.
fn add(offer: &mut SheetOffer, part: &Part) {
    offer.context = offer.context.or(part.offer.context);
    offer.max_output = offer.max_output.or(part.offer.max_output);
    offer.features = offer.features.or(part.offer.features);
    let (Some(own), Some(other)) = (current(&offer.rates, part.day), current(&part.offer.rates, part.day))
    else {
        return;
    };
    if !same_tokens(&own.prices, &other.prices) {
        return;
    }
    let (from, until) = (own.from, own.until);
    let known = offer.rates.clone();
    for rate in &part.offer.rates {
        let same = |mine: &&mut Rate| mine.same_calls(rate) && part.day.is_none_or(|day| mine.holds_on(day));
        if let Some(mine) = offer.rates.iter_mut().find(same) {
            fill(&mut mine.prices, &rate.prices);
        } else if known.iter().all(|mine| mine.mode != rate.mode || mine.region != rate.region)
            || (rate.tier.least > 0 && same_base(&known, &part.offer.rates, rate, part.day))
        {
            // What is stated without a date is known for as long as the ordinary price is what it is today.
            let from = rate.from.or(from);
            let until = rate.until.or(until);
            if from.zip(until).is_none_or(|(from, until)| from < until) {
                offer.rates.push(Rate { from, until, ..rate.clone() });
            }
        }
    }
}

/// Whether both sheets have the same input and output price below the tiers, for the mode and region of a rate.
fn same_base(own: &[Rate], other: &[Rate], of: &Rate, day: Option<Day>) -> bool {
    let base = |rates: &[Rate]| {
        let is = |rate: &&Rate| {
            rate.mode == of.mode
                && rate.region == of.region
                && rate.tier.least == 0
                && rate.window == of.window
                && day.is_none_or(|day| rate.holds_on(day))
        };
        let tiered =
            rates.iter().any(|rate| rate.mode == of.mode && rate.region == of.region && rate.tier.least > 0);
        let base = rates.iter().find(is);
        (base.map(|rate| (rate.prices.stated(Meter::Input), rate.prices.stated(Meter::Output))), tiered)
    };
    let (mine, theirs) = (base(own), base(other));
    mine.0.is_some() && mine.0 == theirs.0 && !mine.1
}

/// Adds the meters that are not stated, where input and output agree.
fn fill(own: &mut Prices, other: &Prices) {
    if same_tokens(own, other) {
        own.fill(other);
    }
}

/// Whether input and output cost the same.
fn same_tokens(own: &Prices, other: &Prices) -> bool {
    [Meter::Input, Meter::Output].into_iter().all(|meter| own.stated(meter) == other.stated(meter))
}
