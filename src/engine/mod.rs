//! The arithmetic on slices: no frames, files, network, clock or terminal.

pub mod ability;
pub mod breakeven;
pub mod capacity;
pub mod evidence;
pub mod frontier;
pub mod hosting;
pub mod replay;
pub mod resample;
pub mod route;
