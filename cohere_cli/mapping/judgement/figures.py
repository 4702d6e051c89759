"""Figures of a report as texts: shares, intervals, differences and p."""

_LEAST_P = 0.001


def share_text(share: float | None) -> str:
    """Return three decimals; never 1.000 for less than all, "-" for None."""
    if share is None:
        return "-"
    text = f"{share:.3f}"
    return "0.999" if text == "1.000" and share < 1 else text


def interval_text(interval: tuple[float, float]) -> str:
    """Return the ends of *interval*, which are not negative."""
    low, high = interval
    return f"{low:.3f}-{high:.3f}"


def difference_text(difference: float) -> str:
    """Return *difference* with its sign."""
    text = f"{difference:+.3f}"
    return text if float(text) else "0.000"


def p_text(p_value: float) -> str:
    """Return *p_value* as it stands after `p`: never 0."""
    return f"{p_value:.3f}" if p_value >= _LEAST_P else f"< {_LEAST_P}"


def count_text(number: int) -> str:
    """Return *number* with commas."""
    return f"{number:,}"
