"""`co history list` and `search`: conversations, and turns that have words."""

import time
from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, Any

import typer

from cohere_cli.commands.call.session import presented
from cohere_cli.commands.flags.history import ConversationListFlags, MatchFlags
from cohere_cli.commands.history.selection import stored_history
from cohere_cli.errors import NothingFound, UsageProblem
from cohere_cli.terminal import Terminal

if TYPE_CHECKING:
    from cohere_cli.conversation.store import ConversationRow, Filters, Match

_HEADINGS = ("id", "name", "when", "turns", "model", "status", "prompt")
# Columns that are left out on a screen if all of their cells are so.
_OPTIONAL = {"name": "", "status": "complete"}
_STYLES = {"complete": "dim", "error": "red"}
# Characters of a first prompt in a pipe; JSON has all of it.
_LONGEST = 200


def list_conversations(flags: ConversationListFlags) -> None:
    """List the conversations, the last one first.

    With filters: those that have such a turn. In a pipe: id, name, time (UTC), turns,
    models, status of the last turn and the beginning of the first prompt, as TSV.

    $ co history list --since 7d --status interrupted

    $ co history list --search "parental leave" -o json
    """
    filters = _filters(flags, time.time())
    with presented(flags) as terminal, stored_history(terminal) as history:
        found = history.conversations(filters, flags.number)
        _write_list(found, flags, terminal)
        if not found:
            terminal.note(f"co: {_NO_SUCH_TURN if len(history) else _EMPTY}")


_NO_SUCH_TURN = "no conversation has such a turn"
_EMPTY = (
    "the history is empty: `co chat` keeps what is asked and answered; of a sandbox, "
    "with --name"
)


def search_turns(
    flags: MatchFlags,
    words: Annotated[
        list[str],
        typer.Argument(
            metavar="WORD", help="Words that a turn must have; quoted: side by side."
        ),
    ],
) -> None:
    """Find the turns whose prompt or answer has all words, the best first.

    In a pipe each is a line `ID:N:text`.

    $ co history search retry timeout

    $ co history search '"exit code"' -o json
    """
    query = " ".join(words)
    _require_words(query)
    with presented(flags) as terminal, stored_history(terminal) as history:
        # One more, to know whether that is all.
        found = history.search(query, flags.number + 1)
        _write_matches(found[: flags.number], flags, terminal)
    if len(found) > flags.number:
        hint = f"-n {flags.number * 2} shows more"
        terminal.note(f"co: more turns have these words; {hint}")
    elif not found:
        _report_nothing(flags, terminal)


def _report_nothing(flags: MatchFlags, terminal: Terminal) -> None:
    hint = "fewer words find more"
    problem = NothingFound("no turn has all of these words", hint=hint)
    if flags.exit_status:
        raise problem
    terminal.note(f"co: {problem}")
    terminal.note(f"hint: {problem.hint}")


def _require_words(text: str) -> None:
    if not any(map(str.isalnum, text)):
        hint = "for instance: co history search retry timeout"
        raise UsageProblem(f"{text!r} has no word to search for", hint=hint)


def _filters(flags: ConversationListFlags, now: float) -> "Filters":
    from cohere_cli.conversation.dates import read_moment
    from cohere_cli.conversation.store import Filters

    if flags.search is not None:
        _require_words(flags.search)
    since = None if flags.since is None else read_moment(flags.since, "--since", now)
    return Filters(
        since=since, model=flags.model, status=flags.status, matching=flags.search
    )


def _write_list(
    found: "Sequence[ConversationRow]", flags: ConversationListFlags, terminal: Terminal
) -> None:
    output = flags.output or ("table" if terminal.shows_output else "text")
    if output in ("json", "jsonl"):
        from cohere_cli.render.json import write_json_list

        write_json_list(terminal, map(_as_object, found), lines=output == "jsonl")
    elif output == "table":
        _write_table(found, terminal)
    else:
        from cohere_cli.render.tables.ranking_rows import tsv_line

        terminal.write("".join(tsv_line(_cells(one)) for one in found))


def _write_table(found: "Sequence[ConversationRow]", terminal: Terminal) -> None:
    from cohere_cli.conversation.dates import local_time
    from cohere_cli.render.tables.columns import write_columns

    wide = len(str(max((one.turns for one in found), default=0)))
    rows = [
        (
            (one.id, "bold"),
            (one.name, "bold"),
            (local_time(one.changed), "dim"),
            (str(one.turns).rjust(wide), ""),
            (_models(one), "dim"),
            (one.status, _STYLES.get(one.status, "yellow")),
            (_beginning(one.prompt), ""),
        )
        for one in found
    ]
    columns = [
        at
        for at, heading in enumerate(_HEADINGS)
        if heading not in _OPTIONAL
        or {row[at][0] for row in rows} - {_OPTIONAL[heading]}
    ]
    if rows:
        headings = [_HEADINGS[at] for at in columns]
        shown = [[row[at] for at in columns] for row in rows]
        write_columns(terminal, shown, headings=headings, cut=True)


def _models(one: "ConversationRow") -> str:
    first, *others = one.models
    return f"{first} +{len(others)}" if others else first


def _cells(one: "ConversationRow") -> tuple[Any, ...]:
    from cohere_cli.conversation.dates import utc_time

    models, prompt = ", ".join(one.models), _beginning(one.prompt)
    when = utc_time(one.changed)
    return (one.id, one.name, when, one.turns, models, one.status, prompt)


def _beginning(prompt: str) -> str:
    """Return the beginning of *prompt* on one line."""
    line = " ".join(prompt[: _LONGEST * 2].split())
    is_cut = len(line) > _LONGEST or len(prompt) > _LONGEST * 2
    return f"{line[:_LONGEST]}…" if is_cut else line


def _as_object(one: "ConversationRow") -> dict[str, Any]:
    from cohere_cli.conversation.dates import utc_time

    return {
        "id": one.id,
        "name": one.name or None,
        "changed": utc_time(one.changed),
        "turns": one.turns,
        "head": one.head,
        "models": list(one.models),
        "commands": list(one.commands),
        "status": one.status,
        "prompt": one.prompt,
    }


def _write_matches(
    found: "Sequence[Match]", flags: MatchFlags, terminal: Terminal
) -> None:
    from cohere_cli.conversation.dates import local_time
    from cohere_cli.conversation.store import snippet_pieces
    from cohere_cli.render.tables.matches import MatchedText, write_matches

    output = flags.output or ("full" if terminal.shows_output else "text")
    if output in ("json", "jsonl"):
        from cohere_cli.render.json import write_json_list

        objects = map(_match_object, found)
        write_json_list(terminal, objects, lines=output == "jsonl")
        return
    texts = [
        MatchedText(
            f"{one.conversation}:{one.number}",
            "  ".join(filter(None, (local_time(one.began), one.name))),
            [*snippet_pieces(one.snippet)],
        )
        for one in found
    ]
    write_matches(terminal, texts, is_full=output == "full")


def _match_object(one: "Match") -> dict[str, Any]:
    from cohere_cli.conversation.dates import utc_time
    from cohere_cli.conversation.store import snippet_pieces

    text, spans = "", list[list[int]]()
    for piece, is_match in snippet_pieces(one.snippet):
        spans += [[len(text), len(text) + len(piece)]] if is_match else []
        text += piece
    return {
        "conversation": one.conversation,
        "name": one.name or None,
        "turn": one.number,
        "time": utc_time(one.began),
        "text": text,
        "matches": spans,
    }
