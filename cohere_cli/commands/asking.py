"""What the commands that ask a model share: the prompt, the body file, the answer."""

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

from cohere_cli.errors import UsageProblem
from cohere_cli.options import AnswerFlags
from cohere_cli.terminal import Terminal

if TYPE_CHECKING:
    from cohere_cli.api.accumulate import Reply
    from cohere_cli.api.events import ChatEvent
    from cohere_cli.compose.body_file import BodyFile

STDIN = "-"


def prompt_from(
    words: Iterable[str], terminal: Terminal, *, named: Iterable[str | None]
) -> str:
    """Join the words of the command line and what is piped in.

    *named* are the files that flags name: if one of them is standard input, it is
    not part of the prompt; two of them cannot both have it.
    """
    from cohere_cli.compose.messages import prompt_of

    takers = list(named).count(STDIN)
    if takers > 1:
        hint = "write one of them to a file"
        raise UsageProblem("standard input (-) is named twice", hint=hint)
    if takers or not terminal.has_piped_input:
        return prompt_of(tuple(words))
    from cohere_cli.documents.readers import read_text

    return prompt_of(tuple(words), read_text(STDIN, terminal.stdin.buffer))


def body_file_of(flags: AnswerFlags, terminal: Terminal) -> "BodyFile | None":
    """Read the body file that the flags name, if they name one."""
    if flags.file is None:
        return None
    from cohere_cli.compose.body_file import BodyFile
    from cohere_cli.documents.readers import read_mapping

    return BodyFile(read_mapping(flags.file, terminal.stdin.buffer), flags.file)


def format_of(flags: AnswerFlags) -> str | None:
    """Return the output format that the flags ask for; None is the terminal's own."""
    chosen = "json" if flags.json else flags.output
    if chosen == "events" and flags.stream is False:
        hint = "leave out --no-stream, or ask for -o json"
        raise UsageProblem("only a stream has events", hint=hint)
    return chosen


def answer(
    events: "Iterable[ChatEvent]",
    terminal: Terminal,
    output: str | None,
    shape: "Callable[[Reply], dict[str, Any]]",
) -> None:
    """Show a reply as its events come."""
    from cohere_cli.api.accumulate import accumulate
    from cohere_cli.render import choose

    with choose(terminal, output, shape) as renderer:
        for event, reply in accumulate(events):
            renderer.show(event, reply)


def show_body(body: Any, terminal: Terminal) -> None:
    """Print what would be sent."""
    from cohere_cli.api.bodies import as_json
    from cohere_cli.render.records import write_object

    write_object(terminal, as_json(body))
