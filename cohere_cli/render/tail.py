"""The rows at the lower end of the screen that may still change."""

from collections.abc import Sequence

# Autowrap off (DECAWM): a row that is wider on this terminal than we think is cut,
# instead of taking a second row that we would not know of.
_KEEP_ROWS = "\x1b[?7l"
_WRAP_ROWS = "\x1b[?7h"
_ERASE_BELOW = "\x1b[J"


class Tail:
    """Remembers what is drawn, so that only what differs is drawn again.

    The cursor stands at the end of the last row, or in column 0 of a free row when
    there is none. Nothing above the tail's first row is ever touched again.
    """

    def __init__(self) -> None:
        self._rows: list[str] = []
        self._gone: list[str] = []  # rows of the tail that were scrolled away
        self._width = 0

    def replace(
        self, finished: Sequence[str], rows: Sequence[str], width: int, height: int
    ) -> str:
        """Return what turns the tail into *finished*, for good, and then *rows*.

        *width* and *height* are the terminal's. In a new width nothing stays as it
        is drawn. A terminal that wraps rows anew when it gets narrower keeps some of
        the old tail above. To go up further would erase finished rows on one that
        does not.
        """
        anew, self._width = width != self._width, width
        self._let_go(len(self._rows) - height)
        finished = self._not_gone(finished)
        same = 0 if anew else self._same(finished, rows)
        if same == len(finished) + len(rows) and rows:
            if same == len(self._rows):
                self._rows = list(rows)
                return ""
            same -= 1  # drawn again, because the cursor belongs at its end
        left = [*finished, *rows][same:]
        grown = 0 if anew else self._grown(same, left)
        moved = "" if grown else self._move_to(same)
        self._rows = list(rows)
        if grown:
            left[0] = left[0][grown:]
        done = max(0, len(finished) - same)
        drawn = "".join(f"{row}\n" for row in left[:done])
        body = "\n".join(left[done:])
        return (
            f"{moved}{drawn}{_KEEP_ROWS}{body}{_WRAP_ROWS}" if body else moved + drawn
        )

    def _let_go(self, count: int) -> None:
        """Give up the first *count* rows: a lower screen has scrolled them away."""
        if count > 0:
            self._gone += self._rows[:count]
            del self._rows[:count]

    def _not_gone(self, finished: Sequence[str]) -> Sequence[str]:
        """Return *finished* without the rows that stand above as they should."""
        seen = _alike(self._gone, finished)
        self._gone = self._gone[seen:] if seen == len(finished) else []
        return finished[seen:]

    def _grown(self, same: int, left: Sequence[str]) -> int:
        """Return how much stands of the first row that is *left* to draw.

        It is where the cursor is if all rows but the last are the same. A row with
        wide characters may have been cut, and in a full one the cursor has not
        moved behind the last character.
        """
        if not left or same != len(self._rows) - 1:
            return 0
        last = self._rows[-1]
        stands = last.isascii() and len(last) < self._width
        return len(last) if stands and left[0].startswith(last) else 0

    def _same(self, finished: Sequence[str], rows: Sequence[str]) -> int:
        """Count the rows from the first that can stay as they are drawn."""
        # A finished row with wide characters may have been cut: see _KEEP_ROWS.
        stay = [row if row.isascii() else None for row in finished]
        return _alike(self._rows, [*stay, *rows])

    def _move_to(self, row: int) -> str:
        """Return what brings the cursor to the tail's *row*, which is made free."""
        if not self._rows:
            return ""
        up = len(self._rows) - 1 - row
        if up < 0:
            return "\n"
        return "\r" + (f"\x1b[{up}A" if up else "") + _ERASE_BELOW


def _alike(old: Sequence[str], new: Sequence[str | None]) -> int:
    """Count the rows from the first in which both are the same."""
    pairs = enumerate(zip(old, new, strict=False))
    return next((at for at, (a, b) in pairs if a != b), min(len(old), len(new)))
