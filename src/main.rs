//! switchpoint: which tier should have served each call, and at what point switching pays.

fn main() -> std::process::ExitCode {
    switchpoint::cli::run().into()
}
