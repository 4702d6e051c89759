"""Judgements and queries: parsed from files, or from a field of the records.

A grade above 0 is relevant, higher is better; 0 and below are judged not relevant, as
in TREC's collections, where some negative grades mark spam.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from json import JSONDecodeError
from typing import TYPE_CHECKING, Any

from cohere_cli import strict_json
from cohere_cli.errors import InputProblem
from cohere_cli.strict_json import syntax_reason
from cohere_cli.text import did_you_mean, shown_source

if TYPE_CHECKING:
    from cohere_cli.documents.document import Document


def parse_line(line: "Document") -> Mapping[str, Any] | str:
    """Return the fields of a JSON object, else the text; raises `InputProblem`.

    Each line's first character tells JSON from text, because file names seldom do.
    """
    if not isinstance(line.data, str) or not line.data.lstrip().startswith("{"):
        return line.data
    try:
        fields: Mapping[str, Any] = strict_json.loads(line.data)
    except ValueError as exc:
        hint = "a line that starts with { must be one complete JSON object"
        raise line_error(line, f"not valid JSON: {_plain(exc)}", hint=hint) from exc
    return fields


def as_id(value: object) -> str:
    """Return an id, text or a whole number, as text; "" for anything else."""
    is_id = isinstance(value, str | int) and not isinstance(value, bool)
    return str(value).strip() if is_id else ""


def line_error(line: "Document", what: str, *, hint: str) -> InputProblem:
    """Return the error that *what* is wrong with *line*."""
    where = f"{shown_source(line.source)}:{line.line}"
    return InputProblem(what, where=where, hint=hint)


def _plain(exc: ValueError) -> str:
    if not isinstance(exc, JSONDecodeError):
        return str(exc)
    return f"{syntax_reason(exc)} at column {exc.colno}"


Judgements = Mapping[str, int]
"""Grades by the documents' ids, for one query."""

Qrels = Mapping[str, Judgements]
"""Judgements by the queries' ids."""

# BEIR's own, and its variants in use.
_HEADER = re.compile(
    r"(query[-_]?id|qid)\t(corpus[-_]?id|doc[-_]?(id|no))\t(score|rel(evance)?|label)",
    re.IGNORECASE,
)
_WHOLE = re.compile(r"([+-]?\d{1,7})(?:\.0*)?", re.ASCII)
_TRUTHS = {"true": 1, "false": 0}
# Beyond any scale of grades; it keeps gains exact.
_MAX_GRADE = 1_000_000
_HINT = (
    "write `QUERY-ID 0 DOCUMENT-ID GRADE` as TREC does,"
    " or the three columns query-id, corpus-id and score"
)
_GRADES = "a grade is a whole number: 0 is not relevant, 1 is, more is better"


def parse_qrels(lines: "Iterable[Document]") -> dict[str, dict[str, int]]:
    """Return the judgements in *lines*: TREC's qrels, or BEIR's table or objects.

    Three cells between tabs are BEIR's `query-id`, `corpus-id`, `score`, with or
    without that header; else four fields between spaces are TREC's `qid iter docid
    rel`, where `iter` is ignored (https://trec.nist.gov/data/qrels_eng/).
    Raises `InputProblem`, also for a document with two grades.
    """
    qrels: dict[str, dict[str, int]] = {}
    for line, (query, document, value) in _judgements(lines):
        grade = _grade(line, value)
        known = qrels.setdefault(query, {}).setdefault(document, grade)
        if known != grade:
            what = (
                f"document {document!r} has two grades for query {query!r}:"
                f" {known} and {grade}"
            )
            raise line_error(line, what, hint="keep one of the two lines")
    return qrels


def parse_labels(records: "Iterable[Document]", field: str) -> dict[str, int]:
    """Return the grades that *records* have in *field*.

    A record where the field is absent, null or empty is not judged. Raises
    `InputProblem` for any other value, for an id of two records, and where no record
    has the field.
    """
    labels: dict[str, int] = {}
    names: dict[str, None] = {}
    for record in records:
        fields = record.data if isinstance(record.data, Mapping) else {}
        names.update(dict.fromkeys(fields))
        if fields.get(field) in (None, ""):
            continue
        if record.id in labels:
            what = f"two records have the id {record.id!r}"
            raise line_error(record, what, hint="give each record an id of its own")
        labels[record.id] = _grade(record, fields[field])
    if not labels:
        raise _unlabelled(field, list(names))
    return labels


def count_missing(qrels: Qrels, documents: Iterable[str]) -> int:
    """Count the relevant judgements whose document is not among *documents*."""
    known = frozenset(documents)
    return sum(
        document not in known and grade > 0
        for judgements in qrels.values()
        for document, grade in judgements.items()
    )


def _judgements(
    lines: "Iterable[Document]",
) -> "Iterator[tuple[Document, tuple[str, str, object]]]":
    for line in lines:
        value = parse_line(line)
        if isinstance(value, Mapping):
            query, document = (
                as_id(value.get("query-id")),
                as_id(value.get("corpus-id")),
            )
            grade: object = value.get("score", "")
        elif _HEADER.fullmatch(value.strip()):
            continue
        else:
            query, document, grade = _cells(line, value)
        if not (query and document):
            raise line_error(
                line, "a judgement needs a query id and a document id", hint=_HINT
            )
        yield line, (query, document, grade)


def _cells(line: "Document", text: str) -> tuple[str, str, str]:
    cells = [cell.strip() for cell in text.split("\t")]
    # An id can have a space only where tabs separate the cells.
    fields = cells if len(cells) == 3 else text.split()  # noqa: PLR2004 - see above
    match fields:
        case [query, _, document, grade] | [query, document, grade]:
            return query, document, grade
        case _:
            what = f"a judgement has 3 or 4 fields, not {len(fields)}"
            raise line_error(line, what, hint=_HINT)


def _grade(line: "Document", value: object) -> int:
    """Return the grade that *value*, of JSON or a text, is, such as 1, 1.0 and True."""
    text = str(value).strip()
    whole = _WHOLE.fullmatch(text)
    grade = int(whole[1]) if whole else _TRUTHS.get(text.lower())
    if grade is not None and abs(grade) <= _MAX_GRADE:
        return grade
    raise line_error(line, f"{str(value)[:40]!r} is not a grade", hint=_GRADES)


def _unlabelled(field: str, names: list[str]) -> InputProblem:
    known = ", ".join(names[:9])
    others = f"they have: {known}" if known else "only records with fields have labels"
    hint = did_you_mean(field, names, others)
    return InputProblem(f"no record has a label in the field {field!r}", hint=hint)


_QUERIES_HEADER = re.compile(r"(query[-_]?id|qid|_?id)\t(query|text)", re.IGNORECASE)
_QUERIES_HINT = "write `ID<tab>QUERY`, or an object with _id and text"


def parse_queries(lines: "Iterable[Document]") -> dict[str, str]:
    """Return the queries in *lines* by their ids, in their own order.

    A line is an id, a tab and the query, as in MS MARCO; or a JSON object with
    `_id`, `id` or `qid`, and `text` or `query`, as in BEIR. Raises `InputProblem`,
    also for an id that comes twice and for a blank query, which the API refuses.
    """
    queries: dict[str, str] = {}
    for line in lines:
        value = parse_line(line)
        if isinstance(value, str) and _QUERIES_HEADER.fullmatch(value.strip()):
            continue
        id_, query = _query_cells(value) if isinstance(value, str) else _fields(value)
        if not (id_ and query):
            what = f"a query needs {'a text' if id_ else 'an id'}"
            raise line_error(line, what, hint=_QUERIES_HINT)
        if id_ in queries:
            what = f"two queries have the id {id_!r}"
            raise line_error(line, what, hint="give each query an id of its own")
        queries[id_] = query
    return queries


def _query_cells(text: str) -> tuple[str, str]:
    id_, tab, query = text.partition("\t")
    # Without a tab it is a query without an id.
    return (id_.strip(), query.strip()) if tab else ("", text)


def _fields(fields: Mapping[str, Any]) -> tuple[str, str]:
    ids = (as_id(fields.get(name)) for name in ("_id", "id", "qid"))
    texts = (fields.get(name) for name in ("text", "query"))
    stripped = (text.strip() for text in texts if isinstance(text, str))
    return next(filter(None, ids), ""), next(filter(None, stripped), "")
