"""The JSON Schema of a file that declares tools, for editors: that of draft 7."""

from collections.abc import Mapping
from typing import Any

from cohere_cli.api.protocol.requests import Tool
from cohere_cli.api.protocol.validation import schema_of
from cohere_cli.tools.declaration import NAME
from cohere_cli.tools.fields import FIELDS

Schema = dict[str, Any]

_DRAFT = "http://json-schema.org/draft-07/schema#"
# Where a tool of the API is in the schema of a body.
_TOOL, _FUNCTION = "Tool", "ToolFunction"


def tools_schema() -> Schema:
    """Return the schema of a file of -t.

    A file that it does not fit is refused; more is known to `DeclarationReader`, such
    as which parameters a command must use.
    """
    function = _with_rules(schema_of(Tool)["$defs"][_FUNCTION])
    tool = {name: one for name, one in schema_of(Tool).items() if name != "$defs"}
    bare = {**_with_run_fields(function), "title": "BareFunction"}
    is_bare = {"required": ["name"], "not": {"required": ["function"]}}
    # Not anyOf: an editor names what is wrong with the one that is meant.
    one = {"if": is_bare, "then": _ref("BareFunction"), "else": _ref(_TOOL)}
    several = {"type": "array", "items": one}
    body = {"properties": {"tools": several}}
    is_body = {"type": "object", "required": ["tools"]}
    return {
        "$schema": _DRAFT,
        "title": "Tools of co",
        "description": "A list of tools, one tool, or a request body with tools.",
        "if": is_body,
        "then": body,
        "else": {"if": {"type": "array"}, "then": several, "else": one},
        "$defs": {
            _TOOL: _with_run_fields(tool),
            _FUNCTION: function,
            "BareFunction": bare,
        },
    }


def with_run_fields(body: Mapping[str, Any]) -> Schema:
    """Return the schema of a body file, whose tools may say how they run."""
    defined = dict(body["$defs"])
    defined[_TOOL] = _with_run_fields(defined[_TOOL])
    return {**body, "$defs": defined}


def _ref(name: str) -> Schema:
    return {"$ref": f"#/$defs/{name}"}


def _with_run_fields(tool: Mapping[str, Any]) -> Schema:
    fields = {name: dict(field.schema) for name, field in FIELDS.items()}
    return {
        **tool,
        "properties": tool["properties"] | fields,
        # Without a command, what says how it runs has no effect.
        "dependencies": {name: ["run"] for name in FIELDS if name != "run"},
    }


def _with_rules(function: Mapping[str, Any]) -> Schema:
    """Return the schema of a function with the rules for its name and parameters."""
    is_object = {"properties": {"type": {"const": "object"}}, "required": ["type"]}
    rules: dict[str, Schema] = {
        "name": {"pattern": f"^{NAME.pattern}$"},
        "parameters": {"anyOf": [{"maxProperties": 0}, is_object]},
    }
    properties = {
        name: {**one, **rules.get(name, {})}
        for name, one in function["properties"].items()
    }
    return {**function, "properties": properties}
