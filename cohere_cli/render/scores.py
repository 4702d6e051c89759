"""A score as people read it: three digits, or a bar."""

BAR = 10
"""Columns of a bar."""

_EIGHTHS = " ▏▎▍▌▋▊▉█"


def score_text(score: float) -> str:
    """Return *score* with three significant digits: 0.984, 8.20e-06."""
    return f"{score:#.3g}".rstrip(".")


def bar_text(score: float) -> str:
    """Return a bar for a score from 0 to 1; beyond, full or empty."""
    eighths = round(min(max(score, 0.0), 1.0) * BAR * 8)
    full, rest = divmod(eighths, 8)
    return ("█" * full + _EIGHTHS[rest])[:BAR].ljust(BAR)
