//! Price sheets: who sells which model at which rates, and which rate holds at a moment.

mod book;
mod sheet;
mod window;

pub use self::book::{Incumbent, Lookup, NoPrice, Offer, OfferId, PriceBook};
pub use self::sheet::{Rate, Seller, SellerKind};
pub use self::window::Window;
