//! The book's layers as sheets again.

use super::PriceBook;
use crate::inputs::models::Models;
use crate::inputs::prices::rate::Rate;
use crate::inputs::prices::sheet::{Sheet, SheetOffer, Source};

impl PriceBook {
    /// The sheets that a layer is made of, by seller, each with the sources that it uses.
    pub fn sheets_of_layer(&self, layer: usize, models: &Models) -> Vec<Sheet> {
        let mut sheets: Vec<Sheet> = Vec::new();
        for (index, seller) in self.sellers.iter().enumerate() {
            let mut sheet = Sheet { seller: seller.clone(), sources: Vec::new(), offers: Vec::new() };
            for offer in self.offers.iter().filter(|offer| offer.seller == index) {
                let own = offer.rates.iter().filter(|held| held.layer == layer);
                let rates: Vec<Rate> =
                    own.map(|held| self.in_sheet(&mut sheet.sources, &held.rate)).collect();
                if !rates.is_empty() {
                    sheet.offers.push(SheetOffer {
                        model: models.get(offer.model).id.clone(),
                        line: 0,
                        listed_as: offer.listed_as.clone(),
                        also: Vec::new(),
                        context: offer.context,
                        max_output: offer.max_output,
                        features: offer.features,
                        rates,
                    });
                }
            }
            sheets.extend(Some(sheet).filter(|sheet| !sheet.offers.is_empty()));
        }
        sheets
    }

    /// A rate whose source counts in a sheet's own list, which gains it.
    fn in_sheet(&self, sources: &mut Vec<Source>, rate: &Rate) -> Rate {
        let own = self.source(rate);
        let known = sources.iter().position(|source| source == own).unwrap_or_else(|| {
            sources.push(own.clone());
            sources.len() - 1
        });
        Rate { source: known, ..rate.clone() }
    }
}
