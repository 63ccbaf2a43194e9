//! Which rate of which offer holds at a moment.

mod export;
mod lookup;
mod no_price;
mod regions;

use std::collections::HashMap;

use self::regions::Regions;
use super::layers::{Layer, Terms};
use super::rate::{Rate, overlap};
use super::sheet::{self, Seller, SellerKind, Sheet, SheetOffer, Source};
use super::window::Window;
use crate::inputs::embedded::Facts;
use crate::inputs::models::{ModelId, Models};
use crate::inputs::toml_file::{self, FileProblem, FileProblems};
use crate::units::{Day, Features, Tier};

pub use self::lookup::{Fallbacks, Lookup, Quote, Step, When};
pub use self::no_price::NoPrice;
pub use self::regions::{REGIONAL, Region};

/// An offer as a number valid with the [`PriceBook`] that gave it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct OfferId(pub u16);

/// A rate and the layer that states it.
#[derive(Debug, Clone)]
pub struct Held {
    /// The rate; its source counts in the book's list.
    pub rate: Rate,
    /// Index of the layer.
    pub layer: usize,
    region: Option<Region>,
}

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
    /// What it can do; `None`: not known.
    pub features: Option<Features>,
    /// Canonical id of the model, for the patterns of discounts.
    model_name: String,
    rates: Vec<Held>,
}

/// The offer that served a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Incumbent {
    /// The offer.
    pub offer: OfferId,
    /// The log names another seller, or none: the price is the list price of the model's own lab.
    pub seller_fallback: bool,
}

/// Every offer of every sheet.
#[derive(Debug, Default)]
pub struct PriceBook {
    layers: Vec<Layer>,
    sellers: Vec<Seller>,
    sources: Vec<Source>,
    offers: Vec<Offer>,
    by_model: HashMap<ModelId, Vec<OfferId>>,
    /// Offers by the sellers' own names, lower case.
    by_listing: HashMap<String, Vec<OfferId>>,
    seller_names: HashMap<String, usize>,
    windows: Vec<Window>,
    regions: Regions,
    changes: Vec<Day>,
    terms: Terms,
}

/// Most different windows of hours: one bit each in a mask.
const MOST_WINDOWS: usize = 32;

impl PriceBook {
    /// The book of some facts.
    ///
    /// # Errors
    /// Every problem of the sheets.
    pub fn load(facts: &Facts, models: &Models) -> Result<Self, FileProblems> {
        let files = facts.files("prices").map_err(|problem| FileProblems(vec![problem]))?;
        Self::parse(&files, models)
    }

    /// A book of sheets, as (file name, text).
    ///
    /// # Errors
    /// Every problem of the sheets.
    pub fn parse<T: AsRef<str>>(files: &[(String, T)], models: &Models) -> Result<Self, FileProblems> {
        let mut book = Self::default();
        let mut problems = Vec::new();
        let layer = book.add_layer(Layer::shipped());
        for (file, text) in files {
            match sheet::parse(file, text.as_ref()) {
                Ok(sheet) => problems.extend(book.add_sheet(layer, file, sheet, models).err()),
                Err(found) => problems.extend(found.0),
            }
        }
        if problems.is_empty() { Ok(book) } else { Err(FileProblems(problems)) }
    }

    /// Opens a layer that wins over those before it.
    pub fn add_layer(&mut self, layer: Layer) -> usize {
        self.layers.push(layer);
        self.layers.len() - 1
    }

    /// Adds what a user's contracts say beside prices.
    pub fn add_terms(&mut self, terms: Terms) {
        self.note_changes(terms.changes().collect());
        self.terms.extend(terms);
    }

    /// What the contracts say beside prices.
    pub const fn terms(&self) -> &Terms {
        &self.terms
    }

    /// Adds the sheet of a seller to a layer. A seller that is known keeps its facts and gains rates.
    ///
    /// # Errors
    /// A model that is not known, or two rates of the layer that contradict each other.
    pub fn add_sheet(
        &mut self,
        layer: usize,
        file: &str,
        sheet: Sheet,
        models: &Models,
    ) -> Result<(), FileProblem> {
        let first_source = self.sources.len();
        self.sources.extend(sheet.sources);
        let seller = self.seller(file, sheet.seller, layer)?;
        let mut changes = Vec::new();
        for offer in sheet.offers {
            let at = |problem: String| FileProblem {
                file: file.to_owned(),
                line: (offer.line > 0).then_some(offer.line),
                column: None,
                problem,
            };
            let model =
                models.id(&offer.model).ok_or_else(|| at(format!("there is no model `{}`", offer.model)))?;
            if let Some((_, second)) = overlap(&offer.rates) {
                let what = offer.rates[second].label();
                return Err(at(format!("two rates of `{}` ({what}) hold on the same day", offer.model)));
            }
            let id = self.offer_of(seller, model, &offer, models).map_err(&at)?;
            if self.offer(id).rates.iter().any(|held| held.layer == layer) {
                return Err(at(format!("`{}` is offered twice", offer.model)));
            }
            for rate in offer.rates {
                changes.extend(rate.from.into_iter().chain(rate.until));
                self.hold(id, layer, rate, first_source);
            }
        }
        self.note_changes(changes);
        if self.windows.len() > MOST_WINDOWS {
            return Err(toml_file::whole(
                file,
                format!("more than {MOST_WINDOWS} different windows of hours"),
            ));
        }
        Ok(())
    }

    fn hold(&mut self, offer: OfferId, layer: usize, mut rate: Rate, first_source: usize) {
        rate.source += first_source;
        if let Some(window) = rate.window.as_ref().filter(|window| !self.windows.contains(window)) {
            self.windows.push(window.clone());
        }
        let region = rate.region.as_ref().map(|name| self.regions.admit(name));
        self.offers[offer.0 as usize].rates.push(Held { rate, layer, region });
    }

    fn note_changes(&mut self, days: Vec<Day>) {
        self.changes.extend(days);
        self.changes.sort_unstable();
        self.changes.dedup();
    }

    /// The index of a seller, which is new or known under one of its names.
    fn seller(&mut self, file: &str, seller: Seller, layer: usize) -> Result<usize, FileProblem> {
        if let Some(known) = self.seller_names.get(&seller.id.to_ascii_lowercase()) {
            if self.layers[layer] == Layer::shipped() {
                return Err(toml_file::whole(file, format!("two sellers are called `{}`", seller.id)));
            }
            return Ok(*known);
        }
        let index = self.sellers.len();
        for name in std::iter::once(&seller.id).chain(&seller.aliases) {
            if self.seller_names.insert(name.to_ascii_lowercase(), index).is_some() {
                return Err(toml_file::whole(file, format!("two sellers are called `{name}`")));
            }
        }
        self.sellers.push(seller);
        Ok(index)
    }

    /// The offer of a model at a seller, which is new or known; a known one gains names and features.
    fn offer_of(
        &mut self,
        seller: usize,
        model: ModelId,
        offer: &SheetOffer,
        models: &Models,
    ) -> Result<OfferId, String> {
        let known = self.offers_of(model).iter().copied().find(|id| self.offer(*id).seller == seller);
        let id = match known {
            Some(id) => id,
            None => OfferId(u16::try_from(self.offers.len()).map_err(|_| "too many offers".to_owned())?),
        };
        if known.is_none() {
            self.by_model.entry(model).or_default().push(id);
            self.offers.push(Offer {
                seller,
                model,
                listed_as: offer.listed_as.clone(),
                tier: if models.get(model).open_weights { Tier::Hosted } else { Tier::Closed },
                context: offer.context.or(models.get(model).context),
                max_output: offer.max_output,
                features: offer.features,
                model_name: models.get(model).id.clone(),
                rates: Vec::new(),
            });
        }
        let known = &mut self.offers[id.0 as usize];
        known.features = known.features.or(offer.features);
        for name in std::iter::once(&offer.listed_as).chain(&offer.also) {
            let listed = self.by_listing.entry(name.to_ascii_lowercase()).or_default();
            if !listed.contains(&id) {
                listed.push(id);
            }
        }
        Ok(id)
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

    /// Every seller, in the order of their sheets.
    pub fn sellers(&self) -> &[Seller] {
        &self.sellers
    }

    /// The seller of that name, which may be an alias.
    pub fn seller_named(&self, name: &str) -> Option<&Seller> {
        self.seller_index(name).map(|seller| &self.sellers[seller])
    }

    fn seller_index(&self, name: &str) -> Option<usize> {
        self.seller_names.get(&name.trim().to_ascii_lowercase()).copied()
    }

    /// The layers, the ones that win last.
    pub fn layers(&self) -> &[Layer] {
        &self.layers
    }

    /// The rates of an offer, as the sheets state them, layer by layer.
    pub fn rates(&self, offer: OfferId) -> &[Held] {
        &self.offer(offer).rates
    }

    /// The source of a rate.
    pub fn source(&self, rate: &Rate) -> &Source {
        &self.sources[rate.source]
    }

    /// The model of a raw name: what the named seller lists under exactly that name, else what the rules make of it, else
    /// what every seller that lists the name means by it.
    pub fn resolve(&self, raw: &str, seller: Option<&str>, models: &Models) -> Option<ModelId> {
        let listed = self.by_listing.get(&raw.trim().to_ascii_lowercase()).map_or(&[][..], Vec::as_slice);
        let seller = seller.and_then(|name| self.seller_index(name));
        let own = listed.iter().copied().find(|offer| seller == Some(self.offer(*offer).seller));
        own.map(|offer| self.offer(offer).model).or_else(|| models.resolve(raw)).or_else(|| {
            let mut meant = listed.iter().map(|offer| self.offer(*offer).model);
            let first = meant.next()?;
            meant.all(|other| other == first).then_some(first)
        })
    }

    /// The seller of an offer.
    pub fn seller_of(&self, offer: OfferId) -> &Seller {
        &self.sellers[self.offer(offer).seller]
    }

    /// Every distinct source and how many sellers it prices.
    pub fn sources(&self) -> Vec<(&Source, usize)> {
        let mut sources: Vec<(&Source, usize)> = Vec::new();
        for source in &self.sources {
            match sources.iter_mut().find(|(known, _)| known.name == source.name && known.day == source.day) {
                Some((_, used)) => *used += 1,
                None => sources.push((source, 1)),
            }
        }
        sources
    }

    /// `model @ seller`, for pages; a model at its own lab goes by its name alone.
    pub fn label(&self, offer: OfferId, models: &Models) -> String {
        let (model, seller) = (models.get(self.offer(offer).model), self.seller_of(offer));
        if seller.id == model.lab { model.id.clone() } else { format!("{} @ {}", model.id, seller.id) }
    }

    /// The region of a call's word for it; `None`: prices everywhere are those without a region.
    pub fn region(&self, name: &str) -> Option<Region> {
        self.regions.named(name)
    }

    /// The regions with prices of their own.
    pub const fn regions(&self) -> &Regions {
        &self.regions
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
        let base = models.base(model);
        let of = |model, seller: usize| {
            self.offers_of(model).iter().copied().find(|offer| self.offer(*offer).seller == seller)
        };
        let named = seller.map(|name| self.seller_index(name));
        // A seller without a price of the variant charges what the model costs.
        if let Some(Some(known)) = named
            && let Some(offer) = of(model, known).or_else(|| of(base, known))
        {
            return Ok(Incumbent { offer, seller_fallback: false });
        }
        let unknown_seller = matches!(named, Some(None));
        if unknown_seller && models.get(model).open_weights {
            return Err(NoPrice::NotOnSheet);
        }
        let lab = self.seller_index(&models.get(model).lab);
        let lab = lab.filter(|lab| self.sellers[*lab].kind == SellerKind::Lab);
        let own = lab.and_then(|lab| of(model, lab).or_else(|| of(base, lab)));
        // A user's own sheet may be the only one that knows a model, and then it is meant.
        let offers = self.offers_of(model);
        let only = || offers.first().copied().filter(|_| offers.len() == 1 && named.is_none());
        own.or_else(only).map(|offer| Incumbent { offer, seller_fallback: true }).ok_or(NoPrice::NotOnSheet)
    }
}

#[cfg(test)]
mod tests;
