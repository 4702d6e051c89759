"""What the bytes of an event stream mean, by the letter of the specification.

WHATWG HTML, 9.2.5 "Parsing an event stream" and 9.2.6 "Interpreting an event
stream". It knows nothing of chunks, of speed, or of the code that it judges.
"""

from typing import NamedTuple


class Event(NamedTuple):
    """What would be dispatched. `retry` is the reconnection time in force, if any."""

    event: str
    data: str
    id: str
    retry: int | None


def interpreted(stream: bytes) -> list[Event]:
    """Return the events of *stream*, a last one without its blank line too.

    There the specification says to discard what is pending; we take it, because
    a server that closes a line too early has still sent it. Whether it is whole
    is for the reader of its JSON to see.
    """
    interpreter = _Interpreter()
    for line in _lines(_decoded(stream)):
        interpreter.process(line)
    interpreter.process("")
    return interpreter.dispatched


class Excess(NamedTuple):
    """Which limit a stream passes first, and where the event begins that does so."""

    what: str
    event_begins: int


def excess(stream: bytes, longest_line: int, longest_event: int) -> Excess | None:
    """Return what in *stream* is too long, if anything, in bytes without line ends."""
    line = event = begins = 0
    for at, byte in enumerate(stream):
        if byte == ord("\n") and at and stream[at - 1] == ord("\r"):
            begins += at == begins
        elif byte in b"\r\n":
            if not line:
                begins, event = at + 1, 0
            line = 0
        else:
            line, event = line + 1, event + 1
            if line > longest_line:
                return Excess("line", begins)
            if event > longest_event:
                return Excess("event", begins)
    return None


def _decoded(stream: bytes) -> str:
    """UTF-8 decode: one leading byte order mark is not part of the stream."""
    text = stream.decode("utf-8", "replace")
    return text[1:] if text[:1] == "\ufeff" else text


def _lines(text: str) -> list[str]:
    """Lines end with CR LF, with LF, or with CR; what is after the last is one too."""
    lines = []
    line = ""
    at = 0
    while at < len(text):
        if text[at] == "\r" and text[at + 1 : at + 2] == "\n":
            lines.append(line)
            line = ""
            at += 2
        elif text[at] in ("\r", "\n"):
            lines.append(line)
            line = ""
            at += 1
        else:
            line += text[at]
            at += 1
    return [*lines, line]


class _Interpreter:
    def __init__(self) -> None:
        self.dispatched: list[Event] = []
        self.data_buffer = ""
        self.event_type_buffer = ""
        self.last_event_id_buffer = ""
        self.reconnection_time: int | None = None

    def process(self, line: str) -> None:
        if line == "":
            self.dispatch()
        elif line[0] == ":":
            pass
        elif ":" in line:
            at = line.index(":")
            field, value = line[:at], line[at + 1 :]
            if value[:1] == " ":
                value = value[1:]
            self.process_field(field, value)
        else:
            self.process_field(line, "")

    def process_field(self, field: str, value: str) -> None:
        if field == "event":
            self.event_type_buffer = value
        elif field == "data":
            self.data_buffer += value
            self.data_buffer += "\n"
        elif field == "id":
            if "\0" not in value:
                self.last_event_id_buffer = value
        elif field == "retry" and value and all(c in "0123456789" for c in value):
            self.reconnection_time = int(value)

    def dispatch(self) -> None:
        if self.data_buffer == "":
            self.event_type_buffer = ""
            return
        data = self.data_buffer
        if data[-1] == "\n":
            data = data[:-1]
        event = self.event_type_buffer or "message"
        self.dispatched.append(
            Event(event, data, self.last_event_id_buffer, self.reconnection_time)
        )
        self.data_buffer = ""
        self.event_type_buffer = ""
