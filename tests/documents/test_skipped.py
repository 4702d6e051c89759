"""One bad record costs one record, in every format."""

import io

import pytest

from cohere_cli.documents.reader import read_records
from cohere_cli.documents.skipped import BadRecords
from cohere_cli.errors import InputProblem

RANGE = "1e400 is out of range"
SURROGATE = "\\ud800 is half of a surrogate pair, not a character"
NUMBER = "a record must be an object or a string, not a number"
SYNTAX = "not valid JSON: "
UTF_8 = "not UTF-8 text"
ROW = "the header has 2 cells, this row "
# Of each kind: the file, the flags, its content, the bytes of its readable records,
# and the line and reason of each bad one.
KINDS = {
    "lines": (
        "a.log",
        b"one\ntw\xffo\n\nthree\nfo\0ur\nfive",
        [b"one", b"three", b"five"],
        [(2, f"{UTF_8}: invalid start byte at byte 6"), (5, f"{UTF_8}: a NUL")],
    ),
    "jsonl": (
        "a.jsonl",
        b'{"a":1}\n{"a":"\\ud800"}\n{"a":1e400}\n42\n{"a":"\xff"}\n{"b":2}\n{"a":"cu',
        [b'{"a":1}', b'{"b":2}'],
        [(2, SURROGATE), (3, RANGE), (4, NUMBER), (5, UTF_8), (7, SYNTAX)],
    ),
    "json": (
        "a.json",
        b'["a", {"a":1e400},\n{"a":"\xff"}, {"a":"\\ud800"}, 7,\n{"b": 2}, {"c":',
        [b'"a"', b'{"b": 2}'],
        [(1, RANGE), (2, UTF_8), (2, SURROGATE), (2, NUMBER), (3, SYNTAX)],
    ),
    "yaml": (
        "a.yaml",
        b"- a: 1\n- a: .inf\n- {x: [1, !!int 3, {a: 2}]}\n- a: 1\n  a: 2\n- 7\n- b\n- \xff\n- [",
        [b"- a: 1", b"- b"],
        [
            (2, ".inf is not a finite number"),
            (3, "tag !!int is not supported"),
            (5, "duplicate key 'a'"),
            (6, NUMBER),
            (8, UTF_8),
            (9, "not valid YAML: "),
        ],
    ),
    "csv": (
        "a.csv",
        b'a,b\n1,2\n1,2,3\n4\n"x"y,2\n5,\xff\n"open,3\n"a\nb",7\n8,9\n"cut',
        [b"1,2", b'"a\nb",7', b"8,9"],
        [
            (3, f"{ROW}3"),
            (4, f"{ROW}1"),
            (5, "not a row of values: ',' expected"),
            (6, UTF_8),
            (7, "not a row of values: ',' expected"),
            (11, "not a row of values: a quote is never closed"),
        ],
    ),
}


def read(sources, policy="skip", stdin=b"", **how):
    problems = []
    bad = BadRecords(policy, problems.append)
    found = read_records(sources, io.BytesIO(stdin), bad=bad, **how)
    return [each.raw for each in found], problems


def as_expected(problems, expected):
    return all(
        problem.where.endswith(f":{line}") and problem.what.startswith(what)
        for problem, (line, what) in zip(problems, expected, strict=True)
    )


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("way", ["named", "found", "piped"])
def test_a_bad_record_costs_one_record(folder, kind, way):
    name, content, raws, expected = KINDS[kind]
    if way == "found" and kind in ("lines", "json", "yaml"):
        pytest.skip("a found file of this kind is read as text, or not at all")
    (folder / "d").mkdir()
    (folder / "d" / name).write_bytes(content)
    source = {"named": f"d/{name}", "found": "d", "piped": "-"}[way]
    how = {} if way == "found" else {"kind": kind}
    found, problems = read([source], stdin=content, **how)
    assert found == raws
    assert as_expected(problems, expected), problems


def test_the_items_of_a_nested_list_are_bad_one_by_one(folder):
    (folder / "a.json").write_bytes(
        b'{"n": 1e999, "d": {"s": "\xff", "i": [{"a":1},{"a":1e400},"\xff",{"b":2}]}}'
    )
    found, problems = read(["a.json"], at="d.i")
    assert found == [b'{"a":1}', b'{"b":2}']
    assert as_expected(problems, [(1, RANGE), (1, UTF_8)])


def test_a_bad_byte_of_a_found_file_costs_its_line(folder):
    (folder / "d").mkdir()
    (folder / "d" / "a.log").write_bytes(b"one\ntw\xffo\nthree\n")
    (folder / "d" / "b.png").write_bytes(b"text\nlines\nand\n\0\n")
    found, problems = read(["d"])
    assert found == [b"one", b"three"]
    assert as_expected(problems, [(2, UTF_8)])


@pytest.mark.parametrize(
    ("kind", "content", "raw"),
    [
        ("json", b'[{"a": "\xe9"}, 1]', b'{"a": "\xe9"}'),
        ("jsonl", b'{"a": "\xe9"}\n1\n', b'{"a": "\xe9"}'),
        ("yaml", b"- a: \xe9\n- 1\n", b"- a: \xe9"),
        ("csv", b"a\n\xe9\n1,2\n", b"\xe9"),
    ],
)
def test_a_record_is_read_with_replaced_bytes_and_keeps_its_own(kind, content, raw):
    bad = BadRecords("replace")
    [found] = read_records(["-"], io.BytesIO(content), kind, bad=bad)
    assert (found.data, found.raw, bad.count) == ({"a": "\ufffd"}, raw, 2)


def test_a_line_or_row_is_read_with_replaced_bytes_and_keeps_its_own(folder):
    (folder / "a.csv").write_bytes(b"a,b\n1,\xff\n1,2,3\n")
    bad = BadRecords("replace")
    records = read_records(["a.csv", "-"], io.BytesIO(b"x\xffy\nz\0\nw\nv\nu"), bad=bad)
    assert [(each.data, each.raw) for each in records] == [
        ({"a": "1", "b": "\ufffd"}, b"1,\xff"),
        ("x\ufffdy", b"x\xffy"),
        ("z\ufffd", b"z\0"),
        *((one, one.encode()) for one in "wvu"),
    ]
    assert bad.count == 4


@pytest.mark.parametrize("content", [b"\xff\n", b"\x89PNG\n\x1a\n\0\0", b"a\0\nb\0\nc"])
def test_a_file_without_a_readable_record_is_refused(folder, content):
    (folder / "a.txt").write_bytes(content)
    with pytest.raises(InputProblem, match=UTF_8):
        read(["a.txt"])


def test_an_unreadable_source_costs_no_other(folder):
    (folder / "a.png").write_bytes(b"\x89PNG\r\n\x1a\n\0\0")
    (folder / "b.txt").write_bytes(b"b\n")
    found, problems = read(["a.png", "b.txt"])
    assert (found, len(problems)) == ([b"b"], 1)


def test_a_named_file_that_does_not_exist_is_refused_before_anything_is_read(folder):
    (folder / "a.txt").write_bytes(b"a\n")
    with pytest.raises(InputProblem, match="no such file"):
        next(read_records(["a.txt", "b"], io.BytesIO(), bad=BadRecords("skip")))


def test_the_good_records_of_a_file_in_a_folder_are_kept(folder):
    (folder / "d").mkdir()
    (folder / "d/a.txt").write_bytes(b"a\n\xff\nb\n")
    (folder / "d/b.txt").write_bytes(b"\xff\n")
    found, problems = read(["d"])
    assert (found, len(problems)) == ([b"a", b"b"], 1)


def test_bad_records_can_be_refused(folder):
    (folder / "a.txt").write_bytes(b"a\n\xff\n")
    with pytest.raises(InputProblem, match=UTF_8):
        read(["a.txt"], "refuse")
