"""`co ask`: finds the passages that answer a question, and a cited answer in them."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Annotated

import typer

from cohere_cli.commands.call.prompt import check_texts, read_argument, read_prompt
from cohere_cli.commands.call.session import presented
from cohere_cli.commands.flags.ask import AskFlags
from cohere_cli.commands.retrieval.finder import require_paths
from cohere_cli.commands.retrieval.question import ask_turn
from cohere_cli.commands.retrieval.search import HERE
from cohere_cli.errors import UsageProblem
from cohere_cli.terminal import Terminal
from cohere_cli.text import current_folder


def ask(
    flags: AskFlags,
    question: Annotated[
        str | None,
        typer.Argument(
            metavar="QUESTION",
            help="The question; @FILE reads it from a file. Without it, on a terminal: "
            "a conversation.",
        ),
    ] = None,
    paths: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="PATH", help="Files, folders or patterns; without any, here."
        ),
    ] = None,
) -> None:
    """Answer a question from your files, with citations.

    The passages that answer it are found as by `co search`, and sent to the model.
    Each citation names file and lines: on a terminal, with -o markdown and -o json.

    $ co ask "When do we retry, and how often?" docs cohere_cli

    $ co ask "What changed for users?" CHANGELOG.md -o markdown

    $ co ask "Who approves travel abroad?" examples/handbook --explain
    """
    with presented(flags) as terminal:
        words = [*([question] if question is not None else []), *(paths or ())]
        if terminal.stdin.isatty() and _starts_session(words, flags, terminal):
            return
        if question is None:
            hint = '`co ask "Who approves travel?" docs`'
            raise UsageProblem("there is no question", hint=hint)
        run(question, tuple(paths or ()), flags, terminal)


def _starts_session(paths: Sequence[str], flags: AskFlags, terminal: Terminal) -> bool:
    """Run a session if there are only paths, and return whether there were."""
    from cohere_cli.commands.chat import send_turn
    from cohere_cli.commands.session.start import are_paths, ask_session, wants_session

    if not (are_paths(paths) and wants_session(flags, terminal)):
        return False
    terminal = replace(terminal, quiet=flags.quiet, verbose=flags.verbose)
    ask_session(paths, flags, terminal, send_turn)
    return True


def run(
    question: str, paths: Sequence[str], flags: AskFlags, terminal: Terminal
) -> None:
    """Find the passages, send them with the question, and show the answer."""
    terminal = replace(terminal, quiet=flags.quiet, verbose=flags.verbose)
    conversation = None
    if flags.goes_on:
        from cohere_cli.commands.call.conversation import going_on

        going = going_on(flags, "ask", (question,), terminal)
        conversation = going.conversation
        paths = paths or conversation.paths(current_folder())
    paths = paths or (HERE,)
    require_paths(question, paths, "ask")
    check_texts((question,), flags, terminal)

    def read(own: AskFlags) -> str:
        return read_prompt((question,), own, terminal)

    query = read_argument(question, terminal)
    ask_turn(query, read, flags, terminal, paths=paths, conversation=conversation)
