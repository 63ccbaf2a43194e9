//! The sample is data that people look at first: it must be what its generator makes.

#[path = "../examples/make_sample/generate.rs"]
mod generate;

#[test]
fn the_sample_is_what_its_generator_makes() {
    let committed = include_str!("../data/sample/calls.csv");
    assert!(generate::sample() == committed, "run `cargo run --release --example make_sample`");
}
