import json
from typing import get_args

import pytest

from cohere_cli.commands.flags.rerank import RankingFormat
from cohere_cli.documents.document import Document
from cohere_cli.errors import UsageProblem
from cohere_cli.render.tables.ranking import FORMATS, write_ranking
from cohere_cli.render.tables.ranking_rows import RankingStyle
from cohere_cli.render.tables.record import RankedRecord
from cohere_cli.terminal import Terminal


def record(raw, data, source, line):
    return Document(data, raw, source, line, "")


BEST = RankedRecord(2, 0.98, record(b"\xff\x1b[2J", "C\x1b[2J", "c\x1b]52;c;x\x07", 3))
SECOND = RankedRecord(
    0, 8e-06, record(b'{"t": "A\xc3\xa9"}', {"t": "Aé"}, "a.jsonl", 1)
)


@pytest.fixture
def write():
    def write(output, *ranked, tty=False, **options):
        terminal = Terminal.fake(tty=tty)
        style = RankingStyle(response={"id": "q"}, **options)
        write_ranking(terminal, output, iter(ranked or (BEST, SECOND)), style)
        return terminal.written

    return write


def test_a_pipe_gets_the_records_byte_for_byte(write):
    assert write(None) == b'\xff\x1b[2J\n{"t": "A\xc3\xa9"}\n'


def test_records_on_a_terminal_are_clean(write):
    assert write("text", tty=True).decode() == '\ufffd^[[2J\n{"t": "Aé"}\n'


def test_a_score_stands_before_its_record_with_all_its_digits(write):
    odd = RankedRecord(7, 0.1 + 0.2, BEST.record)
    assert write("text", odd, SECOND, scores=True) == (
        b"0.30000000000000004\t\xff\x1b[2J\n" + b'8e-06\t{"t": "A\xc3\xa9"}\n'
    )


def test_null_ends_records_that_hold_newlines(write):
    letter = RankedRecord(0, 1.0, record(b"Dear\r\nall\n", "Dear\r\nall\n", "l", 1))
    assert write(None, letter, BEST, null=True) == b"Dear\r\nall\n\0\xff\x1b[2J\0"


def test_null_on_a_terminal_is_seen(write):
    assert write("text", tty=True, null=True).decode() == '\ufffd^[[2J^@{"t": "Aé"}^@'


def test_all_of_a_long_ranking_is_written_in_order(write):
    raws = [b"%d " % n * 50 for n in range(2_000)]
    ranked = [
        RankedRecord(n, 0.5, record(raw, "", "", n)) for n, raw in enumerate(raws)
    ]
    assert write("text", *ranked) == b"".join(raw + b"\n" for raw in raws)


def test_records_are_taken_one_by_one():
    terminal = Terminal.fake()
    written = []

    def ranked():
        for index in range(3_000):
            written.append(len(terminal.written))
            yield RankedRecord(index, 0.5, record(b"x" * 100, "x", "s", index))

    write_ranking(terminal, "text", ranked(), RankingStyle())
    assert written[-1] > 100_000


def test_a_terminal_gets_a_table(write):
    assert write(None, tty=True) == write("table", tty=True)
    assert b"a.jsonl:1" in write(None, tty=True)


def test_a_table_marks_the_querys_words(write):
    written_text = RankedRecord(0, 1.0, record(b"", "The capital", "a", 1))
    line = "1  1.00  a:1  The capital\n"
    assert write("table", written_text, query="capital").decode() == line
    assert b"The \x1b[1;4mcapital\x1b[0m" in write(
        "table", written_text, query="capital", tty=True
    )


@pytest.mark.parametrize("tty", [False, True])
@pytest.mark.parametrize("output", FORMATS)
def test_no_record_drives_the_terminal(write, output, tty):
    wild = "a\x1b[2J\x1b]52;c;x\x07\x9b31m\u202e\r|`\ud800"
    one = record(wild.encode("utf-8", "replace"), {"t": wild}, wild, 1)
    data = write(output, RankedRecord(0, 0.5, one), tty=tty, query="a")
    if tty:
        shown = data.decode()
        assert not set("\x07\r\x9b\u202e") & set(shown)
        assert "\x1b[2J" not in shown
        assert "\x1b]" not in shown
    elif output != "paths":
        assert data.decode()


@pytest.mark.parametrize("output", [None, *FORMATS])
def test_no_results_are_no_fault(output):
    terminal = Terminal.fake()
    style = RankingStyle(response={"results": []})
    write_ranking(terminal, output, iter(()), style)
    expected = b'{"results": []}\n' if output == "json" else b""
    assert terminal.written == expected


def test_csv_has_a_header_and_tsv_has_none(write):
    assert write("csv", SECOND) == "t,relevance_score\nAé,8e-06\n".encode()
    assert write("tsv", SECOND).decode() == '1\t8e-06\ta.jsonl\t1\t{"t": "Aé"}\n'


def test_the_formats_are_those_of_the_command_line():
    assert tuple(FORMATS) == get_args(RankingFormat)


def test_invalid_unicode_is_escaped_as_in_json(write):
    lone = RankedRecord(0, 1.0, record(b"", {"t": "\ud800"}, "a", 1))
    assert write("tsv", lone) == b'1\t1.0\ta\t1\t{"t": "\\ud800"}\n'
    assert json.loads(write("jsonl", lone))["document"] == {"t": "\ud800"}


def test_an_unknown_output_is_refused():
    with pytest.raises(UsageProblem, match="unknown output format 'xml'") as raised:
        write_ranking(Terminal.fake(), "xml", (), RankingStyle())
    assert raised.value.hint == (
        "choose one of table, full, text, json, jsonl, tsv, csv, paths, markdown"
    )
