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

    def replace(
        self, finished: Sequence[str], rows: Sequence[str], *, anew: bool = False
    ) -> str:
        """Return what turns the tail into *finished*, for good, and then *rows*.

        With *anew* nothing stays as it is drawn: the terminal's width has changed.
        One that wraps rows anew when it gets narrower keeps some of the old tail
        above. To go up further would erase finished rows on one that does not.
        """
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

    def _grown(self, same: int, left: Sequence[str]) -> int:
        """Return how much stands of the first row that is *left* to draw.

        It is where the cursor is if all rows but the last are the same. A row with
        wide characters may have been cut.
        """
        if not left or same != len(self._rows) - 1 or not self._rows[-1].isascii():
            return 0
        last = self._rows[-1]
        return len(last) if left[0].startswith(last) else 0

    def _same(self, finished: Sequence[str], rows: Sequence[str]) -> int:
        """Count the rows from the first that can stay as they are drawn."""
        # A finished row with wide characters may have been cut: see _KEEP_ROWS.
        stay = [row if row.isascii() else None for row in finished]
        pairs = enumerate(zip(self._rows, [*stay, *rows], strict=False))
        shorter = min(len(self._rows), len(stay) + len(rows))
        return next((at for at, (old, new) in pairs if old != new), shorter)

    def _move_to(self, row: int) -> str:
        """Return what brings the cursor to the tail's *row*, which is made free."""
        if not self._rows:
            return ""
        up = len(self._rows) - 1 - row
        if up < 0:
            return "\n"
        return "\r" + (f"\x1b[{up}A" if up else "") + _ERASE_BELOW
