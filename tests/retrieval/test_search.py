import os
import re
from io import BytesIO
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from retrieval.searching import found

from cohere_cli.documents.reader import document_strategy
from cohere_cli.documents.skipped import BadRecords
from cohere_cli.documents.walk.collect import collect
from cohere_cli.errors import InputProblem, UsageProblem
from cohere_cli.retrieval import bm25
from cohere_cli.retrieval.search import find_passages

LONG = "".join(f"line {number} of many words about nothing\n" for number in range(200))


def test_a_passage_that_holds_the_words_comes_first(lay, ids):
    lay({"a.txt": "apples\n", "b.txt": "a pear and\na plum\n", "c.txt": "plums\n"})
    assert ids("pear plum") == ["b.txt:1-2", "c.txt:1-1"]


def test_a_long_file_gives_the_passages_that_chat_would_send(lay, ids):
    lay({"a.txt": f"{LONG}\nthe pear\n"})
    assert ids("pear") == ["a.txt:169-202"]
    result, _ = found("pear", ["a.txt"])
    assert result["passages"][0][1:3] == [169, 202]
    assert result["passages"][0][4]["text"].endswith("nothing\n\nthe pear")


def test_records_are_passages(lay, ids):
    lay(
        {
            "a.csv": "name,use\npear,eat\nplum,cook\n",
            "b.jsonl": '{"id": "x1", "deep": {"fruit": ["plum"]}}\n{"fruit": "fig"}\n',
        }
    )
    assert ids("plum") == ["a.csv:3", "x1"]


@pytest.mark.parametrize(
    ("query", "name"),
    [
        ("read_timeout", "a"),
        ("readTimeout", "a"),
        ("timeout", "a"),
        ("HTTPServer2", "b"),
        ("server", "b"),
        ("retry", "c"),
        ("リトライ", "d"),
        ("設定", "d"),
        ("설정", "e"),
        ("การตั้งค่า", "f"),
        ("हिन्दी", "g"),
        ("CAFE", "h"),
        ("Fußgänger", "i"),
        ("notes", "j"),
        ("'OR\"*NEAR(+-:^ x1", "k"),
    ],
)
def test_words_are_found_in_any_form_and_script(lay, ids, query, name):
    lay(
        {
            "a.py": "readTimeout = 3\n",
            "b.py": "class HTTPServer2: pass\n",
            "c.txt": "it retries\n",
            "d.txt": "サーバーのリトライ設定です\n",
            "e.txt": "서버설정을 바꾼다\n",
            "f.txt": "แก้ไขการตั้งค่าเครื่อง\n",
            "g.txt": "यह हिन्दी है\n",
            "h.txt": "un café\n",
            "i.txt": "der Fußgänger\n",
            "j-notes.txt": "zzz\n",
            "k.txt": "x1\n",
        }
    )
    assert [each[0] for each in ids(query)[:1]] == [name]


def test_names_and_texts_of_any_bytes_are_found(lay, agree):
    name = os.fsdecode(b"a\xff.txt")
    lay({name: "pear\n", "b.jsonl": '{"fruit": "\\ud800 pear \\u0000"}\n'})
    assert agree("pear \udcff \0")[0] == ["a\ufffd.txt:1-1", "b.jsonl:1-1"]


def test_a_page_of_text_is_a_query(lay, agree):
    lay({"a.txt": " ".join(f"w{number}" for number in range(300)), "b.txt": "pear"})
    query = " ".join(f"w{number}" for number in range(1000))
    assert agree(f"pear {query}")[0] == ["a.txt:1-1", "b.txt:1-1"]
    assert agree(f'pear "{query}"')[0] == ["b.txt:1-1"]


@given(st.text())
def test_any_query_can_be_searched_for(query):
    folder = Path(__file__).parents[1] / "data"
    found(query, [str(folder)])


def test_quoted_words_are_one_phrase(lay, ids):
    lay({"a.txt": "plum pear\n", "b.txt": "pear plum\n"})
    assert ids('"pear plum"') == ["b.txt:1-1"]
    assert ids("pear plum") == ["b.txt:1-1", "a.txt:1-1"]


def test_a_heading_above_a_passage_counts(lay, ids):
    lay({"a.md": f"# Fruit\n\n## Pears\n\n{LONG}\n## Plums\n\n{LONG}"})
    found = ids("plums")
    assert found[0] == "a.md:206-249"
    assert len(found) == 5


def test_equal_passages_come_in_the_order_of_the_files(lay, ids):
    lay({f"{name}.txt": "pear\n" for name in "cab"})
    assert ids("pear") == ["a.txt:1-1", "b.txt:1-1", "c.txt:1-1"]
    assert ids("pear", limit=2) == ["a.txt:1-1", "b.txt:1-1"]
    assert ids("pear", "c.txt", ".") == ["c.txt:1-1", "a.txt:1-1", "b.txt:1-1"]


def test_a_regular_expression_and_globs_choose_passages(lay, ids):
    lay({"a.txt": "pear 1\n", "b.md": "pear 2\n", "d/c.md": "pear 3\n"})
    assert ids("pear", matching=re.compile("[12]")) == ["a.txt:1-1", "b.md:1-1"]
    assert ids("pear", matching=re.compile("[23]"), limit=1) == ["b.md:1-1"]
    assert ids("pear", globs=["*.md"]) == ["b.md:1-1", "d/c.md:1-1"]
    assert ids("pear", globs=["d/*.md"]) == ["d/c.md:1-1"]
    assert ids("pear", globs=["/d/"]) == ["d/c.md:1-1"]
    assert ids("pear", globs=["!*.md"]) == ["a.txt:1-1"]
    assert ids("pear", globs=["*.rs"]) == []


def test_a_query_without_words_finds_nothing(lay, ids):
    lay({"a.txt": "pear ???\n"})
    assert ids("???") == ids("") == ids("zzz") == []


def test_a_word_of_most_of_many_passages_counts_if_the_query_has_no_other(
    lay, ids, monkeypatch
):
    monkeypatch.setattr(bm25, "_FEW", 0)
    lay({"a.txt": "the pear\n", "b.txt": "the plum\n", "c.txt": "the fig\n"})
    lay({"d.txt": "the fig\n", "e.txt": "the end\n"})
    assert len(ids("the")) == 5
    assert ids("the pear") == ["a.txt:1-1"]


def test_the_counts_tell_what_was_searched_and_skipped(lay, cache, settle):
    lay({"a.txt": "pear\n", "b": b"\0", "c.csv": "x,y\n\npear,1\n", "d.txt": ""})
    settle()
    for indexed in (4, 0):
        notes = []
        _, counts = find_passages(
            "pear", ["."], cache=cache, notify=notes.append, detail=notes.append
        )
        assert (counts.files, counts.indexed, counts.passages, counts.matches) == (
            2,
            indexed,
            2,
            2,
        )
        skipped = "2 files skipped (1 not text, 1 empty), 1 blank line skipped"
        assert str(counts.skipped) == skipped
        assert notes == [f".: {skipped}"]


def test_sources_that_cannot_be_read_are_refused(lay, ids):
    lay({"a.bin": b"\0\1", "d/x": b"\0"})
    with pytest.raises(InputProblem, match="no such file"):
        ids("pear", "missing.txt")
    with pytest.raises(InputProblem, match="not UTF-8 text"):
        ids("pear", "a.bin")
    with pytest.raises(InputProblem):
        ids("pear", "d")
    with pytest.raises(UsageProblem, match="cannot search standard input"):
        ids("pear", "-")


@pytest.mark.parametrize("second", ["img", "./", "./img/../img", "img/*"])
def test_folders_that_overlap_give_each_file_once_and_report_each_skip(
    lay, agree, cache, second
):
    lay(
        {"a.md": "pear\n", "img/b.png": b"\0\1\2", "img/c.txt": "", "img/d.txt": "pear"}
    )
    sources = [".", second]
    assert sorted(agree("pear", *sources)[0]) == ["a.md:1-1", "img/d.txt:1-1"]
    result, _ = found("pear", sources, cache)
    skips = []
    strategy = document_strategy(split=True)
    list(collect(sources, BytesIO(), strategy, skips.append, BadRecords()))
    assert result["notes"] == skips
    assert len(skips) == 2
    assert result["counts"] == [2, 2, 2, "2 files skipped (1 not text, 1 empty)"]
