"""`co replay`: shows a recorded reply again, without network access."""

from typing import Annotated

import typer

from cohere_cli.commands.call.replies import show_reply
from cohere_cli.commands.call.session import presented
from cohere_cli.commands.flags.answer import LISTED_FORMATS, ReplyFormat
from cohere_cli.commands.flags.base import PagedFlags, shown_flag
from cohere_cli.errors import UsageProblem
from cohere_cli.terminal import Terminal

MIN_SPEED = 0.001
"""The lowest --speed: 0.1 s of a recording then takes 100 s."""


def replay(
    flags: PagedFlags,
    file: Annotated[
        str,
        typer.Argument(
            metavar="FILE",
            help="Output of --record, `-o events` or `-o json`, or the body of an "
            "event stream; - is standard input.",
        ),
    ],
    output: Annotated[
        ReplyFormat | None,
        shown_flag(
            "--output",
            "-o",
            metavar="FORMAT",
            text=f"{LISTED_FORMATS}.",
            show_default="text",
        ),
    ] = None,
    json: Annotated[bool, shown_flag("--json", text="Short for -o json.")] = False,
    speed: Annotated[
        float | None,
        shown_flag(
            "--speed",
            metavar="N",
            text="Play N times as fast as recorded; 1 is the original speed.",
            show_default="as fast as possible",
        ),
    ] = None,
) -> None:
    """Show a recorded reply again.

    $ co chat "Hello" --record hello.rec; co replay hello.rec --speed 1

    $ co replay answer.jsonl -o markdown
    """
    with presented(flags) as terminal:
        run(file, "json" if json else output, terminal, speed=speed)


_REMEDY = "the reply was recorded so; record it again for a whole one"


def run(
    file: str, output: str | None, terminal: Terminal, *, speed: float | None = None
) -> None:
    """Show the reply recorded in *file*."""
    from cohere_cli.api.playback import PlaybackTiming, read_recording
    from cohere_cli.documents.reader import read_text

    if speed is not None and not speed >= MIN_SPEED:
        # `not >=` is true for NaN, too.
        raise UsageProblem(f"--speed takes a number from {MIN_SPEED} up")
    pace = None if speed is None else PlaybackTiming(speed)
    found = read_recording(read_text(file, terminal.stdin.buffer), file, pace)
    if output == "events" and not found.is_stream:
        hint = "leave out -o events, or use -o json"
        raise UsageProblem("-o events needs a streamed reply", hint=hint)
    show_reply(found.events, terminal, output, found.shape, remedy=_REMEDY)
