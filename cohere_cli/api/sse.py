"""From the bytes of an event stream to the data of its events."""

from collections.abc import Iterable, Iterator

import httpx_sse

from cohere_cli.api.guard import guarded
from cohere_cli.api.httpx_alone import httpx
from cohere_cli.api.strict_json import MOST_VALUES, is_crowded
from cohere_cli.errors import ServerFault


def data_of(chunks: Iterable[bytes]) -> Iterator[str]:
    """Yield the data of each event that has some.

    Server-sent events are UTF-8 whatever a charset says (WHATWG HTML 9.2.5), so
    the decoder is given a response of our own making; bytes that are not UTF-8
    become U+FFFD. Raises `ServerFault` for what is too long, or holds too much.
    """
    response = httpx.Response(
        200,
        headers={"content-type": "text/event-stream"},
        stream=_Chunks(guarded(chunks)),
    )
    for event in httpx_sse.EventSource(response).iter_sse():
        if is_crowded(event.data):
            said = f"the stream has an event of more than {MOST_VALUES:,} values"
            raise ServerFault(said)
        if event.data:
            yield event.data


class _Chunks(httpx.SyncByteStream):
    def __init__(self, chunks: Iterator[bytes]) -> None:
        self._chunks = chunks

    def __iter__(self) -> Iterator[bytes]:
        return self._chunks
