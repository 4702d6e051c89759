"""Chooses the format in which records and answers are written."""

from collections.abc import Mapping, Sequence
from typing import Any

from cohere_cli.documents.document import Document
from cohere_cli.errors import UsageProblem
from cohere_cli.mapping.output.row_writer import Writer

FORMATS = ("jsonl", "csv", "tsv", "text")
"""What `-o` takes."""


def create_writer(
    output: str | None,
    *,
    models: Sequence[str],
    schema: Mapping[str, Any] | None = None,
    has_json: bool = False,
    only: bool = False,
    null: bool = False,
    first: Sequence[Document] = (),
    whole_files: bool = False,
    shown: bool = False,
) -> Writer:
    """Return what writes the answers of *models* as *output*, one of `FORMATS`.

    None is the format of the table that the records come from, else JSON lines.
    *first* are the first records, which name the columns of a table. *has_json*:
    answers are JSON, for which a *schema* may name the fields. With *only*, nothing of
    the records is written but their places; with *null*, NULs end the answers of
    `text`. *whole_files*: each record is a file, with its path in a table. *shown*: on
    a screen, which gets no byte order mark, and in JSON escapes for what could control
    it; what it gets must be cleaned all the same.

    Raises `UsageProblem` for another format, or `text` of several models, and
    `InputProblem` for first records whose columns differ.
    """
    found = next((one.table for one in first if one.table), None)
    name = output or (found.form if found else "jsonl")
    if name not in FORMATS:
        hint = f"choose one of {', '.join(FORMATS)}"
        raise UsageProblem(f"unknown output format {name!r}", hint=hint)
    from cohere_cli.mapping.output.shown import Shown, shown_table

    if name == "jsonl":
        from cohere_cli.mapping.output.json_lines import JsonLines
        from cohere_cli.render.json import escaped_json

        lines = JsonLines(has_models=len(models) > 1, has_json=has_json, only=only)
        return Shown(lines, escaped_json) if shown else lines
    if name == "text":
        from cohere_cli.mapping.output.text_lines import TextLines

        if len(models) > 1:
            what = f"-o text has one answer a record, not {len(models)}"
            raise UsageProblem(what, hint="choose -o jsonl or -o csv for several -m")
        return TextLines(has_json=has_json, null=null)
    from cohere_cli.mapping.output.answer_columns import AnswerColumns, schema_fields
    from cohere_cli.mapping.output.input_columns import input_columns
    from cohere_cli.mapping.output.table_rows import TableRows

    fields = schema_fields(schema) if has_json else ()
    answers = AnswerColumns(fields, tuple(models), has_json)
    columns = input_columns(name, found, first, only=only, whole_files=whole_files)
    rows = TableRows(columns, answers)
    return Shown(rows, shown_table) if shown else rows
