"""Text in Windows-1252, told from text in other encodings and from no text."""

import io

import pytest

from cohere_cli.documents.formats.windows_1252 import is_windows_1252
from cohere_cli.documents.reader import read_documents, read_records
from cohere_cli.documents.skipped import BadRecords

GERMAN = "Überprüfen Sie „alles“ – für 5 € je Stück: größer, weiß, naïve."
CONVERT = "convert it, for instance: iconv -f WINDOWS-1252 -t UTF-8"


@pytest.mark.parametrize(
    "text",
    [
        GERMAN,
        "Un café, s’il vous plaît : « déjà vu », œuvre, 20 °C, n° 3",
        "El niño ¿cuándo? ¡mañana! 1ª edición",
        "Tu vol·les paral·lel, 3½ copies © 2020 Müller®",
        "Þetta er íslenska, öll ljóðin",
        "é",
        "naïve\r\n\tx\f",
    ],
)
def test_text_of_western_europe_is_recognized(text):
    assert is_windows_1252(text.encode("cp1252"))


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        ("Привет, как дела? Это текст на русском языке.", "cp1251"),
        ("Привет, как дела? Это текст на русском языке.", "koi8-r"),
        ("Γειά σου κόσμε, αυτό είναι κείμενο", "iso8859-7"),
        ("Zażółć gęślą jaźń, wąż łódź", "iso8859-2"),
        ("これは日本語の文章です。読めますか。", "shift-jis"),
        ("这是一个中文的文本，可以读吗？", "gbk"),
        ("이것은 한국어 텍스트입니다", "euc-kr"),
        ("Größe é ü ß: " * 5, "utf-8"),
    ],
)
def test_text_in_another_encoding_is_refused(text, encoding):
    data = text.encode(encoding) + (b"\xff" if encoding == "utf-8" else b"")
    assert not is_windows_1252(data)


@pytest.mark.parametrize(
    "data",
    [
        b"caf\xe9\0",
        b"caf\xe9\x1b[m",
        b"caf\x81\xe9",
        b"\x89PNG\r\n\x1a\n",
        bytes(range(9, 256)),
    ],
)
def test_bytes_that_are_no_text_are_refused(data):
    assert not is_windows_1252(data)


@pytest.fixture
def notes():
    return []


def documents(path, notes):
    return list(read_documents([path], io.BytesIO(), notify=notes.append))


def test_a_named_file_is_read_and_the_encoding_is_noted(folder, notes):
    (folder / "a.txt").write_bytes(GERMAN.encode("cp1252") + b"\n")
    (document,) = documents("a.txt", notes)
    assert document.data == {"title": "a.txt", "path": "a.txt", "text": GERMAN}
    assert notes == ["a.txt: 1 text read as Windows-1252"]


def test_files_of_a_folder_are_read_and_counted_in_one_line(folder, notes):
    for name in ("a.txt", "b.md", "c.csv"):
        (folder / name).write_bytes(b"x,caf\xe9\n")
    (folder / "d.txt").write_text("café")
    (folder / "e.txt").write_bytes("Привет".encode("cp1251"))
    texts = [one.data["text"] for one in documents(".", notes)]
    assert texts == ["x,café", "x,café", "x,café", "café"]
    assert notes == [".: 1 file skipped (1 not text), 3 texts read as Windows-1252"]


def test_many_named_files_are_counted_in_one_line(folder, notes):
    for name in ("a.txt", "b.txt"):
        (folder / name).write_bytes(b"caf\xe9")
    list(read_documents(["a.txt", "b.txt"], io.BytesIO(), notify=notes.append))
    assert notes == ["2 files: 2 texts read as Windows-1252"]


def test_standard_input_is_read_so_too(notes):
    read = read_documents(["-"], io.BytesIO(b"caf\xe9 noir"), notify=notes.append)
    assert [one.data for one in read] == [{"text": "café noir"}]
    assert notes == ["stdin: 1 text read as Windows-1252"]


def test_a_whole_file_that_is_ranked_comes_out_in_its_own_bytes(folder, notes):
    (folder / "a.txt").write_bytes(b"caf\xe9\nnoir\n")
    read = read_records(["a.txt"], io.BytesIO(), "files", notify=notes.append)
    assert [(one.data, one.raw) for one in read] == [("café\nnoir", b"caf\xe9\nnoir")]
    assert notes == ["a.txt: 1 text read as Windows-1252"]


def test_a_line_stays_a_bad_record(folder, notes):
    (folder / "a.txt").write_bytes(b"caf\xe9\nnoir\n")
    bad = BadRecords("skip")
    read = read_records(["a.txt"], io.BytesIO(), notify=notes.append, bad=bad)
    assert ([one.raw for one in read], bad.count, notes) == ([b"noir"], 1, [])


@pytest.mark.parametrize(
    "data", ["\ufeffone\ntwo".encode("utf-16-le") + b"x", b"\xef\xbb\xbfcaf\xe9 noir"]
)
def test_a_text_with_the_mark_of_another_encoding_is_refused(refusal, data):
    what, _, hint = refusal(list, read_documents(["-"], io.BytesIO(data)))
    assert (what[:14], hint) == ("not UTF-8 text", CONVERT)
