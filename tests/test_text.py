"""What the nearest of some names is, and which names are near none; patterns."""

import warnings

import pytest

from cohere_cli.text import compiled_pattern, did_you_mean, nearest

FLAGS = [
    "--document",
    "--file",
    "--max-time",
    "--max-tokens",
    "--model",
    "--output",
    "--profile",
    "--stream",
    "--strict-tools",
    "--system",
    "--temperature",
    "--tool-choice",
    "--tools",
    "-m",
    "-o",
]


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("--modle", "--model"),
        ("--mdoel", "--model"),
        ("--models", "--model"),
        ("--MODEL", "--model"),
        ("--model-name", "--model"),
        ("--temp", "--temperature"),
        ("--temprature", "--temperature"),
        ("--tempreature", "--temperature"),
        ("--docs", ""),
        ("--doc", "--document"),
        ("--documents", "--document"),
        ("--max_tokens", "--max-tokens"),
        ("--maxtokens", "--max-tokens"),
        ("--max-tokens-to-sample", "--max-tokens"),
        ("--max", ""),
        ("--tool", "--tools"),
        ("--system-prompt", "--system"),
        ("--strem", "--stream"),
        ("--str", ""),
        ("--fiel", "--file"),
        ("--pile", "--file"),
        ("--prompt", ""),
        ("--header", ""),
        ("--color", ""),
        ("--x", ""),
        ("-k", ""),
        ("-M", ""),
        ("-", ""),
        ("", ""),
        ("--outpt=json", ""),
        ("x" * 200, ""),
    ],
)
def test_one_name_is_meant_or_none(name, meant):
    found = nearest(name, FLAGS)
    assert found == meant


@pytest.mark.parametrize(
    ("name", "names", "meant"),
    [
        ("ct", ["cut", "stall"], "cut"),
        ("mesages", ["messages", "model"], "messages"),
        ("base-url", ["base_url", "model"], "base_url"),
        ("ab", ["cd"], ""),
        ("a", ["b"], ""),
        ("name", [], ""),
        ("model", ["modes", "models"], "models"),
    ],
)
def test_short_names_and_fields(name, names, meant):
    assert nearest(name, names) == meant


def test_a_synonym_decides_where_it_is_one_of_the_names():
    synonyms = {"--format": "--output", "--tool": "--max-time", "--far": "--away"}
    assert nearest("--format", FLAGS, synonyms) == "--output"
    assert nearest("--Format", FLAGS, synonyms) == "--output"
    assert nearest("--tool", FLAGS, synonyms) == "--max-time"
    assert nearest("--far", FLAGS, synonyms) == ""


def test_a_hint_has_a_guess_or_else_the_list():
    assert did_you_mean("modle", ["model"], "known: model") == "did you mean 'model'?"
    assert did_you_mean("x", ["model"], "known: model") == "known: model"


def test_a_name_of_three_letters_is_what_a_longer_one_may_begin_with():
    assert nearest("--top-results", ["--top", "--model"]) == "--top"
    assert nearest("--in-order", ["--in", "--model"]) == ""


def test_a_pattern_whose_meaning_may_change_is_no_warning():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert compiled_pattern("[[a]").match("[")
