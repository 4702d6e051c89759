"""A record as a text for a model: its own text, or its fields as YAML."""

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

from cohere_cli.documents.document import Document
from cohere_cli.errors import InputProblem
from cohere_cli.strict_json import WrittenNumber
from cohere_cli.text import nearest, shown_source


def yaml_text(data: Mapping[str, Any]) -> str:
    """Return the fields of *data*, in JSON types, as YAML, in their own order."""
    import yaml

    # Without a width, long texts would be folded.
    return yaml.dump(
        dict(data), Dumper=_dumper(), sort_keys=False, allow_unicode=True, width=1 << 30
    )


@cache
def _dumper() -> Any:
    """Return a dumper of YAML that writes numbers as they are written."""
    import yaml

    # The one in C is ten times as fast; some builds lack it.
    base: Any = getattr(yaml, "CSafeDumper", yaml.SafeDumper)

    class Dumper(base):  # type: ignore[misc]
        pass

    def represent(dumper: Any, number: WrittenNumber) -> Any:
        tag = dumper.resolve(yaml.ScalarNode, number.written, (True, False))
        return dumper.represent_scalar(tag, number.written)

    Dumper.add_representer(WrittenNumber, represent)
    return Dumper


def document_text(record: Document, fields: Sequence[str] = ()) -> str:
    """Return the text of a record, or its fields as YAML.

    YAML with the fields in their own order is what the API recommends:
    https://docs.cohere.com/docs/reranking-with-cohere. *fields* selects fields and
    their order; none selects all. Raises `InputProblem` if the record has none of
    them.
    """
    data = _selected(record, fields) if fields else record.data
    if isinstance(data, str):
        return data
    return yaml_text(data)


def location(record: Document) -> str:
    """Return a record's file and line, for messages."""
    return f"{shown_source(record.source)}:{record.line}"


def _selected(record: Document, fields: Sequence[str]) -> Mapping[str, Any]:
    where = location(record)
    if isinstance(record.data, str):
        what = "--field needs records with fields; this one is text"
        hint = "leave out --field, or name the format with --input"
        raise InputProblem(what, where=where, hint=hint)
    selected = {name: record.data[name] for name in fields if name in record.data}
    if not selected:
        what = f"the record has no field {', '.join(map(repr, fields))}"
        hint = _field_hint(fields, [*map(str, record.data)])
        raise InputProblem(what, where=where, hint=hint)
    return selected


def _field_hint(wanted: Sequence[str], names: Sequence[str]) -> str:
    """Return a hint for fields that a record with the fields *names* lacks."""
    for name in wanted:
        parts = name.split(",")
        if len(parts) > 1 and set(parts) <= set(names):
            flags = " ".join(f"--field {part}" for part in parts)
            return f"did you mean {flags}?"
        if (whole := name.partition(".")[0]) != name and whole in names:
            return f"--field reads whole fields: --field {whole}"
    near = next(filter(None, (nearest(name, names) for name in wanted)), "")
    return f"did you mean {near!r}?" if near else f"its fields: {', '.join(names)}"
