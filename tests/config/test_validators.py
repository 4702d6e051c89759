import math

import pytest

from cohere_cli.config.settings import SETTINGS, check_faults

SECONDS = "must be a number of seconds above 0, up to 86400"


@pytest.mark.parametrize(
    ("setting", "values"),
    [
        ("timeout", [0.001, 1, 2.5, 86_400]),
        ("max_time", [1]),
        ("retries", [0, 2, 10]),
        ("concurrency", [1, 64]),
        ("rate", [1, 100_000]),
        ("model", ["new-model:v9"]),
        ("rerank_path", ["/v1/rerank"]),
        ("allow_http", [True, False]),
        ("show", [["thinking", "usage"], []]),
    ],
)
def test_a_value_in_its_range_is_accepted(setting, values):
    for value in values:
        expected = tuple(value) if isinstance(value, list) else value
        assert SETTINGS[setting].check(value) == expected


@pytest.mark.parametrize(
    ("setting", "values", "problem"),
    [
        ("timeout", [0, -1, 86_400.1, math.inf, math.nan, True, "5"], SECONDS),
        (
            "retries",
            [-1, 11, 1.5, math.nan, math.inf, False, "2"],
            "must be a whole number from 0 to 10",
        ),
        (
            "concurrency",
            [0, 65, 1.5, True, "1"],
            "must be a whole number from 1 to 64",
        ),
        ("rate", [0, 100_001, "1"], "must be a whole number from 1 to 100000"),
        (
            "model",
            ["", "  ", "a\nb", "\x1b[2J", 5],
            'must be a name such as "command-a-03-2025"',
        ),
        (
            "rerank_path",
            ["rerank", "/", "//host/x", "/a?b", "/a b", "/a/", "", 1, None],
            "must be a path such as /v1/rerank",
        ),
        ("allow_http", ["yes", 1], "must be true or false"),
        (
            "show",
            [["thinkin"], "thinking", [5], [["usage"]], None],
            "must be a list of any of thinking, plan, tools, results, citations, usage, logprobs",
        ),
    ],
)
def test_a_value_out_of_its_range_is_refused_with_the_range(setting, values, problem):
    for value in values:
        with pytest.raises(ValueError, match=r"^must ") as caught:
            SETTINGS[setting].check(value)
        assert str(caught.value) == problem


def test_white_space_around_a_model_name_is_removed():
    assert SETTINGS["model"].check(" new-model:v9 ") == "new-model:v9"


KNOWN = ("cut", "status", "html", "slow-tokens", "refuse")


def test_faults_are_accepted_by_their_names():
    faults = ["cut=5", " status = 429;times=2, html ", "slow-tokens=0.05,refuse;seed=1"]
    assert check_faults(faults, KNOWN) == tuple(faults)
    assert check_faults([], KNOWN) == ()
    assert check_faults(["new-fault"]) == ("new-fault",)


@pytest.mark.parametrize(
    "value",
    [["ct=5"], ["cut5"], ["cut=5,"], [""], ["cut 5"], "cut=5", [5], None, ["cut=5\n;"]],
)
def test_unknown_faults_are_refused_with_the_known_ones(value):
    with pytest.raises(ValueError, match=r"^must be a list of any of cut, status"):
        check_faults(value, KNOWN)
