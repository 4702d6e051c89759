"""Values by the names that they are for: in dictionaries, or by globs at once."""

from collections.abc import Mapping
from typing import Generic, TypeVar

from cohere_cli.documents.walk.automaton import GlobAutomaton
from cohere_cli.documents.walk.rule import STAR, Part, literal

_Value = TypeVar("_Value")
# So many states take a byte of a name as long as the rest of its loop does.
_STATES_AT_ONCE = 2048


class PartTable(Generic[_Value]):
    """Finds the values whose parts match a name.

    A search takes as long as `lookups` look-ups in a dictionary, and `per_byte` for
    each byte of the name.
    """

    def __init__(self, values: Mapping[Part, _Value]) -> None:
        self._names: dict[bytes, _Value] = {}
        self._suffixes: dict[bytes, _Value] = {}
        globs = {}
        for part, value in values.items():
            if isinstance(part, bytes):
                self._names[part] = value
            elif part[0] == STAR and (suffix := literal(part[1:])) is not None:
                self._suffixes[suffix] = value
            else:
                globs[part] = value
        self._lengths = sorted({len(suffix) for suffix in self._suffixes})
        self._globs = tuple(globs.values())
        self._automaton = GlobAutomaton(tuple(globs)) if globs else None
        self.lookups = bool(values) + len(self._lengths)
        states = self._automaton.size if self._automaton else 0
        self.per_byte = bool(states) + states // _STATES_AT_ONCE

    def __bool__(self) -> bool:
        return self.lookups > 0

    def all(self, name: bytes) -> list[_Value]:
        """Return the values of all parts that match *name*."""
        found = self._looked_up(name)
        if self._automaton:
            found += (self._globs[at] for at in self._automaton.all(name))
        return found

    def last(self, name: bytes) -> list[_Value]:
        """Return the same as `all`, but of the globs only the last that matches."""
        found = self._looked_up(name)
        if self._automaton and (at := self._automaton.last(name)) >= 0:
            found.append(self._globs[at])
        return found

    def _looked_up(self, name: bytes) -> list[_Value]:
        found = [self._names[name]] if name in self._names else []
        size = len(name)
        for length in self._lengths:
            if length > size:
                break
            if (suffix := name[size - length :]) in self._suffixes:
                found.append(self._suffixes[suffix])
        return found
