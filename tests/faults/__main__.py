"""`python -m tests.faults`: every way to go wrong, each met as promised, or exit 1.

Nothing leaves this machine. Names of parts select some of them; --list shows all.
"""

import argparse
import json
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from tests.faults import figures, matrix, parts
from tests.faults.parts import PARTS
from tests.faults.rows import LATER
from tests.faults.tally import Tally, merged

_MUTANTS = 100


def main() -> None:
    """Run what the command line asks for, and exit 1 unless all of it holds."""
    asked = _asked()
    if asked.list:
        for name, part in PARTS.items():
            _say(f"{name.replace(' ', '-'):12} {part.about}")
        return
    tallies = merged(_tallies(asked))
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
    parser.add_argument("parts", nargs="*", metavar="PART", help="parts to run")
    parser.add_argument("--list", action="store_true", help="list the parts")
    parser.add_argument(
        "--seed", type=int, default=1, help="what is random begins here"
    )
    parser.add_argument(
        "--scale", type=float, default=1.0, help="how many times as many random trials"
    )
    parser.add_argument("--only", metavar="CASE", help="one case, such as A16")
    parser.add_argument("--json", metavar="FILE", help="write the figures there, too")
    parser.add_argument(
        "--mutate",
        metavar="N",
        type=int,
        nargs="?",
        const=_MUTANTS,
        help=f"change the program in N places ({_MUTANTS}), one at a time: a test must fail",
    )
    parser.add_argument(
        "--first", type=int, default=0, metavar="N", help="begin at mutant N of these"
    )
    parser.add_argument(
        "--count", type=int, metavar="M", help="run M mutants of these (all)"
    )
    asked = parser.parse_args()
    asked.parts = [name.replace("-", " ") for name in asked.parts] or [*PARTS]
    if unknown := [name for name in asked.parts if name not in PARTS]:
        parser.error(f"no part {unknown[0]!r}: see --list")
    return asked


def _tallies(asked: argparse.Namespace) -> Iterator[Tally]:
    if asked.mutate:
        from tests.faults.mutation import check

        size = asked.count or asked.mutate
        yield check.check(
            seed=asked.seed, count=asked.mutate, say=_say, first=asked.first, size=size
        )
    elif asked.only:
        yield from _only(asked.only)
    else:
        yield from _by_part(asked)


def _only(case: str) -> Iterator[Tally]:
    chosen = [one for one in matrix.CASES if case in (one.case, one.case[0])]
    if not chosen:
        sys.exit(f"no case {case}: {LATER.get(case, 'there is none')}")
    yield figures.cases(list(matrix.verdicts(chosen)))


def _by_part(asked: argparse.Namespace) -> Iterator[Tally]:
    chosen = {name: PARTS[name] for name in asked.parts}
    start = parts.seconds_of_a_start()
    seconds = parts.seconds_of(chosen.values(), asked.scale, start)
    _say(f"about {seconds:.0f} s here, where a start of co takes {start:.2f} s")
    codes: set[int] = set()
    for name, part in chosen.items():
        began = time.monotonic()
        tallies = list(part.run(seed=asked.seed, scale=asked.scale))
        yield from tallies
        codes.update(*(tally.codes for tally in tallies))
        shown = " | ".join(map(_figure, tallies))
        _say(f"{name}: {shown} in {time.monotonic() - began:.0f} s")
    if [*chosen] == [*PARTS]:
        yield figures.exit_codes(codes)


def _figure(tally: Tally) -> str:
    if tally.name == "canary":
        return f"canary {tally.total - tally.passed}/{tally.total}"
    if tally.name in ("streams", "sequences", "code points") and tally.held:
        return f"{tally.name} {tally.total} ok"
    later = f" ({len(LATER)} later)" if LATER and tally.name == "faults" else ""
    return f"{tally.name} {tally.passed}/{tally.total}{later}"


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
