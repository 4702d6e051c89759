"""What a body would become, looked at before anything is sent: --check, --to-..."""

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from cohere_cli.errors import RequestRefused
from cohere_cli.terminal import Terminal

if TYPE_CHECKING:
    from cohere_cli.api.bodies import ChatBody, CompatBody
    from cohere_cli.compose.openai.linting import Finding
    from cohere_cli.compose.openai.losses import Loss

_STYLES = {"supported": "green", "ignored": "yellow", "refused": "bold red"}


def check(
    data: Mapping[str, Any], terminal: Terminal, output: str | None, where: str
) -> None:
    """Say what Cohere's endpoint makes of each field of *data*, which is OpenAI's.

    Raises `RequestRefused` if it would refuse any; *where* is the file it is from.
    """
    from cohere_cli.compose.openai.linting import checked

    found = checked(data)
    _show(found, terminal, output)
    if refused := sum(one.verdict == "refused" for one in found):
        many = f"{refused} field{'s' if refused > 1 else ''}"
        said = f"Cohere's endpoint would refuse {many} of this body"
        hint = "--to-native says it in the words of `co chat`, as far as they go"
        raise RequestRefused(said, where=where, hint=hint)


def _show(found: "Iterable[Finding]", terminal: Terminal, output: str | None) -> None:
    from dataclasses import asdict

    from cohere_cli.render.listing import write_listing

    if output in ("json", "jsonl"):
        items = (asdict(one) for one in found)
        write_listing(terminal, items, lines=output == "jsonl")
        return
    from cohere_cli.render.columns import write_columns

    write_columns(terminal, [_row(one) for one in found])


def _row(one: "Finding") -> list[tuple[str, str]]:
    why = f"{one.why}; instead: {one.instead}" if one.instead else one.why
    return [(one.verdict, _STYLES[one.verdict]), (one.path, "bold"), (why, "")]


def native(data: Mapping[str, Any], terminal: Terminal, where: str) -> "ChatBody":
    """Return OpenAI's body *data* as one of `/v2/chat`; say what it does not say."""
    from cohere_cli.compose.openai.to_native import to_native

    told = to_native(data, where=where)
    _say(told.losses, terminal)
    return told.body


def compatible(body: "ChatBody", terminal: Terminal) -> "CompatBody":
    """Return *body* in OpenAI's words; say what they tell otherwise.

    Raises `RequestRefused` where they leave something out: without its documents a
    question is another one.
    """
    from cohere_cli.compose.openai.to_openai import to_openai

    told = to_openai(body)
    _say(told.losses, terminal)
    lost = [loss.path for loss in told.losses if loss.is_left_out]
    if lost:
        said = f"OpenAI's shape has no words for {', '.join(lost)}"
        raise RequestRefused(said, hint="leave that out, or ask with `co chat`")
    return told.body


def _say(losses: "Iterable[Loss]", terminal: Terminal) -> None:
    for loss in losses:
        terminal.note(f"co: {loss.path}: {loss.what}: {loss.why}")
