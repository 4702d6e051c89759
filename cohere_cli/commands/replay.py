"""`co replay`: show a recorded stream again, without a network."""

from typing import Annotated

import typer

from cohere_cli.commands.asking import answer
from cohere_cli.options.answer import ReplyFormat
from cohere_cli.terminal import Terminal


def replay(
    file: Annotated[
        str,
        typer.Argument(
            metavar="FILE",
            help="A recorded stream: the body of an event stream, or a file with one "
            "event a line, as `-o events` writes it; - is standard input.",
        ),
    ],
    output: Annotated[
        ReplyFormat | None,
        typer.Option(
            "--output", "-o", help="Format of the answer.", show_default="text"
        ),
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="Short for -o json.")] = False,
) -> None:
    """Show a recorded stream again, the way it was shown when it came.

    co chat "Hello" -o events > hello.jsonl; co replay hello.jsonl
    """
    run(file, "json" if json else output, Terminal.system())


def run(file: str, output: str | None, terminal: Terminal) -> None:
    """Show the stream that *file* holds."""
    from cohere_cli.api.recorded import recorded
    from cohere_cli.documents.readers import read_text

    told, shape = recorded(read_text(file, terminal.stdin.buffer), file)
    answer(told, terminal, output, shape)
