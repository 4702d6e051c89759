"""What is expected of an answer: a column of its record, and the field to compare."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from cohere_cli.documents.document import Document
from cohere_cli.errors import InputProblem, UsageProblem
from cohere_cli.text import did_you_mean, listed, shown_source

_FLAG = "--expect"


class AnswerField:
    """Takes the value to judge out of an answer.

    *name* is a field of the answer's JSON; None is the whole answer. With *guesses*,
    an answer of another schema may have one of these fields, or only one.
    """

    def __init__(self, name: str | None, guesses: Sequence[str] | None = None) -> None:
        self.name = name
        self._guesses = guesses

    def of(self, text: str, value: Any) -> Any:
        """Return what to judge of an answer's *text*, or its JSON *value*."""
        if value is None:
            return text
        if not isinstance(value, Mapping):
            return value
        if self.name is not None and self.name in value:
            return value[self.name]
        if self._guesses is None:
            return value if self.name is None else None
        return self._guess(value)

    def _guess(self, value: Mapping[str, Any]) -> Any:
        for name in self._guesses or ():
            if name in value:
                return value[name]
        if len(value) == 1:
            return next(iter(value.values()))
        return value if self.name is None else None


class Expectation:
    """The column of records, and the field of answers, that should be equal."""

    def __init__(self, column: str, field: AnswerField, other: AnswerField) -> None:
        self.column = column
        self.field = field
        self.other_field = other

    def expected(self, record: Document) -> Any:
        """Return the value of the column; None if *record* has none."""
        value: Any = record.data
        if not isinstance(value, Mapping):
            return None
        if self.column in value:
            return value[self.column]
        for name in self.column.split("."):
            value = value.get(name) if isinstance(value, Mapping) else None
        return value

    def require_column(self, ahead: Sequence[Document]) -> None:
        """Raise `InputProblem` if none of the records *ahead* has the column."""
        if not ahead or any(self.expected(one) is not None for one in ahead):
            return
        objects = (one.data for one in ahead if isinstance(one.data, Mapping))
        names = [*dict.fromkeys(name for data in objects for name in data)]
        where = f"{shown_source(ahead[0].source)}:{ahead[0].line}"
        what = f"no record has a value in the column {self.column!r} of {_FLAG}"
        raise InputProblem(what, where=where, hint=_names_hint(self.column, names))


def parse_expectation(text: str, schema_fields: Sequence[str]) -> Expectation:
    """Return what *text*, `COLUMN` or `COLUMN=FIELD`, expects.

    Without a FIELD it is the schema's field of the column's name, else its only
    field; without a schema, the field of that name or the only one of an answer in
    JSON, else the answer's text. Raises `UsageProblem` for a field that the schema
    does not have, and where several may be meant.
    """
    # From the last one: a column may have `=` in its name.
    column, sign, name = text.rpartition("=")
    if not sign:
        column, name = name, ""
    if not column or (sign and not name):
        hint = f"write {_FLAG} COLUMN or {_FLAG} COLUMN=FIELD"
        raise UsageProblem(f"{text!r} names no column and field", hint=hint)
    if not schema_fields:
        field = AnswerField(name or None, None if name else [column])
        return Expectation(column, field, AnswerField(name or None, [column]))
    chosen = _schema_field(column, name, schema_fields)
    return Expectation(column, AnswerField(chosen), AnswerField(chosen, [column]))


def _schema_field(column: str, name: str, fields: Sequence[str]) -> str:
    if name or column in fields:
        if (name or column) in fields:
            return name or column
        what = f"the schema has no field {name!r}"
        raise UsageProblem(what, hint=_names_hint(name, fields))
    if len(fields) == 1:
        return fields[0]
    what = f"the schema has no field {column!r}, but {len(fields)} others"
    hint = f"write {_FLAG} {column}=FIELD with one of: {listed(fields)}"
    raise UsageProblem(what, hint=did_you_mean(column, fields, hint))


def _names_hint(name: str, names: Iterable[str]) -> str:
    known = [*names]
    otherwise = (
        f"there are: {listed(known)}"
        if known
        else "records of CSV, TSV, JSON or YAML have some"
    )
    return did_you_mean(name, known, otherwise)
