from math import log

import pytest

from cohere_cli.render.live.logprobs import (
    TokenProbabilities,
    probability,
    probability_step,
)


def item(text=None, *logprobs):
    shown = {"token_ids": [1], "logprobs": list(logprobs)}
    return shown if text is None else {**shown, "text": text}


HALF = log(0.5)


@pytest.mark.parametrize(
    ("logprobs", "likely"),
    [
        ([0.0], 1.0),
        ([-0.0], 1.0),
        ([0], 1.0),
        ([HALF], 0.5),
        ([0.0, log(0.25), HALF], 0.25),
        ([-1e300], 0.0),
        ([-(10**400)], 0.0),
        ([], None),
        ([0.1], None),
        ([10**400], None),
        ([float("nan")], None),
        ([HALF, "-1"], None),
        ([None], None),
        ([False], None),
        ([[HALF]], None),
        ("-1", None),
        (-1.0, None),
        ({"0": -1.0}, None),
        (None, None),
    ],
)
def test_an_item_is_as_likely_as_its_least_likely_token(logprobs, likely):
    assert probability({"logprobs": logprobs}) == pytest.approx(likely)


def test_an_item_without_log_probabilities_has_none():
    assert probability({}) is None


@pytest.mark.parametrize(
    ("likely", "step"),
    [(1.0, 0), (0.9, 0), (0.89, 1), (0.6, 1), (0.5, 2), (0.3, 2), (0.1, 3), (0.0, 4)],
)
def test_there_are_five_steps(likely, step):
    assert probability_step(likely) == step


def taken(*shown):
    odds = TokenProbabilities()
    return [*(odds.take(*one) for one in shown), odds.close()]


def test_a_streams_text_comes_with_its_item():
    assert taken(("The", item("other", 0.0)), (" end", item(None, HALF))) == [
        [("The", 1.0)],
        [(" end", pytest.approx(0.5))],
        [],
    ]


def test_items_after_the_whole_text_are_paired_with_it_in_order():
    items = [item("The", 0.0), item(" ", 0.0), item("end", HALF)]
    assert taken(("The end.", None), *(("", one) for one in items)) == [
        [],
        [("The", 1.0)],
        [(" ", 1.0)],
        [("end", pytest.approx(0.5))],
        [(".", None)],
    ]


@pytest.mark.parametrize("text", ["", "no", "end", 7, None, ["The"]])
def test_an_item_of_other_text_is_passed_by(text):
    shown = [("The end", None), ("", item(text, 0.0)), ("", item("The", HALF))]
    assert taken(*shown) == [[], [], [("The", pytest.approx(0.5))], [(" end", None)]]


def test_an_item_without_any_text_waiting_is_passed_by():
    assert taken(("", item("x", 0.0)), ("", None)) == [[], [], []]


def test_text_without_items_is_one_piece_late():
    assert taken(("a", None), ("b", None), ("c", item("c", 0.0))) == [
        [],
        [("a", None)],
        [("b", None), ("c", 1.0)],
        [],
    ]
