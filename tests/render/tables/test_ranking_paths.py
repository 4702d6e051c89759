from cohere_cli.documents.document import Document
from cohere_cli.render.tables.ranking import path_lines
from cohere_cli.render.tables.ranking_rows import RankingStyle
from cohere_cli.render.tables.record import RankedRecord
from cohere_cli.terminal import Terminal


def record(source):
    return Document("", b"", source, 1, "")


def paths(terminal, *sources, null=False):
    ranked = [RankedRecord(n, 0.5, record(one)) for n, one in enumerate(sources)]
    return b"".join(path_lines(terminal, iter(ranked), RankingStyle(null=null)))


def test_a_path_comes_once_where_its_best_record_is():
    assert paths(Terminal.fake(), "b", "a", "b", "c/d e", "a") == b"b\na\nc/d e\n"


def test_a_name_is_the_bytes_that_it_was():
    name = b"na\xe9\nme".decode("utf-8", "surrogateescape")
    assert paths(Terminal.fake(), name, "日本", null=True) == (
        b"na\xe9\nme\0" + "日本\0".encode()
    )


def test_a_name_that_looks_like_an_option_begins_with_its_folder():
    assert paths(Terminal.fake(), "--help", "-n/a", "a-b") == (
        b"./--help\n./-n/a\na-b\n"
    )


def test_a_name_that_the_locale_cannot_encode_is_written():
    assert paths(Terminal.fake(), "a\ud800") == b"a?\n"


def test_a_name_on_a_terminal_is_clean_and_on_one_line():
    assert paths(Terminal.fake(tty=True), "a\x1b[2J\nb") == b"a^[[2J b\n"


def test_standard_input_has_no_path_and_a_note_is_printed():
    terminal = Terminal.fake()
    assert paths(terminal, "-", "a", "-") == b"a\n"
    assert terminal.noted == "co: records without a path left out: stdin (2)\n"
