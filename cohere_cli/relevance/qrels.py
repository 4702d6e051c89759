"""Judgements, from a file of them or from the records' own labels.

A grade above 0 is relevant, more is better; 0 and below were judged not relevant,
as in TREC's collections, where some negative grades mark spam.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from difflib import get_close_matches
from typing import Protocol

from cohere_cli.errors import InputProblem
from cohere_cli.relevance.lines import Line, id_of, refusal, value_of

Judgements = Mapping[str, int]
"""Grades by the documents' ids, for one query."""

Qrels = Mapping[str, Judgements]
"""Judgements by the queries' ids."""

# Of BEIR's files, and what people write in its place.
_HEADER = re.compile(
    r"(query[-_]?id|qid)\t(corpus[-_]?id|doc[-_]?(id|no))\t(score|rel(evance)?|label)",
    re.IGNORECASE,
)
_WHOLE = re.compile(r"[+-]?\d{1,7}", re.ASCII)
# Beyond any scale of grades: it keeps gains exact.
_HIGHEST = 1_000_000
_HINT = (
    "write `QUERY-ID 0 DOCUMENT-ID GRADE` as TREC does,"
    " or the three columns query-id, corpus-id and score"
)
_GRADES = "a grade is a whole number: 0 is not relevant, 1 is, more is better"


class Labelled(Line, Protocol):
    """A record that says itself how relevant it is."""

    @property
    def id(self) -> str: ...


def qrels_of(lines: Iterable[Line]) -> dict[str, dict[str, int]]:
    """Return the judgements in *lines*: TREC's qrels, or BEIR's table or objects.

    Three cells between tabs are BEIR's `query-id`, `corpus-id`, `score`, with or
    without that header; else four fields between spaces are TREC's `qid iter docid
    rel`, of which `iter` says nothing (https://trec.nist.gov/data/qrels_eng/).
    Raises `InputProblem`, also for a document with two grades.
    """
    qrels: dict[str, dict[str, int]] = {}
    for line, (query, document, said) in _judgements(lines):
        grade = _grade(line, said)
        known = qrels.setdefault(query, {}).setdefault(document, grade)
        if known != grade:
            what = (
                f"document {document!r} has two grades for query {query!r}:"
                f" {known}, and here {grade}"
            )
            raise refusal(line, what, hint="keep one of the two lines")
    return qrels


def labels_of(records: Iterable[Labelled], field: str) -> dict[str, int]:
    """Return the grades that *records* have in *field*: whole numbers, true, false.

    A record where it is absent, null or empty is not judged. Raises `InputProblem`
    for any other value, for an id of two records, and where no record has the field.
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
            raise refusal(record, what, hint="give each record an id of its own")
        labels[record.id] = _grade(record, fields[field])
    if not labels:
        raise _unlabelled(field, list(names))
    return labels


def absent(qrels: Qrels, documents: Iterable[str]) -> int:
    """Count the relevant judgements whose document is not among *documents*.

    No model can rank those, so they lower recall for each. Where it is all of
    them, the ids of both files do not agree.
    """
    known = frozenset(documents)
    return sum(
        document not in known and grade > 0
        for judgements in qrels.values()
        for document, grade in judgements.items()
    )


def _judgements(
    lines: Iterable[Line],
) -> Iterator[tuple[Line, tuple[str, str, object]]]:
    for line in lines:
        value = value_of(line)
        if isinstance(value, Mapping):
            query, document = (
                id_of(value.get("query-id")),
                id_of(value.get("corpus-id")),
            )
            said: object = value.get("score", "")
        elif _HEADER.fullmatch(value.strip()):
            continue
        else:
            query, document, said = _cells(line, value)
        if not (query and document):
            raise refusal(line, "a judgement without both of its ids", hint=_HINT)
        yield line, (query, document, said)


def _cells(line: Line, text: str) -> tuple[str, str, str]:
    cells = [cell.strip() for cell in text.split("\t")]
    # Only between tabs can an id have a space.
    fields = cells if len(cells) == 3 else text.split()  # noqa: PLR2004 - see above
    match fields:
        case [query, _, document, grade] | [query, document, grade]:
            return query, document, grade
        case _:
            what = f"a judgement has 3 or 4 fields, not {len(fields)}"
            raise refusal(line, what, hint=_HINT)


def _grade(line: Line, said: object) -> int:
    if isinstance(said, str) and _WHOLE.fullmatch(said.strip()):
        said = int(said)
    # In JSON true and false are grades too, and Python's are numbers.
    if isinstance(said, int) and abs(said) <= _HIGHEST:
        return int(said)
    raise refusal(line, f"{str(said)[:40]!r} is no grade", hint=_GRADES)


def _unlabelled(field: str, names: list[str]) -> InputProblem:
    near = get_close_matches(field, names, 1) or names[:9]
    hint = f"they have: {', '.join(near)}" if near else "only records of fields have it"
    return InputProblem(f"no record has a label in the field {field!r}", hint=hint)
