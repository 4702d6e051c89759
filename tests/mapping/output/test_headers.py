import pytest

from cohere_cli.mapping.output.headers import require_one_header


@pytest.fixture
def files(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a.csv").write_bytes(b"\xef\xbb\xbfa;b\r\n1;2\r\n")
    (tmp_path / "same.csv").write_bytes(b'"a","b"\n3,4\n')
    (tmp_path / "tabs.tsv").write_bytes(b"a\tb\n3\t4\n")
    (tmp_path / "other.csv").write_bytes(b"\nb,a\n5,6\n")
    (tmp_path / "empty.csv").write_bytes(b"")
    (tmp_path / "lines.jsonl").write_bytes(b'{"a": 1}\n')
    (tmp_path / "folder").mkdir()


@pytest.mark.usefixtures("files")
def test_tables_of_one_header_and_other_sources_pass():
    require_one_header(
        ["a.csv", "same.csv", "-", "tabs.tsv", "empty.csv", "lines.jsonl", "folder"]
    )


@pytest.mark.usefixtures("files")
def test_the_first_table_of_other_columns_is_refused_with_its_line(refusal):
    assert refusal(lambda: require_one_header(["a.csv", "same.csv", "other.csv"])) == (
        "the header is not that of a.csv:1: b, a",
        "other.csv:2",
        "map tables of other columns apart; a.csv:1 has a, b",
    )


@pytest.mark.usefixtures("files")
def test_lines_of_text_have_no_header():
    require_one_header(["a.csv", "other.csv"], "lines")
