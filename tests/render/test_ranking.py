import json
from dataclasses import dataclass
from typing import Any

import pytest

from cohere_cli.api.rerank import Ranked, Ranking
from cohere_cli.errors import UsageProblem
from cohere_cli.render.ranking import choose_ranking
from cohere_cli.terminal import Terminal


@dataclass(frozen=True)
class Record:
    raw: bytes
    data: Any
    source: str
    line: int


RECORDS = [
    Record(b'{"t": "A\xc3\xa9"}', {"t": "Aé"}, "a.jsonl", 1),
    Record(b"B\r", "B", "-", 22),
    Record(b"\xff\x1b[2J", "C\x1b[2J", "c\x1b]52;c;x\x07", 3),
]
RESPONSE = {
    "id": "q",
    "results": [
        {"index": 2, "relevance_score": 0.98, "extra": None},
        {"index": 0, "relevance_score": 8e-06},
    ],
    "meta": {"warnings": ["w"]},
}
RANKING = Ranking((Ranked(2, 0.98), Ranked(0, 8e-06)), RESPONSE)


@pytest.fixture
def write():
    def write(output, *, tty=False, ranking=RANKING):
        terminal = Terminal.fake(tty=tty)
        choose_ranking(terminal, output)(ranking, RECORDS)
        return terminal.written

    return write


def test_a_pipe_gets_the_records_byte_for_byte(write):
    assert write(None) == b'\xff\x1b[2J\n{"t": "A\xc3\xa9"}\n'


def test_records_on_a_terminal_are_clean(write):
    assert write("text", tty=True).decode() == '\ufffd^[[2J\n{"t": "Aé"}\n'


def test_json_is_the_servers_object_with_the_documents(write):
    assert json.loads(write("json")) == {
        "id": "q",
        "results": [
            {
                "index": 2,
                "relevance_score": 0.98,
                "extra": None,
                "document": "C\x1b[2J",
            },
            {"index": 0, "relevance_score": 8e-06, "document": {"t": "Aé"}},
        ],
        "meta": {"warnings": ["w"]},
    }


def test_json_shows_only_what_the_ranking_kept(write):
    kept = Ranking(RANKING.results[:1], RESPONSE)
    told = json.loads(write("json", ranking=kept))
    assert [result["index"] for result in told["results"]] == [2]


def test_jsonl_says_where_each_record_stood(write):
    assert write("jsonl").decode() == (
        '{"index": 2, "relevance_score": 0.98, "source": "c\\u001b]52;c;x\\u0007",'
        ' "line": 3, "document": "C\\u001b[2J"}\n'
        '{"index": 0, "relevance_score": 8e-06, "source": "a.jsonl",'
        ' "line": 1, "document": {"t": "Aé"}}\n'
    )


def test_a_terminal_gets_a_table(write):
    assert write(None, tty=True) == write("table", tty=True)
    assert b"a.jsonl:1" in write(None, tty=True)


@pytest.mark.parametrize("output", [None, "table", "text", "json", "jsonl"])
def test_no_results_are_no_fault(write, output):
    nothing = Ranking((), {"results": []})
    expected = b'{"results": []}\n' if output == "json" else b""
    assert write(output, ranking=nothing) == expected


def test_an_unknown_output_is_refused():
    with pytest.raises(UsageProblem, match="there is no output format 'csv'") as raised:
        choose_ranking(Terminal.fake(), "csv")
    assert raised.value.hint == "choose one of table, text, json, jsonl"
