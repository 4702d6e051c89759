import pytest

from cohere_cli.documents.source import Block, iter_blocks


def told(*pieces, end=b"\n", most=100, offset=0):
    found = iter_blocks(pieces, end, most=most, offset=offset)
    return [(each.first, each.offset, each.raw_lines) for each in found]


def test_a_block_has_the_lines_that_are_whole():
    assert told(b"a\nb\nc", b"d", b"e\n", b"f", offset=3) == [
        (1, 3, [b"a", b"b"]),
        (3, 7, [b"cde"]),
        (4, 11, [b"f"]),
    ]


def test_an_empty_line_is_a_line():
    assert told(b"\n", b"\n\na", b"\n") == [
        (1, 0, [b""]),
        (2, 1, [b"", b""]),
        (4, 3, [b"a"]),
    ]
    assert told() == []


@pytest.mark.parametrize("size", [1, 2, 3, 7, 100])
def test_the_pieces_do_not_change_the_lines(size):
    data = b"one\r\n\n\xc3\xa9t\xc3\xa9\n\nlast"
    pieces = [data[at : at + size] for at in range(0, len(data), size)]
    found = list(iter_blocks(pieces, b"\n", most=100))
    assert [raw for each in found for raw in each.raw_lines] == data.split(b"\n")
    assert b"".join(each.data for each in found) == data


def test_nuls_may_end_lines():
    assert told(b"a\n\0b", b"\0", end=b"\0") == [(1, 0, [b"a\n"]), (2, 3, [b"b"])]


def test_nothing_is_read_after_a_nul_that_ends_no_line():
    assert told(b"a\nb", b"c\0d\ne", b"f\n") == [
        (1, 0, [b"a"]),
        (2, 2, [b"bc\0d", b"e"]),
    ]


def test_nothing_is_read_after_a_line_that_is_too_long():
    endless = iter(lambda: b"x" * 40, b"")
    (found,) = iter_blocks(endless, b"\n", most=100)
    assert len(found.data) == 160


def test_a_hole_has_nothing_but_nuls():
    assert Block(1, 0, b"\0", b"\0\0", []).is_only_nul
    assert not Block(1, 0, b"\0", b"\0a\0", []).is_only_nul
    assert not Block(1, 0, b"\n", b"\0\0", []).is_only_nul
