"""`/tools` in a session: which tools there are, and what becomes of their calls."""

import re
import sys

import pytest

from cohere_cli.commands.chat import answer
from tests.tools.mcp.conftest import BARE

TOOLS = """
- name: weather
  description: Weather of a day. It is sunny.
  parameters: {type: object, properties: {day: {}, place: {}}, required: [day]}
  run: [echo, "{day}"]
  stdin: json
- {name: mail, description: Sends., parameters: {type: object}}
"""


@pytest.fixture
def listed(person, tmp_path, monkeypatch):
    """Type lines; return the table of tools that the last of them shows."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "tools.yaml").write_text(TOOLS)
    (tmp_path / "config").mkdir()
    command = [sys.executable, str(BARE), "honest"]
    config = f"[mcp.bare]\ncommand = {command}\n"
    (tmp_path / "config/config.toml").write_text(config)

    # What sends a turn elsewhere in these tests runs no tools.
    monkeypatch.setattr(person.session, "_send", answer)

    def shown(*lines):
        before = len(person.session.terminal.written)
        with person.session.opened():
            person.noted = person.types(*lines)
        rows = person.session.terminal.written[before:].decode().splitlines()
        return [re.split(" {2,}", row.strip()) for row in rows if row.strip()]

    return shown


def test_each_tool_has_what_a_call_needs_and_whether_it_is_asked_about(listed):
    heading, weather, mail, calculator = listed("/tools tools.yaml calculator")[:4]
    assert heading == ["tool", "a call", "arguments", "description"]
    assert weather == ["weather", "asks", "day, place?", "Weather of a day"]
    assert mail == ["mail", "left to you", "Sends"]
    assert calculator[:3] == ["calculator", "allowed", "expression"]


def test_a_tool_that_was_allowed_for_good_is_allowed(listed, person):
    person.session.conversation.allowed.add("weather")
    assert listed("/tools tools.yaml")[1][:2] == ["weather", "allowed"]


def test_a_server_is_added_by_its_name_and_its_tools_are_declared(listed, person):
    rows = listed("/tools mcp://bare", "Echo it")
    names = ["bare_echo", "bare_read_file", "bare_read_file_2"]
    assert [row[0] for row in rows[1:4]] == names
    turn = person.turns[1]
    assert [one["function"]["name"] for one in turn.request["tools"]] == names
    assert person.session.flags.mcp == ["bare"]


def test_all_tools_are_removed_at_once(listed, person):
    rows = listed("/tools tools.yaml calculator mcp://bare/", "/tools -", "/tools")
    assert rows[0] == ["tool", "a call", "arguments", "description"]
    ways = "/tools FILE, or /tools mcp://NAME for an MCP server, declares some"
    assert person.noted.endswith(f"co: there are no tools; {ways}\n")
    flags = person.session.flags
    assert (flags.tools, flags.tool, flags.mcp) == (None, None, None)


def test_what_is_wrong_changes_nothing_and_is_the_draft(listed, person):
    assert listed("/tools mcp://bear") == []
    assert (
        "no MCP server 'bear' is configured\nhint: configured: bare\n" in person.noted
    )
    assert person.drafts[-1] == "/tools mcp://bear"
    assert person.session.flags.mcp is None


def test_tools_of_the_turns_before_are_left_to_the_person(listed, person):
    listed("/tools tools.yaml", "Hi")
    person.session.change(tools=None)
    rows = listed("/tools")
    assert [row[:2] for row in rows[1:]] == [
        ["weather", "left to you"],
        ["mail", "left to you"],
    ]


def test_a_resource_is_sent_with_each_prompt(listed, person):
    listed("/doc mcp://bare/bare://note.md", "What is the text of the server?")
    (turn,) = person.turns.values()
    (document,) = turn.request["documents"]
    assert document["id"] == "mcp://bare/bare://note.md"
    assert person.noted.startswith("co: 1 document, ")
