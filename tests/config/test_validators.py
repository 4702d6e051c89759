import math

import pytest

from cohere_cli.config import validators
from cohere_cli.render import channels as render
from cohere_cli.sandbox.faults import catalog as sandbox

SECONDS = "must be a number of seconds above 0, up to 86400"
RETRIES = "must be a whole number from 0 to 10"


@pytest.mark.parametrize("value", [0.001, 1, 2.5, 86_400])
def test_seconds_are_above_nothing_and_up_to_a_day(value):
    assert validators.seconds(value) == value


@pytest.mark.parametrize("value", [0, -1, 86_400.1, math.inf, math.nan, True, "5"])
def test_other_seconds_are_refused_with_their_range(value):
    with pytest.raises(ValueError, match=f"^{SECONDS}$"):
        validators.seconds(value)


@pytest.mark.parametrize("value", [0, 2, 10])
def test_retries_are_from_none_to_ten(value):
    assert validators.retries(value) == value


@pytest.mark.parametrize("value", [-1, 11, 1.5, math.nan, math.inf, False, "2"])
def test_other_retries_are_refused_with_their_range(value):
    with pytest.raises(ValueError, match=f"^{RETRIES}$"):
        validators.retries(value)


def test_any_name_may_be_a_models():
    assert validators.model_name(" new-model:v9 ") == "new-model:v9"


@pytest.mark.parametrize("value", ["", "  ", "a\nb", "\x1b[2J", 5])
def test_what_is_no_name_is_refused(value):
    with pytest.raises(ValueError, match=r"^must be a name in quotes$"):
        validators.model_name(value)


def test_a_switch_is_true_or_false():
    assert validators.boolean(False) is False
    with pytest.raises(ValueError, match=r"^must be true or false$"):
        validators.boolean("yes")


def test_a_path_begins_with_a_slash_and_goes_somewhere():
    assert validators.url_path("/v1/rerank") == "/v1/rerank"
    for value in ("rerank", "/", "//host/x", "/a?b", "/a b", "/a/", "", 1, None):
        with pytest.raises(ValueError, match=r"^must be a path such as /v1/rerank$"):
            validators.url_path(value)


@pytest.mark.parametrize(
    ("check", "most"), [(validators.concurrency, 64), (validators.rate, 100_000)]
)
def test_concurrency_and_rate_are_from_one_to_their_most(check, most):
    assert (check(1), check(most)) == (1, most)
    for value in (0, most + 1, 1.5, True, "1"):
        with pytest.raises(
            ValueError, match=f"^must be a whole number from 1 to {most}$"
        ):
            check(value)


def test_channels_are_those_that_answers_are_shown_in():
    assert validators.CHANNELS == render.CHANNELS
    assert validators.channels(["thinking", "usage"]) == ("thinking", "usage")
    assert validators.channels([]) == ()
    for value in (["thinkin"], "thinking", [5], [["usage"]], None):
        with pytest.raises(
            ValueError, match=r"^must be a list of any of thinking, plan"
        ):
            validators.channels(value)


def test_faults_are_those_that_the_sandbox_has():
    assert tuple(sandbox.FAULTS) == validators.FAULTS
    said = ["cut=5", " status = 429;times=2, html ", "slow-tokens=0.05,refuse;seed=1"]
    assert validators.faults(said) == tuple(said)
    assert validators.faults([]) == ()
    no_faults = (["ct=5"], ["cut5"], ["cut=5,"], [""], ["cut 5"], "cut=5", [5], None)
    for value in (*no_faults, ["cut=5\n;"], [["cut"]]):
        with pytest.raises(ValueError, match=r"^must be a list of any of slow-headers"):
            validators.faults(value)
