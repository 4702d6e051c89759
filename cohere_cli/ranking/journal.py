"""What finished requests of a ranking brought, kept in a file until all of it is out.

A run that was killed is resumed from it. It holds hashes and scores, no text.
"""

import json
import os
import time
from collections.abc import Iterator
from contextlib import suppress
from hashlib import sha256
from io import BufferedReader, BytesIO, FileIO
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from cohere_cli.api.protocol.requests import RerankBody, to_json
from cohere_cli.api.protocol.rerank import Ranking, parse_ranking
from cohere_cli.errors import ConfigProblem, ServerFault

_SUFFIX = ".jsonl"
_MAX_AGE = 30 * 24 * 3600.0  # seconds: nobody resumes an older one


class Journal:
    """Finds and keeps rankings by what was asked for: model, query and documents.

    A line is a request. Lines are written at once and whole, so that a kill costs
    the last one at most; half a line is passed over. Left in peace, the journal is
    removed; left by an exception, it stays if there is anything in it. Without a
    *path* it is only for this run.
    """

    def __init__(self, file: FileIO | BytesIO, path: Path | None = None) -> None:
        self._file = file
        self._path = path
        self._places = dict(_index(file))
        self._kept = len(self._places)

    @classmethod
    def in_memory(cls) -> Self:
        """Return one that nobody finds later."""
        return cls(BytesIO())

    @classmethod
    def at(cls, directory: Path, job: str) -> Self:
        """Open the journal of *job* in *directory*.

        Raises `ConfigProblem` where the directory cannot be written in.
        """
        name = sha256(job.encode("utf-8", "surrogatepass")).hexdigest()[:32]
        path = directory / f"{name}{_SUFFIX}"
        try:
            directory.mkdir(mode=0o700, parents=True, exist_ok=True)
            _delete_old(directory)
            # Appended to, for the same job may run twice at once.
            flags = os.O_RDWR | os.O_APPEND | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC
            # No buffer: what a full disk did not take would be missed at the end.
            return cls(FileIO(os.open(path, flags, 0o600), "r+"), path)
        except OSError as exc:
            says = (exc.strerror or str(exc)).lower()
            what = f"finished requests cannot be kept for --resume: {says}"
            hint = "name another directory with CO_DATA_DIR"
            raise ConfigProblem(what, where=str(directory), hint=hint) from exc

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._file.close()
        if self._path and not (error and self._kept):
            # One that stays is found by the same job, or forgotten in its time.
            with suppress(OSError):
                self._path.unlink()

    @property
    def kept(self) -> int:
        """How many requests a later run can find."""
        return self._kept if self._path else 0

    def find(self, body: RerankBody) -> Ranking | None:
        """Return what *body* brought in an earlier run."""
        if not self._places:
            return None
        start, size = self._places.get(_key(body), (0, 0))
        self._file.seek(start)
        return _ranking(self._file.read(size), body)

    def keep(self, body: RerankBody, ranking: Ranking) -> None:
        """Write down what *body* has brought; raises `OSError`."""
        if self._path is None:
            return
        line = {"key": _key(body), "response": ranking.response}
        # The line end before it: a kill may have left half a line.
        data = f"\n{json.dumps(line, separators=(',', ':'))}\n".encode()
        self._file.write(data)
        self._kept += 1


def _delete_old(directory: Path) -> None:
    oldest = time.time() - _MAX_AGE
    for path in directory.glob(f"*{_SUFFIX}"):
        with suppress(FileNotFoundError):  # another run may be as tidy
            if path.stat().st_mtime < oldest:
                path.unlink()


def _index(file: FileIO | BytesIO) -> Iterator[tuple[str, tuple[int, int]]]:
    """Yield which request each whole line is about, where it begins, and its size."""
    lines = BufferedReader(file)
    start = 0
    for data in lines:
        key = _line(data).get("key")
        if isinstance(key, str):
            yield key, (start, len(data))
        start += len(data)
    lines.detach()  # else it would close the file


def _line(data: bytes) -> dict[str, Any]:
    try:
        line = json.loads(data)
    except ValueError:
        return {}
    return line if isinstance(line, dict) else {}


def _ranking(data: bytes, body: RerankBody) -> Ranking | None:
    try:
        return parse_ranking(
            _line(data).get("response"), len(body.documents), body.top_n
        )
    except ServerFault:
        return None


def _key(body: RerankBody) -> str:
    lengths = list(map(len, body.documents))
    asked = [to_json(body.replace(documents=())), lengths]
    found = sha256(json.dumps(asked, sort_keys=True).encode())
    found.update("".join(body.documents).encode("utf-8", "surrogatepass"))
    return found.hexdigest()
