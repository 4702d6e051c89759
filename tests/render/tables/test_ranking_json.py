import json

import pytest

from cohere_cli.documents.document import Document
from cohere_cli.render.tables.ranking_rows import RankingStyle, json_chunks, jsonl_lines
from cohere_cli.render.tables.record import RankedRecord
from cohere_cli.terminal import Terminal


def record(data, source, line):
    return Document(data, b"", source, line, "")


RANKED = [
    RankedRecord(2, 0.98, record("C\x1b[2J", "c\x1b]52;c;x\x07", 3)),
    RankedRecord(0, 8e-06, record({"t": ["Aé", "\u2028\n]"]}, "a.jsonl", 1)),
]
RESPONSE = {
    "id": "q]",
    "results": [
        {"index": 2, "relevance_score": 0.98, "extra": None},
        {"index": 0, "relevance_score": 8e-06},
    ],
    "meta": {"warnings": ["w"]},
}
STYLE = RankingStyle(response=RESPONSE)
WHOLE = {
    "id": "q]",
    "meta": {"warnings": ["w"]},
    "results": [
        {"index": 2, "relevance_score": 0.98, "extra": None, "document": "C\x1b[2J"},
        {
            "index": 0,
            "relevance_score": 8e-06,
            "document": {"t": ["Aé", "\u2028\n]"]},
        },
    ],
}


def test_a_pipe_gets_the_servers_object_with_the_documents_on_one_line():
    text = "".join(json_chunks(Terminal.fake(), iter(RANKED), STYLE))
    assert text == json.dumps(WHOLE, ensure_ascii=False) + "\n"


def test_a_terminal_gets_it_indented():
    text = "".join(json_chunks(Terminal.fake(tty=True), iter(RANKED), STYLE))
    shown = json.dumps(WHOLE, ensure_ascii=False, indent=2)
    assert text == shown.replace("\u2028", "\\u2028") + "\n"


@pytest.mark.parametrize("tty", [False, True])
def test_without_results_it_is_whole_too(tty):
    style = RankingStyle(response={"id": "q"})
    text = "".join(json_chunks(Terminal.fake(tty=tty), iter(()), style))
    indent = 2 if tty else None
    assert text == json.dumps({"id": "q", "results": []}, indent=indent) + "\n"


def test_it_shows_only_what_the_ranking_kept():
    style = RankingStyle(response={**RESPONSE, "meta": {}})
    pieces = json_chunks(Terminal.fake(), RANKED[1:], style)
    assert json.loads("".join(pieces)) == {**WHOLE, "meta": {}} | {
        "results": WHOLE["results"][1:]
    }


def test_a_line_has_the_place_of_its_record():
    assert list(jsonl_lines(Terminal.fake(), RANKED, STYLE)) == [
        (
            '{"index": 2, "relevance_score": 0.98, "source": "c\\u001b]52;c;x\\u0007",'
            ' "line": 3, "document": "C\\u001b[2J"}\n'
        ),
        (
            '{"index": 0, "relevance_score": 8e-06, "source": "a.jsonl",'
            ' "line": 1, "document": {"t": ["Aé", "\u2028\\n]"]}}\n'
        ),
    ]
