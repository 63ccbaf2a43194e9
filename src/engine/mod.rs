//! The arithmetic on slices: no frames, files, network, clock or terminal.

pub mod ability;
pub mod breakeven;
pub mod capacity;
pub mod drivers;
pub mod evidence;
pub mod forecast;
pub mod frontier;
pub mod hosting;
pub mod projection;
pub mod regression;
pub mod replay;
pub mod resample;
pub mod route;
pub mod seats;
