"""Many globs, matched at once: a nondeterministic automaton with a bit a state."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence

from cohere_cli.documents.walk.bracket import ALL_BYTES, ByteSet
from cohere_cli.documents.walk.rule import STAR, Glob

_HALF = 128


class GlobAutomaton:
    """Finds the globs that match a name, in time linear in the name.

    Nothing is tried twice: a state is a bit of an integer, and each byte of the name
    moves all states by one at once (Baeza-Yates and Gonnet, 1992: Shift-And). `size` is
    the number of states.
    """

    def __init__(self, globs: Sequence[Glob]) -> None:
        states = _States(globs)
        self.size = states.ends[-1] + 1
        self._starts = _bits(states.starts)
        self._loops = _bits(states.loops)
        self._moves = states.moves()
        self._ends = _bits(states.ends)
        self._globs = {end: nth for nth, end in enumerate(states.ends)}

    def last(self, name: bytes) -> int:
        """Return the number of the last glob that matches *name*, -1 if none does."""
        found = self._reached(name)
        return self._globs[found.bit_length() - 1] if found else -1

    def all(self, name: bytes) -> Iterator[int]:
        """Yield the numbers of all globs that match *name*."""
        states = f"{self._reached(name):b}"[::-1]
        at = states.find("1")
        while at >= 0:
            yield self._globs[at]
            at = states.find("1", at + 1)

    def _reached(self, name: bytes) -> int:
        moves, loops = self._moves, self._loops
        states = self._starts
        for byte in name:
            states = (states & moves[byte]) << 1 | states & loops
        return states & self._ends


class _States:
    """The states of globs, numbered: one before each byte, and one at the end."""

    def __init__(self, globs: Iterable[Glob]) -> None:
        self.starts: list[int] = []
        self.loops: list[int] = []
        self.ends: list[int] = []
        self._by_byte: defaultdict[int, list[int]] = defaultdict(list)
        self._except_byte: defaultdict[int, list[int]] = defaultdict(list)
        self._by_default: list[int] = []
        state = 0
        for glob in globs:
            self.starts.append(state)
            for members in glob:
                if members == STAR:
                    self.loops.append(state)
                else:
                    self._add(state, members)
                    state += 1
            self.ends.append(state)
            state += 1

    def _add(self, state: int, members: ByteSet) -> None:
        """Let the bytes of *members* lead on from *state*."""
        by_byte = self._by_byte
        if members.bit_count() > _HALF:
            self._by_default.append(state)
            members, by_byte = ALL_BYTES & ~members, self._except_byte
        while members:
            by_byte[members.bit_length() - 1].append(state)
            members &= ~(1 << members.bit_length() - 1)

    def moves(self) -> list[int]:
        """Return, for each byte, the states that it leads on from."""
        default = _bits(self._by_default)
        found = [default] * 256
        for byte, states in self._except_byte.items():
            found[byte] &= ~_bits(states)
        for byte, states in self._by_byte.items():
            found[byte] |= _bits(states)
        return found


def _bits(positions: Sequence[int]) -> int:
    """Return the integer with the bits at *positions*, which ascend."""
    if not positions:
        return 0
    data = bytearray(positions[-1] // 8 + 1)
    for at in positions:
        data[at >> 3] |= 1 << (at & 7)
    return int.from_bytes(data, "little")
