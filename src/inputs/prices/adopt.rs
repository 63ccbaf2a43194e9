//! From the words of a foreign sheet to the models and sellers known here, and from several names of one offer to one.

use std::collections::BTreeMap;

use super::book::REGIONAL;
use super::rate::{PriceKind, Rate, overlap};
use super::sheet::{Seller, SellerKind, Sheet, SheetOffer, Source};
use super::sources::{Found, FoundOffer, Problem};
use crate::inputs::models::{
    ModelId, Models, is_free_variant, is_global, mode_of_name, region_of_name, steps_to,
};
use crate::units::{Day, Meter, Mode};

/// What is known of sellers when a sheet is adopted.
pub trait KnownSellers {
    /// The seller of a name or alias.
    fn seller_named(&self, name: &str) -> Option<&Seller>;
}

/// How a sheet is adopted.
#[derive(Debug, Clone, Copy)]
pub struct Manner {
    /// Whether models that are not known become known by their name, or are left out.
    pub admit: bool,
    /// Whether a name with another price than the model's own becomes a variant of the model, or is left out.
    pub variants: bool,
    /// The day from which rates hold whose sheet does not say since when; `None`: always.
    pub undated_from: Option<Day>,
}

/// A foreign sheet in terms of what is known here.
#[derive(Debug, Default)]
pub struct Adopted {
    /// One sheet a seller.
    pub sheets: Vec<Sheet>,
    /// Names of models that were not known, as `model @ seller`.
    pub unlisted: Vec<String>,
    /// What could not be taken.
    pub problems: Vec<Problem>,
}

/// An offer with the model that its name means, and how directly it does.
struct Meant {
    model: ModelId,
    /// Steps from the name to the model: of two names with different prices, the nearer one is the model's.
    steps: usize,
    offer: FoundOffer,
}

impl Meant {
    /// Orders the names of a model: its own name first, then the nearest one. A name that says `global` states the price
    /// without a region, which beside it a bare name may not do.
    fn nearness(&self, id: &str) -> (bool, usize, bool, usize, &str) {
        let name = self.offer.model.as_str();
        let last = name.rsplit('/').next().unwrap_or(name).to_ascii_lowercase().replace('.', "-");
        (last != id, self.steps, !is_global(name), name.len(), name)
    }
}

/// Adopts what was found.
pub fn adopt(
    found: Found,
    sellers: &dyn KnownSellers,
    models: &mut Models,
    source: &Source,
    manner: Manner,
) -> Adopted {
    let mut adopted = Adopted { problems: found.problems, ..Adopted::default() };
    let mut meant: BTreeMap<(String, ModelId), Vec<Meant>> = BTreeMap::new();
    let mut known: BTreeMap<String, Seller> = BTreeMap::new();
    for offer in found.offers {
        let seller = seller_of(&offer.seller, sellers);
        let offer = qualified(offer, &seller, manner.undated_from);
        let resolved = steps_to(models, &offer.model)
            .or_else(|| offer.also.iter().find_map(|name| steps_to(models, name)));
        let (model, steps) = match resolved {
            Some(found) => found,
            None => {
                adopted.unlisted.push(format!("{} @ {}", offer.model, seller.id));
                if !manner.admit {
                    continue;
                }
                let name = own_name(&offer.model, &offer.seller, &seller);
                let Some(model) = models.admit(name, None, offer.open_weights) else {
                    continue;
                };
                (model, 0)
            }
        };
        let key = (seller.id.clone(), model);
        known.entry(seller.id.clone()).or_insert(seller);
        meant.entry(key).or_default().push(Meant { model, steps, offer });
    }
    let mut offers: BTreeMap<String, Vec<SheetOffer>> = BTreeMap::new();
    for ((seller, _), names) in meant {
        let of_seller = offers.entry(seller).or_default();
        merge(names, models, manner, &mut adopted.problems, of_seller);
    }
    adopted.sheets = offers
        .into_iter()
        .filter_map(|(id, offers)| {
            Some(Sheet { seller: known.remove(&id)?, sources: vec![source.clone()], offers })
        })
        .collect();
    adopted
}

fn seller_of(name: &str, sellers: &dyn KnownSellers) -> Seller {
    let name = name.trim();
    sellers.seller_named(name).cloned().unwrap_or_else(|| Seller::unlisted(&name.to_ascii_lowercase()))
}

/// The name that a model gets which no table knows: as listed, without its variant's mode and without the seller in front.
fn own_name<'n>(raw: &'n str, listed_by: &str, seller: &Seller) -> &'n str {
    let name = match mode_of_name(raw) {
        Some(_) => raw.rsplit_once([':', '@']).map_or(raw, |(name, _)| name),
        None => raw,
    };
    let is_seller = |word: &str| {
        let mut names = seller.aliases.iter().map(String::as_str).chain([seller.id.as_str(), listed_by]);
        names.any(|name| name.eq_ignore_ascii_case(word))
    };
    name.split_once('/').filter(|(first, _)| is_seller(first)).map_or(name, |(_, rest)| rest)
}

/// Mode, region, kind and first day, where the name or the seller says more than the rate.
fn qualified(mut offer: FoundOffer, seller: &Seller, undated_from: Option<Day>) -> FoundOffer {
    let (mode, region) = (mode_of_name(&offer.model), region_of_name(&offer.model));
    let free = is_free_variant(&offer.model);
    let plan = ["plan", "copilot", "subscription"].iter().any(|word| seller.id.contains(word));
    for rate in &mut offer.rates {
        if let Some(mode) = mode.filter(|_| rate.mode == Mode::Standard) {
            rate.mode = mode;
        }
        if rate.region.is_none() {
            rate.region.clone_from(&region);
        }
        if free {
            rate.kind = PriceKind::Free;
        } else if rate.prices.is_zero() && rate.kind.is_price() && rate.kind != PriceKind::Custom {
            // Nobody sells tokens at nothing: something else pays for them.
            rate.kind = if plan { PriceKind::Plan } else { PriceKind::Free };
        } else if seller.kind == SellerKind::Reseller && rate.kind == PriceKind::List {
            rate.kind = PriceKind::Reseller;
        }
        rate.from = rate.from.max(undated_from.filter(|_| rate.from.is_none()));
    }
    offer
}

/// Makes one offer of all names that a seller has for a model. The name nearest to the model's own comes first; the rates
/// of another one are added where they are for other calls. Where they contradict it, the name stands for something
/// else: it becomes a model of its own, or is left out.
fn merge(
    mut names: Vec<Meant>,
    models: &mut Models,
    manner: Manner,
    problems: &mut Vec<Problem>,
    into: &mut Vec<SheetOffer>,
) {
    let id = names.first().map_or_else(String::new, |first| models.get(first.model).id.clone());
    names.sort_by(|a, b| a.nearness(&id).cmp(&b.nearness(&id)));
    let mut first: Option<SheetOffer> = None;
    for Meant { model, offer, .. } in names {
        let id = models.get(model).id.clone();
        let Some(merged) = &mut first else {
            first = Some(sheet_offer(id, offer, problems));
            continue;
        };
        let mut rates = merged.rates.clone();
        for rate in &offer.rates {
            match rates.iter_mut().find(|known| known.same_calls(rate) && agrees(known, rate)) {
                Some(known) => known.prices.fill(&rate.prices),
                None => rates.push(rate.clone()),
            }
        }
        if overlap(&rates).is_none() {
            merged.rates = rates;
            merged.context = merged.context.or(offer.context);
            merged.max_output = merged.max_output.or(offer.max_output);
            // One offer can do what it can do under each of its names.
            let both = merged.features.zip(offer.features).map(|(own, other)| own.and(other));
            merged.features = both.or(merged.features).or(offer.features);
            merged.also.push(offer.model);
            merged.also.extend(offer.also);
        } else if let Some(own) =
            manner.variants.then(|| models.admit(&offer.model, Some(model), None)).flatten()
        {
            let id = models.get(own).id.clone();
            into.push(sheet_offer(id, offer, problems));
        } else {
            let what = format!("has another price than `{}`, which names the same model", merged.listed_as);
            problems.push(Problem::doubt(offer.line, format!("{}/{}", offer.seller, offer.model), what));
        }
    }
    if let Some(offer) = &mut first {
        // A seller with regional endpoints only has one price for all of them.
        if offer.rates.iter().all(|rate| rate.region.as_deref() == Some(REGIONAL)) {
            offer.rates.iter_mut().for_each(|rate| rate.region = None);
        }
        offer.also.retain(|name| *name != offer.listed_as);
        offer.also.sort_unstable();
        offer.also.dedup();
    }
    into.extend(first);
}

/// Whether two rates for the same calls at the same time are one price: what both state is the same, and both state what
/// matters most.
fn agrees(known: &Rate, other: &Rate) -> bool {
    let both = |meter| known.prices.stated(meter).zip(other.prices.stated(meter));
    let same = |meter| both(meter).is_some_and(|(a, b)| a == b);
    (known.from, known.until) == (other.from, other.until)
        && same(Meter::Input)
        && same(Meter::Output)
        && Meter::ALL.into_iter().all(|meter| both(meter).is_none_or(|(a, b)| a == b))
}

fn sheet_offer(model: String, offer: FoundOffer, problems: &mut Vec<Problem>) -> SheetOffer {
    let mut rates = offer.rates;
    let at = format!("{}/{}", offer.seller, offer.model);
    while let Some((first, second)) = overlap(&rates) {
        let lost = rates.remove(second);
        // Twice the same is no contradiction.
        if lost.prices != rates[first].prices {
            let what = format!("two rates ({}) hold on the same day: the first one is taken", lost.label());
            problems.push(Problem::lost(offer.line, at.clone(), what));
        }
    }
    SheetOffer {
        model,
        line: offer.line,
        listed_as: offer.model,
        also: offer.also,
        context: offer.context,
        max_output: offer.max_output,
        features: offer.features,
        rates,
    }
}

#[cfg(test)]
mod tests;
