//! Newtypes for what is counted: money, tokens, shares, time. Nothing here knows a file, a frame or a clock.

mod consumed;
mod decimal;
mod features;
mod meter;
mod meters;
mod mode;
mod money;
mod share;
mod task;
mod time;
mod tokens;

pub use consumed::{Consumed, TOKEN_METERS};
pub use decimal::{DecimalError, ScaledDecimal, parse_scaled, scaled_text};
pub use features::{Feature, Features};
pub use meter::{Meter, Prices};
pub use meters::{MeterRates, Tariff, TokenBuckets, TokenRatio};
pub use mode::{Mode, Tier};
pub use money::{TokenRate, Usd, UsdEstimate};
pub use share::Share;
pub use task::TaskKind;
pub use time::{Day, HOURS_PER_MONTH, Hours, MONTH_DAYS, SECONDS_PER_HOUR};
pub use tokens::Tokens;
