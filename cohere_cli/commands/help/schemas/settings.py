"""Schemas of what is set and found: auth, config, doctor, preset, tools, mcp, cache."""

from cohere_cli.commands.help.schemas.errors import EXIT_CODES
from cohere_cli.commands.help.schemas.shapes import (
    ANYTHING,
    COUNT,
    FLAG,
    NUMBER_OR_NULL,
    OBJECT,
    TEXT,
    TEXT_OR_NULL,
    TIME,
    Schema,
    list_of,
    made,
    titled,
)

_PROFILE = made(
    {
        "name": TEXT,
        "active": FLAG,
        "base_url": TEXT,
        "masked_key": TEXT,
        "stored_in": TEXT,
    }
)
_KEY = made(
    {
        "name": TEXT,
        "masked_key": TEXT,
        "belongs_to": TEXT,
        "state": {"enum": ["used", "hidden", "same key"]},
        "kept_in": TEXT,
    }
)
_STATUS = made(
    {
        **dict.fromkeys(("profile", "chosen_by", "base_url", "compat_base_url"), TEXT),
        "keys": list_of(_KEY),
        "problem": TEXT,
        "hint": TEXT,
        "files": list_of(made({"path": TEXT, "mode": TEXT})),
        "notes": list_of(TEXT),
    }
)
_SETTING = made({"name": TEXT, "value": ANYTHING, "source": TEXT})
_FINDING = made(
    {"name": TEXT, "ok": FLAG, "found": TEXT, "hint": TEXT, "exit": EXIT_CODES}
)
_PRESET = made(
    {
        "name": TEXT,
        "path": TEXT,
        "about": TEXT,
        "parameters": list_of(made({"name": TEXT, "default": TEXT_OR_NULL})),
    }
)
_TOOL = made(dict.fromkeys(("name", "description", "approve", "run", "file"), TEXT))
_SERVER = made(
    {
        "name": TEXT,
        "approve": TEXT,
        "tools": list_of(TEXT),
        "timeout": NUMBER_OR_NULL,
        "env": list_of(TEXT),
        "headers": list_of(TEXT),
        "cwd": TEXT_OR_NULL,
        "where": TEXT,
    },
    {"url": TEXT, "command": list_of(TEXT)},
)
_SERVED_TOOL = made(
    {
        "name": TEXT,
        "tool": TEXT,
        "description": TEXT,
        "parameters": OBJECT,
        "left_out": list_of(TEXT),
    }
)
_CHECKED = made(
    {
        "name": TEXT,
        "server": TEXT_OR_NULL,
        "version": TEXT_OR_NULL,
        "protocol": TEXT,
        "tools": list_of(_SERVED_TOOL),
        "resources": list_of(TEXT),
    }
)
_INDEX = made(
    {
        "root": TEXT,
        "path": TEXT,
        "bytes": COUNT,
        "files": COUNT,
        "passages": COUNT,
        "changed": TIME,
    }
)

SCHEMAS: dict[str, Schema] = {
    "auth list json": titled("The profiles", list_of(_PROFILE)),
    "auth status json": titled("The profile, server and keys of a call", _STATUS),
    "config show json": titled("The settings", list_of(_SETTING)),
    "config get json": titled("The value of a setting", ANYTHING),
    "doctor json": titled(
        "What co doctor found", made({"ok": FLAG, "findings": list_of(_FINDING)})
    ),
    "preset list json": titled("The presets", list_of(_PRESET)),
    "tools list json": titled("The tools of files", list_of(_TOOL)),
    "tools run json": titled("The documents of a tool's result", list_of(OBJECT)),
    "tools run jsonl": titled("A document of a tool's result", OBJECT),
    "mcp list json": titled("The servers that are configured", list_of(_SERVER)),
    "mcp check json": titled("What a server has", _CHECKED),
    "cache list json": titled("The indexes of searched files", list_of(_INDEX)),
}
"""The schemas of settings and findings, by command and format."""
