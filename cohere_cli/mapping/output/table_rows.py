"""Writes a table: the columns of the records, then those of their answers."""

import re

from cohere_cli.documents.document import Document
from cohere_cli.errors import CoError
from cohere_cli.mapping.output.answer_columns import AnswerColumns, renamed
from cohere_cli.mapping.output.input_columns import InputColumns
from cohere_cli.mapping.output.row_writer import Writer
from cohere_cli.mapping.result import Result
from cohere_cli.text import plural

# What spreadsheets take for a formula, of which `- a point` and `-5` are none.
_FORMULA = re.compile(r"\s*(?:[=@]|[+-].*[(|!])")


class TableRows(Writer):
    """Cells of answers are exact: a formula stays one, and a note counts them."""

    def __init__(self, columns: InputColumns, answers: AnswerColumns) -> None:
        self._columns = columns
        self._answers = answers
        self._names = renamed(answers.names, columns.names)
        self._noted_names = False
        self._formulas = 0

    def head(self) -> bytes:
        columns = self._columns
        own = columns.style.cells(self._names)
        line = self._joined(columns.header(), own) + columns.style.line_end
        return columns.mark + line

    def row(self, result: Result) -> bytes:
        given, end = self._columns.row(result.record)
        texts = [*self._answers.cells(result)]
        self._formulas += any(map(_FORMULA.match, texts))
        return self._joined(given, self._columns.style.cells(texts)) + end

    def _joined(self, given: bytes | None, own: bytes) -> bytes:
        if given is None:
            return own
        return given + self._columns.style.separator.encode() + own

    def refusal(self, record: Document) -> CoError | None:
        return self._columns.refusal(record)

    def notes(self) -> list[str]:
        return [*self._name_notes(), *self._formula_notes()]

    def _name_notes(self) -> list[str]:
        if self._noted_names:
            return []
        self._noted_names = True
        pairs = zip(self._answers.names, self._names, strict=True)
        return [self._name_note(*pair) for pair in pairs if pair[0] != pair[1]]

    def _name_note(self, old: str, new: str) -> str:
        if old in self._columns.names:
            return f"the input has a column {old!r}: the new one is {new!r}"
        return f"the schema has a field {old!r}: the errors are in {new!r}"

    def _formula_notes(self) -> list[str]:
        formulas, self._formulas = self._formulas, 0
        if not formulas:
            return []
        what = f"{plural(formulas, 'row')} with an answer that begins as a formula does"
        return [f"{what}: import the columns into a spreadsheet as text"]
