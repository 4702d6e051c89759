import pytest
from hypothesis import given
from hypothesis import strategies as st

from cohere_cli.api import sse
from cohere_cli.api.sse import LONGEST_EVENT, LONGEST_LINE, limit_size
from cohere_cli.errors import ServerFault

BLANKS = [b"\n\n", b"\r\r", b"\r\n\r\n", b"\n\r\n", b"\r\n\r", b"\n\r"]


def pieces(data: bytes, size: int) -> list[bytes]:
    return [data[at : at + size] for at in range(0, len(data), size)]


@given(st.binary(max_size=200), st.integers(1, 7))
def test_bytes_pass_unchanged_and_the_last_event_is_ended(data, size):
    passed = b"".join(limit_size(pieces(data, size)))
    assert passed == data.removeprefix(b"\xef\xbb\xbf") + b"\n\n"


@pytest.mark.parametrize("size", [1, 2, 3, 4096])
def test_a_byte_order_mark_is_removed_however_it_is_split(size):
    data = b"\xef\xbb\xbfdata: x\n\n"
    assert b"".join(limit_size(pieces(data, size))) == b"data: x\n\n\n\n"


@pytest.mark.parametrize("size", [65536, 1 << 20, 1 << 22])
def test_a_line_may_be_as_long_as_the_limit_and_no_longer(size):
    longest = b"x" * LONGEST_LINE
    assert b"".join(limit_size(pieces(longest, size))) == longest + b"\n\n"
    with pytest.raises(ServerFault, match=r"^the stream has a line of over 1 MiB$"):
        list(limit_size(pieces(longest + b"x", size)))


@pytest.mark.parametrize("end", [b"\n", b"\r", b"\r\n"])
def test_a_line_end_of_any_kind_starts_a_new_line(end):
    line = b"x" * (LONGEST_LINE - 100) + end
    assert b"".join(limit_size(pieces(line * 3, 65536))) == line * 3 + b"\n\n"


def test_an_event_of_many_lines_may_not_grow_without_end():
    line = b"data: " + b"x" * 1000
    lines = (line + b"\n") * (LONGEST_EVENT // len(line) + 1)
    with pytest.raises(ServerFault, match=r"^the stream has an event of over 4 MiB$"):
        list(limit_size(pieces(lines, 65536)))


@pytest.mark.parametrize("blank", BLANKS)
@pytest.mark.parametrize("size", [1, 3, 4, 1021])
def test_a_blank_line_ends_an_event_even_when_chunks_split_it(blank, size, monkeypatch):
    monkeypatch.setattr(sse, "LONGEST_EVENT", 10_000)
    event = b"data: " + b"x" * 4000 + blank
    count = 5
    assert (
        sum(map(len, limit_size(pieces(event * count, size)))) == len(event) * count + 2
    )


@pytest.mark.parametrize("blank", BLANKS)
@pytest.mark.parametrize("size", [1, 3, 1021, 65536])
def test_an_event_is_measured_to_its_end_however_it_is_split(blank, size, monkeypatch):
    monkeypatch.setattr(sse, "LONGEST_EVENT", 10_000)
    end = blank[: len(blank) // 2]
    longest = (b"x" * 5000 + end) * 2 + end + b"data: y" + blank
    assert b"".join(limit_size(pieces(longest, size))) == longest + b"\n\n"
    with pytest.raises(ServerFault, match="4 MiB"):
        list(limit_size(pieces(b":" + longest, size)))


@pytest.mark.parametrize("size", [1, 1021, 65536])
def test_of_two_limits_the_one_exceeded_first_is_reported(size, monkeypatch):
    monkeypatch.setattr(sse, "LONGEST_LINE", 4_000)
    monkeypatch.setattr(sse, "LONGEST_EVENT", 7_000)
    lines = b"x" * 3500 + b"\n" + b"x" * 5000
    with pytest.raises(ServerFault, match="event of over 4 MiB"):
        list(limit_size(pieces(lines, size)))


def test_a_whole_stream_may_not_grow_without_end():
    line = b"data: x\n\n" * 1000
    with pytest.raises(ServerFault) as caught:
        for _ in limit_size([line] * (sse.LONGEST_STREAM // len(line) + 1)):
            pass
    assert str(caught.value) == "the stream is longer than 12 MiB"
