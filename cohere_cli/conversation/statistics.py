"""How much was asked and answered, by model."""

from collections.abc import Callable, Iterable, Sequence
from itertools import chain
from typing import NamedTuple

from cohere_cli.conversation.turn import TurnUsage
from cohere_cli.render.usage import billed_tokens, billed_units


class ModelStatistics(NamedTuple):
    """What a model was used for, or all models together.

    Tokens are the billed ones where the server names them. `without_usage` is how many
    turns are not in them, because the server sent no usage. `dollars` are what the
    others cost, None if the price of a model is not known.
    """

    model: str
    conversations: int
    turns: int
    input_tokens: int
    output_tokens: int
    search_units: int
    without_usage: int
    dollars: float | None = None


class _Counted(NamedTuple):
    """A turn with its input and output tokens, search units, and dollars.

    Tokens and dollars are None if unknown.
    """

    turn: TurnUsage
    tokens: tuple[int | None, int | None]
    units: int
    dollars: float | None


Cost = Callable[[object, str], float | None]
"""Returns what a usage of a model costs in dollars, None if the price is unknown."""


def count_turns(
    turns: Iterable[TurnUsage], cost: Cost
) -> tuple[list[ModelStatistics], ModelStatistics]:
    """Return the statistics of each model, the one with most turns first, and of all.

    The model of the latter is "total".
    """
    by_model: dict[str, list[_Counted]] = {}
    for turn in turns:
        tokens, units = billed_tokens(turn.usage), int(billed_units(turn.usage) or 0)
        dollars = cost(turn.usage, turn.model) if turn.usage else None
        one = _Counted(turn, tokens, units, dollars)
        by_model.setdefault(turn.model, []).append(one)
    found = [_summed(model, own) for model, own in by_model.items()]
    total = _summed("total", [*chain.from_iterable(by_model.values())])
    return sorted(found, key=lambda one: (-one.turns, one.model)), total


def _summed(model: str, counted: Sequence[_Counted]) -> ModelStatistics:
    return ModelStatistics(
        model,
        len({one.turn.conversation for one in counted}),
        len(counted),
        sum(one.tokens[0] or 0 for one in counted),
        sum(one.tokens[1] or 0 for one in counted),
        sum(one.units for one in counted),
        sum(one.tokens == (None, None) for one in counted),
        _sum_of_known(one.dollars for one in counted if one.turn.usage),
    )


def _sum_of_known(amounts: Iterable[float | None]) -> float | None:
    found = [*amounts]
    known = [one for one in found if one is not None]
    return sum(known) if len(known) == len(found) else None
