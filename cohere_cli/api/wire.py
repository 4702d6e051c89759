"""Limits what a reply may take on the wire, and refuses one that is compressed."""

import threading
from collections.abc import Iterator
from typing import Any

from cohere_cli.api.httpx_import import httpx
from cohere_cli.errors import ServerFault

LONGEST_HEAD = 256 << 10
"""Bytes of a reply before its body, with the interim replies (1xx) before it."""

LONGEST_BODY = 128 << 20
"""Bytes of a body as it is sent: 16 MiB in chunks of a single byte take 96 MiB."""


class ReplyLimit(threading.local):
    """Counts what the current thread receives as the reply to its request.

    httpx reads interim replies, and the extensions of chunks, for as long as a server
    sends them. It reports neither, so the reads of the connection itself are counted.
    """

    _left: float = float("inf")
    _what = ""

    def watch(self, request: httpx.Request) -> None:
        """Follow *request*, by httpcore's `trace` extension, which may be in use."""
        other = request.extensions.get("trace")

        def trace(step: str, info: dict[str, Any]) -> None:
            self._follow(step, info)
            if other is not None:
                other(step, info)

        request.extensions["trace"] = trace

    def _follow(self, step: str, info: dict[str, Any]) -> None:
        if step.endswith(("connect_tcp.complete", "start_tls.complete")):
            self._count_reads(info["return_value"])
        elif step.endswith("receive_response_headers.started"):
            self._left, self._what = LONGEST_HEAD, "head is longer than 256 KiB"
        elif step.endswith("receive_response_headers.complete"):
            self._left, self._what = LONGEST_BODY, "body is longer than 128 MiB"

    def _count_reads(self, stream: Any) -> None:
        """Count what is read of *stream*, httpcore's `NetworkStream`."""
        read = stream.read

        def counted(size: int, timeout: float | None = None) -> bytes:
            data: bytes = read(size, timeout)
            self._left -= len(data)
            if self._left < 0:
                raise ServerFault(f"the reply's {self._what}, with its framing")
            return data

        stream.read = counted


def refuse_encoding(response: httpx.Response) -> None:
    """Raise `ServerFault` for a successful reply with a content coding.

    None is requested, and 2 KB of nested gzip can hold 1 GiB. An error's status matters
    more than its body, which is left out instead.
    """
    value = response.headers.get("content-encoding", "")
    codings = {one.strip().lower() for one in value.split(",")}
    if codings <= {"", "identity"}:
        return
    if response.is_success:
        raise ServerFault(f"the reply is compressed ({value}), which was not requested")
    del response.headers["content-encoding"]
    response.stream = _Unread(response.stream)


class _Unread(httpx.SyncByteStream):
    """No body, in place of *stream*, which is closed but not read."""

    def __init__(self, stream: Any) -> None:
        self._stream = stream

    def __iter__(self) -> Iterator[bytes]:
        return iter(())

    def close(self) -> None:
        self._stream.close()
