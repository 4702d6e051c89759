"""An index of keys to places in a file, in 8 bytes a slot."""

from array import array
from collections.abc import Iterator

_PLACE_BITS = 36  # of a file of at most 64 GiB
_PLACES = (1 << _PLACE_BITS) - 1
_MARKS = (1 << 28) - 1
_FEWEST = 1 << 10  # slots


class PlaceIndex:
    """Where the value of each key may be: a hash table without the keys.

    A slot is one integer: 28 bits of the key's hash, and the place. So another key
    may be found, and the caller must look whether the place has its own. A million
    keys take 16 MB where a dict takes 200. One thread may add keys while others look.
    """

    def __init__(self) -> None:
        self._slots = array("Q", bytes(8 * _FEWEST))
        self._used = 0

    def __len__(self) -> int:
        """Return the number of marks that were added."""
        return self._used

    def add(self, key: str, place: int) -> None:
        """Add the *place* (from 0, below 64 GiB) of *key*; a later one is found first.

        A place that does not fit is left out: its key is not found.
        """
        if place >= _PLACES:
            return
        # At most three quarters full: probes are few.
        if 4 * self._used >= 3 * len(self._slots):
            self._grow()
        _put(self._slots, _mark(key), place + 1)
        self._used += 1

    def find(self, key: str) -> Iterator[int]:
        """Yield the places that *key* may have, the latest first."""
        mark = _mark(key)
        yield from reversed([*self._found(mark)])

    def _found(self, mark: int) -> Iterator[int]:
        slots = self._slots
        last = len(slots) - 1
        at = mark & last
        while slot := slots[at]:
            if slot >> _PLACE_BITS == mark:
                yield (slot & _PLACES) - 1
            at = (at + 1) & last

    def _grow(self) -> None:
        before = self._slots
        slots = array("Q", bytes(2 * before.itemsize * len(before)))
        # From a free slot on: of one key, the later stays behind the earlier.
        free = before.index(0)
        for part in (range(free, len(before)), range(free)):
            for at in part:
                if slot := before[at]:
                    _put(slots, slot >> _PLACE_BITS, slot & _PLACES)
        # At once: another thread may look for a key meanwhile.
        self._slots = slots


def _put(slots: "array[int]", mark: int, place: int) -> None:
    last = len(slots) - 1
    at = mark & last
    while slots[at]:
        at = (at + 1) & last
    slots[at] = mark << _PLACE_BITS | place


def _mark(key: str) -> int:
    return hash(key) & _MARKS
