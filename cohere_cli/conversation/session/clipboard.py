"""Copies text to the clipboard of the terminal, by the escape sequence OSC 52."""

from base64 import b64encode

from cohere_cli.errors import UsageProblem

MOST_BYTES = 74_994
"""The longest text that terminals accept: 100,000 bytes as a sequence (xterm)."""

_BEGIN, _END = "\x1b]52;c;", "\x1b\\"


def clipboard_sequence(text: str) -> str:
    """Return the sequence that copies *text*; raises `UsageProblem` if it is longer.

    Whether the terminal obeys it cannot be known.
    """
    data = text.encode("utf-8", "replace")
    if len(data) > MOST_BYTES:
        size = f"{len(data):,} bytes, more than the {MOST_BYTES:,} that terminals take"
        hint = "/save FILE writes it to a file, /copy N copies one code block"
        raise UsageProblem(f"cannot copy {size}", hint=hint)
    return f"{_BEGIN}{b64encode(data).decode()}{_END}"
