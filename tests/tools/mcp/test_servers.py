"""Tools of servers: how they are called, and what comes of servers that are bad."""

import json
import time
from pathlib import Path
from threading import Event, Timer

import pytest

from cohere_cli.errors import (
    ConfigProblem,
    InputProblem,
    ServerFault,
    TimedOut,
    UsageProblem,
)
from cohere_cli.tools.mcp.configuration import ServerConfig
from cohere_cli.tools.mcp.process import process_environment
from cohere_cli.tools.mcp.servers import OpenServers, open_servers
from cohere_cli.tools.tool import Outcome
from tests.tools.mcp.conftest import ENVIRON, bare

REFUSED = "MCP server 'bare' refused: No such thing red"


def outcome(opened, way, arguments=None, **options):
    """Return what a call of the tool `echo` of a server that is bad in a *way* gives."""
    with opened(bare(way, **options)) as servers:
        return servers.tools()[0].run(arguments or {"text": "Hi"}, Event())


def problem(opened, way, **options):
    found = outcome(opened, way, **options)
    assert found.rows[0]["error"] == found.problem
    return found.problem


def test_tools_have_names_of_the_api_and_texts_without_escapes(opened):
    with opened(bare("honest")) as servers:
        assert [tool.declaration["function"] for tool in servers.tools()] == [
            {
                "name": "bare_echo",
                "description": "Say it red ",
                "parameters": {
                    "type": "object",
                    "properties": {"text": {"type": "string"}},
                },
            },
            {
                "name": "bare_read_file",
                "description": "read-file",
                "parameters": {"type": "object", "properties": {}},
            },
            {
                "name": "bare_read_file_2",
                "description": "read_file",
                "parameters": {
                    "type": "object",
                    "properties": {
                        "path": {"description": "($ref: http://127.0.0.1:9/schema)"}
                    },
                },
            },
        ]


def test_a_call_gives_the_text_and_is_shown_with_the_servers_own_name(opened):
    with opened(bare("honest", approve="never")) as servers:
        tool = servers.tools()[0]
        assert tool.run({"text": "Hi"}, Event()) == Outcome([{"text": "Hi"}])
        assert tool.shown({"text": "ü"}) == 'bare: echo {"text": "ü"}'
        assert (tool.approve, tool.origin) == ("never", "MCP server 'bare'")
        assert tool.schema["properties"] == {"text": {"type": "string"}}


def test_only_chosen_tools_are_there_and_a_glob_without_any_is_noted(opened):
    notes = []
    with opened(bare("honest", tools=("read?*", "x")), notify=notes.append) as servers:
        assert [tool.own_name for tool in servers.tools()] == ["read-file", "read_file"]
    has = "it has echo, read-file, read_file"
    assert notes == [f"no tool of MCP server 'bare' matches 'x'; {has}"]


def test_a_server_without_tools_has_none(opened):
    with opened(bare("empty")) as servers:
        assert servers.tools() == []


def test_two_servers_run_side_by_side(opened):
    other = ServerConfig("other", "", bare("honest").command)
    with opened(bare("honest"), other) as servers:
        names = [tool.name for tool in servers.tools()]
        assert names[0] == "bare_echo"
        assert names[3] == "other_echo"
        assert [tool.name for tool in servers.tools(["other"])] == names[3:]


def test_structured_rows_come_one_by_one_and_once(opened):
    rows = [{"id": "a", "n": 1}, {"id": "b", "n": 2}]
    assert outcome(opened, "rows") == Outcome(rows)


def test_a_result_has_neither_escapes_nor_controls(opened):
    assert outcome(opened, "escapes") == Outcome([{"text": "red \n\tend"}])


def test_a_result_without_content_has_a_row(opened):
    found = outcome(opened, "nothing")
    assert found == Outcome([{"result": "the tool returned no content"}])


def test_a_long_result_is_cut_and_says_so(opened):
    (row,) = outcome(opened, "long").rows
    assert len(row["text"]) == 2**20
    assert row["note"] == "the result is longer: the rest was left out"


def test_a_server_gets_no_variable_that_holds_the_key_under_another_name():
    environ = {"CO_API_KEY": "secret", "COPY": "x-secret", "FOO": "bar"}
    server = bare("echo", env={"COPY": None, "FOO": None})
    assert process_environment(server, environ) == {"FOO": "bar"}


def test_a_server_gets_few_variables_and_no_key(opened):
    env = {"MODE": "test", "FOO": None, "ABSENT": None}
    (row,) = outcome(opened, "environment", env=env).rows
    row.pop("LC_CTYPE", None)  # Python's own
    assert row == {
        "PATH": "/usr/bin:/bin",
        "HOME": "/",
        "MODE": "test",
        "FOO": "bar",
    }


def test_a_server_runs_at_home_unless_another_folder_is_configured(opened, tmp_path):
    assert outcome(opened, "folder") == Outcome([{"text": "/"}])
    found = outcome(opened, "folder", cwd=str(tmp_path))
    assert found == Outcome([{"text": str(tmp_path)}])


def test_lines_that_are_no_messages_are_passed_over(opened):
    assert outcome(opened, "banner") == Outcome([{"text": "Hi"}])


@pytest.mark.parametrize(
    ("way", "what"),
    [
        ("silent", "MCP server 'bare' did not reply within 0.5 s"),
        ("deaf", "MCP server 'bare' did not reply within 0.5 s"),
    ],
)
def test_a_call_that_hangs_ends_with_its_time(opened, way, what):
    arguments = {"text": "x" * 1_000_000}
    with opened(bare(way)) as servers:
        tool = servers.tools()[0]
        servers.connections["bare"].server = bare(way, timeout=0.5)
        assert tool.run(arguments, Event()).problem == what


@pytest.mark.parametrize(
    ("way", "what"),
    [
        ("exit", "MCP server 'bare' ended with exit code 4"),
        ("crash", "MCP server 'bare' was ended by SIGKILL"),
        ("line", "MCP server 'bare' sent more than 8 MiB in one message"),
        ("flood", "MCP server 'bare' sent more than 64 MiB that it was not asked for"),
        (
            "wrong",
            "MCP server 'bare' sent an invalid reply: content: Input should be a valid list",
        ),
        ("refuse", "MCP server 'bare' refused: No. red"),
        ("changed", "MCP server 'bare' refused: Unknown tool: echo"),
    ],
)
def test_a_server_that_fails_in_a_call_is_a_failed_outcome(opened, way, what):
    assert problem(opened, way) == what


@pytest.mark.parametrize("way", ["sampling", "roots", "elicitation"])
def test_a_server_that_asks_for_more_is_refused(opened, way):
    assert "not supported" in problem(opened, way)


def test_after_its_death_each_call_says_so(opened):
    with opened(bare("exit")) as servers:
        tool = servers.tools()[0]
        calls = [tool.run({}, Event()).problem for _ in range(2)]
    assert calls == ["MCP server 'bare' ended with exit code 4"] * 2


def test_a_call_that_is_stopped_ends_at_once(opened):
    stop = Event()
    with opened(bare("silent")) as servers:
        tool = servers.tools()[0]
        Timer(0.1, stop.set).start()
        assert tool.run({}, stop).problem == "the call was stopped"


@pytest.mark.parametrize(
    ("way", "kind", "what", "hint"),
    [
        (
            "die",
            ServerFault,
            "MCP server 'bare' ended with exit code 3",
            "it wrote: no database red",
        ),
        (
            "hang",
            TimedOut,
            "MCP server 'bare' did not answer within 2 s",
            "`timeout` of the server allows more seconds",
        ),
        (
            "invalid",
            ServerFault,
            "MCP server 'bare' sent an invalid reply: protocolVersion: Input should be a valid string",
            "`co mcp check bare` shows what it answers",
        ),
    ],
)
def test_a_server_that_does_not_start_is_an_error(opened, way, kind, what, hint):
    with pytest.raises(kind) as caught, opened(bare(way, timeout=2.0)):
        pass
    assert (caught.value.what, caught.value.hint) == (what, hint)


def test_a_program_that_is_not_there_is_an_error_with_its_place(opened):
    server = ServerConfig("bare", "config.toml:1", ("/nowhere/server",))
    with pytest.raises(ConfigProblem) as caught, opened(server):
        pass
    what = "MCP server 'bare' cannot be started: /nowhere/server: no such file or"
    assert str(caught.value) == f"{what} directory (config.toml:1)"


def test_a_server_that_is_not_configured_is_refused():
    servers = {"bare": bare("honest")}
    with pytest.raises(UsageProblem) as caught, open_servers(["bear"], servers, {}):
        pass
    assert caught.value.what == "no MCP server 'bear' is configured"
    assert caught.value.hint == "configured: bare"


def test_the_tools_of_a_server_that_lists_without_an_end_are_a_hundred(opened):
    with opened(bare("endless")) as servers:
        assert len(servers.tools()) == 100


def test_a_stubborn_server_and_its_child_are_killed_in_the_end(opened, tmp_path):
    note = tmp_path / "processes"
    with opened(bare("stubborn", str(note))) as servers:
        servers.tools()
        numbers = [int(one) for one in note.read_text().split()]
    assert not any(map(is_running, numbers))


def is_running(number):
    for _ in range(100):
        try:
            text = Path(f"/proc/{number}/stat").read_text()
            state = text.rpartition(")")[2].split()[0]
        except (FileNotFoundError, ProcessLookupError):
            return False
        if state == "Z":
            return False
        time.sleep(0.02)
    return True


def descriptors():
    return sum(1 for _ in Path("/proc/self/fd").iterdir())


def test_no_descriptor_stays_open(opened):
    outcome(opened, "honest")
    before = descriptors()
    for way in ("honest", "exit", "rows"):
        outcome(opened, way)
    assert descriptors() <= before


def test_a_resource_is_read_as_a_file_of_its_name(opened):
    with opened(bare("honest")) as servers:
        (note,) = servers.documents("mcp://bare/bare://note.md")
        rows = servers.documents("mcp://bare/bare://table.csv")
    assert json.dumps(note.data) == json.dumps(
        {
            "title": "Title",
            "path": "mcp://bare/bare://note.md",
            "text": "# Title\n\nA text of the server.",
        }
    )
    assert note.id == "mcp://bare/bare://note.md"
    assert [one.data for one in rows] == [
        {"id": "1", "name": "one"},
        {"id": "2", "name": "two"},
    ]


def test_a_server_alone_means_all_resources_that_it_lists(opened):
    with opened(bare("honest")) as servers:
        ids = [one.id for one in servers.documents("mcp://bare")]
    table = "mcp://bare/bare://table.csv"
    assert ids == ["mcp://bare/bare://note.md", f"{table}#1", f"{table}#2"]


@pytest.mark.parametrize(
    ("way", "name", "kind", "problem", "hint"),
    [
        (
            "honest",
            "mcp://bare/bare://absent",
            InputProblem,
            f"mcp://bare/bare://absent cannot be read: {REFUSED}",
            "`co mcp check bare` lists them",
        ),
        (
            "honest",
            "mcp://bare/bare://dot.png",
            InputProblem,
            "mcp://bare/bare://dot.png is a PNG image, not text",
            "of a resource only text is sent",
        ),
        (
            "honest",
            "mcp://bare/bare://nots*",
            InputProblem,
            "no resource of MCP server 'bare' matches (mcp://bare/bare://nots*)",
            "`co mcp check bare` lists them",
        ),
        (
            "empty",
            "mcp://bare/",
            InputProblem,
            "MCP server 'bare' lists no resources",
            "`co mcp check bare` shows what it has",
        ),
        (
            "crowd",
            "mcp://bare",
            InputProblem,
            "mcp://bare is 122 resources, and at most 100 are read at once",
            "name fewer: `co mcp check bare` lists them",
        ),
        (
            "honest",
            "mcp://bare/large",
            ServerFault,
            "MCP server 'bare' sent more than 8 MiB in one message",
            "",
        ),
        (
            "honest",
            "mcp://",
            UsageProblem,
            "mcp:// names no MCP server",
            "`co mcp list` lists the servers, `co mcp check NAME` resources",
        ),
        (
            "honest",
            "mcp://bear/note.md",
            UsageProblem,
            "no MCP server 'bear' is configured",
            "configured: bare",
        ),
    ],
)
def test_a_resource_that_cannot_be_read_is_an_error(
    opened, way, name, kind, problem, hint
):
    with opened(bare(way)) as servers, pytest.raises(kind) as caught:
        servers.documents(name)
    assert (str(caught.value), caught.value.hint) == (problem, hint)


def test_of_several_resources_those_that_are_not_text_are_counted(opened):
    notes = []
    with opened(bare("mixed"), notify=notes.append) as servers:
        found = servers.documents("mcp://bare/bare://*o*")
    assert [one.id for one in found] == ["mcp://bare/bare://note.md"]
    assert notes == ["mcp://bare/bare://*o*: 1 file skipped (1 not text)"]


def test_a_server_starts_when_it_is_used_and_once(tmp_path):
    note = tmp_path / "starts"
    servers = OpenServers({"bare": bare("noted", str(note))}, ENVIRON)
    assert not note.exists()
    tools = servers.tools(["bare"])
    servers.documents("mcp://bare/bare://note.md")
    assert servers.tools(["bare"]) is tools
    servers.close()
    assert len(note.read_text().split()) == 1


def test_a_server_that_has_ended_is_started_again_when_it_is_used_next():
    notes = []
    servers = OpenServers({"bare": bare("exit")}, ENVIRON, notes.append)
    ended = "MCP server 'bare' ended with exit code 4"
    for _ in range(2):
        assert servers.tools(["bare"])[0].run({}, Event()).problem == ended
    servers.close()
    assert notes == [f"{ended}: it is started again"]


def test_a_server_that_refuses_a_call_is_used_on():
    notes = []
    servers = OpenServers({"bare": bare("refuse")}, ENVIRON, notes.append)
    before = servers.tools(["bare"])
    before[0].run({}, Event())
    assert servers.tools(["bare"]) is before
    servers.close()
    assert notes == []


def test_where_one_server_does_not_start_the_others_end(tmp_path):
    note = tmp_path / "starts"
    configured = {
        "good": ServerConfig("good", "", bare("noted", str(note)).command),
        "bad": ServerConfig("bad", "", bare("die").command),
    }
    servers = OpenServers(configured, ENVIRON)
    with pytest.raises(ServerFault):
        servers.open(["good", "bad"])
    assert servers.connections == {}
    assert not any(map(is_running, map(int, note.read_text().split())))
    servers.close()


def test_the_causes_of_an_error_come_to_an_end(opened):
    with pytest.raises(ServerFault) as caught, opened(bare("die")):
        pass
    causes, one = [], caught.value
    while one is not None and one not in causes:
        causes.append(one)
        one = one.__cause__ or one.__context__
    assert one is None
