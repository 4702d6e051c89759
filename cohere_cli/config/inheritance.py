"""Profiles that begin with what another one says."""

from collections.abc import Iterable, Mapping
from typing import Any

from cohere_cli.config.tables import Sheet

Chain = tuple[str, ...]
"""A profile's name, and those it inherits from, the nearest first."""


def chains_of(sheet: Sheet, names: Iterable[str]) -> dict[str, Chain]:
    """Return the chain of each of *names*, as `inherits` links them in *sheet*.

    Raises `ConfigProblem` for a link to no profile, and for one that goes round.
    """
    known = frozenset(names)
    return {name: _chain(sheet, name, known) for name in known}


def inherited(
    said: Mapping[str, Mapping[str, Any]], chain: Chain
) -> dict[str, tuple[str, Any]]:
    """Return each setting that *chain* says, with who says it: the nearest wins."""
    found: dict[str, tuple[str, Any]] = {}
    for name in reversed(chain):
        found |= {key: (name, value) for key, value in said[name].items()}
    return found


def _chain(sheet: Sheet, name: str, known: frozenset[str]) -> Chain:
    chain = [name]
    while "inherits" in (table := sheet.table(("profiles", chain[-1]))):
        at, parent = ("profiles", chain[-1], "inherits"), table["inherits"]
        if not isinstance(parent, str) or parent not in known:
            said = f"inherits of profile {chain[-1]!r} must be another profile's name"
            raise sheet.problem(at, said, f"profiles: {', '.join(sorted(known))}")
        chain.append(parent)
        if parent in chain[:-1]:
            round_ = " from ".join(map(repr, chain[chain.index(parent) :]))
            raise sheet.problem(at, f"{round_}: a profile cannot inherit from itself")
    return tuple(chain)
