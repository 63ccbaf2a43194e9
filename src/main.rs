//! switchpoint: which tier should have served each call, and at what point switching pays.

fn main() {}
