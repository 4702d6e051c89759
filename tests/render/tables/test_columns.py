from cohere_cli.render.tables.columns import write_columns
from cohere_cli.terminal import Terminal

ROWS = [
    [("refused", "bold red"), ("n", "bold"), ("one answer comes; no other does", "")],
    [("ignored", "yellow"), ("日本\x1b[2J", "bold"), ("", "")],
    [("supported", "green"), ("model", "bold"), ("yes\nno", "")],
]


def test_a_pipe_gets_aligned_text():
    terminal = Terminal.fake()
    write_columns(terminal, ROWS)
    assert terminal.written.decode().splitlines() == [
        "refused    n          one answer comes; no other does",
        "ignored    日本^[[2J",
        "supported  model      yes no",
    ]


def test_a_screen_gets_the_last_column_wrapped(lines_on):
    terminal = Terminal.fake(tty=True, columns=42)
    write_columns(terminal, ROWS)
    assert lines_on(terminal) == [
        "refused    n          one answer comes; no",
        "                      other does",
        "ignored    日本^[[2J",
        "supported  model      yes no",
    ]
    assert b"\x1b[1;31mrefused\x1b[0m" in terminal.written


def test_without_room_the_last_cell_is_below_the_others(lines_on):
    terminal = Terminal.fake(tty=True, columns=30)
    others = [
        [("ok", ""), ("m", ""), ("fits", "")],
        [("no", ""), ("a long name", ""), ("", "")],
        [("ok", ""), ("m", ""), ("begins earlier", "")],
    ]
    write_columns(terminal, [*ROWS[:1], *others])
    assert lines_on(terminal) == [
        "refused  n",
        "    one answer comes; no other",
        "    does",
        "ok       m            fits",
        "no       a long name",
        "ok       m      begins earlier",
    ]


def test_headings_are_for_a_screen_alone(lines_on):
    screen, pipe = Terminal.fake(tty=True), Terminal.fake()
    for terminal in (screen, pipe):
        write_columns(terminal, ROWS[2:], headings=("verdict", "field", "why"))
    assert lines_on(screen) == [
        "verdict    field  why",
        "supported  model  yes no",
    ]
    assert b"\x1b[4mverdict\x1b[0m" in screen.written
    assert pipe.written == b"supported  model  yes no\n"


def test_without_colours_there_are_no_escapes():
    terminal = Terminal.fake(tty=True, environ={"TERM": "dumb"})
    write_columns(terminal, ROWS)
    assert b"\x1b" not in terminal.written


def test_no_rows_are_nothing():
    terminal = Terminal.fake()
    write_columns(terminal, [])
    assert terminal.written == b""
