"""A document or record, and the place in its source where it begins."""

from collections import Counter
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from itertools import count
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

from cohere_cli.text import shown_source

if TYPE_CHECKING:
    from cohere_cli.documents.formats.table import Table


# A tuple: a million of them are made, each in a third of a frozen dataclass's time.
class Document(NamedTuple):
    """One document to ground an answer in, or one record to rank.

    `data` is the record's fields, in JSON types, or its text. `raw` is the
    record's bytes as they stand in the source, without the line end (and without
    a byte order mark). `source` is the path as given, "-" for standard input;
    `line` is where the record begins there, from 1; for records separated by NULs
    it is the record's number. For a line of grep's output, `source` and `line` are
    those that grep reports, and `data` is the matching text. `id` is the record's
    own `id` field, else "source:line"; it is the same in every run. `part_of` is
    the id of the whole text that a passage comes from, else "". `table` is the one
    that a row of CSV belongs to, else None.
    """

    data: Mapping[str, Any] | str
    raw: bytes
    source: str
    line: int
    id: str
    part_of: str = ""
    table: "Table | None" = None


def own_id(data: Mapping[str, Any] | str) -> str:
    """Return the record's own id, "" unless it is a string or an integer."""
    found = None if isinstance(data, str) else data.get("id")
    if found is None or isinstance(found, bool):
        return ""
    return str(found) if isinstance(found, str | int) else ""


def with_unique_ids(
    documents: Sequence[Document], taken: Iterable[str] = ()
) -> Iterator[Document]:
    """Yield *documents*; those with an id of another, or of *taken*, get their place.

    The API refuses a request in which two documents have one id.
    """
    uses = Counter((*taken, *(one.id for one in documents)))
    used = {*taken, *(id_ for id_, number in uses.items() if number == 1)}
    for one in documents:
        if uses[one.id] == 1:
            yield one
        else:
            id_ = _unused_id(f"{shown_source(one.source)}:{one.line}", used)
            used.add(id_)
            yield one._replace(id=id_)


def _unused_id(place: str, used: Container[str]) -> str:
    """Return *place*, or for several records on its line the first unused number."""
    numbered = (f"{place}#{number}" for number in count(2))
    return place if place not in used else next(i for i in numbered if i not in used)


class Placed(Protocol):
    """A record to rank, with its place in a source."""

    @property
    def data(self) -> Mapping[str, Any] | str: ...
    @property
    def source(self) -> str: ...
    @property
    def line(self) -> int: ...
