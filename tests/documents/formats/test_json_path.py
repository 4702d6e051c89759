import io

import pytest

from cohere_cli.documents.formats.json_path import parse_path
from cohere_cli.documents.reader import read_records
from cohere_cli.errors import UsageProblem

INDEX = "name an item by its index, from 0"
REPLY = b"""{"total": 2, "data": {"items": [{"x": 1}, "two"], "none": []},
 "pages": [{"items": ["a"]}, {"items": ["b"]}], "a.b": [["c"]],
 "twice": 1, "twice": ["last"]}
"""


def data_at(path, data=REPLY, **expected):
    return [
        each.data for each in read_records(["-"], io.BytesIO(data), at=path, **expected)
    ]


@pytest.mark.parametrize(
    ("path", "data"),
    [
        ("data.items", [{"x": 1}, "two"]),
        (".data.items", [{"x": 1}, "two"]),
        ("data['items']", [{"x": 1}, "two"]),
        ("data.none", []),
        ("pages.0.items", ["a"]),
        ("pages[1].items", ["b"]),
        ('["a.b"].0', ["c"]),
        ('"a.b"[0]', ["c"]),
        ("twice", ["last"]),
    ],
)
def test_a_list_is_found_at_its_path(path, data):
    assert data_at(path) == data
    assert data_at(path, kind="json") == data


def test_each_of_several_replies_is_looked_into():
    assert data_at("a", b'{"a": ["x"]}\n{"b": 1, "a": ["y"]}\n') == ["x", "y"]
    assert data_at("1", b'[["x"], ["y"]]') == ["y"]


@pytest.mark.parametrize(
    ("path", "what", "line", "hint"),
    [
        ("data.itmes", "data has no key 'itmes'", 1, "did you mean 'items'?"),
        (
            "x",
            "the top level has no key 'x'",
            1,
            "it has total, data, pages, a.b, twice",
        ),
        ("pages.1.items.b", "pages.1.items has 1 item, but no 'b'", 2, INDEX),
        ("pages.2", "pages has 2 items, but no '2'", 2, INDEX),
        ("pages.²", "pages has 2 items, but no '²'", 2, INDEX),
        ("total.x", "total is a number, it has no 'x'", 1, ""),
        ("data", "data is an object, not a list", 1, ""),
        ("pages.0.items.0", "pages.0.items.0 is a string, not a list", 2, ""),
        (
            '["a.b"]',
            "a record must be an object or a string, not a list",
            2,
            "",
        ),
    ],
)
def test_a_path_that_leads_nowhere_is_refused(refusal, path, what, line, hint):
    assert refusal(data_at, path) == (what, f"stdin:{line}", hint)


def test_what_is_broken_anywhere_is_refused(refusal):
    what, where, _ = refusal(data_at, "a", b'{"a": ["x"],\n "b": NaN}')
    assert (what, where) == ("NaN is not JSON", "stdin:2")
    what, where, _ = refusal(data_at, "a", b"just\ntext")
    assert (what, where) == ("not valid JSON: expecting value at column 1", "stdin:1")


@pytest.mark.parametrize(
    "path", ["a..b", "a.", ".", "[", "a[x]", 'a["b', "a[0]b", "[]"]
)
def test_an_invalid_path_is_a_usage_problem(path):
    with pytest.raises(UsageProblem) as caught:
        parse_path(path)
    assert caught.value.what == f"{path!r} is not a path of keys"


def test_only_json_has_a_path():
    with pytest.raises(UsageProblem, match="only JSON has a list at a, not csv"):
        data_at("a", kind="csv")


def test_a_file_of_a_folder_without_the_list_is_refused(folder, refusal):
    (folder / "d").mkdir()
    (folder / "d/a.json").write_bytes(b'{"x": ["1"]}')
    (folder / "d/b.json").write_bytes(b'{"y": 1}')
    assert refusal(lambda: list(read_records(["d"], io.BytesIO(), at="x"))) == (
        "the top level has no key 'x'",
        "d/b.json:1",
        "it has y",
    )
