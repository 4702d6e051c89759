import pytest

from cohere_cli.api.sse import iter_data
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
