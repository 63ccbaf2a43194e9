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

# The program as it is released.
dist:
    cargo build --profile dist --locked

# What is inside, as CycloneDX (cargo install cargo-cyclonedx).
sbom:
    cargo cyclonedx --format json --override-filename switchpoint-sbom

# Every parser on bytes that nobody meant to write, ten minutes each, all at once (cargo install cargo-fuzz).
fuzz seconds="600":
    fuzz/run.sh {{seconds}}

# A LiteLLM proxy, a PostgreSQL, and the whole way from its spend logs to its configuration; see the head of the script.
loop python="python3":
    {{python}} integrations/litellm/loop.py target/release/switchpoint

# What `export envoy` writes against the schemas of its resources; see the head of the script.
envoy modules file:
    node integrations/envoy/check.mjs {{modules}} {{file}}

# Small changes of the arithmetic that a test must notice; see the head of the script (cargo install cargo-mutants).
mutants *arguments:
    checks/mutants.py target/mutants {{arguments}}

# Spark on clusters of its own: totals and faults; see the head of the script.
spark table python="python3":
    {{python}} integrations/spark/check.py target/release/switchpoint {{table}}

# Tables of calls with one bit flipped.
damage:
    python3 checks/damage.py target/release/switchpoint

# Every flag of every command with what nobody means, and flags that meet one another (ten minutes).
flags:
    python3 checks/flags.py target/release/switchpoint

# Laws on ten thousand cases each, as nightly.
nightly:
    PROPTEST_CASES=10000 cargo test --release
