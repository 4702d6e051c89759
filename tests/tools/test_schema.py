"""The JSON Schema of files of tools, beside what reads them."""

import io
import json
from pathlib import Path

import pytest
import yaml
from jsonschema import Draft7Validator

from cohere_cli.api.protocol.requests import ChatBody
from cohere_cli.api.protocol.validation import schema_of
from cohere_cli.errors import InputProblem
from cohere_cli.request.tools import RUN_FIELDS
from cohere_cli.tools.declaration import read_tools
from cohere_cli.tools.fields import FIELDS
from cohere_cli.tools.schema import tools_schema, with_run_fields

VALIDATOR = Draft7Validator(tools_schema())
FUNCTION = {"name": "f", "parameters": {"type": "object"}}
TOOL = {"type": "function", "function": FUNCTION}
RUN = {**TOOL, "run": ["date"]}

RIGHT = [
    TOOL,
    [TOOL],
    {"tools": [TOOL], "model": "m"},
    FUNCTION,
    [FUNCTION, RUN | {"function": {**FUNCTION, "name": "g"}}],
    {**FUNCTION, "run": ["date"], "timeout": 5},
    {"name": "f", "parameters": {}, "description": "d"},
    {**RUN, "run": ["date", 3, "{{f}}", "a\nb"]},
    *({**RUN, "stdin": one} for one in ("json", "none")),
    *({**RUN, "result": one} for one in ("text", "json", "documents")),
    *({**RUN, "approve": one} for one in ("ask", "always", "never")),
    *({**RUN, "timeout": one} for one in (0.1, 1, 3600)),
    *({**RUN, "memory": one} for one in ("none", "512M", "4 GiB", 16 << 20)),
    {**RUN, "cwd": "."},
    *({**RUN, "env": one} for one in ([], ["PGHOST", "COLUMNS", "_a1"])),
]
WRONG = [
    None,
    "tools",
    7,
    [7],
    {},
    {"tools": TOOL},
    {"type": "tool", "function": FUNCTION},
    {"type": "function"},
    {**TOOL, "rnu": ["date"]},
    {"function": {**FUNCTION, "run": ["date"]}},
    {"function": {**FUNCTION, "strict": True}},
    {"function": {"name": "f"}},
    {"function": {**FUNCTION, "description": 7}},
    *({"function": {**FUNCTION, "name": one}} for one in ("a b", "", "a" * 65, 7)),
    *(
        {"function": {**FUNCTION, "parameters": one}}
        for one in ({"day": "string"}, {"type": "array"}, [], None)
    ),
    *({**TOOL, name: RIGHT} for name in RUN_FIELDS if name != "run"),
    *(
        {**TOOL, "run": one}
        for one in (
            "date",
            [],
            [""],
            ["{f}"],
            ["a", 1.5],
            ["a", True],
            ["a", None],
            ["a\0"],
            ["a", "b\0"],
            {"a": 1},
        )
    ),
    *({**RUN, "stdin": one} for one in ("yes", True, None)),
    *({**RUN, "result": one} for one in ("xml", 7)),
    *({**RUN, "approve": one} for one in ("yes", [])),
    *({**RUN, "timeout": one} for one in (0, -1, 3601, "5", True, None)),
    *({**RUN, "memory": one} for one in ("much", "1T", "0M", 1 << 20, True, 1.5)),
    *({**RUN, "cwd": one} for one in ("", 7, "a\0")),
    *({**RUN, "env": one} for one in ("A", ["A-B"], ["1A"], [7], ["CO_API_KEY"])),
]


def is_read(value) -> bool:
    try:
        read_tools("-", io.BytesIO(json.dumps(value).encode()))
    except InputProblem:
        return False
    return True


@pytest.mark.parametrize("value", RIGHT, ids=json.dumps)
def test_what_is_read_fits_the_schema(value):
    assert (is_read(value), [*VALIDATOR.iter_errors(value)]) == (True, [])


@pytest.mark.parametrize("value", WRONG, ids=json.dumps)
def test_what_does_not_fit_the_schema_is_refused(value):
    assert (is_read(value), VALIDATOR.is_valid(value)) == (False, False)


def test_the_schemas_are_valid_and_know_each_field():
    body = with_run_fields(schema_of(ChatBody))
    for schema in (tools_schema(), body):
        Draft7Validator.check_schema(schema)
        fields = schema["$defs"]["Tool"]["properties"]
        assert [*fields] == ["function", "type", *FIELDS]
        assert all("description" in fields[name] for name in FIELDS)
    assert tuple(FIELDS) == RUN_FIELDS


def test_the_example_fits_both_schemas():
    example = yaml.safe_load(Path("examples/tools.yaml").read_text(encoding="utf-8"))
    VALIDATOR.validate(example)
    Draft7Validator(with_run_fields(schema_of(ChatBody))).validate(example)
