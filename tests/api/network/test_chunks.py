from threading import Event

import h11
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cohere_cli.api.connection import Connection
from cohere_cli.api.network.transport import ChunkMerger, open_http_client

HEAD = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"


def chunk(data: bytes) -> bytes:
    return b"%x\r\n%b\r\n" % (len(data), data)


# Whole chunks, and what is none, or only for h11 to judge.
PIECES = [
    *map(chunk, (b"a", b"data: b\n\n", b"c" * 16, b"0\r\n\r\n", b"\r\n")),
    *(b"1;x=y\r\nd\r\n", b"01\r\ne\r\n", b"A\r\n0123456789\r\n", b"1 \r\nf\r\n"),
    *(b"0\r\n\r\n", b"0\r\nX: y\r\n\r\n", b"2\r\ng\r\n", b"1\nh\n", b"-1\r\n", b"\r\n"),
    *(
        b"5",
        b"\r",
        b"\n",
        b"3\r\nij",
        b"ffffffffffffffff\r\n",
        b"12345678901234567\r\n",
    ),
]


def body_of(reads: list[bytes]) -> tuple[bytes, str]:
    """Return the body that h11 finds in *reads*, and how it ends."""
    connection = h11.Connection(h11.CLIENT)
    connection.send(h11.Request(method="GET", target="/", headers=[("Host", "x")]))
    connection.send(h11.EndOfMessage())
    body = b""
    for data in [HEAD, *reads, b""]:
        try:
            connection.receive_data(data)
            while (event := connection.next_event()) is not h11.NEED_DATA:
                if isinstance(event, h11.EndOfMessage | h11.ConnectionClosed):
                    return body, repr(event)
                body += getattr(event, "data", b"")
        except h11.RemoteProtocolError as exc:
            return body, str(exc)
    return body, "open"


@given(st.lists(st.sampled_from(PIECES), max_size=12), st.integers(1, 40), st.data())
def test_a_body_is_the_same_with_its_chunks_merged(pieces, size, data):
    stream = b"".join(pieces)
    reads = [stream[at : at + size] for at in range(0, len(stream), size)]
    begun = data.draw(st.integers(0, len(reads)))
    merger = ChunkMerger(b"".join(reads[:begun]))
    merged = [merger.merge(one) for one in [*reads[begun:], b""]]
    assert body_of([*reads[:begun], *filter(None, merged)]) == body_of(reads)


@given(st.lists(st.sampled_from(PIECES), max_size=12), st.integers(1, 40))
def test_nothing_is_held_back_but_the_start_of_a_size(pieces, size):
    stream = b"".join(pieces)
    merger = ChunkMerger()
    for at in range(0, len(stream), size):
        passed = merger.merge(stream[at : at + size])
        assert passed, "nothing would be the end of the connection"


def test_the_whole_chunks_of_a_read_are_one():
    merger = ChunkMerger(b"3\r\nab")
    reads = [
        b"c\r\n" + chunk(b"one") + chunk(b" two") + b"6\r\n th",
        b"ree\r\n" + chunk(b" four") + chunk(b" five") + b"5",
        b"\r\n" + b" six!\r\n" + b"0\r\n\r\n",
    ]
    assert list(map(merger.merge, reads)) == [
        b"c\r\n7\r\none two\r\n6\r\n th",
        b"ree\r\na\r\n four five\r\n",
        b"5\r\n six!\r\n0\r\n\r\n",
    ]


INTERIM = b"HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n"
MANY = chunk(b"0123456789") * 20_000 + b"0\r\n\r\n"
SIZED = b"HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\n1\r\na\r\n"


@pytest.mark.parametrize(
    ("reply", "body"),
    [
        (HEAD + MANY, b"0123456789" * 20_000),
        (INTERIM + HEAD + MANY, b"0123456789" * 20_000),
        (SIZED, b"1\r\na\r\n"),
    ],
)
def test_a_reply_is_whole_whatever_comes_with_its_head(serve, reply, body):
    with (
        open_http_client(Connection(serve(reply).url)) as client,
        client.stream("GET", "/") as response,
    ):
        assert b"".join(response.iter_raw()) == body


def test_many_small_chunks_cost_a_piece_for_each_read(serve):
    opened = Event()
    server = serve([HEAD, lambda _: opened.wait(5), MANY])
    with (
        open_http_client(Connection(server.url)) as client,
        client.stream("GET", "/") as response,
    ):
        opened.set()
        pieces = [len(piece) for piece in response.iter_raw()]
    assert sum(pieces) == 200_000
    assert len(pieces) < 1_000  # 20,000 chunks
