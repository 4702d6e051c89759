"""Writes the answers alone, a line or a text before a NUL for each record."""

from cohere_cli.mapping.output.row_writer import Writer
from cohere_cli.mapping.result import Result
from cohere_cli.render.json import json_line
from cohere_cli.text import plural, valid_unicode


class TextLines(Writer):
    """A record that failed has an empty line, so that line n belongs to record n.

    JSON is on one line. Without *null*, the line ends that end an answer are left
    out, and a note counts the answers that have others. With it, answers are exact.
    """

    def __init__(self, *, has_json: bool, null: bool) -> None:
        self._has_json = has_json
        self._null = null
        self._broken = 0

    def row(self, result: Result) -> bytes:
        one = result.outcomes[0]
        if one.error:
            text = ""
        else:
            text = json_line(one.value) if self._has_json else valid_unicode(one.text)
        if self._null:
            # A NUL of its own would end the answer.
            return text.replace("\0", "\ufffd").encode() + b"\0"
        text = text.rstrip("\r\n")
        self._broken += "\n" in text
        return text.encode() + b"\n"

    def notes(self) -> list[str]:
        broken, self._broken = self._broken, 0
        if not broken:
            return []
        what = f"{plural(broken, 'answer')} of several lines"
        return [f"{what}: -0 ends each with a NUL, -o jsonl keeps each on one line"]
