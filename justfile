# Recipes for daily work; each is one command that also works by itself.

# What CI runs.
ci:
    bash .ci/run

# Format, lint and test.
check:
    cargo fmt
    cargo clippy --all-targets -- -D warnings
    cargo test

# Accept changed snapshots and pages after reading the difference.
accept:
    INSTA_UPDATE=always UPDATE_DOCS=1 cargo test

# Make the sample log anew.
sample:
    cargo run --release --example make_sample

# Make the sample reports and pictures anew.
samples:
    UPDATE_SAMPLES=1 cargo test samples

# Licences, advisories and sources of dependencies.
deny:
    cargo deny check
