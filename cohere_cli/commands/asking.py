"""What the commands that ask a model share: the prompt, the body files, the answer."""

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

from cohere_cli.errors import UsageProblem
from cohere_cli.options.answer import AnswerFlags
from cohere_cli.terminal import Terminal

if TYPE_CHECKING:
    from cohere_cli.api.accumulate import Reply
    from cohere_cli.api.events import ChatEvent
    from cohere_cli.compose.body_file import BodyFile
    from cohere_cli.config.settings import Settings

STDIN = "-"
_PATIENCE = 2.0


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

    # A service manager or an editor may attach a pipe that nobody ever closes.
    if terminal.is_input_silent(_PATIENCE):
        terminal.note("co: waiting for standard input; `< /dev/null` gives it none")
    return prompt_of(tuple(words), read_text(STDIN, terminal.stdin.buffer))


def body_file_of(flags: AnswerFlags, terminal: Terminal) -> "BodyFile | None":
    """Read the body files that the flags name, if they name any."""
    if not flags.file:
        return None
    from cohere_cli.compose.body_file import stacked
    from cohere_cli.documents.readers import read_mapping

    stdin = terminal.stdin.buffer
    return stacked((source, read_mapping(source, stdin)) for source in flags.file)


def format_of(flags: AnswerFlags) -> str | None:
    """Return the output format that the flags ask for; None is the terminal's own."""
    chosen = "json" if flags.json else flags.output
    if chosen == "events" and flags.stream is False:
        hint = "leave out --no-stream, or ask for -o json"
        raise UsageProblem("only a stream has events", hint=hint)
    if chosen == "yaml" and not flags.dry_run:
        hint = "add --dry-run, or ask for -o json"
        raise UsageProblem("yaml is a format of --dry-run alone", hint=hint)
    return chosen


def channels_of(flags: AnswerFlags, settings: "Settings") -> frozenset[str]:
    """Return which parts of a reply are to be shown: the flags', else the profile's."""
    from cohere_cli.render.channels import channels

    usual = channels(",".join(settings.show), ",".join(settings.hide))
    shown = channels(",".join(flags.show or ()), ",".join(flags.hide or ()), usual)
    return shown | {"usage"} if flags.usage else shown


def answer(
    events: "Iterable[ChatEvent]",
    terminal: Terminal,
    output: str | None,
    shape: "Callable[[Reply], dict[str, Any]]",
    shown: frozenset[str] | None = None,
) -> "Reply":
    """Show a reply as its events come, and return the whole of it."""
    from cohere_cli.api.accumulate import Reply, accumulate
    from cohere_cli.render import choose

    reply = Reply()
    with choose(terminal, output, shape, shown=shown) as renderer:
        for event, reply in accumulate(events):
            renderer.show(event, reply)
    return reply
