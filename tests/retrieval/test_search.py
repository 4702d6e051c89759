import pytest

from cohere_cli.retrieval.search import find_passages


@pytest.fixture
def lay(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)

    def write(files):
        for path, text in files.items():
            (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / path).write_text(text)

    return write


def ids(query, *sources, **options):
    found = find_passages(
        query, sources, cache=None, notify=print, detail=print, **options
    )
    return [each.document.id for each in found.candidates]


def test_a_passage_that_holds_the_words_comes_first(lay):
    lay({"a.txt": "apples\n", "b.txt": "a pear and\na plum\n", "c.txt": "plums\n"})
    assert ids("pear plum", ".") == ["b.txt:1-2", "c.txt:1-1"]


def test_the_parts_of_an_identifier_are_found(lay):
    lay({"a.py": "readTimeout = 3\n", "b.py": "nothing = 1\n"})
    assert ids("read_timeout", ".") == ["a.py:1-1"]
    assert ids("timeout", ".") == ["a.py:1-1"]
