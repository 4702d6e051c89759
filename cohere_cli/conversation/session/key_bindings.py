"""What the keys of the line editor do where it is not usual."""

from prompt_toolkit.application.current import get_app
from prompt_toolkit.enums import DEFAULT_BUFFER
from prompt_toolkit.filters import Condition, has_focus
from prompt_toolkit.key_binding import KeyBindings, KeyPressEvent

from cohere_cli.conversation.session.text_block import is_open


def key_bindings() -> KeyBindings:
    """Return the bindings: Enter sends, Alt-Enter begins a line, Ctrl-C clears."""
    keys, typing = KeyBindings(), has_focus(DEFAULT_BUFFER)  # and not searching
    keys.add("escape", "enter", filter=typing)(_insert_line)
    # What was typed while an answer came: the terminal had made a newline of Enter.
    keys.add("escape", "c-j", filter=typing)(_insert_line)
    keys.add("enter", filter=typing)(_send)
    keys.add("enter", filter=typing & Condition(_is_in_block))(_insert_line)
    keys.add("c-c", filter=typing)(_clear)
    return keys


def _is_in_block() -> bool:
    return is_open(get_app().current_buffer.text)


def _insert_line(event: KeyPressEvent) -> None:
    event.current_buffer.newline(copy_margin=False)


def _send(event: KeyPressEvent) -> None:
    event.current_buffer.validate_and_handle()


def _clear(event: KeyPressEvent) -> None:
    """Clear the line; on an empty one, raise KeyboardInterrupt in who reads it."""
    if event.current_buffer.text:
        event.current_buffer.reset()
    else:
        event.app.exit(exception=KeyboardInterrupt)
