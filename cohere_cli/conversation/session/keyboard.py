"""The keyboard while an answer is drawn: what is typed waits for the next prompt."""

from contextlib import AbstractContextManager

from cohere_cli.system.keyboard import with_echo
from cohere_cli.terminal import Terminal


def without_echo(terminal: Terminal) -> AbstractContextManager[None]:
    """Have the terminal not show what is typed, which would disturb the drawing.

    Ctrl-C and Ctrl-Z work as ever.
    """
    return with_echo(terminal.stdin, is_on=False)
