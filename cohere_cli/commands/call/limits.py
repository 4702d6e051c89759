"""The limits of a call: what it, and the month, may cost; those of a trial key."""

from typing import TYPE_CHECKING

from cohere_cli.config.paths import data_directory
from cohere_cli.config.profiles import PRICES
from cohere_cli.errors import ConfigProblem
from cohere_cli.jobs.budget import NOT_COUNTED, Budget, MonthLimit
from cohere_cli.jobs.prices import PriceList
from cohere_cli.terminal import Terminal

if TYPE_CHECKING:
    from cohere_cli.api.client import Client
    from cohere_cli.config.profiles import Profile
    from cohere_cli.config.settings import Settings


def open_budget(
    max_cost: float | None,
    profile: "Profile",
    settings: "Settings",
    terminal: Terminal,
) -> Budget:
    """Return the budget of a call: *max_cost*, and the month of *profile*."""
    prices = PriceList(profile.table(PRICES), settings.profile)
    return Budget(prices, max_cost, _month_limit(settings, terminal))


def _month_limit(settings: "Settings", terminal: Terminal) -> MonthLimit | None:
    if settings.max_cost_month is None:
        return None

    def warn(line: str) -> None:
        terminal.say(f"co: warning: {line}")

    try:
        data = data_directory(terminal.environ)
    except ConfigProblem as problem:
        warn(f"{NOT_COUNTED}: {problem}")
        return None
    return MonthLimit(data, settings.profile, settings.max_cost_month, warn)


def report_trial(client: "Client", terminal: Terminal) -> None:
    """Print the limits of a trial key that the latest response of *client* states."""
    from cohere_cli.api.rate_limit import trial_limits

    limits = trial_limits(client.reply_headers)
    if limits is None:
        return
    unknown = " (the server does not say how many are left)" if limits.per_month else ""
    terminal.say(f"co: trial key: {limits}{unknown}")
