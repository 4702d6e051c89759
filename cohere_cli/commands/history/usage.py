"""`co history stats`: conversations, turns and tokens by model."""

import time
from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

from cohere_cli.commands.call.session import chosen_profile, presented
from cohere_cli.commands.flags.history import StatisticsFlags
from cohere_cli.commands.history.selection import stored_history
from cohere_cli.config.profiles import PRICES
from cohere_cli.terminal import Terminal
from cohere_cli.text import plural

if TYPE_CHECKING:
    from cohere_cli.conversation.statistics import ModelStatistics

_COUNTS = ("conversations", "turns", "input_tokens", "output_tokens", "search_units")
_RARE = "search_units"  # a column of a table only if there are any


def show_statistics(flags: StatisticsFlags) -> None:
    """Count conversations, turns, tokens and dollars by model.

    Tokens are the billed ones where the server names them. Dollars are list prices,
    unless the profile has others (prices); - where one is not known. In a pipe: model,
    conversations, turns, input tokens, output tokens, search units, turns without
    usage, and dollars, as TSV.

    $ co history stats --since 30d

    $ co history stats --since 30d -o json
    """
    from cohere_cli.conversation.dates import read_moment
    from cohere_cli.conversation.statistics import count_turns
    from cohere_cli.conversation.store import Filters
    from cohere_cli.jobs.prices import cost_of

    now = time.time()
    since = None if flags.since is None else read_moment(flags.since, "--since", now)
    with presented(flags) as terminal:
        with stored_history(terminal) as history:
            prices = chosen_profile(None, terminal).table(PRICES)
            usages = history.usages(Filters(since=since))
            models, total = count_turns(usages, partial(cost_of, own=prices))
        _write(models, total, since, flags, terminal)
        _note(total, terminal)


def _note(total: "ModelStatistics", terminal: Terminal) -> None:
    if not total.turns:
        terminal.note("co: no turn to count")
    elif total.without_usage:
        turns = plural(total.without_usage, "turn")
        terminal.note(f"co: without the tokens of {turns}: the server sent no usage")


def _write(
    models: "Sequence[ModelStatistics]",
    total: "ModelStatistics",
    since: float | None,
    flags: StatisticsFlags,
    terminal: Terminal,
) -> None:
    output = flags.output or ("table" if terminal.shows_output else "text")
    if output == "json":
        _write_json(models, total, since, terminal)
    elif output == "table":
        _write_table(models, total, terminal)
    else:
        from cohere_cli.render.tables.ranking_rows import tsv_line

        terminal.write("".join(tsv_line(_shown(one)) for one in models))


def _shown(one: "ModelStatistics") -> "tuple[object, ...]":
    dollars = "" if one.dollars is None else f"{one.dollars:.6f}"
    return (*one[:-1], dollars)


def _dollars(one: "ModelStatistics") -> str:
    from cohere_cli.jobs.prices import shown_dollars

    return "-" if one.dollars is None else shown_dollars(one.dollars)


def _write_json(
    models: "Sequence[ModelStatistics]",
    total: "ModelStatistics",
    since: float | None,
    terminal: Terminal,
) -> None:
    from cohere_cli.conversation.dates import utc_time
    from cohere_cli.render.json import write_json

    whole: dict[str, Any] = total._asdict()
    del whole["model"]
    shown = None if since is None else utc_time(since)
    objects = [one._asdict() for one in models]
    write_json(terminal, {"since": shown, "models": objects, "total": whole})


def _write_table(
    models: "Sequence[ModelStatistics]", total: "ModelStatistics", terminal: Terminal
) -> None:
    from cohere_cli.render.tables.columns import write_columns

    names = [name for name in _COUNTS if name != _RARE or total.search_units]
    shown = [*models, total] if len(models) > 1 else models
    counts = [
        [*(f"{getattr(one, name):,}" for name in names), _dollars(one)] for one in shown
    ]
    headings = [*(name.replace("_", " ") for name in names), "dollars"]
    wide = [max(map(len, column)) for column in zip(headings, *counts, strict=True)]
    rows = [
        [
            (one.model, "bold"),
            *(
                (count.rjust(room), "bold" if one is total else "")
                for count, room in zip(own, wide, strict=True)
            ),
        ]
        for one, own in zip(shown, counts, strict=True)
    ]
    if rows:
        aligned = [name.rjust(room) for name, room in zip(headings, wide, strict=True)]
        write_columns(terminal, rows, headings=("model", *aligned))
