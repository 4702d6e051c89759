import pytest

from cohere_cli.config.settings import CHAT_MODEL, RERANK_MODEL, VISION_MODEL
from cohere_cli.errors import ConfigProblem
from cohere_cli.jobs.prices import PriceList, cost_of, shown_dollars, shown_limit

OWN = {"command-a-03-2025": {"input": 1.0, "output": 2.0}, "own": {"search": 3.0}}
# As the server sends them: the prompt of its own is counted, and not billed.
USAGE = {
    "billed_units": {"input_tokens": 1000, "output_tokens": 100},
    "tokens": {"input_tokens": 1500, "output_tokens": 120},
}


@pytest.mark.parametrize(
    ("model", "usage", "dollars"),
    [
        ("command-a-03-2025", USAGE, 0.0035),
        ("command-r7b-12-2024", USAGE, 0.0000525),
        ("command-a-03-2025", {"tokens": USAGE["tokens"]}, 0.00495),
        ("command-a-03-2025", {"prompt_tokens": 1000, "completion_tokens": 100}, 0.0035),
        ("rerank-v3.5", {"billed_units": {"search_units": 3}}, 0.006),
        ("rerank-v4.0-pro", {"billed_units": {"search_units": 3}}, 0.0075),
        ("command-a-03-2025", {"billed_units": {"input_tokens": 1000}}, None),
        ("rerank-v3.5", USAGE, None),
        ("command-a-03-2025", None, None),
        ("command-a-04-2027", USAGE, None),
        ("rerank-v3.5", {"billed_units": {"search_units": -1}}, None),
    ],
    ids=str,
)  # fmt: skip
def test_the_cost_of_a_reply_is_that_of_its_billed_units(model, usage, dollars):
    assert cost_of(usage, model) == (
        None if dollars is None else pytest.approx(dollars)
    )


def test_a_price_of_ones_own_overrides_the_published_one():
    assert cost_of(USAGE, "command-a-03-2025", OWN) == pytest.approx(0.0012)
    assert cost_of({"billed_units": {"search_units": 2}}, "own", OWN) == 0.006


@pytest.mark.parametrize("model", [CHAT_MODEL, VISION_MODEL])
def test_the_built_in_models_for_chat_have_a_price(model):
    assert PriceList().cost_of_tokens(model, 1, 1) > 0


def test_the_built_in_rerank_model_has_a_price():
    assert PriceList().cost_of_search(RERANK_MODEL, 1000) == 2.0


@pytest.mark.parametrize(
    ("model", "profile", "line"),
    [
        ("new", "work", "co config set prices.new input=X,output=Y -p work"),
        ("new", "", "co config set prices.new input=X,output=Y"),
        ("a b", "", "co config set 'prices.a b' input=X,output=Y"),
        ("rerank-v3.5", "", "co config set prices.rerank-v3.5 input=X,output=Y"),
    ],
)
def test_without_a_price_the_line_that_sets_it_is_the_hint(model, profile, line):
    with pytest.raises(ConfigProblem) as caught:
        PriceList({}, profile).cost_of_tokens(model, 1, 1)
    assert caught.value.what == f"no price is known for the model {model!r}"
    assert caught.value.hint == (
        f"set its price, the dollars for a million tokens: `{line}`"
    )


def test_the_profile_sandbox_cannot_have_the_price():
    with pytest.raises(ConfigProblem) as caught:
        PriceList({}, "sandbox").cost_of_search("new", 1)
    assert caught.value.hint == (
        "set its price, the dollars for 1,000 search units: `co config set prices.new "
        "search=X -p NAME`; the profile sandbox has no settings"
    )


@pytest.mark.parametrize(
    ("amount", "shown"),
    [
        (0.0, "$0.00"),
        (0.1, "$0.10"),
        (0.1001, "$0.11"),
        (0.0004825, "$0.00049"),
        (3.75e-8, "$0.000000038"),
        (0.01, "$0.01"),
        (19.95, "$19.95"),
        (19.951, "$19.96"),
        (1234567, "$1,234,567.00"),
    ],
)
def test_dollars_are_rounded_up_to_cents_or_two_digits(amount, shown):
    assert shown_dollars(amount) == shown


@pytest.mark.parametrize(
    ("amount", "shown"),
    [(0.0, "0.00"), (0.1, "0.10"), (0.125, "0.125"), (20, "20.00"), (1e-5, "0.00001")],
)
def test_a_limit_is_shown_as_it_was_set(amount, shown):
    assert shown_limit(amount) == shown
