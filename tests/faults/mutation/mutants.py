"""Mutants of a module: its source with one site changed, and the lines that differ."""

import ast
import difflib
from dataclasses import dataclass
from pathlib import Path
from random import Random

from tests.co_program import ROOT
from tests.faults.mutation.modules import MODULES
from tests.faults.mutation.operators import sites


@dataclass(frozen=True, slots=True)
class Mutant:
    """The *number*th site of the module at *path*, which is below `cohere_cli/`."""

    path: str
    number: int
    name: str
    source: str

    @property
    def module(self) -> str:
        """The module's dotted name."""
        return ".".join(("cohere_cli", *Path(self.path).with_suffix("").parts))

    @property
    def difference(self) -> str:
        """The first lines removed and added, without their indentation."""
        lines = difflib.ndiff(
            ast.unparse(_tree(self.path)).splitlines(), self.source.splitlines()
        )
        removed, added = "", ""
        for line in lines:
            removed = removed or (line[2:].strip() if line[0] == "-" else "")
            added = added or (line[2:].strip() if line[0] == "+" else "")
        return f"{removed or '(nothing)'}  =>  {added or '(nothing)'}"


def numbers_of(path: str) -> list[int]:
    """Return the numbers of all mutants of one module."""
    return list(range(sum(1 for _ in sites(_tree(path)))))


def names_of(path: str) -> frozenset[str]:
    """Return the names of all mutants of one module, without making them."""
    return frozenset(site.name for site in sites(_tree(path)))


def mutant(path: str, number: int) -> Mutant:
    """Make one mutant of a module."""
    tree = _tree(path)
    site = list(sites(tree))[number]
    site.put()
    return Mutant(path, number, site.name, ast.unparse(ast.fix_missing_locations(tree)))


def _tree(path: str) -> ast.Module:
    return ast.parse((ROOT / "cohere_cli" / path).read_text())


def sample(count: int, seed: int) -> list[Mutant]:
    """Return *count* mutants, as many of each module as of any other.

    The same seed gives the same ones, in the order of their modules. A module with
    fewer gives all that it has.
    """
    rng = Random(seed)
    piles = [(path, numbers_of(path)) for path in MODULES]
    for _, numbers in piles:
        rng.shuffle(numbers)
    rng.shuffle(piles)
    chosen: list[tuple[str, int]] = []
    while len(chosen) < count and any(numbers for _, numbers in piles):
        chosen += [(path, numbers.pop()) for path, numbers in piles if numbers]
    return [mutant(path, number) for path, number in sorted(chosen[:count])]
