import pytest

from cohere_cli.mapping.judgement.label import NoLabel, Spellings, label_of
from cohere_cli.strict_json import WrittenNumber


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (True, "TRUE"),
        (False, " false\n"),
        (1.0, "1"),
        ("1.0", 1),
        (WrittenNumber("10.50"), "10.5"),
        ("1e3", 1000),
        (-0.0, 0),
        (0.1, "0.10"),
        ("Bug", "bug"),
        (" bug\t", "bug"),
        ("STRASSE", "straße"),
        ("e\u0301", "é"),
        ({"a": 1, "b": [2]}, {"b": [2], "a": 1}),
        (["x", "y"], '["x","y"]'),
        (10**30, str(10**30)),
    ],
)
def test_equal_values_have_one_label(one, other):
    assert label_of(one) == label_of(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (True, 1),
        (True, "yes"),
        ("007", 7),
        ("bug.", "bug"),
        ("a b", "a  b"),
        (["x", "y"], ["y", "x"]),
        (10**30, 10**30 + 1),
        ("x" * 500 + "a", "x" * 500 + "b"),
        ("1e9999999", "1e9999998"),
    ],
)
def test_other_values_have_labels_of_their_own(one, other):
    assert label_of(one) != label_of(other)


@pytest.mark.parametrize("value", [None, "", " \n"])
def test_null_and_a_blank_text_are_no_label(value):
    assert label_of(value) is NoLabel.NOTHING


@pytest.mark.parametrize("text", ["[", "[" * 1000, '{"a": NaN}', "{x}", "\ud83d" * 200])
def test_a_text_that_is_almost_json_is_a_text(text):
    assert label_of(text) == label_of(f" {text} ")


def test_a_label_is_spelled_as_the_first_record_does_else_as_the_first_answer():
    spellings = Spellings()
    answered = [spellings.answered(text) for text in ("BUG", "Other ", "other")]
    assert spellings.expected("Bug") == answered[0]
    assert [spellings.of(label) for label in answered] == ["Bug", "Other", "Other"]


def test_spellings_that_records_have_of_one_label_are_known():
    spellings = Spellings()
    for text in ("US", "us", "us", "de", " US"):
        spellings.expected(text)
    assert spellings.merged() == [["US", "us"]]


def test_a_long_label_takes_little_memory():
    assert len(label_of("x" * 100_000)) < 100
