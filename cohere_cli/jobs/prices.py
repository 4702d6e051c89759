"""Published prices of Cohere's models, in US dollars, and what a reply has cost.

From copies of https://cohere.com/pricing. `command-r-08-2024` and `command-r7b…`: as of
November 2026. The older `command-r…` and `c4ai-aya-expanse…`: its FAQ, October 2026.
The rerank models: June 2026; since then it has only prices of servers by the hour.
`command-a-03-2025`: its announcement, https://cohere.com/blog/command-a. The other
`command-a…` have no published price, because their keys are for trials; here they have
the one that https://models.dev lists, so that a limit holds for them too.
A profile's own prices override these: other servers and contracts have others.
"""

import shlex
from collections.abc import Mapping
from math import ceil, floor, log10
from typing import NamedTuple

from cohere_cli.config.profiles import PRICES, SANDBOX
from cohere_cli.errors import ConfigProblem
from cohere_cli.render.usage import billed_tokens, billed_units

Own = Mapping[str, Mapping[str, float]]
"""The prices of a profile: `input` and `output`, or `search`, by name of a model."""


class Price(NamedTuple):
    """Dollars for a million tokens of input or output, and for 1,000 search units.

    None: the model has no such price.
    """

    input: float | None = None
    output: float | None = None
    search: float | None = None


# By the whole name: the next model of a family may have another price.
_PUBLISHED = {
    "command-a-03-2025": Price(2.50, 10.00),
    "command-a-plus-05-2026": Price(2.50, 10.00),
    "command-a-reasoning-08-2025": Price(2.50, 10.00),
    "command-a-translate-08-2025": Price(2.50, 10.00),
    "command-a-vision-07-2025": Price(2.50, 10.00),
    "command-r-plus-08-2024": Price(2.50, 10.00),
    "command-r-plus-04-2024": Price(3.00, 15.00),
    "command-r-08-2024": Price(0.15, 0.60),
    "command-r-03-2024": Price(0.50, 1.50),
    "command-r7b-12-2024": Price(0.0375, 0.15),
    "command-r7b-arabic-02-2025": Price(0.0375, 0.15),
    "c4ai-aya-expanse-8b": Price(0.50, 1.50),
    "c4ai-aya-expanse-32b": Price(0.50, 1.50),
    "rerank-v4.0-pro": Price(search=2.50),
    "rerank-v4.0-fast": Price(search=2.00),
    "rerank-v3.5": Price(search=2.00),
    "rerank-english-v3.0": Price(search=2.00),
    "rerank-multilingual-v3.0": Price(search=2.00),
}
_MILLION = 1_000_000
_THOUSAND = 1_000


class PriceList:
    """The published prices, overridden by a profile's *own*; *profile* is its name."""

    def __init__(self, own: Own | None = None, profile: str = "") -> None:
        self.own = own or {}
        self._profile = profile

    def find(self, model: str) -> Price | None:
        """Return the price of *model*, None if it is unknown."""
        if model in self.own:
            return Price(**self.own[model])
        return _PUBLISHED.get(model)

    def cost_of_tokens(self, model: str, tokens_in: float, tokens_out: float) -> float:
        """Return the dollars for tokens; raises `ConfigProblem` without a price."""
        price = self.find(model) or Price()
        if price.input is None or price.output is None:
            raise self._unknown(model, "a million tokens", "input=X,output=Y")
        return (tokens_in * price.input + tokens_out * price.output) / _MILLION

    def cost_of_search(self, model: str, units: float) -> float:
        """Return the dollars for search units; raises `ConfigProblem`, as above."""
        price = self.find(model) or Price()
        if price.search is None:
            raise self._unknown(model, "1,000 search units", "search=X")
        return units * price.search / _THOUSAND

    def _unknown(self, model: str, measure: str, value: str) -> ConfigProblem:
        profile = "NAME" if self._profile == SANDBOX else self._profile
        command = ["co", "config", "set", f"{PRICES}.{model}", value]
        line = shlex.join([*command, *(["-p", profile] if profile else [])])
        hint = f"set its price, the dollars for {measure}: `{line}`"
        if self._profile == SANDBOX:
            hint = f"{hint}; the profile {SANDBOX} has no settings"
        return ConfigProblem(f"no price is known for the model {model!r}", hint=hint)


def cost_of(usage: object, model: str, own: Own | None = None) -> float | None:
    """Return the dollars for a reply with *usage*, as a server sends it.

    Of tokens, the billed ones count where the server names them. None if the price
    of *model* is unknown, or the usage has no counts.
    """
    prices = PriceList(own)
    price = prices.find(model)
    if price is None:
        return None
    units = billed_units(usage)
    if price.search is not None and units is not None:
        return prices.cost_of_search(model, units)
    tokens_in, tokens_out = billed_tokens(usage)
    if price.input is None or tokens_in is None or tokens_out is None:
        return None
    return prices.cost_of_tokens(model, tokens_in, tokens_out)


def shown_dollars(amount: float) -> str:
    """Return *amount* rounded up to a cent, or to two digits if less: `$0.0041`."""
    decimals = 2 if amount < _SMALLEST else max(2, 1 - floor(log10(amount)))
    # A little less, because 0.1 is a little more than a tenth.
    rounded = ceil(amount * 10**decimals - _SMALLEST) / 10**decimals
    return f"${shown_limit(rounded)}"


def shown_limit(amount: float) -> str:
    """Return *amount* as it was set, with at least two decimals: `0.10`, `0.125`."""
    whole, _, decimals = f"{amount:,.12f}".rstrip("0").partition(".")
    return f"{whole}.{decimals:0<2}"


_SMALLEST = 1e-9
