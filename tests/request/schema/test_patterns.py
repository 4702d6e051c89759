import time

import pytest

from cohere_cli.request.schema.supported import (
    certainly_mismatches,
    is_regex,
    unsupported_syntax,
)


@pytest.mark.parametrize(
    ("pattern", "mark"),
    [
        ("^a", "^"),
        ("a|b$", "$"),
        ("(?=a)", "?="),
        ("(?!a)", "?!"),
        (r"\\^", "^"),
        ("[a]^", "^"),
        ("[^a]", ""),
        ("[]^$]", ""),
        ("[^]$]", ""),
        (r"[\]^]", ""),
        (r"\^\$", ""),
        (r"a\?=b", ""),
        ("(?:a)", ""),
    ],
)
def test_only_anchors_and_lookaheads_are_unsupported(pattern, mark):
    assert unsupported_syntax(pattern) == mark


@pytest.mark.parametrize(
    ("pattern", "is_one"),
    [("[[a]", True), ("(", False), ("a{99999999999}", False), ("(" * 999, False)],
)
def test_a_regular_expression_is_one_of_pythons(pattern, is_one):
    assert is_regex(pattern) is is_one


@pytest.mark.parametrize(
    ("pattern", "text", "broken"),
    [
        ("[A-Z]{3}[0-9]{7}", "PRX0012345", False),
        ("[A-Z]{3}[0-9]{7}", "PRX001234", True),
        ("[A-Z]+-[0-9]+", "A-x", True),
        ("a|b", "c", True),
        (r"\(\+\)", "()", True),
        ("[(*+?]", "x", True),
        ("(a)", "b", False),
        ("a+b+c+", "", False),
        ("a{1,2}b?c*", "", False),
        ("a", "b" * 200, True),
        ("a", "b" * 201, False),
    ],
)
def test_only_simple_patterns_on_short_texts_can_mismatch(pattern, text, broken):
    assert certainly_mismatches(pattern, text) is broken


def test_the_slowest_that_is_judged_ends_soon():
    started = time.monotonic()
    assert certainly_mismatches("a*a*b", "a" * 200)
    assert time.monotonic() - started < 0.5
