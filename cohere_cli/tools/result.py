"""What a command wrote, as the rows that the model gets: text, JSON, or documents."""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Literal

from cohere_cli.strict_json import decode_record, loads, skip_space, syntax_reason
from cohere_cli.tools.process import Ended
from cohere_cli.tools.tool import Json, Outcome

ResultFormat = Literal["text", "json", "documents"]
"""How the output of a command is read."""

_MOST_QUOTED = 4096  # characters of the output, beside an error
# Colours, titles, links: ECMA-48's sequences, which end with a letter, BEL or ST.
_ESCAPE_SEQUENCES = re.compile(
    r"\x1b\[[0-?]*[ -/]*[@-~]|\x1b[PX\]^_][^\x07\x1b]*(?:\x07|\x1b\\)?|\x1b[ -/]*[0-~]"
)
_CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")
_LINE_ENDS = re.compile(r"\r\n?")
_CUT = "only the first 1 MiB of the output is here"
_NOT_UTF_8 = "bytes that are not UTF-8 are U+FFFD"
_CLEANED = "control characters were removed"


class _Unreadable(ValueError):
    """Output that is not what the declaration says."""


def outcome_of(ended: Ended, kind: ResultFormat) -> Outcome:
    """Return the rows of a command's output, read as *kind*.

    Of a command that failed there is one row, with what it wrote. Text that was cut
    is a row, too, and so is each whole line of JSON Lines.
    """
    if ended.problem and not (ended.is_cut and ended.output):
        return _failed(ended.problem, ended)
    try:
        rows = [*_READERS[kind](ended)]
    except _Unreadable as exc:
        return _failed(ended.problem or str(exc), ended)
    if ended.is_cut:
        rows.append({"note": _CUT})
    return Outcome(rows or [{"note": "the list is empty"}], ended.problem)


def _failed(problem: str, ended: Ended) -> Outcome:
    """Return the outcome of a failure; its reason has the last line of the errors."""
    errors, _ = plain_text(ended.errors)
    output, _ = plain_text(ended.output[: 4 * _MOST_QUOTED])
    row = {"error": problem, "errors": errors.strip(), "output": output[:_MOST_QUOTED]}
    last = errors.strip().rpartition("\n")[2].strip()
    why = f"{problem}: {last}" if last else problem
    return Outcome([{name: text for name, text in row.items() if text}], why)


def _text(ended: Ended) -> Iterator[Json]:
    if b"\0" in ended.output:
        raise _Unreadable("wrote binary data, not text")
    text, notes = plain_text(ended.output)
    if not text.strip():
        yield {"note": "there was no output"}
        return
    yield {"text": text} | ({"note": "; ".join(notes)} if notes else {})


def plain_text(data: bytes) -> tuple[str, list[str]]:
    """Return *data* as text without controls but tab and newline, and what changed."""
    notes = []
    try:
        text = data.decode()
    except UnicodeDecodeError as exc:
        text = data.decode(errors="replace")
        # A character that was cut in two at the end is no fault of the command.
        if exc.start < len(data) - 3:
            notes.append(_NOT_UTF_8)
    text = _LINE_ENDS.sub("\n", text)
    plain = _CONTROLS.sub("", _ESCAPE_SEQUENCES.sub("", text))
    return plain, [*notes, *([_CLEANED] if plain != text else [])]


def _json(ended: Ended) -> Iterator[Json]:
    yield _row(_value(_decoded(ended)))


def _documents(ended: Ended) -> Iterator[Json]:
    """Yield a row for each document: of a list, of `documents`, or of JSON Lines."""
    text = _decoded(ended)
    if not text.strip():
        return
    if text.lstrip().startswith("[") or not _has_lines(text):
        yield from map(_document, _listed(_value(text)))
        return
    lines = text.split("\n")
    if ended.is_cut:
        lines.pop()
    for number, line in enumerate(lines, 1):
        if line.strip():
            yield _document(_value(line, number))


def _listed(value: Any) -> Sequence[Any]:
    if isinstance(value, Mapping):
        value = value.get("documents", [value])
    if not isinstance(value, list):
        raise _Unreadable("wrote no list of documents")
    return value


def _has_lines(text: str) -> bool:
    """Whether the first line of *text* is a whole value, and another one follows."""
    try:
        _, end, _ = decode_record(text, start := skip_space(text, 0))
    except (ValueError, RecursionError):
        return False
    return "\n" not in text[start:end] and skip_space(text, end) < len(text)


def _document(value: Any) -> Json:
    """Return a document as a row; one in the API's shape has its fields in `data`."""
    row = _row(value)
    data = row.get("data")
    if isinstance(data, Mapping) and row.keys() <= {"id", "data"}:
        return {**({"id": row["id"]} if "id" in row else {}), **data}
    return row


def _row(value: Any) -> Json:
    if isinstance(value, Mapping):
        return value or {"note": "the object is empty"}
    return {"text" if isinstance(value, str) else "result": value}


def _decoded(ended: Ended) -> str:
    try:
        return ended.output.decode("utf-8-sig", "ignore" if ended.is_cut else "strict")
    except UnicodeDecodeError as exc:
        raise _Unreadable(f"wrote no UTF-8: byte {exc.start + 1:,}") from exc


def _value(text: str, line: int = 1) -> Any:
    try:
        return loads(text)
    except json.JSONDecodeError as exc:
        place = f"line {line + exc.lineno - 1}, column {exc.colno}"
        raise _Unreadable(f"wrote no JSON: {syntax_reason(exc)} at {place}") from exc
    except ValueError as exc:
        raise _Unreadable(f"wrote no valid JSON: {exc}") from exc


_READERS = {"text": _text, "json": _json, "documents": _documents}
