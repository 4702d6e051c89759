"""Defaults of flags and aliases of models: what a profile can hold, and what not."""

import pytest

from cohere_cli.commands.flags.defaults import flag_rules
from cohere_cli.config.editing import set_value, unset_value
from cohere_cli.config.profiles import DEFAULTS
from cohere_cli.config.resolution import load_profiles
from cohere_cli.config.settings import Vocabulary
from cohere_cli.errors import ConfigProblem, UsageProblem

VOCABULARY = Vocabulary(tuple, flag_rules)


@pytest.mark.parametrize(
    ("table", "line", "problem", "hint"),
    [
        ("chat", "temperature = 3", "chat.temperature of profile 'a' must be a number from 0 to 1", ""),
        ("compat", "temperature = 3", "compat.temperature of profile 'a' must be a number from 0 to 2", ""),
        ("chat", "temperature = true", "chat.temperature of profile 'a' must be a number from 0 to 1", ""),
        ("chat", "temperature = nan", "chat.temperature of profile 'a' must be a number from 0 to 1", ""),
        ("chat", "seed = -1", "chat.seed of profile 'a' must be a whole number from 0 to 18446744073709551615", ""),
        ("chat", "seed = 1.5", "chat.seed of profile 'a' must be a whole number", ""),
        ("chat", "stream = 'yes'", "chat.stream of profile 'a' must be true or false", ""),
        ("chat", "stop = 'END'", "chat.stop of profile 'a' must be a list of texts that are not empty", ""),
        ("chat", "stop = ['']", "chat.stop of profile 'a' must be a list of texts that are not empty", ""),
        ("chat", "safety = 'of'", "chat.safety of profile 'a' must be one of contextual, strict, off", ""),
        ("chat", "system = '@persona.txt'", "chat.system of profile 'a' must name a file by a path that begins with / or ~/", ""),
        ("chat", "system = '@-'", "chat.system of profile 'a' must name a file by a path that begins with / or ~/", ""),
        ("chat", "tools = ['t.json']", "chat.tools of profile 'a' must name a file by a path that begins with / or ~/", ""),
        ("chat", "tempratur = 1", "co chat has no flag 'tempratur'", "did you mean 'temperature'?"),
        ("chat", "yes = true", "co chat has no flag 'yes'", None),
        ("rerank", "yes = true", "rerank.yes cannot have a default: the cost of each run is confirmed", ""),
        ("chat", "model = 'm'", "chat.model cannot have a default: the setting model is for that", ""),
        ("chta", "seed = 1", "unknown setting 'chta'", "did you mean 'chat'?"),
    ],
    ids=str,
)  # fmt: skip
def test_a_wrong_default_is_reported_with_its_line(
    stored, directory, table, line, problem, hint
):
    with pytest.raises(ConfigProblem) as caught:
        stored(f'active = "a"\n\n[profiles.a.{table}]\n{line}\n')
    at = 3 if table == "chta" else 4
    assert str(caught.value) == f"{problem} ({directory / 'config.toml'}:{at})"
    assert hint in (None, caught.value.hint)


@pytest.mark.parametrize(
    ("setting", "text", "stored_line"),
    [
        ("chat.temperature", "0.2", "temperature = 0.2"),
        ("chat.top-p", "0.5", "top_p = 0.5"),
        ("chat.seed", "7", "seed = 7"),
        ("chat.stream", "false", "stream = false"),
        ("chat.stop", "a, b", 'stop = ["a", "b"]'),
        ("chat.stop", '["a,b"]', 'stop = ["a,b"]'),
        ("chat.system", "5", 'system = "5"'),
        ("chat.system", "@@at", 'system = "@@at"'),
        ("chat.schema", "name, age int", 'schema = "name, age int"'),
        ("lab.model", "a,b", 'model = ["a", "b"]'),
        ("lab.baseline", "input", 'baseline = "input"'),
        ("rerank.bad", "refuse", 'bad = "refuse"'),
    ],
)
def test_a_text_is_stored_as_the_type_of_its_flag(
    directory, setting, text, stored_line
):
    set_value(directory, "a", setting, text, VOCABULARY)
    file = directory / "config.toml"
    table = setting.partition(".")[0]
    assert file.read_text() == f'active = "a"\n\n[profiles.a.{table}]\n{stored_line}\n'
    assert unset_value(directory, "a", setting) is True
    assert load_profiles(directory).find("a").tables == {}


@pytest.mark.parametrize(
    ("setting", "text", "problem"),
    [
        ("chat.temperature", "3", "chat.temperature must be a number from 0 to 1"),
        ("chat.temperature", "warm", "chat.temperature must be a number from 0 to 1"),
        ("chat.stream", "foo", "chat.stream must be true or false"),
        ("chat.system", "@nowhere", "chat.system must name a file that exists, not 'nowhere'"),
        ("chat.system", "", "chat.system must be text in quotes, not empty"),
        ("chat.tools", "-", "chat.tools must name a file that exists, not '-'"),
        ("chat.dry-run", "true", "chat.dry_run cannot have a default: with it nothing is sent"),
        ("chat.profile", "x", "chat.profile cannot have a default: it chooses the profile"),
        ("rerank.query", "x", "rerank.query cannot have a default: it is the input of one call"),
        ("chat.json", "true", "chat.json cannot have a default: set output to json"),
        ("chat.show", "usage", "chat.show cannot have a default: the setting show is for that"),
    ],
)  # fmt: skip
def test_a_wrong_value_is_refused_in_one_line_and_nothing_is_written(
    directory, setting, text, problem
):
    with pytest.raises(UsageProblem) as caught:
        set_value(directory, "a", setting, text, VOCABULARY)
    assert (str(caught.value), caught.value.hint) == (problem, "")
    assert not (directory / "config.toml").exists()


def test_each_flag_of_a_command_has_a_rule_or_a_reason():
    rules = {command: flag_rules(command) for command in DEFAULTS}
    refused = {
        name for one in rules.values() for name, rule in one.items() if rule.refusal
    }
    assert refused == {
        "editor",
        *("profile", "base_url", "key_file", "dry_run", "curl", "no_defaults", "model"),
        *("file", "image", "document", "query", "queries", "labels", "run", "record"),
        *("show", "hide", "json", "body_schema", "to_compat", "check", "to_native"),
        *("yes", "resume", "regexp", "rerank_model", "extract", "errors", "param"),
        *("going_on", "name", "at", "edit", "undo", "finish", "without", "history"),
        *("allow", "tools_only", "tool_results"),
    }
    assert not rules["lab"]["model"].refusal


ALIASES = """
[profiles.a.alias]
fast = "command-r7b-12-2024"
[profiles.b]
inherits = "a"
[profiles.b.alias]
best = "command-a-03-2025"
"""


def test_aliases_are_inherited(stored):
    assert stored(ALIASES).find("b").table("alias") == {
        "fast": "command-r7b-12-2024",
        "best": "command-a-03-2025",
    }


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ('x = "best"', "alias.x of profile 'b' is an alias of an alias"),
        ('x = "fast"', "alias.x of profile 'b' is an alias of an alias"),
        ('x = "x"', "alias.x of profile 'b' is an alias of an alias"),
        ("x = 1", "alias.x of profile 'b' must be a name such as \"command-a-03-2025\""),
        ('"a b" = "m"', "alias.a b of profile 'b' must have a name of 1 to 64 of A-Z a-z 0-9 . _ -"),
    ],
)  # fmt: skip
def test_a_wrong_alias_is_reported_with_its_line(stored, line, problem):
    with pytest.raises(ConfigProblem) as caught:
        stored(f"{ALIASES}{line}\n")
    assert caught.value.what == problem
    assert caught.value.where.endswith("config.toml:8")


PRICES = """
[profiles.a.prices]
"command-a-03-2025" = { input = 2, output = 8.5 }
[profiles.b]
inherits = "a"
[profiles.b.prices."rerank-v3.5"]
search = 1.5
"""


def test_prices_are_inherited(stored):
    assert stored(PRICES).find("b").table("prices") == {
        "command-a-03-2025": {"input": 2.0, "output": 8.5},
        "rerank-v3.5": {"search": 1.5},
    }


_PRICE = "must have input and output, such as input=2.5,output=10, or search"


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ("m = 1", f"prices.m of profile 'b' {_PRICE}"),
        ("m = {}", f"prices.m of profile 'b' {_PRICE}"),
        ("m = { input = 1 }", f"prices.m of profile 'b' {_PRICE}"),
        ("m = { input = 1, output = 1, search = 1 }", f"prices.m of profile 'b' {_PRICE}"),
        ("m = { search = -1 }", "prices.m of profile 'b' must be a number of dollars from 0 to 1000000"),
        ("m = { search = nan }", "prices.m of profile 'b' must be a number of dollars from 0 to 1000000"),
        ("m = { search = '1' }", "prices.m of profile 'b' must be a number of dollars from 0 to 1000000"),
        ("' ' = { search = 1 }", "prices.  of profile 'b' must be a name such as \"command-a-03-2025\""),
    ],
)  # fmt: skip
def test_a_wrong_price_is_reported_with_its_line(stored, line, problem):
    with pytest.raises(ConfigProblem) as caught:
        stored(f"[profiles.b]\n\n[profiles.b.prices]\n{line}\n")
    assert caught.value.what == problem
    assert caught.value.where.endswith("config.toml:4")


@pytest.mark.parametrize(
    ("setting", "text", "line"),
    [
        ("prices.m", "input=2.5, output=10", "m = {input = 2.5, output = 10.0}"),
        ("prices.rerank-v3.5", "search=0", '"rerank-v3.5" = {search = 0.0}'),
    ],
)  # fmt: skip
def test_a_price_is_set_and_removed_by_the_name_of_its_model(
    directory, setting, text, line
):
    set_value(directory, "a", setting, text, VOCABULARY)
    file = directory / "config.toml"
    assert file.read_text() == f'active = "a"\n\n[profiles.a.prices]\n{line}\n'
    assert unset_value(directory, "a", setting) is True
    assert load_profiles(directory).find("a").tables == {}


@pytest.mark.parametrize(
    ("setting", "text", "problem", "hint"),
    [
        ("prices.m", "2.5", f"prices.m {_PRICE}", ""),
        ("prices.m", "input=x,output=1", "prices.m must be a number of dollars from 0 to 1000000", ""),
        ("prices", "1", "prices is a table, not a setting", "name one: prices.command-a-03-2025"),
        ("price.m", "search=1", "unknown setting 'price.m'", "did you mean 'prices.m'?"),
        ("max_cost_month", "-1", "max_cost_month must be a number of dollars from 0 to 1000000", ""),
        ("budget", "1", "unknown setting 'budget'", "did you mean 'max_cost_month'?"),
    ],
)  # fmt: skip
def test_a_wrong_price_or_limit_is_refused_and_nothing_is_written(
    directory, setting, text, problem, hint
):
    with pytest.raises(UsageProblem) as caught:
        set_value(directory, "a", setting, text, VOCABULARY)
    assert (str(caught.value), caught.value.hint) == (problem, hint)
    assert not (directory / "config.toml").exists()
