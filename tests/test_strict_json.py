import json

import pytest

from cohere_cli import strict_json
from cohere_cli.strict_json import decode_record, dumps, loads

DEEPEST = 500


def nested(levels: int, opening: str = "[", closing: str = "]") -> str:
    return opening * levels + '"\\ud83c\\udfd4"' + closing * levels


@pytest.mark.parametrize("brackets", [("[", "]"), ('{"a":', "}")])
def test_what_can_be_read_can_be_written_by_a_caller_further_down(brackets):
    deepest = nested(DEEPEST, *brackets)
    assert json.loads(json.dumps(loads(deepest))) == json.loads(deepest)
    for levels in (DEEPEST + 1, 960, 980, 100_000):
        with pytest.raises(ValueError, match=r"^nested deeper than 500 levels$"):
            loads(nested(levels, *brackets))


def test_many_brackets_side_by_side_or_in_text_are_not_deep():
    wide = [[{"a": "[" * 1000}]] * 1000
    assert loads(json.dumps(wide)) == wide


@pytest.mark.parametrize(
    "text", ["NaN", "-Infinity", "1e999", "1" * 5000, '"\\ud800"', '{"\\udc00": 1}', ""]
)
def test_what_python_accepts_beyond_json_is_refused(text):
    with pytest.raises(ValueError):  # noqa: PT011 - the words are Python's own
        loads(text)


NUMBERS = '{"a": [10.50, 1E5, -0, {"b": 1.0, "c": []}], "d": 0.1234567890123456789}'


def test_numbers_are_written_as_they_were_read():
    value, end, doubled = decode_record(NUMBERS, 0)
    assert (end, doubled) == (len(NUMBERS), "")
    assert value == json.loads(NUMBERS)
    assert dumps(value) == NUMBERS
    compact = dumps(value, separators=(",", ":"), ensure_ascii=True)
    assert compact == NUMBERS.replace(" ", "")
    indented = dumps(value, indent=2)
    assert (
        indented.splitlines()
        == dumps(json.loads(NUMBERS), indent=2)
        .replace("10.5", "10.50")
        .replace("100000.0", "1E5")
        .replace(" 0,", " -0,")
        .replace("0.12345678901234568", "0.1234567890123456789")
        .splitlines()
    )


def test_doubled_keys_of_a_large_object_are_counted_in_one_pass():
    keys = ", ".join(f'"{at}": 1' for at in range(100_000))
    text = "{" + keys + ', "99999": 2}'
    value, end, doubled = decode_record(text, 0)
    assert (len(value), end, doubled) == (100_000, len(text), "99999")


def test_a_key_that_an_object_has_twice_is_reported():
    assert decode_record('{"a": {"b": 1, "c": 2, "b": 3}}', 0) == (
        {"a": {"b": 3, "c": 2}},
        31,
        "b",
    )


@pytest.mark.parametrize("kind", [str, str.encode])
def test_as_many_values_as_are_allowed_are_not_too_many(kind):
    assert not strict_json.has_too_many_values(kind(" " + "," * strict_json.MAX_VALUES))
    assert strict_json.has_too_many_values(kind("," * (strict_json.MAX_VALUES + 1)))
    assert strict_json.MAX_VALUES == 250_000  # docs/reliability.md
