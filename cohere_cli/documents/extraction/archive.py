"""Zip archives of XML, with limits on what is unpacked, and without entities."""

import zlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from posixpath import dirname, join, normpath
from typing import BinaryIO
from urllib.parse import unquote
from xml.parsers import expat
from zipfile import BadZipFile, ZipFile

from cohere_cli.documents.extraction.extract import Refused

# Of all members that are read. Zip bombs unpack to petabytes.
_MOST_BYTES = 256 * 2**20
_CHUNK = 64 * 2**10
_ENCRYPTED_FLAG = 1

Attributes = Mapping[str, str]
OnStart = Callable[[str, Attributes], None]
OnEnd = Callable[[str], None]
OnText = Callable[[str], None]


class Archive:
    """The members of a zip archive, of which at most 256 MiB are read.

    Raises `Refused` for one that is damaged, encrypted or too large.
    """

    def __init__(self, file: BinaryIO) -> None:
        with _translated():
            self._zip = ZipFile(file)
        self.names = frozenset(self._zip.namelist())
        self._left = _MOST_BYTES

    def require_size(self) -> None:
        """Refuse an archive whose members are larger together, by its own list."""
        if sum(info.file_size for info in self._zip.infolist()) > _MOST_BYTES:
            raise Refused("too large")

    def read(self, name: str) -> bytes:
        """Return the bytes of the member *name*."""
        return b"".join(self._chunks(name))

    def parse(
        self,
        name: str,
        start: OnStart,
        end: OnEnd | None = None,
        text: OnText | None = None,
    ) -> None:
        """Call *start*, *end* and *text* with what the XML of *name* has, in order.

        Names are without their namespaces, but the id of a relation is `r:id`. A
        document type, and so an entity of its own, is refused.
        """
        parser = expat.ParserCreate(namespace_separator=" ")
        parser.buffer_text = True
        parser.StartDoctypeDeclHandler = _refuse_document_type
        parser.StartElementHandler = lambda tag, attributes: start(
            _local(tag), {_attribute(key): value for key, value in attributes.items()}
        )
        if end:
            parser.EndElementHandler = lambda tag: end(_local(tag))
        if text:
            parser.CharacterDataHandler = text
        with _translated():
            for chunk in self._chunks(name):
                parser.Parse(chunk, False)
            parser.Parse(b"", True)

    def relations(self, name: str) -> dict[str, tuple[str, str]]:
        """Return the type and the target of each relation of the part *name*, by id."""
        folder, _, file = name.rpartition("/")
        relations = f"{folder}/_rels/{file}.rels" if folder else f"_rels/{file}.rels"
        found: dict[str, tuple[str, str]] = {}

        def start(tag: str, given: Attributes) -> None:
            if tag == "Relationship" and given.get("TargetMode") != "External":
                kind = given.get("Type", "").rpartition("/")[2]
                target = resolved(name, given.get("Target", ""))
                found[given.get("Id", "")] = (kind, target)

        if relations in self.names:
            self.parse(relations, start)
        return found

    def _chunks(self, name: str) -> Iterator[bytes]:
        with _translated():
            info = self._zip.getinfo(name)
            if info.flag_bits & _ENCRYPTED_FLAG:
                raise Refused("encrypted")
            with self._zip.open(info) as member:
                while chunk := member.read(_CHUNK):
                    self._left -= len(chunk)
                    if self._left < 0:
                        raise Refused("too large")
                    yield chunk


def resolved(base: str, target: str) -> str:
    """Return the member that *target* means in the member *base*."""
    path = unquote(target.partition("#")[0])
    return path[1:] if path.startswith("/") else normpath(join(dirname(base), path))


def _local(name: str) -> str:
    return name.rpartition(" ")[2]


def _attribute(name: str) -> str:
    # Beside an `id` of the element's own.
    return "r:id" if name.endswith("relationships id") else _local(name)


def _refuse_document_type(*_: object) -> None:
    raise Refused("damaged")


@contextmanager
def _translated() -> Iterator[None]:
    try:
        yield
    except (
        BadZipFile,
        EOFError,
        KeyError,
        NotImplementedError,
        OSError,
        ValueError,
        expat.ExpatError,
        zlib.error,
    ) as exc:
        raise Refused("damaged") from exc
