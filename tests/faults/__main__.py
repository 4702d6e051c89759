"""`python -m tests.faults`: every way to go wrong, each met as promised, or exit 1.

Under five minutes on two cores; nothing leaves this machine.
"""

import argparse
import json
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from tests.faults import figures, matrix
from tests.faults.rows import LATER
from tests.faults.tally import Tally

_STREAMS = 1_000_000
_SEQUENCES = 200_000
_KILLS = 500
_EVERY = 1_000_000_000  # of whatever has an end of its own


def main() -> None:
    """Run what the command line asks for, and exit 1 unless all of it holds."""
    asked = _asked()
    tallies = list(_tallies(asked))
    for tally in tallies:
        for failure in tally.failures:
            _say(f"  {tally.name}: {failure}")
    _say(" | ".join(map(_figure, tallies)))
    if asked.json:
        found = {one.name: [one.passed, one.total, one.failures] for one in tallies}
        Path(asked.json).write_text(json.dumps({"seed": asked.seed, **found}, indent=1))
    sys.exit(not all(tally.held for tally in tallies))


def _asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.faults", description=__doc__)
    parser.add_argument(
        "--seed", type=int, default=1, help="what is random begins here"
    )
    parser.add_argument(
        "--only", metavar="CASE", help="one case, such as A16, or a letter"
    )
    parser.add_argument("--json", metavar="FILE", help="write the figures there, too")
    parser.add_argument("--mutate", action="store_true", help="switch defences off")
    return parser.parse_args()


def _tallies(asked: argparse.Namespace) -> Iterator[Tally]:
    if asked.mutate:
        from tests.faults import mutants

        yield mutants.check(seed=asked.seed, count=_EVERY)
        return
    chosen = [one for one in matrix.CASES if _is_chosen(one.case, asked.only)]
    if not chosen:
        sys.exit(f"no case {asked.only}: {LATER.get(asked.only, 'there is none')}")
    verdicts = list(matrix.verdicts(chosen))
    yield figures.cases(verdicts)
    if not asked.only:
        yield figures.terminal(verdicts)
        yield figures.canary(verdicts)
        yield figures.exit_codes(verdicts)
        yield from _by_quantity(asked.seed)


def _is_chosen(case: str, only: str | None) -> bool:
    return only is None or only in (case, case[0])


def _by_quantity(seed: int) -> Iterator[Tally]:
    from tests.faults import code_points, kills, sequences, streams, torture

    counts = {
        streams.check: _STREAMS,
        sequences.check: _SEQUENCES,
        code_points.check: code_points.ALL,
        kills.check: _KILLS,
        torture.check: _EVERY,
    }
    for check, count in counts.items():
        began = time.monotonic()
        tally = check(seed=seed, count=count)
        _say(f"{_figure(tally)} in {time.monotonic() - began:.0f} s")
        yield tally


def _figure(tally: Tally) -> str:
    if tally.name == "canary":
        return f"canary {tally.total - tally.passed}/{tally.total}"
    if tally.name in ("streams", "sequences", "code points") and tally.held:
        return f"{tally.name} {tally.total} ok"
    later = {"faults": f" ({len(LATER)} later)", "exit codes": " (1 later)"}
    return f"{tally.name} {tally.passed}/{tally.total}{later.get(tally.name, '')}"


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
