"""All kinds of input: what goes in comes out, byte for byte; what is broken does not."""

import os
from pathlib import Path

import pytest
from scoring_server import score, scoring

LINES = [
    "Zürich 🏔".encode(),
    b"tab\there",
    b"\"quoted\", 'twice'",
    b"carriage\r",
    b"  spaces  ",
    b"back\\slash",
    b"no final newline",
]
OBJECTS = [
    '{"city": "Zürich 🏔", "n": 1.50}'.encode(),
    b'{"tab":"a\\tb",   "q": "\\"x\\"", "n": 1e3}',
    b'{"deep": {"list": [1, "\\u00fc", null]}}',
    b'"a text\\r\\n of two lines"',
]
ROWS = [
    b'1,"Z\xc3\xbcrich, ""old""",x\ty\r',
    b'2,"two\r\nlines",plain\r',
    b"3,  spaces  ,'single'\r",
    b"4,last,\r",
]
ITEMS = [
    'name: Zürich 🏔\r\n  note: "tab\\t"'.encode(),
    b"name: 'it''s'\r\n  on: NO",
    b'"a text"',
    b"{flow: [1, 2]}",
]
FOUND = [
    b"a.py:1:    def decide(): # \xc3\xbc",
    b'a.py:22:\treturn "x:3:y"',
    b"dir/b c.py:3:carriage\r",
    b"dir/b c.py:4:last",
]
# Of each kind: the file, what comes before, between and behind its records, them,
# and the flags.
KINDS = {
    "lines": ("a.txt", b"\n", b"\n", b"", LINES, []),
    "jsonl": ("a.jsonl", b"", b"\n", b"", [one + b"\r" for one in OBJECTS], []),
    "json": ("a.json", b"[\r\n ", b" ,\r\n\t", b"]", OBJECTS, []),
    "records": (
        "a.json",
        b'{"n": [0], "data": {"items": [',
        b",",
        b']}, "more": {}}',
        OBJECTS,
        ["--records", "data.items"],
    ),
    "yaml list": ("a.yaml", b"", b"\r\n", b"", [b"- " + one for one in ITEMS], []),
    "yaml documents": ("a.yml", b"--- ", b"\r\n--- ", b"", ITEMS[2:], []),
    "csv": ("a.csv", b"id,name,note\r\n", b"\n", b"\n", ROWS, []),
    "tsv": (
        "a.tsv",
        b"id\tname\n",
        b"\n",
        b"",
        [b'1\t"tab\there"', b"2\tZ\xc3\xbcrich, x", b"3\tcarriage"],
        [],
    ),
    "grep": ("found", b"", b"\n", b"", FOUND, ["--input", "grep"]),
    "NUL": (
        "a.bin",
        b"",
        b"\0",
        b"",
        [*LINES, b"two\nlines\n", b"\n  x\r\n"],
        ["-0", "--input", "lines"],
    ),
}


@pytest.fixture
def server():
    with scoring() as served:
        yield served


@pytest.fixture
def rank(co, server, tmp_path):
    """Have what is in a folder ranked by a server that scores each by itself."""
    co.environ |= server.environ

    def rank(*words, stdin=None):
        return co("rerank", "-q", "q", *words, stdin=stdin, cwd=tmp_path)

    return rank


def best_first(records, documents):
    """Order *records* by the scores of the *documents* that they were sent as."""
    pairs = sorted(zip(documents, records, strict=True), key=lambda one: -score(one[0]))
    return [record for _, record in pairs]


@pytest.mark.parametrize("kind", KINDS)
def test_records_come_back_byte_for_byte(rank, server, tmp_path, kind):
    name, before, between, behind, records, words = KINDS[kind]
    (tmp_path / name).write_bytes(before + between.join(records) + behind)
    run = rank(name, *words, "-o", "text", "-n", "0")
    end = b"\0" if "-0" in words else b"\n"
    expected = [record + end for record in best_first(records, server.documents)]
    assert (run.returncode, run.stdout) == (0, b"".join(expected)), run.stderr


def test_files_come_back_byte_for_byte(rank, server, tmp_path):
    contents = [b"one\r\n\ttwo\r\n\n", "Zürich 🏔".encode(), b'"x",\n\n  y ']
    names = ["a b.txt", "new\nline.py", "zürich.json"]
    for name, content in zip(names, contents, strict=True):
        (tmp_path / name).write_bytes(content)
    listed = "\0".join([*names, ""]).encode()
    words = ("--input", "files", "-0", "-n", "0", "-o")
    run = rank(*words, "text", stdin=listed)
    texts = [content.removesuffix(b"\n") for content in contents]
    order = best_first(range(3), server.documents)
    assert run.stdout == b"".join(texts[at] + b"\0" for at in order), run.stderr
    run = rank(*words, "paths", stdin=listed)
    assert run.stdout == b"".join(names[at].encode() + b"\0" for at in order)


def test_listed_names_that_are_not_files_are_skipped_and_counted(co, tmp_path):
    (tmp_path / "a.txt").write_bytes(b"one")
    (tmp_path / "folder").mkdir()
    (tmp_path / "link").symlink_to("folder")
    (tmp_path / "dangling").symlink_to("removed.txt")
    run = co.shell(
        f"cd {tmp_path}; printf '%s\\0' removed.txt folder link dangling a.txt"
        " | co rerank -q x --input files -0 -o paths -p sandbox"
    )
    assert (run.returncode, run.stdout) == (0, b"a.txt\0"), run.stderr
    assert b"co: stdin: 3 files skipped (2 missing, 1 folder)\n" in run.stderr


def test_the_files_that_git_lists_are_ranked(co):
    run = co.shell(
        'git ls-files -z | co rerank -q "where are retries decided"'
        " --input files -0 -o paths -n 5 -p sandbox"
    )
    *paths, rest = run.stdout.split(b"\0")
    assert (run.returncode, len(paths), rest) == (0, 5, b""), run.stderr
    assert all(Path(os.fsdecode(path)).is_file() for path in paths)


@pytest.mark.slow
def test_what_grep_found_keeps_its_place(co):
    run = co.shell(
        "grep -rn retries cohere_cli --include='*.py' > $HOME/found;"
        ' co rerank -q "where are retries decided" -n 5 -p sandbox < $HOME/found'
    )
    found = (Path(co.environ["HOME"]) / "found").read_bytes().splitlines()
    lines = run.stdout.splitlines()
    assert (run.returncode, len(lines)) == (0, 5)
    assert set(lines) <= set(found)


def sparse(path: Path) -> None:
    with path.open("wb") as file:
        file.truncate(10 << 30)


FILES = {
    "binary.txt": b"text\n\x00\x01\xff\n",
    "latin.txt": b"one\ntwo\ncaf\xe9\n",
    "half.jsonl": b'{"a": 1}\n{"a": 2}\n{"a": \n{"a": 4}\n',
    "broken.json": b'[{"a": 1},\n {"a": }]',
    "broken.yaml": b"- a: 1\n- a: [\n- b: 2\n",
    "broken.csv": b"a,b\n1,2\n1,2,3\n",
    "number.jsonl": b'{"a": 1}\n2\n',
    "fields.jsonl": b'{"a": 1}\n{"b": 2}\n',
    "text.txt": b"one\ntwo\n",
    "empty.txt": b"",
    "blank.txt": b" \n\n\t\n",
    "folder.list": b"text.txt\nfolder\n",
    "nothing.list": b"folder\nfifo\nnowhere\n",
}


@pytest.fixture
def place(tmp_path):
    for name, content in FILES.items():
        (tmp_path / name).write_bytes(content)
    (tmp_path / "folder").mkdir()
    os.mkfifo(tmp_path / "fifo")
    sparse(tmp_path / "hole.txt")
    return tmp_path


REFUSED = [
    ("half.jsonl --bad refuse", "half.jsonl:3", 3),
    ("hole.txt", "hole.txt:1", 3),
    ("fields.jsonl --field a --bad refuse", "fields.jsonl:2", 3),
]
REFUSED_TOO = [
    ("binary.txt", "binary.txt:2", 3),
    ("text.txt -q ' '", "the query is blank", 2),
    ("text.txt --field a", "text.txt:1", 3),
    ("blank.txt", "blank.txt", 3),
    ("latin.txt --bad refuse", "latin.txt:3", 3),
    ("broken.json --bad refuse", "broken.json:2", 3),
    ("broken.yaml --bad refuse", "broken.yaml:3", 3),
    ("broken.csv --bad refuse", "broken.csv:3", 3),
    ("number.jsonl --bad refuse", "number.jsonl:2", 3),
    ("hole.txt --input jsonl", "hole.txt:1", 3),
    ("hole.txt -0", "hole.txt", 3),
    ("hole.txt --input files", "hole.txt", 3),
    ("hole.txt --input json", "hole.txt", 3),
    ("hole.txt --input csv", "hole.txt:1", 3),
    ("--input files < nothing.list", "no records to rank", 3),
    ("-0 --input files < folder.list", "stdin:1", 3),
    ("fifo", "fifo", 3),
    ("folder", "folder", 3),
    ("empty.txt", "empty.txt", 3),
    ("nowhere", "nowhere", 3),
    ("- < empty.txt", "stdin", 3),
    ("< /dev/null", "there are no records", 2),
    ("text.txt half.jsonl --batch-size 1 --bad refuse", "half.jsonl:3", 3),
    ("text.txt -q @nowhere", "nowhere", 3),
    ("- -o paths < text.txt", "have no paths", 2),
    ("text.txt --records a", "text.txt", 3),
    ("half.jsonl --input jsonl --records a", "only JSON", 2),
]


@pytest.mark.parametrize(
    ("words", "message", "code"),
    [*REFUSED, *(pytest.param(*one, marks=pytest.mark.slow) for one in REFUSED_TOO)],
)
def test_bad_input_is_named_in_a_line_and_nothing_is_sent(
    co, server, place, words, message, code
):
    co.environ |= server.environ
    run = co.shell(f"cd {place}; co rerank -q x {words}")
    assert (run.returncode, run.stdout, server.bodies) == (code, b"", [])
    *notes, first = [
        line for line in run.stderr.decode().splitlines() if line[:6] != "hint: "
    ]
    assert first.startswith("co: ")
    assert message in first
    assert all("skipped" in note for note in notes)


def test_one_bad_record_costs_one_record(rank, server, tmp_path):
    good = [b"line %d" % number for number in range(30)]
    lines = [*good[:20], b"bad \xff byte", *good[20:]]
    (tmp_path / "app.log").write_bytes(b"\n".join(lines))
    run = rank("app.log", "-v", "-n", "0", "--batch-size", "1", "--yes")
    assert sorted(run.stdout.splitlines()) == sorted(good)
    named, *_ = [one for one in run.stderr.splitlines() if b"bad" in one]
    what = b"not UTF-8 text: invalid start byte at byte 154 (app.log:21)"
    assert named == b"co: bad record: " + what
    assert run.stderr.endswith(
        b"co: 1 bad record skipped, first: " + what + b"\n"
        b"hint: convert it, for instance: iconv -f WINDOWS-1252 -t UTF-8; "
        b"-v names each bad record, --bad refuse ends at the first\n"
    )
    assert (run.returncode, len(server.bodies)) == (10, 30)


def test_records_without_the_field_are_counted_and_the_others_ranked(rank):
    records = b'{"a": 1}\n{"b": 2}\n{"b": 3}\n'
    run = rank("--field", "a", "--quiet", stdin=records)
    assert (run.returncode, run.stdout) == (10, b'{"a": 1}\n')
    assert run.stderr.startswith(
        b"co: 2 bad records skipped, first: the record has no field 'a' (stdin:2)\n"
    )


def test_numbers_are_sent_and_written_as_they_were_read(rank, server):
    text = b'{"price": 10.50, "n": [1E5, -0]}\n'
    run = rank("-o", "jsonl", stdin=text)
    assert server.documents == ["price: 10.50\nn:\n- 1E5\n- -0\n"]
    assert run.stdout.endswith(b'"document": ' + text.strip() + b"}\n"), run.stderr
