#!/usr/bin/env bash
# Runs every fuzz target for some seconds (600 unless told), at once, on seeds from the fixtures.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
seconds="${1:-600}"
targets=(logs toml_inputs price_sheets scores measurements results)
cargo +nightly fuzz build --dev --sanitizer none

# A seed is a fixture behind a byte that chooses the reader.
seed() { # target file byte
    mkdir -p "fuzz/corpus/$1"
    { printf "\\x$(printf %02x "$3")"; head -c 20000 "$2"; } > "fuzz/corpus/$1/$(basename "$2").$3"
}
for file in tests/fixtures/logs/formats/* tests/fixtures/logs/claude_code/project/*.jsonl tests/fixtures/logs/table/*; do
    [ -f "$file" ] && seed logs "$file" 255
done
for choice in 0 1 2 3 4 5 6; do
    for file in scenarios/*.toml data/maps/*.toml data/plans/*.toml reports/template/brand.toml; do
        seed toml_inputs "$file" "$choice"
    done
done
for choice in 0 1 2 3 4 5; do
    for file in $(find tests/fixtures -name '*.json' -o -name '*.csv' -o -name '*.toml' -o -name '*.yml' | head -60); do
        seed price_sheets "$file" "$choice"
        seed scores "$file" "$choice"
        seed results "$file" "$choice"
    done
done
mkdir -p fuzz/corpus/measurements
find tests/fixtures -path '*measure*' -type f -exec cp {} fuzz/corpus/measurements/ \;

folder="fuzz/target/$(rustc -vV | sed -n 's/host: //p')/debug"
pids=()
for target in "${targets[@]}"; do
    mkdir -p "fuzz/artifacts/$target"
    "$folder/$target" "fuzz/corpus/$target" -max_total_time="$seconds" -timeout=20 -rss_limit_mb=3000 -max_len=20000 \
        -artifact_prefix="fuzz/artifacts/$target/" > "fuzz/artifacts/$target.log" 2>&1 &
    pids+=("$!")
done
wrong=0
for at in "${!targets[@]}"; do
    wait "${pids[$at]}" || { echo "${targets[$at]}: found something, see fuzz/artifacts/${targets[$at]}.log"; wrong=1; }
    echo "${targets[$at]}: $(grep -E '^(Done|stat::number_of_executed_units)|DONE' "fuzz/artifacts/${targets[$at]}.log" | tail -1)"
done
exit "$wrong"
