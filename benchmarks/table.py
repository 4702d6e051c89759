"""Results as a table in Markdown: what was measured, beside its target."""

import os
import platform
from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import NamedTuple

HEAD = "| what | measured | target | met | medians |\n|---|---|---|---|---|"


class Figure(NamedTuple):
    """A number and its unit; the target is at most this, or at least.

    The number is None if a peer is missing; the target is None where there is none.
    """

    value: float | None
    unit: str
    target: float | None = None
    at_least: bool = False

    @property
    def measured(self) -> str:
        """The number as text, with about three digits."""
        if self.value is None:
            return f"not measured ({self.unit})"
        size = abs(self.value)
        digits = sum(size < limit for limit in (0.1, 10, 100))
        return f"{self.value:,.{digits}f} {self.unit}"

    @property
    def aim(self) -> str:
        """The target as text, where there is one."""
        return f"{'≥' if self.at_least else '≤'} {self.target:g} {self.unit}"

    @property
    def met(self) -> bool | None:
        """Whether the target is met; None if that is not known."""
        if self.value is None or self.target is None:
            return None
        if self.at_least:
            return self.value >= self.target
        return self.value <= self.target


class Row(NamedTuple):
    """A row of the table: a figure for each peer, and the medians behind them."""

    what: str
    figures: tuple[Figure, ...]
    medians: str = ""

    def __str__(self) -> str:
        measured = "; ".join(figure.measured for figure in self.figures)
        aims = "; ".join(figure.aim for figure in self.figures if figure.target)
        cells = (self.what, measured, aims or "–", self.met, self.medians)
        return f"| {' | '.join(cells)} |"

    @property
    def met(self) -> str:
        """Whether all targets of the row are met."""
        answers = {figure.met for figure in self.figures if figure.target}
        return "no" if False in answers else "yes" if answers == {True} else "–"


def markdown(title: str, rows: Iterable[Row]) -> str:
    """Return the table of one part, with its heading."""
    return "\n".join([f"## {title}\n", HEAD, *map(str, rows)]) + "\n"


def machine() -> str:
    """Return what the figures were measured on, and when."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    load = os.getloadavg()[0]
    return (
        f"{date.today()}: {os.cpu_count()} × {_processor()}, {memory:.0f} GiB, "  # noqa: DTZ011
        f"{platform.system()} {platform.release()}, "
        f"Python {platform.python_version()}; load at the start {load:.1f}."
    )


def _processor() -> str:
    """Return the processor's name; where Linux does not give it, its kind."""
    cpuinfo = Path("/proc/cpuinfo")
    lines = cpuinfo.read_text().splitlines() if cpuinfo.exists() else []
    names = [line.partition(": ")[2] for line in lines if line.startswith("model name")]
    return names[0] if names else platform.machine()
