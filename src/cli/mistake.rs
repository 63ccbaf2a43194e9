//! What the program says when it is itself mistaken: a panic in words, with an exit code of its own.

use std::panic::{self, AssertUnwindSafe};
use std::sync::{Mutex, PoisonError};

/// What the first panic said, and where.
static SAID: Mutex<Option<String>> = Mutex::new(None);

/// Runs the program; a panic is an error in words. Whoever asks for a backtrace (`RUST_BACKTRACE`) has it beside.
pub fn caught<T>(run: impl FnOnce() -> anyhow::Result<T>) -> anyhow::Result<T> {
    let told = panic::take_hook();
    panic::set_hook(Box::new(move |panic| {
        let said = panic.payload_as_str().unwrap_or("no reason was given").trim().to_owned();
        let place = panic.location().map(|place| format!(" ({}:{})", shortened(place.file()), place.line()));
        let mut first = SAID.lock().unwrap_or_else(PoisonError::into_inner);
        first.get_or_insert(said + &place.unwrap_or_default());
        if std::env::var_os("RUST_BACKTRACE").is_some_and(|value| value != "0") {
            told(panic);
        }
    }));
    panic::catch_unwind(AssertUnwindSafe(run)).unwrap_or_else(|_| {
        let said = SAID.lock().unwrap_or_else(PoisonError::into_inner).take().unwrap_or_default();
        Err(anyhow::anyhow!(
            "the program is mistaken, or a file is damaged in a way that it does not know: {said}\n\n\
             hint: please report it with the command; RUST_BACKTRACE=1 says more"
        ))
    })
}

/// A source file from the crate on: where crates lie on a machine is nobody's business.
fn shortened(file: &str) -> &str {
    let crates = file
        .find("/registry/src/")
        .and_then(|at| file[at..].match_indices('/').nth(3).map(|(end, _)| at + end));
    crates.map_or(file, |start| &file[start + 1..])
}

#[cfg(test)]
mod tests {
    use super::*;

    /// In a process of its own: a hook is the whole process's, and other tests panic as well.
    #[test]
    fn a_panic_is_an_error_in_words_and_nothing_else_is_printed() {
        const ALONE: &str = "SWITCHPOINT_TEST_PANICS";
        if std::env::var_os(ALONE).is_some() {
            let error =
                caught(|| -> anyhow::Result<()> { panic!("row 7 is not there") }).expect_err("a panic");
            std::io::Write::write_all(&mut std::io::stdout(), format!("<<{error}>>").as_bytes())
                .expect("a pipe");
            return;
        }
        let (_, module) = module_path!().split_once("::").expect("the crate");
        let test = format!("{module}::a_panic_is_an_error_in_words_and_nothing_else_is_printed");
        let ran = std::process::Command::new(std::env::current_exe().expect("a path"))
            .args(["--exact", &test, "--nocapture"])
            .env(ALONE, "1")
            .env_remove("RUST_BACKTRACE")
            .output()
            .expect("a test program");
        let (said, told) = (String::from_utf8_lossy(&ran.stdout), String::from_utf8_lossy(&ran.stderr));
        assert!(ran.status.success(), "{said}\n{told}");
        assert!(said.contains("does not know: row 7 is not there (src/cli/mistake.rs:"), "{said}");
        assert!(said.contains("hint: please report it with the command") && said.contains(">>"), "{said}");
        assert!(told.is_empty(), "{told}");
    }

    #[test]
    fn a_place_in_a_crate_is_told_from_the_crate_on() {
        let place = "/home/me/.cargo/registry/src/index.example-1a2b/polars-1.2.3/src/lib.rs";
        assert_eq!(shortened(place), "polars-1.2.3/src/lib.rs");
        assert_eq!(shortened("src/main.rs"), "src/main.rs");
    }
}
