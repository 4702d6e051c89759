"""How to read records: by the kind that was said, or by what a source looks like."""

from collections.abc import Iterable
from functools import partial

from cohere_cli.documents.blocks import NEWLINE, NUL
from cohere_cli.documents.document import Document
from cohere_cli.documents.formats import format_of
from cohere_cli.documents.gathering import Way, Ways
from cohere_cli.documents.input import Input
from cohere_cli.documents.json_path import steps_of, values_at
from cohere_cli.documents.lines import found_lines, is_found, plain_lines
from cohere_cli.documents.records import Format, Kind, placed, records
from cohere_cli.documents.whole_texts import found_record, named_record
from cohere_cli.errors import UsageProblem


def ways_of(kind: Kind, at: str, *, null: bool) -> Ways:
    """Return how to read records of *kind*; for the rest see `read_records`."""
    end = NUL if null else NEWLINE
    if at:
        return _ways_into(kind, at)
    way: Way
    match kind:
        case "auto":
            way = partial(_by_looks, end=end)
            return Ways(way, way, otherwise=partial(plain_lines, end=end))
        case "files":
            return Ways(named_record, found_record, separator=end)
        case "lines":
            way = partial(plain_lines, end=end)
        case form:
            way = partial(records, form=form)
    return Ways(way, way)


def _ways_into(kind: Kind, at: str) -> Ways:
    if kind not in ("auto", "json"):
        what = f"only JSON has a list at {at}, not {kind}"
        raise UsageProblem(what, hint="convert it to JSON")
    way = partial(_listed, steps=steps_of(at))
    return Ways(way, way)


def _listed(source: Input, steps: tuple[str, ...]) -> Iterable[Document]:
    return placed(source, lambda text: values_at(text, steps))


def _by_looks(source: Input, end: bytes) -> Iterable[Document]:
    form: Format | None = format_of(source.source, source.head)
    if form:
        return records(source, form)
    if is_found(source.head):
        return found_lines(source, is_sure=False)
    return plain_lines(source, end)
