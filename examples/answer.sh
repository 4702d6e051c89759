#!/usr/bin/env bash
# Answers a question from a folder, in a file: answer.sh QUESTION FOLDER FILE
set -uo pipefail

for attempt in 1 2 3; do
  code=0
  co ask "$1" "$2" -o markdown --quiet > "$3.part" || code=$?
  case $code in
    0) mv "$3.part" "$3" && exit ;;                   # complete
    6 | 7 | 8 | 18 | 28) sleep $((attempt * 10)) ;;   # may pass: try again
    9) echo "the files do not answer this" >&2; exit 9 ;;
    *) exit "$code" ;;                                # co has printed why
  esac
done
exit "$code"
