//! Serving models on machines of one's own: what a replica delivers, what it costs, how many there should be, and when that pays back.

pub mod curve;
pub mod device;
pub mod fleet;
pub mod ownership;
pub mod packing;
pub mod payback;
pub mod prefix;
pub mod queueing;
pub mod roofline;
pub mod surface;
