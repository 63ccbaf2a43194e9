//! Price sheets: who sells which model at which rates, and which rate holds at a moment.

pub mod adopt;
mod assemble;
mod book;
pub mod check;
pub mod layers;
mod pricer;
mod rate;
pub mod sheet;
pub mod sources;
pub mod sync;
mod window;

pub use self::assemble::{LayerInput, LayerReport, assemble};
pub use self::book::{
    Fallbacks, Held, Incumbent, Lookup, NoPrice, Offer, OfferId, PriceBook, Quote, Region, Step, When,
};
pub use self::pricer::{Pricer, Series};
pub use self::rate::{PriceKind, Rate, Threshold, overlap};
pub use self::sheet::{Seller, SellerKind};
pub use self::window::{Window, WindowKind};
