#!/bin/sh
# Sums of a log in tables of calls, a job of GNU parallel a table, on this machine or on others (`HOSTS`, as --sshlogin takes them; the tables and
# the sums lie on a file system that all of them see).
#
#     integrations/parallel/partials.sh /data/calls /data/sums/1 [FLAGS]
#     switchpoint audit --from-partials /data/sums --no-synced --no-config
#
# A job that fails is tried three times; what is written is written whole. With the same FOLDER a second run goes on where the first one ended.
set -eu
logs=$1 sums=$2
shift 2
count=$(find "$logs" -maxdepth 1 -name '*.parquet' | wc -l)
mkdir -p "$sums"
# shellcheck disable=SC2086
find "$logs" -maxdepth 1 -name '*.parquet' | sort |
    parallel --halt soon,fail=1 --retries 3 --joblog "$sums/.jobs" --resume ${HOSTS:+--sshlogin "$HOSTS"} \
        switchpoint partial {} --part "{#}/$count" --day "$(date -u +%F)" --no-synced --no-config --quiet --out "$sums/{#}.parquet" "$@"
