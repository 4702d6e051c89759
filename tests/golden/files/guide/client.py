"""A client that sends requests."""


def wait_before_retry(attempt: int) -> float:
    """Return the seconds to wait before retry number *attempt*."""
    return 0.5 * attempt
