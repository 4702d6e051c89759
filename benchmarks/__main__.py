"""How fast `co` is beside curl, Cohere's SDKs and bare Python; prints Markdown.

    python -m benchmarks [PART]... [--rounds N] [--quick]
    python -m benchmarks map --large [--rounds N]

The parts are startup, stream, render, rerank, map and read.
Peers are installed once, each in an environment of its own. Commands take turns;
figures are of whole processes, medians of all rounds; a ratio is the median of the
ratios of each round. Nothing else should run meanwhile.
"""

import argparse
import importlib
import sys
import tempfile
from pathlib import Path

import platformdirs

from benchmarks import peers
from benchmarks.commands import Commands
from benchmarks.processes import Failed
from benchmarks.server import serving
from benchmarks.table import machine, markdown

PARTS = ("startup", "stream", "render", "rerank", "map", "read")
RESULTS = Path(__file__).parent / "RESULTS.md"


def main() -> int:
    """Measure as the command line says; return the exit code."""
    given = arguments()
    try:
        installed = peers.install(Path(given.peers).absolute())
        report = "\n".join(results(given, installed))
    except (Failed, peers.NotInstalled) as exc:
        print(f"benchmarks: {exc}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    if given.save:
        RESULTS.write_text(report, encoding="utf-8")
    return 0


def arguments() -> argparse.Namespace:
    """Read the command line."""
    assert __doc__
    parser = argparse.ArgumentParser("benchmarks", description=__doc__.splitlines()[0])
    add = parser.add_argument
    add("parts", nargs="*", metavar="PART", help=f"{', '.join(PARTS)} [default: all]")
    add("--rounds", type=int, metavar="N", help="rounds of each part")
    add("--quick", action="store_true", help="fewer rounds: ten minutes in all")
    add("--large", action="store_true", help="map alone: 100,000 and 1,000,000 records")
    add("--save", action="store_true", help="also write benchmarks/RESULTS.md")
    cache = platformdirs.user_cache_dir("cohere-cli-benchmarks")
    add("--peers", default=cache, metavar="FOLDER", help=f"[default: {cache}]")
    given = parser.parse_args()
    if unknown := set(given.parts) - set(PARTS):
        parser.error(f"no such part: {', '.join(unknown)}")
    if given.large and given.parts != ["map"]:
        parser.error("--large is for the part map alone")
    if given.rounds is not None and given.rounds < 1:
        parser.error("--rounds must be at least 1")
    return given


def results(given: argparse.Namespace, installed: peers.Peers) -> list[str]:
    """Measure the parts; print each one's text as it comes, and return all."""
    texts = [introduction(given, installed)]
    print(texts[0], flush=True)
    with tempfile.TemporaryDirectory() as folder, serving(Path(folder)) as server:
        commands = Commands(installed, server, Path(folder))
        for name in given.parts or PARTS:
            part = importlib.import_module(f"benchmarks.parts.{name}")
            is_short = given.quick or given.large
            rounds = given.rounds or (part.QUICK_ROUNDS if is_short else part.ROUNDS)
            measure = part.measure_large if given.large else part.measure
            rows = measure(commands, rounds)
            texts.append(markdown(f"{part.TITLE}, rounds: {rounds}", rows))
            print(texts[-1], flush=True)
    return texts


def introduction(given: argparse.Namespace, installed: peers.Peers) -> str:
    """Return the heading: what was measured, how, and what is missing."""
    rounds = [f"--rounds {given.rounds}"] if given.rounds else []
    sizes = [f"--{name}" for name in ("quick", "large") if getattr(given, name)]
    words = " ".join(["python -m benchmarks", *given.parts, *sizes, *rounds])
    return "\n".join(
        [
            f"# Benchmarks\n\n`{words}`, {machine()}",
            f"With {', '.join(installed.versions)}.",
            *installed.notes,
            "",
        ]
    )


if __name__ == "__main__":
    sys.exit(main())
