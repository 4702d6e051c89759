"""Resources of servers as documents: `mcp://NAME/URI`."""

import binascii
from base64 import b64decode
from collections.abc import Callable, Iterator
from io import BytesIO
from typing import TYPE_CHECKING, Any, NamedTuple

from cohere_cli.documents.document import Document, with_unique_ids
from cohere_cli.documents.reader import document_strategy
from cohere_cli.documents.skipped import Skipped
from cohere_cli.documents.source import Source
from cohere_cli.errors import InputProblem
from cohere_cli.tools.mcp.connection import Connection

if TYPE_CHECKING:
    from mcp.client.session import ClientSession
    from mcp_types import ReadResourceResult

SCHEME = "mcp://"
"""What the name of a resource begins with, where a document may be named."""

_MOST_READ = 100


class ResourceName(NamedTuple):
    """The server that has a resource, and its URI there; "" means all that it lists."""

    server: str
    uri: str

    @classmethod
    def parse(cls, source: str) -> "ResourceName":
        """Return what *source*, which begins with `SCHEME`, names."""
        server, _, uri = source.removeprefix(SCHEME).partition("/")
        return cls(server, uri)


def read_resources(
    source: str,
    connection: Connection,
    *,
    split: bool = True,
    notify: Callable[[str], None],
) -> tuple[Document, ...]:
    """Return the documents of the resource *source*, read as a file of that name is.

    *notify* gets a line for what was left out. Raises `InputProblem` for a resource
    without a text, and `CoError` for a server that fails.
    """
    skipped = Skipped()
    found: list[Document] = []
    for uri in _uris(source, connection, notify):
        name = f"{SCHEME}{connection.server.name}/{uri}"
        for part in _read(connection, uri, name).contents:
            data = _bytes_of(part.model_dump(by_alias=True), name)
            found += _documents(data, name, skipped, split=split)
    if not found:
        raise InputProblem("contains no documents", where=source)
    if skipped:
        notify(f"{source}: {skipped}")
    return (*with_unique_ids(found),)


def _uris(
    source: str, connection: Connection, notify: Callable[[str], None]
) -> Iterator[str]:
    uri = ResourceName.parse(source).uri
    if uri:
        yield uri
        return
    listed = connection.resources()
    if not listed:
        raise InputProblem("lists no resources", where=source)
    if len(listed) > _MOST_READ:
        notify(f"{source}: the first {_MOST_READ} of {len(listed):,} resources")
    yield from (one.uri for one in listed[:_MOST_READ])


def _read(connection: Connection, uri: str, name: str) -> "ReadResourceResult":
    async def read(session: "ClientSession") -> "ReadResourceResult | None":
        from mcp_types import ReadResourceResult

        found = await session.read_resource(uri, allow_input_required=True)
        return found if isinstance(found, ReadResourceResult) else None

    result = connection.run(read)
    if result is None:
        what = "cannot be read: its server asks for input, which co does not give"
        raise InputProblem(what, where=name)
    return result


def _bytes_of(part: dict[str, Any], name: str) -> bytes:
    if isinstance(text := part.get("text"), str):
        return text.encode(errors="replace")
    try:
        return b64decode(str(part.get("blob", "")))
    except (binascii.Error, ValueError) as exc:
        raise InputProblem("cannot be read: it is not base64", where=name) from exc


def _documents(
    data: bytes, name: str, skipped: Skipped, *, split: bool
) -> Iterator[Document]:
    source = Source.begin(name, BytesIO(data), skipped)
    yield from document_strategy(split=split).named(source)
