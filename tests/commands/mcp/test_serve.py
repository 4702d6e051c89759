"""`co mcp serve`, as the program sees it that has started it."""

import json
import os
import signal
import subprocess
from collections.abc import Iterator
from threading import Event

import pytest
from co_program import CO, Co

from cohere_cli.tools.mcp.configuration import ServerConfig
from cohere_cli.tools.mcp.servers import open_servers

TEXTS = {
    "travel.md": "# Travel\n\nTrips abroad are approved by the head of the department.\n",
    "leave.md": "# Leave\n\nParental leave is sixteen weeks.\n",
    ".secret.md": "The password of travel is hunter2.\n",
}


@pytest.fixture
def folder(tmp_path):
    served = tmp_path / "served"
    served.mkdir()
    for name, text in TEXTS.items():
        (served / name).write_text(text)
    (tmp_path / "outside.md").write_text("Travel outside.")
    return served


@pytest.fixture
def call(folder, tmp_path) -> Iterator[object]:
    """Call a tool of the server in a sandbox."""
    co = Co(tmp_path)
    words = ("mcp", "serve", str(folder), "--allow-ask", "-p", "sandbox")
    names = ("CO_CONFIG_DIR", "CO_CACHE_DIR", "HOME")
    settings = [f"{name}={co.environ[name]}" for name in names]
    command = ("env", *settings, str(CO), *words)
    server = ServerConfig("own", "", command)
    with open_servers(["own"], {"own": server}, co.environ) as opened:
        tools = {one.own_name: one for one in opened.tools()}

        def called(name, **arguments):
            return tools[name].run(arguments, Event())

        called.tools = tools
        yield called


def test_the_tools_are_those_that_only_read(call):
    assert [*call.tools] == ["search", "rerank", "ask"]


def test_search_finds_passages_with_their_places(call, folder):
    rows = call("search", query="who approves trips abroad").rows
    assert rows[0]["results"][0]["id"] == f"{folder}/travel.md:1-3"
    assert rows[0]["results"][0]["text"] == TEXTS["travel.md"].rstrip()
    assert "hunter2" not in json.dumps(rows)


def test_files_that_are_skipped_are_in_the_notes(call, folder):
    (folder / "broken.pdf").write_bytes(b"%PDF-1.7 nothing")
    notes = call("search", query="travel").rows[0]["notes"]
    assert f"{folder}: 1 file skipped (1 damaged)" in notes


def test_search_is_confined_to_paths_in_the_folder(call, folder):
    one = call("search", query="leave travel", paths=["leave.md"]).rows[0]
    assert [each["path"] for each in one["results"]] == [f"{folder}/leave.md"]
    found = call("search", query="travel", paths=["../outside.md"])
    what = "there is no such path in the folders that are served (../outside.md)"
    assert found.problem == what


@pytest.mark.parametrize("query", ["@/etc/passwd", "@travel.md"])
def test_a_query_is_never_the_name_of_a_file(call, query):
    found = call("search", query=query)
    assert "root:" not in json.dumps(found.rows)
    assert found.rows[0]["query"] == query


def test_ask_answers_with_citations(call, folder):
    row = call("ask", question="Who approves trips abroad?").rows[0]
    assert row["answer"].endswith("approved by the head of the department.")
    place = f"{folder}/travel.md:1-3"
    assert [one["id"] for one in row["sources"]] == [place]
    (citation,) = row["citations"]
    assert citation["sources"] == [place]
    assert row["answer"][citation["start"] : citation["end"]] == citation["text"]
    assert row["finish_reason"] == "COMPLETE"


def test_rerank_orders_texts_and_the_lines_of_files(call):
    texts = ["A cat.", "The capital of France is Paris."]
    row = call("rerank", query="capital of France", documents=texts).rows[0]
    assert [one["index"] for one in row["results"]] == [1, 0]
    row = call("rerank", query="parental leave", paths=["leave.md"]).rows[0]
    first = row["results"][0]["document"]
    assert "sixteen weeks" in json.dumps(first)


@pytest.mark.parametrize(
    ("tool", "arguments", "what"),
    [
        ("search", {"query": ""}, "query violates minLength 1"),
        ("search", {"query": "x", "passages": 1000}, "passages"),
        ("search", {"query": "x", "command": "rm"}, "command"),
        ("rerank", {"query": "x"}, "one of documents and paths is needed"),
        ("search", {"query": "zebra"}, ""),
        ("ask", {"question": "zebra"}, "nothing was asked: no passage has a word"),
    ],
)
def test_arguments_that_do_not_fit_are_an_error_of_the_call(
    call, tool, arguments, what
):
    assert what in call(tool, **arguments).problem


def start(folder, *flags):
    environ = {**os.environ, "CO_CONFIG_DIR": str(folder / "none")}
    return subprocess.Popen(
        [CO, "mcp", "serve", folder, *flags],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=environ,
    )


GREETING = {
    "jsonrpc": "2.0",
    "id": 1,
    "method": "initialize",
    "params": {
        "protocolVersion": "2025-06-18",
        "capabilities": {},
        "clientInfo": {"name": "test", "version": "1"},
    },
}


def exchange(process, *messages):
    for one in messages:
        process.stdin.write(json.dumps(one).encode() + b"\n")
    process.stdin.flush()
    return json.loads(process.stdout.readline())


def test_it_answers_on_standard_output_alone_and_ends_with_its_input(folder):
    with start(folder, "--lexical") as process:
        answer = exchange(process, GREETING)
        assert answer["result"]["serverInfo"]["name"] == "co"
        ready = {"jsonrpc": "2.0", "method": "notifications/initialized"}
        listing = {"jsonrpc": "2.0", "id": 2, "method": "tools/list"}
        (tool,) = exchange(process, ready, listing)["result"]["tools"]
        assert tool["name"] == "search"
        assert tool["annotations"]["readOnlyHint"] is True
        rest, notes = process.communicate()
    assert (rest, notes, process.returncode) == (b"", b"", 0)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_it_though_it_waits_for_input(folder, number):
    with start(folder) as process:
        exchange(process, GREETING)
        process.send_signal(number)
        assert process.wait(10) == -number
