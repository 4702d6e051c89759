import pytest

from tests.faults.oracle import Event, interpreted


def message(data: str, event: str = "message", last: str = "", retry=None) -> Event:
    return Event(event, data, last, retry)


@pytest.mark.parametrize(
    ("stream", "events"),
    [
        # The specification's own examples (9.2.6), the first with a last line end.
        (b"data: YHOO\ndata: +2\ndata: 10\n\n", [message("YHOO\n+2\n10")]),
        (
            b": test stream\n\ndata: first\nid: 1\n\ndata:second\nid\n\ndata:  third\n\n",
            [message("first", last="1"), message("second"), message(" third")],
        ),
        (b"data\n\ndata\ndata\n\ndata:", [message(""), message("\n"), message("")]),
        (b"data:test\n\ndata: test\n\n", [message("test"), message("test")]),
        # And the cases of web-platform-tests, eventsource/format-*.
        (b"\xef\xbb\xbfdata:1\n\n\xef\xbb\xbfdata:2\n\ndata:3\n\n", "13"),
        (b"\xef\xbb\xbf\xef\xbb\xbfdata:1\n\ndata:2\n\ndata:3\n\n", "23"),
        (b"data:1\r:\0\n:\r\ndata:2\n:x\rdata:3\r:data:fail\r\n\n", ["1\n2\n3"]),
        (b"data: test\x01\nDATA: x\n data: y\ndataa: z\n\n", ["test\x01"]),
        (b"event: a\ndata: x\n\ndata: y\n\n", [message("x", "a"), message("y")]),
        (b"event: a\n\ndata: x\n\n", ["x"]),
        (b"id: 1\0\ndata: x\n\n", ["x"]),
        (b"retry: 1\nretry: 2x\nretry: -3\nretry:\ndata: x", [message("x", retry=1)]),
        (b"data: \xff\xe2\x82\n\n", ["\ufffd\ufffd"]),
        ("data: a\u2028b\u0085c\x0bd\n\n".encode(), ["a\u2028b\u0085c\x0bd"]),
        (b"data: a\r\rdata: b\n\rdata: c\r\n\rdata: d\n\r\n", "abcd"),
        (b"", []),
    ],
)
def test_a_stream_means_what_the_specification_says(stream, events):
    shown = [one if isinstance(one, Event) else message(one) for one in events]
    assert interpreted(stream) == shown
