import asyncio
import stat

from cohere_cli.conversation.session.line_history import open_line_history


def lines_of(path):
    async def read():
        return [line async for line in open_line_history(path).load()]

    return asyncio.run(read())


def test_lines_are_kept_for_their_owner_alone(tmp_path):
    path = tmp_path / "data/lines"
    history = open_line_history(path)
    history.append_string("one")
    history.append_string("two\nlines")
    assert lines_of(path) == ["two\nlines", "one"]
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


def test_a_file_that_others_can_read_is_closed_to_them(tmp_path):
    path = tmp_path / "data/lines"
    path.parent.mkdir(mode=0o755)
    path.touch(mode=0o644)
    open_line_history(path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


def test_the_file_is_bounded_and_keeps_the_youngest_lines(tmp_path):
    path = tmp_path / "lines"
    history = open_line_history(path)
    for number in range(6_000):
        history.append_string(f"{number} {'x' * 20}")
    assert path.stat().st_size > 1 << 18
    kept = lines_of(path)
    assert path.stat().st_size <= 1 << 17
    assert kept[0] == f"5999 {'x' * 20}"
    assert [int(line.split()[0]) for line in kept] == [
        *range(5_999, 5_999 - len(kept), -1)
    ]


def test_without_a_file_lines_last_as_long_as_the_session(tmp_path):
    assert lines_of(None) == []
    blocked = tmp_path / "file"
    blocked.touch()
    history = open_line_history(blocked / "lines")
    history.append_string("one")
    assert history.get_strings() == ["one"]
    assert blocked.read_bytes() == b""


def test_a_link_is_not_followed(tmp_path):
    target, link = tmp_path / "target", tmp_path / "lines"
    target.write_text("mine")
    link.symlink_to(target)
    open_line_history(link).append_string("one")
    assert target.read_text() == "mine"
