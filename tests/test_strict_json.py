import json

import pytest

from cohere_cli.strict_json import loads

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
