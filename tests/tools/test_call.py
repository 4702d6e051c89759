"""Calls of the model: which may be run, and what is wrong with the others."""

import json

import pytest

from cohere_cli.tools.call import calls_of
from cohere_cli.tools.tool import Outcome, RunnableTool


class Weather(RunnableTool):
    """A tool with one argument that it needs."""

    def __init__(self, name="weather", approve="ask"):
        self.approve = approve
        self.declaration = {
            "type": "function",
            "function": {
                "name": name,
                "parameters": {
                    "type": "object",
                    "properties": {"day": {"type": "string"}},
                    "required": ["day"],
                },
            },
        }

    def shown(self, arguments):
        return f"weather {arguments['day']}"

    def run(self, arguments, stop):
        return Outcome([{"day": arguments["day"]}])


class Now(Weather):
    """A tool without arguments."""

    def __init__(self):
        self.declaration = {"type": "function", "function": {"name": "now"}}


def reply(*calls):
    """The message of a model that calls tools: the id, name and arguments of each."""
    return {
        "tool_calls": [
            {"id": id_, "function": {"name": name, "arguments": text}}
            for id_, name, text in calls
        ]
    }


def problems(*calls):
    found = calls_of(reply(*calls), [Weather(), Now()])
    return [(one.problem, one.is_harmless) for one in found]


def test_a_call_that_fits_its_schema_has_its_arguments():
    (call,) = calls_of(reply(("c1", "weather", '{"day": "Monday"}')), [Weather()])
    assert (call.id, call.arguments, call.problem) == ("c1", {"day": "Monday"}, "")
    assert call.tool.shown(call.arguments) == "weather Monday"


@pytest.mark.parametrize("text", ["", "null", "{}", " "])
def test_a_tool_without_arguments_is_called_with_none(text):
    assert problems(("c1", "now", text)) == [("", False)]


UNREAD = "the arguments cannot be read: "


@pytest.mark.parametrize(
    ("name", "text", "problem"),
    [
        ("wether", "{}", "no tool of this name is declared; did you mean weather?"),
        ("rm", "{}", "no tool of this name is declared"),
        ("weather", '{"day": "Mon', UNREAD),
        ("weather", '{"day": 1}', "day"),
        ("weather", "{}", "day"),
        ("weather", "[]", f"{UNREAD}they are not an object"),
        ("weather", '{"day": "Mon", "day": "rm"}', f"{UNREAD}'day' is there twice"),
        ("weather", '{"day": "", "x": {"a": 1, "a": 2}}', "'a' is there twice"),
        ("weather", '{"day": 1e999}', f"{UNREAD}1e999 is out of range"),
        ("weather", f'{{"day": "{"x" * 300_000}"}}', "more than 262,144 characters"),
        ("weather", "[" * 100_000, UNREAD),
    ],
    ids=lambda value: value[:20],
)
def test_a_call_with_a_fault_cannot_run(name, text, problem):
    ((found, is_harmless),) = problems(("c1", name, text))
    assert is_harmless
    assert problem in found


def test_calls_with_the_same_id_cannot_run():
    call = ("c1", "weather", '{"day": "Monday"}')
    assert problems(call, call) == [("another call has the same id", True)] * 2


def test_a_schema_that_cannot_be_used_lets_nothing_run():
    tool = Weather()
    tool.declaration["function"]["parameters"] = {"$ref": "https://example.com/x"}
    (call,) = calls_of(reply(("c1", "weather", "{}")), [tool])
    assert call.is_harmless


@pytest.mark.parametrize(
    ("pattern", "day", "fits"),
    [
        ("^(Monday|Friday)$", "Monday", True),
        ("^(Monday|Friday)$", "../../etc/passwd", False),
        ("^[a-z]+-[a-z]+-[a-z]+$", "a-b-;", False),
        ("^[a-z]+$", "a" * 300, True),
        ("^[a-z]+$", "a" * 300 + ";", False),
        ("^(a+)+$", "a" * 40 + "!", False),  # takes years
    ],
)
def test_an_argument_fits_each_pattern_of_the_schema(pattern, day, fits):
    tool = Weather()
    declared = tool.declaration["function"]["parameters"]["properties"]["day"]
    declared["pattern"] = pattern
    arguments = json.dumps({"day": day})
    (call,) = calls_of(reply(("c1", "weather", arguments)), [tool])
    assert (call.tool is tool) is fits
    assert ("does not match" in call.problem) is not fits


class Tagged(Weather):
    """A tool whose schema has a pattern of names that takes for ever to match."""

    def __init__(self, pattern):
        parameters = {"type": "object", "patternProperties": {pattern: {}}}
        self.declaration = {
            "type": "function",
            "function": {"name": "tag", "parameters": parameters},
        }


@pytest.mark.parametrize(
    ("pattern", "name", "is_refused"),
    [
        ("^(a+)+$", "a" * 40 + "!", True),
        ("^a*b*c*d*$", "a" * 100_000, True),
        ("^x-[a-z]+$", "x-tag", False),
    ],
)
def test_names_that_take_for_ever_to_match_are_not_matched(pattern, name, is_refused):
    text = json.dumps({"inner": {name: 1}})
    (call,) = calls_of(reply(("c1", "tag", text)), [Tagged(pattern)])
    problem = f"in the arguments, names take too long to match {pattern!r}"
    assert call.problem == (problem if is_refused else "")
