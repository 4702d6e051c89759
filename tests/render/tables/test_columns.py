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


def test_on_one_line_the_last_column_is_cut(lines_on):
    terminal = Terminal.fake(tty=True, columns=42)
    write_columns(terminal, ROWS, one_line=True)
    assert lines_on(terminal)[0] == "refused    n          one answer comes; n…"


def test_cells_are_not_wrapped_without_room(lines_on):
    terminal = Terminal.fake(tty=True, columns=30)
    write_columns(terminal, ROWS[:1])
    assert lines_on(terminal) == ["refused  n  one answer comes;", "no other does"]


def test_without_colours_there_are_no_escapes():
    terminal = Terminal.fake(tty=True, environ={"TERM": "dumb"})
    write_columns(terminal, ROWS)
    assert b"\x1b" not in terminal.written


def test_no_rows_are_nothing():
    terminal = Terminal.fake()
    write_columns(terminal, [])
    assert terminal.written == b""
