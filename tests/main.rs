//! The only integration binary: each further one would link Polars again.

/// Layers: which module may use which.
mod architecture;
/// The book in `docs`.
mod book;
/// Pictures of results.
#[cfg(feature = "charts")]
mod charts;
/// Whole runs of the program: exit code, standard output, standard error.
mod cli;
/// The same calls in another program.
mod differential;
/// Pages of the documentation that are written from the code.
mod documentation;
/// Readers on bytes that nobody meant to write.
mod hostile;
/// Calls priced by hand, and laws of prices.
mod prices;
/// Laws that hold for every input.
mod properties;
/// Everything about a log in one document.
#[cfg(feature = "pdf")]
mod report;
/// Laws of routing.
mod routing;
/// The sample log is what its generator makes.
mod sample;
/// Downloads from a real server on the loopback address.
mod sync;
