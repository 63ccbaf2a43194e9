//! All sheets together: which offer a call was served by, and which tariff an offer has at a moment.

use std::collections::{BTreeSet, HashMap};

use super::sheet::{self, Rate, Seller, SellerKind, Source};
use super::window::Window;
use crate::inputs::embedded::Facts;
use crate::inputs::models::{ModelId, Models};
use crate::inputs::toml_file::{self, FileProblem};
use crate::units::{Day, Mode, Tariff, Tier};

/// An offer as a number valid with the [`PriceBook`] that gave it. The order of offers is fixed and breaks ties.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct OfferId(pub u16);

/// One model at one seller.
#[derive(Debug, Clone)]
pub struct Offer {
    /// Index of the seller in the book.
    pub seller: usize,
    /// The model.
    pub model: ModelId,
    /// The seller's own name for it.
    pub listed_as: String,
    /// Closed or hosted.
    pub tier: Tier,
    /// Most tokens of a call, input and output together. `None`: not known.
    pub context: Option<i64>,
    /// Most output tokens of a call. `None`: no limit of its own.
    pub max_output: Option<i64>,
    rates: Vec<Rate>,
}

/// The tariff of an offer and how it was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lookup {
    /// The tariff.
    pub tariff: Tariff,
    /// From this total input on the mode has no rate and the standard rate stands in; 0: altogether.
    pub standard_from: Option<i64>,
    /// Day of the source of the rates, the oldest where tiers have several.
    pub source_day: Option<Day>,
    /// No rate was in force on that day: the nearest in time stands in.
    pub day_fallback: bool,
}

/// The offer that served a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Incumbent {
    /// The offer.
    pub offer: OfferId,
    /// The log names another seller, or none: the price is the list price of the model's own lab.
    pub seller_fallback: bool,
}

/// Why a call has no price.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum NoPrice {
    /// The log names no model.
    NoModel,
    /// No model of that name is known.
    UnknownModel,
    /// The model is known, but no sheet has a price of it at that seller.
    NotOnSheet,
    /// The name selects a free tier, and the list price is not what it cost.
    FreeTier,
}

/// Every offer of every sheet.
#[derive(Debug, Default)]
pub struct PriceBook {
    sellers: Vec<(Seller, Vec<Source>)>,
    offers: Vec<Offer>,
    by_model: HashMap<ModelId, Vec<OfferId>>,
    /// Offers by the sellers' own names, lower case.
    by_listing: HashMap<String, Vec<OfferId>>,
    seller_names: HashMap<String, usize>,
    windows: Vec<Window>,
    changes: Vec<Day>,
}

impl PriceBook {
    /// The book of some facts.
    ///
    /// # Errors
    /// The first problem of a sheet.
    pub fn load(facts: &Facts, models: &Models) -> Result<Self, FileProblem> {
        Self::parse(&facts.files("prices")?, models)
    }

    /// A book of sheets, as (file name, text).
    ///
    /// # Errors
    /// The first problem of a sheet.
    pub fn parse<T: AsRef<str>>(files: &[(String, T)], models: &Models) -> Result<Self, FileProblem> {
        let mut book = Self::default();
        for (file, text) in files {
            book.add(file, sheet::parse(file, text.as_ref())?, models)?;
        }
        book.changes.sort_unstable();
        book.changes.dedup();
        Ok(book)
    }

    fn add(&mut self, file: &str, sheet: sheet::Sheet, models: &Models) -> Result<(), FileProblem> {
        let seller = self.sellers.len();
        for name in std::iter::once(&sheet.seller.id).chain(&sheet.seller.aliases) {
            if self.seller_names.insert(name.to_ascii_lowercase(), seller).is_some() {
                return Err(toml_file::whole(file, format!("two sellers are called `{name}`")));
            }
        }
        for offer in sheet.offers {
            let model = models.id(&offer.model).ok_or(offer.problem_at)?;
            let id = OfferId(
                u16::try_from(self.offers.len()).map_err(|_| toml_file::whole(file, "too many offers"))?,
            );
            for rate in &offer.rates {
                self.changes.extend(rate.from.into_iter().chain(rate.until));
                if let Some(window) = &rate.window
                    && !self.windows.contains(window)
                {
                    self.windows.push(window.clone());
                }
            }
            if self
                .by_model
                .get(&model)
                .is_some_and(|own| own.iter().any(|o| self.offer(*o).seller == seller))
            {
                return Err(toml_file::whole(file, format!("`{}` is offered twice", offer.model)));
            }
            if let Some((from_total, mode)) = overlap(&offer.rates) {
                let tier = if from_total > 0 { format!(" from {from_total} tokens") } else { String::new() };
                let problem =
                    format!("two {} rates of `{}`{tier} hold on the same day", mode.word(), offer.model);
                return Err(toml_file::whole(file, problem));
            }
            let tier = if models.get(model).open_weights { Tier::Hosted } else { Tier::Closed };
            self.by_model.entry(model).or_default().push(id);
            self.by_listing.entry(offer.listed_as.to_ascii_lowercase()).or_default().push(id);
            self.offers.push(Offer {
                seller,
                model,
                listed_as: offer.listed_as,
                tier,
                context: offer.context.or(models.get(model).context),
                max_output: offer.max_output,
                rates: offer.rates,
            });
        }
        if self.windows.len() > 32 {
            return Err(toml_file::whole(file, "more than 32 different windows of hours"));
        }
        self.sellers.push((sheet.seller, sheet.sources));
        Ok(())
    }

    /// Every offer, in its fixed order.
    pub fn offers(&self) -> impl Iterator<Item = (OfferId, &Offer)> {
        self.offers.iter().enumerate().map(|(index, offer)| (OfferId(index as u16), offer))
    }

    /// The offer behind an id.
    pub fn offer(&self, id: OfferId) -> &Offer {
        &self.offers[id.0 as usize]
    }

    /// The offers of a model.
    pub fn offers_of(&self, model: ModelId) -> &[OfferId] {
        self.by_model.get(&model).map_or(&[], Vec::as_slice)
    }

    /// Ids of the sellers, in the order of their sheets.
    pub fn seller_ids(&self) -> impl Iterator<Item = &str> {
        self.sellers.iter().map(|(seller, _)| seller.id.as_str())
    }

    /// Id of the seller of that name, which may be an alias.
    pub fn seller_named(&self, name: &str) -> Option<&str> {
        self.seller_names.get(&name.to_ascii_lowercase()).map(|seller| self.sellers[*seller].0.id.as_str())
    }

    /// The rates of an offer, as its sheet states them.
    pub fn rates(&self, offer: OfferId) -> &[Rate] {
        &self.offer(offer).rates
    }

    /// Name and day of the source of a rate.
    pub fn source(&self, offer: OfferId, rate: &Rate) -> (&str, Option<Day>) {
        let source = &self.sellers[self.offer(offer).seller].1[rate.source];
        (&source.name, source.day())
    }

    /// The model of a raw name: what the named seller lists under exactly that name, else what the rules make of it, else
    /// what every seller that lists the name means by it.
    pub fn resolve(&self, raw: &str, seller: Option<&str>, models: &Models) -> Option<ModelId> {
        let listed = self.by_listing.get(&raw.trim().to_ascii_lowercase()).map_or(&[][..], Vec::as_slice);
        let seller = seller.and_then(|name| self.seller_names.get(&name.to_ascii_lowercase()).copied());
        let own = listed.iter().copied().find(|offer| seller == Some(self.offer(*offer).seller));
        own.map(|offer| self.offer(offer).model).or_else(|| models.resolve(raw)).or_else(|| {
            let mut meant = listed.iter().map(|offer| self.offer(*offer).model);
            let first = meant.next()?;
            meant.all(|other| other == first).then_some(first)
        })
    }

    /// The seller of an offer.
    pub fn seller(&self, offer: OfferId) -> &Seller {
        &self.sellers[self.offer(offer).seller].0
    }

    /// Name and day of every distinct source, and how many sellers use it.
    pub fn sources(&self) -> Vec<(&str, Option<Day>, usize)> {
        let mut sources: Vec<(&str, Option<Day>, usize)> = Vec::new();
        for source in self.sellers.iter().flat_map(|(_, sources)| sources) {
            match sources.iter_mut().find(|(name, ..)| *name == source.name) {
                Some((_, _, used)) => *used += 1,
                None => sources.push((&source.name, source.day(), 1)),
            }
        }
        sources
    }

    /// `model @ seller`, for pages; a model at its own lab goes by its name alone.
    pub fn label(&self, offer: OfferId, models: &Models) -> String {
        let (model, seller) = (models.get(self.offer(offer).model), self.seller(offer));
        if seller.id == model.lab { model.id.clone() } else { format!("{} @ {}", model.id, seller.id) }
    }

    /// Number of the stretch of days without a price change in which a day lies; days of one stretch have the same
    /// rates everywhere.
    pub fn stretch(&self, day: Day) -> usize {
        self.changes.partition_point(|change| *change <= day)
    }

    /// The windows of hours that are open at a moment, one bit each.
    pub fn open_windows(&self, micros: i64) -> u32 {
        self.windows
            .iter()
            .enumerate()
            .fold(0, |mask, (bit, window)| mask | u32::from(window.contains(micros)) << bit)
    }

    /// The offer that served a call of `model`, billed by `seller` in the words of the log.
    ///
    /// A model whose seller is not in the log, or has no sheet of it, is priced at its lab's list price, and says so. Open
    /// weights at a seller that no sheet knows are not: that may be the team's own machine, where no list price is paid.
    ///
    /// # Errors
    /// [`NoPrice::NotOnSheet`].
    pub fn incumbent(
        &self,
        model: ModelId,
        seller: Option<&str>,
        models: &Models,
    ) -> Result<Incumbent, NoPrice> {
        let offers = self.offers_of(model);
        let of = |seller: usize| offers.iter().copied().find(|offer| self.offer(*offer).seller == seller);
        let named = seller.map(|name| self.seller_names.get(&name.to_ascii_lowercase()).copied());
        if let Some(Some(known)) = named
            && let Some(offer) = of(known)
        {
            return Ok(Incumbent { offer, seller_fallback: false });
        }
        let unknown_seller = matches!(named, Some(None));
        if unknown_seller && models.get(model).open_weights {
            return Err(NoPrice::NotOnSheet);
        }
        let lab = &models.get(model).lab;
        let own = offers.iter().copied().find(|offer| {
            let seller = self.seller(*offer);
            seller.kind == SellerKind::Lab && seller.id == *lab
        });
        own.map(|offer| Incumbent { offer, seller_fallback: true }).ok_or(NoPrice::NotOnSheet)
    }

    /// The tariff of an offer on a day, with some windows of hours open. `None`: it was not for sale.
    pub fn tariff(&self, offer: OfferId, mode: Mode, day: Day, open: u32) -> Option<Lookup> {
        let offer = self.offer(offer);
        let holds = |rate: &Rate| {
            rate.from.is_none_or(|from| from <= day) && rate.until.is_none_or(|until| day < until)
        };
        let in_window = |rate: &Rate| match &rate.window {
            None => true,
            Some(window) => {
                self.windows.iter().position(|w| w == window).is_some_and(|bit| open & (1 << bit) != 0)
            }
        };
        // A rate for these hours wins over the one for all others.
        let find = |mode: Mode, from_total: i64| {
            let mut fitting = offer.rates.iter().filter(|rate| {
                rate.mode == mode && rate.from_total == from_total && holds(rate) && in_window(rate)
            });
            let first = fitting.next()?;
            Some(fitting.fold(first, |best, rate| if rate.window.is_some() { rate } else { best }))
        };
        let in_mode = find(mode, 0);
        let base = in_mode.or_else(|| find(Mode::Standard, 0))?;
        let mut standard_from = if in_mode.is_none() { Some(0) } else { None };
        let mut tariff = Tariff::flat(base.meters);
        let mut source_day = self.source_day(offer, base);
        let tiers = offer.rates.iter().filter(|rate| holds(rate) && rate.from_total > 0);
        for start in tiers.map(|rate| rate.from_total).collect::<BTreeSet<i64>>() {
            let own = if in_mode.is_some() { find(mode, start) } else { None };
            if let Some(rate) = own.or_else(|| find(Mode::Standard, start)) {
                if own.is_none() {
                    standard_from = standard_from.or(Some(start));
                }
                source_day = source_day.min(self.source_day(offer, rate));
                tariff = tariff.with_tier(start, rate.meters);
            }
        }
        let standard_from = standard_from.filter(|_| mode != Mode::Standard);
        Some(Lookup { tariff, standard_from, source_day, day_fallback: false })
    }

    fn source_day(&self, offer: &Offer, rate: &Rate) -> Option<Day> {
        self.sellers[offer.seller].1[rate.source].day()
    }

    /// The tariff for a call that was billed: if the offer has none on that day, the nearest in time, which says so. A
    /// log may hold calls of a model before its first sheet, or undated calls of one that is no longer sold.
    pub fn tariff_or_nearest(&self, offer: OfferId, mode: Mode, day: Day, open: u32) -> Option<Lookup> {
        if let Some(found) = self.tariff(offer, mode, day, open) {
            return Some(found);
        }
        let base_rates = self.offer(offer).rates.iter().filter(|rate| {
            rate.from_total == 0
                && rate.window.is_none()
                && (rate.mode == mode || rate.mode == Mode::Standard)
        });
        // In a gap the rate before it holds on, so that all days of the gap have the same: a distance into the past
        // counts before any into the future.
        let ahead = |day: Day, candidate: Day| (candidate > day, (candidate.0 - day.0).abs());
        let nearest = base_rates.map(|rate| {
            let first = rate.from.map_or(i32::MIN, |from| from.0);
            let last = rate.until.map_or(i32::MAX, |until| until.0 - 1);
            Day(day.0.clamp(first, last))
        });
        let nearest = nearest.min_by_key(|candidate| ahead(day, *candidate))?;
        self.tariff(offer, mode, nearest, open).map(|found| Lookup { day_fallback: true, ..found })
    }
}

/// Tier and mode of two rates that hold at the same time, if there are any: which of them is meant is unknown.
fn overlap(rates: &[Rate]) -> Option<(i64, Mode)> {
    let apart = |a: &Rate, b: &Rate| {
        let ends_before =
            |first: &Rate, second: &Rate| first.until.zip(second.from).is_some_and(|(u, f)| u <= f);
        ends_before(a, b) || ends_before(b, a)
    };
    rates.iter().enumerate().find_map(|(index, rate)| {
        let same = |other: &&Rate| {
            other.mode == rate.mode && other.from_total == rate.from_total && other.window == rate.window
        };
        let clash = rates[..index].iter().filter(same).any(|other| !apart(rate, other));
        clash.then_some((rate.from_total, rate.mode))
    })
}

#[cfg(test)]
mod tests;
