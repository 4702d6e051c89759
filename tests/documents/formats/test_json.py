import pytest

from cohere_cli.documents.document import Document
from cohere_cli.documents.formats.json import iter_records, parse_one
from cohere_cli.documents.source import LocatedValue, Text
from cohere_cli.strict_json import parse_number

SYNTAX = "JSON has no comments, and no comma after the last item"
AS_TEXT = "put it in quotes to keep it as text"


def values(content):
    return list(iter_records(Text(content, "a.json")))


def test_an_array_has_a_record_an_item_with_its_own_bytes(records):
    data = '[ {"é": 1},\n  "two" ,{"a":\n [3]}\n]\n'.encode()
    assert records("a.json", data) == [
        Document({"é": 1}, b'{"\xc3\xa9": 1}', "a.json", 1, "a.json:1"),
        Document("two", b'"two"', "a.json", 2, "a.json:2"),
        Document({"a": [3]}, b'{"a":\n [3]}', "a.json", 2, "a.json:2#2"),
    ]


def test_an_object_is_one_record_whatever_it_holds(records):
    assert records("a.json", b'{"items": [1, 2]}\n') == [
        Document({"items": [1, 2]}, b'{"items": [1, 2]}', "a.json", 1, "a.json:1")
    ]


def test_values_may_follow_one_another():
    assert values('{"a": 1} \r\n["b"]\t"c"') == [
        LocatedValue({"a": 1}, 0, 8),
        LocatedValue("b", 12, 15),
        LocatedValue("c", 17, 20),
    ]


def test_the_last_of_equal_keys_wins():
    assert parse_one(Text('{"a": 1, "a": 2}', "a.json")) == {"a": 2}


def test_json_lines_have_a_record_a_line(records):
    assert records("a.NDJSON", b'{"a": 1}\r\n\n  "two"') == [
        Document({"a": 1}, b'{"a": 1}\r', "a.NDJSON", 1, "a.NDJSON:1"),
        Document("two", b'  "two"', "a.NDJSON", 3, "a.NDJSON:3"),
    ]


@pytest.mark.parametrize(
    ("content", "what", "line"),
    [
        ('[{"a": 1},\n]', "expecting value at column 1", 2),
        ('{"a":\n', "expecting value at column 6", 1),
        ("[1\n2]", "expecting ',' delimiter at column 1", 2),
        ('["a"', "expecting ',' delimiter at column 5", 1),
        ("[\n\n", "expecting value at column 2", 1),
        ('{"a" 1}', "expecting ':' delimiter at column 6", 1),
        ('["a\n"]', "invalid control character at column 4", 1),
        ("'a'", "expecting value at column 1", 1),
        ('"a" # why', "expecting value at column 5", 1),
        ('\ufeff"a"', "expecting value at column 1", 1),
        ('\xa0"a"', "expecting value at column 1", 1),
    ],
)
def test_broken_json_is_refused_with_line_and_column(refusal, content, what, line):
    expected = (f"not valid JSON: {what}", f"a.json:{line}", SYNTAX)
    assert refusal(values, content) == expected


@pytest.mark.parametrize(
    ("content", "what"),
    [
        ('["NaN",\n{"a": NaN}]', "NaN is not JSON"),
        ('["\\"Infinity",\n{"a": Infinity}]', "Infinity is not JSON"),
        ("[{}, \n-Infinity]", "-Infinity is not JSON"),
        ('[{"a": 1.5,\n "b": -1e999}]', "-1e999 is out of range"),
        (f'[{{"a": 12,\n "b": {"9" * 5000}}}]', "a number has 5,000 digits"),
    ],
)
def test_a_number_that_json_cannot_carry_is_refused(refusal, content, what):
    assert refusal(values, content) == (what, "a.json:2", AS_TEXT)


def test_numbers_keep_their_worth():
    digits = "9" * 4300
    assert values(f"[{digits}, -0, 1e308]")[0].value == int(digits)
    assert [parse_number(each) for each in ("-12", "1e3", "0.5")] == [-12, 1000.0, 0.5]
    assert [type(parse_number(each)) for each in ("-12", "1e3")] == [int, float]


@pytest.mark.parametrize("half", ["\\ud83d", "\\uDE00", "\\ud83d\\u0041", "\\ud83dx"])
def test_half_of_a_surrogate_pair_is_refused(refusal, half):
    assert refusal(values, f'["\\\\ud800 \\ud83d\\ude00",\n"{half}"]') == (
        f"{half[:6]} is half of a surrogate pair, not a character",
        "a.json:2",
        "",
    )


def test_a_whole_surrogate_pair_is_one_character():
    assert values('["\\ud83d\\ude00\\\\ud800"]')[0].value == "\U0001f600\\ud800"


def test_a_hundred_levels_are_read_and_no_more(refusal):
    deep = ("nested deeper than 100 levels", "a.json:1", "")
    assert values('{"a":' + "[" * 100 + "]" * 100 + "}")
    assert refusal(values, '{"a":' + "[" * 101 + "]" * 101 + "}") == deep
    assert refusal(values, '{"a":' * 100_000) == deep
    assert refusal(values, "[" * 100_000) == deep


def test_many_brackets_are_not_many_levels():
    assert values("[" + "[]," * 1000 + "[]]")[1000].value == []


@pytest.mark.parametrize(
    ("item", "kind"),
    [
        ("1.5", "a number"),
        ("false", "a boolean"),
        ("null", "null"),
        ("[{}]", "a list"),
    ],
)
def test_a_record_is_an_object_or_a_text(records, refusal, item, kind):
    what = f"a record must be an object or a string, not {kind}"
    array = f'["x",\n{item}]'.encode()
    assert refusal(records, "a.json", array) == (what, "a.json:2", "")
    lines = f'"x"\n{item}\n'.encode()
    assert refusal(records, "a.jsonl", lines) == (what, "a.jsonl:2", "")


def test_a_broken_line_is_refused_with_its_number_in_the_file(records, refusal):
    assert refusal(records, "a.jsonl", b'"x"\n\n{"a":\n') == (
        "not valid JSON: expecting value at column 6",
        "a.jsonl:3",
        SYNTAX,
    )
    assert refusal(records, "a.jsonl", b'"x" "y"\n') == (
        "not valid JSON: extra data at column 5",
        "a.jsonl:1",
        SYNTAX,
    )
