"""Servers in config.toml: what they may have, and what is wrong, with its line."""

import sys

import pytest

from cohere_cli.commands.call.session import vocabulary
from cohere_cli.config.editing import edit_file
from cohere_cli.config.profile_reader import read_profiles
from cohere_cli.errors import ConfigProblem
from cohere_cli.tools.mcp.configuration import read_servers
from cohere_cli.tools.mcp.package import import_client
from cohere_cli.tools.mcp.servers import open_servers


def servers_of(tmp_path, text, mode=0o600):
    file = tmp_path / "config.toml"
    file.write_text(text)
    file.chmod(mode)
    return read_servers(tmp_path)


def problem_of(tmp_path, text, mode=0o600):
    with pytest.raises(ConfigProblem) as caught:
        servers_of(tmp_path, text, mode)
    return str(caught.value).replace(str(tmp_path), "DIR")


def test_a_server_has_what_its_table_says(tmp_path):
    found = servers_of(
        tmp_path,
        """
        [mcp.files]
        command = ["npx", "server"]
        env = {MODE = "x"}
        cwd = "."
        timeout = 5
        tools = ["read_*"]
        approve = "always"

        [mcp.far]
        url = "https://mcp.example.com/mcp/"
        headers = {X-Team = "docs"}
        key_command = "pass show far"
        """,
    )
    far, files = found.values()
    assert (far.name, far.transport, far.url) == (
        "far",
        "http",
        "https://mcp.example.com/mcp",
    )
    assert (far.headers, far.key_command) == ({"X-Team": "docs"}, "pass show far")
    assert (far.timeout, far.tools, far.approve) == (60.0, ("*",), "ask")
    assert files.where == f"{tmp_path}/config.toml:2"
    assert (files.command, files.env, files.cwd) == (
        ("npx", "server"),
        {"MODE": "x"},
        ".",
    )
    assert (files.timeout, files.tools, files.approve) == (5.0, ("read_*",), "always")


def test_variables_that_are_listed_are_passed_on(tmp_path):
    text = '[mcp.a]\ncommand = ["x"]\nenv = ["TOKEN"]'
    assert servers_of(tmp_path, text)["a"].env == {"TOKEN": None}


def test_profiles_can_be_read_beside_servers(tmp_path):
    servers_of(tmp_path, '[mcp.a]\ncommand = ["x"]\n[profiles.b]\nmodel = "m"')
    assert [*read_profiles(tmp_path).by_name] == ["b"]


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ('command = "npx"', "command of MCP server 'a' must be a list of words such"),
        ('command = ["./x"]', "command of MCP server 'a' must be a list of words"),
        ('command = ["x"]\ntimeout = 0', "timeout of MCP server 'a' must be a number"),
        ('command = ["x"]\nenv = {CO_API_KEY = "k"}', "env of MCP server 'a' must not"),
        ('command = ["x"]\nenv = {A = 1}', "env of MCP server 'a' must have texts"),
        ('command = ["x"]\ncwd = "sub"', "cwd of MCP server 'a' must be the path of"),
        ('command = ["x"]\napprove = true', "approve of MCP server 'a' must be one of"),
        ('command = ["x"]\ntools = "x"', "tools of MCP server 'a' must be a list of"),
        (
            'command = ["x"]\nheaders = {A = "b"}',
            "headers of MCP server 'a' needs a url",
        ),
        (
            'url = "http://far.example"',
            "url of MCP server 'a' must begin with https://",
        ),
        (
            'url = "https://x.example"\ncwd = "/"',
            "cwd of MCP server 'a' needs a command",
        ),
        ('command = ["x"]\nurl = "https://x.example"', "MCP server 'a' has both a"),
        ("timeout = 5", "MCP server 'a' has no command and no url"),
        ('comand = ["x"]', "unknown setting 'comand'"),
    ],
)
def test_a_wrong_value_is_named_with_its_line(tmp_path, text, what):
    found = problem_of(tmp_path, f"\n[mcp.a]\n{text}")
    assert found.startswith(what)
    last = 2 if "no command" in what or "both" in what else text.count("\n") + 3
    assert found.endswith(f"(DIR/config.toml:{last})")


def test_plain_http_is_possible_where_it_is_allowed_and_here(tmp_path):
    text = '[mcp.a]\nurl = "http://far.example"\nallow_http = true'
    assert servers_of(tmp_path, text)["a"].url == "http://far.example"
    text = '[mcp.a]\nurl = "http://127.0.0.1:8000/mcp"'
    assert servers_of(tmp_path, text)["a"].url == "http://127.0.0.1:8000/mcp"


def test_a_name_that_no_tool_can_begin_with_is_refused(tmp_path):
    found = problem_of(tmp_path, '[mcp.1st]\ncommand = ["x"]')
    assert found.startswith("MCP server name '1st' must be a letter, then up to 31 of")


@pytest.mark.parametrize(
    ("option", "text"),
    [
        ("command", 'command = ["x"]'),
        ("key_command", 'url = "https://x.example"\nkey_command = "x"'),
    ],
)
def test_a_command_in_a_file_that_others_can_change_is_not_run(tmp_path, option, text):
    found = problem_of(tmp_path, f"[mcp.a]\n{text}", mode=0o622)
    what = f"{option} of MCP server 'a' is not run: other users can write to this file"
    assert found.startswith(what)


def test_a_draft_of_the_file_is_checked_before_it_is_saved(tmp_path):
    def edit(draft):
        draft.write_text("[mcp.a]\ntimeout = 5")

    with pytest.raises(ConfigProblem) as caught:
        edit_file(tmp_path, edit, lambda _: None, vocabulary())
    assert "MCP server 'a' has no command and no url" in caught.value.what
    assert not (tmp_path / "config.toml").exists()


def test_without_the_extra_the_remedy_is_its_name(monkeypatch):
    monkeypatch.setitem(sys.modules, "mcp", None)
    with pytest.raises(ConfigProblem) as caught, open_servers([], {}, {}):
        pass
    assert caught.value.what == "the Model Context Protocol needs cohere-cli[mcp]"
    assert caught.value.hint == "pip install 'cohere-cli[mcp]'"


def test_a_version_of_the_package_that_is_too_old_is_an_error(monkeypatch):
    monkeypatch.setitem(sys.modules, "mcp.client.client", None)
    with pytest.raises(ConfigProblem) as caught:
        import_client()
    assert caught.value.hint == "pip install 'cohere-cli[mcp]'"
