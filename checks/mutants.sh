#!/usr/bin/env bash
# Changes the arithmetic in small ways and asks whether a test notices (cargo install cargo-mutants).
#
# `src/units` and `src/engine` name no frame and no file, so they are put into a package of their own, which builds in seconds where
# the whole takes a minute. What survives there and is caught by a test of a room above is not seen: read the list with that in mind.
#
#     checks/mutants.sh [DIRECTORY] [argument of cargo mutants ...]
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
out=${1:-$root/target/mutants}
[ $# -gt 0 ] && shift
mkdir -p "$out/src"
rm -rf "$out/src/units" "$out/src/engine"
cp -r "$root/src/units" "$root/src/engine" "$out/src/"
printf 'pub mod engine;\npub mod units;\n' > "$out/src/lib.rs"
cp "$root/Cargo.lock" "$root/clippy.toml" "$out/"
python3 - "$root/Cargo.toml" "$out/Cargo.toml" <<'PY'
import re, sys

# The same dependencies without the frames, the drawing and the network.
text = open(sys.argv[1]).read()
used = {"chrono", "foldhash", "hashbrown", "nalgebra", "proptest", "pulp", "rand_chacha", "rand_core", "rand_distr", "rayon", "rust_decimal", "serde", "statrs", "thiserror"}
sections = re.split(r"^\[", text, flags=re.M)
kept = ['[package]\nname = "arithmetic"\nversion = "0.0.0"\nedition = "2024"\n\n[workspace]\n']
for name in ("dependencies", "dev-dependencies"):
    body = next((s for s in sections if s.startswith(name + "]")), name + "]\n")
    lines = [line for line in body.splitlines()[1:] if line.split(" ")[0] in used]
    kept.append(f"[{name}]\n" + "\n".join(lines) + "\n")
# Whoever runs thousands of tests wants them fast.
kept.append('[profile.dev]\nopt-level = 1\ndebug = false\n[profile.dev.package."*"]\nopt-level = 3\n')
open(sys.argv[2], "w").write("\n".join(kept))
PY
cd "$out"
exec cargo mutants --no-shuffle --minimum-test-timeout 20 "$@"
