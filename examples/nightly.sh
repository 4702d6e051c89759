#!/usr/bin/env bash
# Sorts tickets by team, for cron: nightly.sh TICKETS OUTPUT
set -uo pipefail
export PATH="$HOME/.local/bin:$PATH"          # cron's own is short
exec 9> "$2.lock" && flock -n 9 || exit 0     # the last run has not ended yet

code=0
co map 'Which team is this for? As JSON: {title}. {body}' "$1" \
  --schema 'team billing|delivery|account' \
  --resume --max-cost 2 --max-time 3600 --quiet > "$2.part" || code=$?

case $code in
  0) mv "$2.part" "$2" ;;                     # all records, whole
  6 | 7 | 8 | 10 | 28)                        # the next run sends only what is missing
    echo "not complete, exit $code" >&2; exit "$code" ;;
  *) exit "$code" ;;                          # co has printed why: correct it first
esac
