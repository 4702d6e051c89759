"""The output of another run, JSON lines, found by the records' numbers."""

import re
import shutil
from array import array
from bisect import bisect_left
from collections.abc import Mapping
from itertools import pairwise
from tempfile import TemporaryFile
from threading import Lock
from types import TracebackType
from typing import Any, BinaryIO, NamedTuple, Self, cast

from cohere_cli import strict_json
from cohere_cli.documents.document import Document
from cohere_cli.documents.open_file import open_regular_file, read_error
from cohere_cli.errors import InputProblem
from cohere_cli.text import shown_source

# As each line begins; any other is parsed.
_INDEX = re.compile(rb'\{"index": ?(0|[1-9][0-9]{0,17}),')
_MOST_SLOTS = 8  # for each line
_FORMAT_HINT = "it must be the output of `co map -o jsonl`"
_RECORDS_HINT = "two runs are compared over the same records, in the same order"


class OtherAnswer(NamedTuple):
    """What another run has of a record: as in `Outcome`. `failed`: there is none."""

    text: str
    value: Any
    failed: bool


class OtherRun:
    """The lines of the file *path*, in any order.

    Of each line, 16 bytes are kept in memory. Several threads may use it. Raises
    `InputProblem` for a file that cannot be read, and for lines without an index or
    with that of another.
    """

    def __init__(self, path: str) -> None:
        self.name = shown_source(path)
        self._stream = _seekable(open_regular_file(path))
        self._reading = Lock()
        try:
            self._indexes, self._offsets = self._places()
        except OSError as exc:
            self.close()
            raise read_error(exc, self.name) from exc
        except InputProblem:
            self.close()
            raise

    def __len__(self) -> int:
        """Return the number of lines."""
        return len(self._indexes)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        exc: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the file."""
        self._stream.close()

    def answers(
        self, index: int, record: Document, models: tuple[str, ...]
    ) -> tuple[OtherAnswer, ...] | None:
        """Return its answer for each of *models*; None without a line of *index*.

        An answer of one model is compared with each. Raises `InputProblem` if the
        line is another record's, or has no answer of a model.
        """
        fields = self._fields(index)
        if fields is None:
            return None
        self._require_same(fields, index, record)
        answers = fields.get("answers")
        if not isinstance(answers, list):
            return (_answer(fields),) * len(models)
        by_model = {one.get("model"): one for one in answers if isinstance(one, dict)}
        if missing := [model for model in models if model not in by_model]:
            what = f"the line has no answer of {missing[0]}"
            hint = f"its models: {', '.join(map(str, by_model))}"
            raise InputProblem(what, where=self._where(index), hint=hint)
        return tuple(_answer(by_model[model]) for model in models)

    def _require_same(
        self, fields: Mapping[str, Any], index: int, record: Document
    ) -> None:
        # The output of --only has no records, but their lines.
        name, own = ("record", record.data) if "record" in fields else ("line", None)
        if fields.get(name) == (record.line if own is None else own):
            return
        place = f"{shown_source(record.source)}:{record.line}"
        what = f"the record is not that of {place}"
        raise InputProblem(what, where=self._where(index), hint=_RECORDS_HINT)

    def _fields(self, index: int) -> Mapping[str, Any] | None:
        at = bisect_left(self._indexes, index)
        if at == len(self._indexes) or self._indexes[at] != index:
            return None
        try:
            with self._reading:
                self._stream.seek(self._offsets[at])
                line = self._stream.readline()
        except OSError as exc:
            raise read_error(exc, self.name) from exc
        try:
            return _parsed(line)
        except ValueError as exc:
            raise self._refused(self._line_number(self._offsets[at])) from exc

    def _places(self) -> tuple["array[int]", "array[int]"]:
        """Return the indexes in their order, and where their lines begin."""
        indexes, offsets, offset = array("q"), array("q"), 0
        for number, line in enumerate(self._stream, 1):
            if line.strip():
                indexes.append(self._index(line, number))
                offsets.append(offset)
            offset += len(line)
        if not indexes:
            hint = "is the output of this run written to it?"
            raise InputProblem("has no lines", where=self.name, hint=hint)
        if any(one >= following for one, following in pairwise(indexes)):
            indexes, offsets = _in_order(indexes, offsets)
            self._require_once(indexes, offsets)
        return indexes, offsets

    def _index(self, line: bytes, number: int) -> int:
        if not line.rstrip().endswith(b"}"):
            raise self._refused(number)
        if found := _INDEX.match(line):
            return int(found[1])
        try:
            index = _parsed(line).get("index")
        except ValueError as exc:
            raise self._refused(number) from exc
        if not isinstance(index, int) or not 0 <= index < 10**18:
            raise self._refused(number)
        return index

    def _require_once(self, indexes: "array[int]", offsets: "array[int]") -> None:
        for at, (one, following) in enumerate(pairwise(indexes), 1):
            if one == following:
                where = f"{self.name}:{self._line_number(offsets[at])}"
                what = f"the index {one} has two lines"
                raise InputProblem(what, where=where, hint=_FORMAT_HINT)

    def _refused(self, number: int) -> InputProblem:
        where = f"{self.name}:{number}"
        return InputProblem("the line is not a result", where=where, hint=_FORMAT_HINT)

    def _where(self, index: int) -> str:
        offset = self._offsets[bisect_left(self._indexes, index)]
        return f"{self.name}:{self._line_number(offset)}"

    def _line_number(self, offset: int) -> int:
        """Return the number of the line at *offset*; only errors need it."""
        number = 1
        with self._reading:
            self._stream.seek(0)
            while self._stream.tell() < offset and self._stream.readline():
                number += 1
        return number


def _seekable(stream: BinaryIO) -> BinaryIO:
    """Return *stream*, or what it has in an unnamed file if it is a pipe."""
    if stream.seekable():
        return stream
    # On Windows what has the methods of a file.
    copy: BinaryIO = cast("Any", TemporaryFile())  # noqa: SIM115 - OtherRun closes it
    with stream:
        shutil.copyfileobj(stream, copy)
    copy.seek(0)
    return copy


def _in_order(
    indexes: "array[int]", offsets: "array[int]"
) -> tuple["array[int]", "array[int]"]:
    """Return both in the order of the indexes."""
    order = _order(indexes)
    return (
        array("q", map(indexes.__getitem__, order)),
        array("q", map(offsets.__getitem__, order)),
    )


def _order(indexes: "array[int]") -> "array[int]":
    # Sorting a million takes 100 MB, a slot for each index 8.
    slots = max(indexes) + 1
    if slots <= _MOST_SLOTS * len(indexes):
        places = array("q", [-1]) * slots
        for at, index in enumerate(indexes):
            places[index] = at
        order = array("q", (at for at in places if at >= 0))
        if len(order) == len(indexes):
            return order
    return array("q", sorted(range(len(indexes)), key=indexes.__getitem__))


def _parsed(line: bytes) -> Mapping[str, Any]:
    value = strict_json.loads(line, halves=True)
    if not isinstance(value, dict):
        raise ValueError("not an object")  # noqa: TRY004 - as all that is invalid
    return value


def _answer(fields: Mapping[str, Any]) -> OtherAnswer:
    text, value = fields.get("answer"), fields.get("json")
    failed = bool(fields.get("error")) or (text is None and "json" not in fields)
    return OtherAnswer(text if isinstance(text, str) else "", value, failed)
