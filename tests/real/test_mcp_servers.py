"""Servers of npm that speak the Model Context Protocol: everything, and filesystem."""

import json
import os
from collections.abc import Iterator
from pathlib import Path
from threading import Event

import pytest

from cohere_cli.tools.mcp.configuration import ServerConfig
from cohere_cli.tools.mcp.servers import OpenServers, open_servers
from cohere_cli.tools.tool import Outcome

pytestmark = [pytest.mark.real, pytest.mark.timeout(120)]

SCOPE = "node_modules/@modelcontextprotocol"


@pytest.fixture(scope="module")
def shelf(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("shelf")
    (folder / "note.md").write_text("# A note\n\nTravel is approved by the lead.\n")
    return folder.resolve()


@pytest.fixture(scope="module")
def servers(mcp_folder: Path, shelf: Path) -> Iterator[OpenServers]:
    script = "dist/index.js"
    everything = ("node", f"{mcp_folder}/{SCOPE}/server-everything/{script}")
    files = ("node", f"{mcp_folder}/{SCOPE}/server-filesystem/{script}", str(shelf))
    configured = {
        "everything": ServerConfig("everything", "", everything),
        "files": ServerConfig("files", "", files, tools=("read_text*", "list_dir*")),
    }
    environ = {**os.environ, "CO_API_KEY": "a-secret-key"}
    with open_servers(configured, configured, environ) as opened:
        yield opened


@pytest.fixture(scope="module")
def call(servers):
    tools = {tool.name: tool for tool in servers.tools()}

    def called(name, **arguments):
        return tools[name].run(arguments, Event())

    called.names = [*tools]
    return called


def test_the_tools_are_there_by_names_of_the_api(call):
    assert "everything_get_sum" in call.names
    files = [name for name in call.names if name.startswith("files_")]
    assert files == [
        "files_read_text_file",
        "files_list_directory",
        "files_list_directory_with_sizes",
    ]


def test_everything_echoes_adds_and_draws(call):
    assert call("everything_echo", message="Hi") == Outcome([{"text": "Echo: Hi"}])
    (row,) = call("everything_get_sum", a=1, b=2).rows
    assert row == {"text": "The sum of 1 and 2 is 3."}
    rows = call("everything_get_tiny_image").rows
    assert any(str(row.get("image")).startswith("image/png, about") for row in rows)


def test_everything_gives_structured_content_once(call):
    (row,) = call("everything_get_structured_content", location="Chicago").rows
    assert row.keys() == {"temperature", "conditions", "humidity"}


def test_everything_sees_no_key(call):
    shown = json.dumps(call("everything_get_env").rows)
    assert "PATH" in shown
    assert "a-secret-key" not in shown


def test_wrong_arguments_are_an_error_that_says_why(call):
    assert "expected number" in call("everything_get_sum", a="x").problem


def test_files_are_read_and_others_are_refused(call, shelf):
    (row,) = call("files_read_text_file", path=f"{shelf}/note.md").rows
    assert "approved by the lead" in json.dumps(row)
    found = call("files_read_text_file", path="/etc/passwd")
    assert found.problem.startswith("Access denied")


def test_a_resource_is_a_document_with_its_lines(servers):
    uri = "mcp://everything/demo://resource/static/document/features.md"
    documents = servers.documents(uri)
    assert documents[0].id.startswith(f"{uri}:1-")
    assert documents[0].data["title"].startswith("Everything Server")
