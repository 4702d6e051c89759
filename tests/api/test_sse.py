import httpx
import httpx_sse
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cohere_cli.api.sse import iter_batches, iter_data
from cohere_cli.errors import ServerFault

SIZES = [1, 2, 7, 4096]


def datas(stream: bytes, size: int = 4096) -> list[str]:
    return list(iter_data(stream[at : at + size] for at in range(0, len(stream), size)))


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize(
    ("stream", "expected"),
    [
        (b"event: a\ndata: one\n\ndata: two\n\n", ["one", "two"]),
        (b"data: one\r\n\r\ndata: two\r\n\r\n", ["one", "two"]),
        (b"data: one\r\rdata: two\r\r", ["one", "two"]),
        (b": comment\n\nretry: 10\n\nid: 7\n\n\n\ndata: one\n\n", ["one"]),
        (b"data: first\ndata: second\n\n", ["first\nsecond"]),
        ("data: a\u2028b\u0085c\n\n".encode(), ["a\u2028b\u0085c"]),
        ("data: Zürich 🏔 東京\n\n".encode(), ["Zürich 🏔 東京"]),
        (b"data: \xff\xfe!\n\n", ["\ufffd\ufffd!"]),
        (b"\xef\xbb\xbfdata: marked\n\n", ["marked"]),
        (b"data: left open", ["left open"]),
        (b"data:\n\ndata\n\n", []),
        (b"", []),
    ],
)
def test_the_data_is_exact_whatever_the_chunks(stream, expected, size):
    assert datas(stream, size) == expected


def test_an_event_may_not_hold_more_values_than_fit_in_memory():
    with pytest.raises(ServerFault) as caught:
        datas(b"data: [" + b"[]," * 130_000 + b"\n\n", 1 << 20)
    assert str(caught.value) == "the stream has an event of more than 250,000 values"


def test_a_long_text_is_one_value():
    long = "x" * 900_000
    assert datas(f"data: {long}\n\n".encode()) == [long]


PIECES = [
    *(b"data", b"data:", b"data: ", b"event: x", b"id", b": no", b" ", b"x", b":"),
    *(b"\n", b"\n\n", b"\r", b"\r\n", b"\xe2\x80\xa8", b"\xff", b"\xf0\x9f"),
]


@given(st.lists(st.sampled_from(PIECES), max_size=30), st.sampled_from(SIZES))
def test_a_stream_is_read_as_httpx_sse_reads_it(pieces, size):
    stream = b"".join(pieces)
    kind = {"content-type": "text/event-stream"}
    whole = httpx.Response(200, headers=kind, content=stream + b"\n\n")
    read = [event.data for event in httpx_sse.EventSource(whole).iter_sse()]
    assert datas(stream, size) == [data for data in read if data]


def test_the_events_that_a_read_ends_come_together():
    reads = [b"data: 1\n\ndata: 2\n\ndata:", b" 3", b"\n", b"\ndata: 4\n\n"]
    assert list(iter_batches(reads)) == [["1", "2"], ["3", "4"], []]
