"""A folder of recordings: which file holds the reply to which request."""

import json
from collections import Counter
from hashlib import sha256
from pathlib import Path
from threading import Lock

from cohere_cli.api.strict_json import loads
from cohere_cli.errors import InputProblem
from cohere_cli.sandbox.refusals import Refused
from cohere_cli.sandbox.request import Request
from cohere_cli.sandbox.response import Response
from cohere_cli.sandbox.tapes.kept import kept_in

NAMED_BY = "x-co-recording"
"""The header by which a request chooses a file, whatever its name."""

_DIGITS = 16


class Library:
    """The recordings in *folder*; raises `InputProblem` if that is no folder.

    Of several to one request each is played in its turn, the last for ever.
    """

    def __init__(self, folder: Path) -> None:
        if not folder.is_dir():
            raise InputProblem("is no folder of recordings", where=str(folder))
        self._folder = folder
        self._lock = Lock()
        self._played: Counter[str] = Counter()

    def played(self, request: Request) -> Response:
        """Return the reply to *request*; raises `Refused` where none is kept."""
        try:
            kept = kept_in(self._file(request))
        except InputProblem as exc:
            raise Refused(500, f"the recording cannot be played: {exc}") from exc
        return kept.played(request.digest[32:])

    def _file(self, request: Request) -> Path:
        named = request.headers.get(NAMED_BY, "")
        if named:
            return self._named(named)
        stem = stem_of(request)
        with self._lock:
            self._played[stem] += 1
            nth = self._played[stem]
        for number in range(nth, 0, -1):
            path = self._folder / file_name(stem, number)
            if path.is_file():
                return path
        raise Refused(404, f"no recording of this request: {file_name(stem, 1)}")

    def _named(self, name: str) -> Path:
        # Only what is in the folder itself: a name is no path.
        if name in {path.name for path in self._folder.iterdir() if path.is_file()}:
            return self._folder / name
        raise Refused(404, f"no recording is called {name!r}")


def stem_of(request: Request) -> str:
    """Return how the names of a request's recordings begin.

    It is the same for the same method, path, query and body; in a body of JSON
    the order of the keys makes no difference.
    """
    query = json.dumps(sorted(request.query.items()))
    head = f"{request.method} {request.path} {query}\n".encode()
    digest = sha256(head + _canonical(request.body)).hexdigest()[:_DIGITS]
    words = "".join(c if c.isascii() and c.isalnum() else "-" for c in request.path)
    return f"{words.strip('-')[-40:]}-{digest}"


def file_name(stem: str, number: int) -> str:
    """Return the name of a request's recording; they are numbered from 1."""
    return f"{stem}-{number}.jsonl"


def _canonical(body: bytes) -> bytes:
    try:
        return json.dumps(loads(body), sort_keys=True).encode()
    except ValueError:
        return body
