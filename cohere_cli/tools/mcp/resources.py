"""Resources of servers as documents: `mcp://NAME/URI`."""

import binascii
import re
from base64 import b64decode
from collections.abc import Callable, Iterator, Sequence
from io import BytesIO
from typing import TYPE_CHECKING, Any, NamedTuple

from cohere_cli.documents.document import Document, with_unique_ids
from cohere_cli.documents.open_file import UnreadableFile
from cohere_cli.documents.reader import document_strategy
from cohere_cli.documents.skipped import Skipped
from cohere_cli.documents.source import Source
from cohere_cli.errors import InputProblem, UsageProblem
from cohere_cli.text import RESOURCE, did_you_mean, plural
from cohere_cli.tools.mcp.connection import Connection
from cohere_cli.tools.mcp.content import plain_text
from cohere_cli.tools.mcp.failure import Refused

if TYPE_CHECKING:
    from mcp.client.session import ClientSession
    from mcp_types import ReadResourceResult

MOST_READ = 100
"""Resources that one name stands for."""

_ANY = "*"


class ResourceName(NamedTuple):
    """The server that has a resource, and its URI there; "" means all that it lists."""

    server: str
    uri: str

    @classmethod
    def parse(cls, source: str) -> "ResourceName":
        """Return what *source*, which begins with `RESOURCE`, names.

        Raises `UsageProblem` if it names no server.
        """
        server, _, uri = source.removeprefix(RESOURCE).partition("/")
        if not server:
            hint = "`co mcp list` lists the servers, `co mcp check NAME` resources"
            raise UsageProblem(f"{source} names no MCP server", hint=hint)
        return cls(server, uri)

    @property
    def is_one(self) -> bool:
        """Whether it is one resource, rather than those that the server lists."""
        return bool(self.uri) and _ANY not in self.uri


def read_resources(
    source: str,
    connection: Connection,
    *,
    split: bool = True,
    notify: Callable[[str], None],
) -> tuple[Document, ...]:
    """Return the documents of the resource *source*, read as a file of that name is.

    Of several, those that are not text are skipped, and *notify* gets a line that says
    so. Raises `InputProblem` if nothing can be read, and `CoError` for a server that
    fails.
    """
    wanted, skipped = ResourceName.parse(source), Skipped()
    uris = [wanted.uri] if wanted.is_one else _listed(wanted, source, connection)
    found: list[Document] = []
    for uri in uris:
        try:
            found += _read(uri, connection, skipped, split=split)
        except UnreadableFile as exc:
            if wanted.is_one:
                exc.hint = "of a resource only text is sent"
                raise
            skipped.add(exc.reason)
    if not found:
        raise InputProblem("contains no documents", where=source, hint=f"{skipped}")
    if skipped:
        notify(f"{source}: {skipped}")
    return (*with_unique_ids(found),)


def _listed(wanted: ResourceName, source: str, connection: Connection) -> Sequence[str]:
    """Return the URIs of the server that *wanted* stands for."""
    has_any = connection.greeting().has_resources
    uris = [one.uri for one in connection.resources()] if has_any else []
    if not uris:
        hint = f"`co mcp check {wanted.server}` shows what it has"
        raise InputProblem(f"{connection.server.title} lists no resources", hint=hint)
    if wanted.uri and wanted.uri not in uris:
        parts = map(re.escape, wanted.uri.split(_ANY))
        pattern = re.compile(".*".join(parts), re.DOTALL)
        matching = [one for one in uris if pattern.fullmatch(one)]
        if not matching:
            what = f"no resource of {connection.server.title} matches"
            raise InputProblem(what, where=source, hint=_hint(wanted, uris))
        uris = matching
    elif wanted.uri:
        uris = [wanted.uri]
    if len(uris) > MOST_READ:
        count = plural(len(uris), "resource")
        what = f"is {count}, and at most {MOST_READ} are read at once"
        hint = f"name fewer: `co mcp check {wanted.server}` lists them"
        raise InputProblem(what, where=source, hint=hint)
    return uris


def _hint(wanted: ResourceName, uris: Sequence[str]) -> str:
    shown = {f"{RESOURCE}{wanted.server}/{plain_text(one)}" for one in uris}
    otherwise = f"`co mcp check {wanted.server}` lists them"
    return did_you_mean(f"{RESOURCE}{wanted.server}/{wanted.uri}", shown, otherwise)


def _read(
    uri: str, connection: Connection, skipped: Skipped, *, split: bool
) -> Iterator[Document]:
    # As it is in citations: no text of a server has escape sequences there.
    name = f"{RESOURCE}{connection.server.name}/{plain_text(uri)}"
    try:
        parts = _result(connection, uri, name).contents
    except Refused as exc:
        listed = _known(connection)
        hint = _hint(ResourceName(connection.server.name, uri), listed)
        raise InputProblem(
            f"cannot be read: {exc.what}", where=name, hint=hint
        ) from exc
    for part in parts:
        data = _bytes_of(part.model_dump(by_alias=True), name)
        begun = Source.begin(name, BytesIO(data), skipped)
        for document in document_strategy(split=split).named(begun):
            # A record has an id of its own; citations name the resource as well.
            is_named = document.id.startswith(name)
            id_ = document.id if is_named else f"{name}#{document.id}"
            yield document._replace(id=id_)


def _known(connection: Connection) -> Sequence[str]:
    """Return the URIs that the server lists, none if it refuses to."""
    try:
        return [one.uri for one in connection.resources()]
    except Refused:
        return ()


def _result(connection: Connection, uri: str, name: str) -> "ReadResourceResult":
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
