import re

import pytest

from cohere_cli.api.protocol.events import Citation, CitationStart, ContentDelta, Source
from cohere_cli.render.links import LinkResolver, locate_file, supports_links
from cohere_cli.render.live.renderer import LiveRenderer
from cohere_cli.terminal import Terminal, clean

KITTY = {"TERM": "xterm-kitty", "NO_COLOR": "1"}
TMUX = {"TERM": "tmux-256color", "TERM_PROGRAM": "tmux"}


def screen(environ):
    return Terminal.fake(tty=True, environ=environ)


@pytest.mark.parametrize(
    ("environ", "taken"),
    [
        ({"TERM": "xterm-256color"}, False),
        (KITTY, True),
        ({"TERM": "xterm", "VTE_VERSION": "7600"}, True),
        ({"TERM": "xterm", "VTE_VERSION": "5000"}, False),
        ({"TERM": "xterm", "VTE_VERSION": "x"}, False),
        ({"TERM": "xterm", "TERM_PROGRAM": "iTerm.app"}, True),
        ({"TERM": "xterm", "WT_SESSION": "1"}, True),
        ({"TERM": "linux", "VTE_VERSION": "7600"}, False),
        ({"TERM": "dumb", "FORCE_HYPERLINK": "1"}, False),
        ({**KITTY, "CI": "true"}, False),
        ({**KITTY, "FORCE_HYPERLINK": "0"}, False),
        ({"TERM": "xterm", "CI": "true", "FORCE_HYPERLINK": "1"}, True),
        ({**TMUX, "TERM_PROGRAM_VERSION": "3.4", "VTE_VERSION": "7600"}, True),
        ({**TMUX, "TERM_PROGRAM_VERSION": "3.3a", "VTE_VERSION": "7600"}, False),
        ({"TERM": "screen", "VTE_VERSION": "7600"}, False),
    ],
)
def test_only_terminals_that_are_known_take_links(environ, taken):
    assert supports_links(screen(environ)) is taken


def test_a_pipe_takes_no_links():
    assert not supports_links(Terminal.fake(environ={**KITTY, "FORCE_HYPERLINK": "1"}))


def test_only_files_in_the_current_folder_are_located(tmp_path, monkeypatch):
    here = tmp_path / "here"
    here.mkdir()
    (here / "a.md").touch()
    (tmp_path / "b.md").touch()
    monkeypatch.chdir(here)
    names = [
        "a.md",
        str(here / "a.md"),
        ".",
        "../b.md",
        str(tmp_path / "b.md"),
        "a\0",
        "x" * 5000,
    ]
    assert [locate_file(name) for name in names] == [str(here / "a.md")] * 2 + [""] * 5


def draw(play, *sources, environ=KITTY):
    terminal = screen(environ)
    links = LinkResolver(
        terminal, lambda name: "/w/a.md" if name == "a.md" else "", "box"
    )
    citation = Citation(0, 2, "Hi", sources)
    events = [ContentDelta(text="Hi"), CitationStart(citation=citation)]
    play(LiveRenderer(terminal, links=links), events)
    return terminal


def source(id_, **content):
    return Source({"id": id_, "document": content})


def test_sources_are_links_to_where_they_can_be_opened(play, lines_on):
    one = source("a.md:3-9", title="Bees", url="https://b.example/x")
    two = source("2", title="Wasps", url="https://b.example/x")
    three = source("3", title="a.md", path="a.md")
    terminal = draw(play, one, two, three)
    listing = terminal.written.decode().partition("Sources")[2].splitlines()[1:]
    assert listing == [
        "\x1b[1m¹ \x1b[0m\x1b]8;;file://box/w/a.md#L3\x1b\\Bees · a.md:3-9\x1b]8;;\x1b\\\x1b[2m  “Hi”\x1b[0m",
        "\x1b[1m² \x1b[0m\x1b]8;;https://b.example/x\x1b\\Wasps · 2 (b.example)\x1b]8;;\x1b\\\x1b[2m  “Hi”\x1b[0m",
        "\x1b[1m³ \x1b[0m\x1b]8;;file://box/w/a.md\x1b\\a.md · 3\x1b]8;;\x1b\\\x1b[2m  “Hi”\x1b[0m",
    ]
    assert lines_on(terminal)[-3:] == [
        "¹ Bees · a.md:3-9  “Hi”",
        "² Wasps · 2 (b.example)  “Hi”",
        "³ a.md · 3  “Hi”",
    ]


def test_a_link_over_two_rows_is_closed_on_each(play):
    terminal = draw(play, source("1", title="w " * 60, url="https://b.example"))
    rows = terminal.written.decode().partition("Sources")[2].splitlines()[1:]
    assert [row.count("\x1b]8;;https://b.example\x1b\\") for row in rows] == [1, 1]
    assert [row.count("\x1b]8;;\x1b\\") for row in rows] == [1, 1]


@pytest.mark.parametrize(
    ("source", "row"),
    [
        (source("1", title="T", path="a.md"), "¹ T · 1 (a.md)  “Hi”"),
        (source("b.example", url="http://b.example"), "¹ http://b.example · b.example (b.example)  “Hi”"),
        (source("good.example", url="http://d.example"), "¹ http://d.example · good.example (d.example)  “Hi”"),
    ],
)  # fmt: skip
def test_where_a_link_leads_is_always_seen(play, lines_on, source, row):
    assert lines_on(draw(play, source))[-1] == row


@pytest.mark.parametrize("environ", [{"TERM": "xterm"}, {**KITTY, "CI": "1"}])
def test_there_are_no_links_where_they_are_not_known(play, environ):
    terminal = draw(play, source("a.md", url="https://b.example"), environ=environ)
    assert b"\x1b]8" not in terminal.written
    assert "(b.example)" not in terminal.written.decode()


@pytest.mark.parametrize(
    "attack", ["\x1b\\\x1b]52;c;x\x07", "\x9c\x9d0;t\x9c", "'\"><\u202e\n\r\x7f\ud800"]
)
def test_no_address_lets_text_drive_the_terminal(play, attack):
    url = f"https://b.example/{attack}"
    terminal = draw(play, source(attack, title=attack, url=url, path=attack))
    ours = re.compile(
        r"\x1b\[(?:[0-9;]*m|\?7[lh])|\r(?:\x1b\[[0-9]+A)?\x1b\[J"
        r"|\x1b\]8;;[!#-&(-;=?-~]*\x1b\\"
    )
    written = terminal.written.decode()
    left = ours.sub("", written)
    assert "\x1b]8;;https://b.example/" in written
    assert clean(left) == left
