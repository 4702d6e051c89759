"""The process that extracts texts: started by `worker_process`, with limits.

It takes descriptors of files from a socket, and answers each with a message: its length
in 4 bytes, most significant first, and JSON.
"""

import json
import os
from typing import BinaryIO

from cohere_cli.documents.extraction.archive import Archive
from cohere_cli.documents.extraction.extract import (
    MAX_CHARACTERS,
    NOT_INSTALLED,
    OUT_OF_MEMORY,
    REFUSED_BY_SYSTEM,
    Extract,
    Refused,
)
from cohere_cli.system.limits import limit_memory, limit_more_processor_time
from cohere_cli.system.processes import given_socket, received_file

LENGTH_BYTES = 4
_MOST_SECONDS = 30  # of computing, for one file
_MOST_MEMORY = 2**30
_PDF, _ZIP, _OLE = b"%PDF-", b"PK\3\4", b"\xd0\xcf\x11\xe0"
_ENCRYPTED_STREAM = "EncryptedPackage".encode("utf-16-le")


def serve() -> None:
    """Answer all requests from the socket given, until its other end closes."""
    limit_memory(_MOST_MEMORY)
    with given_socket() as channel:
        while (file := received_file(channel)) is not None:
            channel.sendall(_message(file))


def _message(descriptor: int) -> bytes:
    limit_more_processor_time(_MOST_SECONDS)
    with os.fdopen(descriptor, "rb") as file:
        body = json.dumps(_answer(file)).encode()
    return len(body).to_bytes(LENGTH_BYTES, "big") + body


def _answer(file: BinaryIO) -> object:
    try:
        file.seek(0)
        extract = extract_text(file)
        if sum(len(section.text) for section in extract.sections) > MAX_CHARACTERS:
            return "too large"
    except Refused as exc:
        return str(exc)
    except ImportError:
        return NOT_INSTALLED
    except MemoryError:
        return OUT_OF_MEMORY
    except (RecursionError, OverflowError):
        return "too large"
    except OSError:
        return REFUSED_BY_SYSTEM
    except BaseException:  # noqa: BLE001 - a panic of a library in Rust is one, too
        return "damaged"
    return extract


def extract_text(file: BinaryIO) -> Extract:
    """Return the text of *file*, known by its beginning; raises `Refused`."""
    head = file.read(len(_PDF))
    file.seek(0)
    if head.startswith(_PDF):
        from cohere_cli.documents.extraction.pdf import pdf_extract

        extract = pdf_extract(file)
    elif head.startswith(_ZIP):
        extract = _archive_extract(file)
    else:
        extract = _old_office_extract(file)
    if not extract.sections:
        raise Refused("no text")
    return extract


def _archive_extract(file: BinaryIO) -> Extract:
    archive = Archive(file)
    if "word/document.xml" in archive.names:
        from cohere_cli.documents.extraction.flow import word_extract

        return word_extract(archive)
    if "ppt/presentation.xml" in archive.names:
        from cohere_cli.documents.extraction.slides import slides_extract

        return slides_extract(archive)
    if "META-INF/container.xml" in archive.names:
        from cohere_cli.documents.extraction.book import book_extract

        return book_extract(archive)
    return _sheets_or_text(file, archive)


def _sheets_or_text(file: BinaryIO, archive: Archive) -> Extract:
    kind = archive.read("mimetype") if "mimetype" in archive.names else b""
    if kind.endswith(b".text"):
        from cohere_cli.documents.extraction.flow import open_document_extract

        return open_document_extract(archive)
    if not (kind.endswith(b".spreadsheet") or "xl/workbook.xml" in archive.names):
        raise Refused("not text")
    from cohere_cli.documents.extraction.workbook import workbook_extract

    archive.require_size()
    file.seek(0)
    return workbook_extract(file)


def _old_office_extract(file: BinaryIO) -> Extract:
    if _ENCRYPTED_STREAM in file.read():
        raise Refused("encrypted")
    from cohere_cli.documents.extraction.workbook import workbook_extract

    file.seek(0)
    return workbook_extract(file)
