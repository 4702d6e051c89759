"""The servers that config.toml has as `[mcp.NAME]`, with each value checked."""

import re
import stat
from collections.abc import Callable, Iterable, Mapping
from dataclasses import field, fields
from functools import partial
from pathlib import Path
from typing import Any, Literal, cast

from cohere_cli.config.settings import (
    check_absolute_path,
    check_boolean,
    check_command,
    check_headers,
    check_seconds,
    check_text,
)
from cohere_cli.config.toml_file import TomlFile
from cohere_cli.config.urls import normalize_url
from cohere_cli.errors import UsageProblem
from cohere_cli.record import value_class
from cohere_cli.text import did_you_mean, listed
from cohere_cli.tools.tool import Approval

TABLE = "mcp"
HERE = "."
"""As `cwd`: the current directory."""

_SECONDS = 60.0
_WRITERS = stat.S_IWGRP | stat.S_IWOTH
_APPROVALS: tuple[Approval, ...] = ("ask", "always", "never")
# A part of the names of tools, which the API limits to A-Z a-z 0-9 _.
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_-]{0,31}")
_VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_OWN_VARIABLES = ("CO_", "COHERE_")


def _option(check: Callable[[object], Any], default: Any, only: str = "") -> Any:
    """Return a field that config.toml may set; *only* where there is a url, or not."""
    metadata = {"check": check, "only": only}
    if default is dict:
        return field(default_factory=dict, repr=False, metadata=metadata)
    return field(default=default, repr=False, metadata=metadata)


def _command(value: object) -> tuple[str, ...]:
    is_list = isinstance(value, list) and all(isinstance(one, str) for one in value)
    words = cast("list[str]", value) if is_list else []
    # Not "./server": the owner of the current directory could have any program run.
    if words and words[0] and ("/" not in words[0] or words[0][0] in "/~"):
        return tuple(words)
    example = '["npx", "-y", "@modelcontextprotocol/server-everything"]'
    raise ValueError(f"must be a list of words such as {example}")


def _url(value: object, *, allow_http: bool = False) -> str:
    return normalize_url(check_text(value), allow_http=allow_http)


def _environment(value: object) -> Mapping[str, str | None]:
    """Return variables by name; None for one that is passed on as it is."""
    named: Any = value
    if _is_texts(value):
        named = dict.fromkeys(cast("list[str]", value))
    if not isinstance(named, dict) or not all(map(_VARIABLE.fullmatch, named)):
        raise ValueError("must be a table of variables, or a list of their names")
    for name, text in named.items():
        if name.startswith(_OWN_VARIABLES):
            raise ValueError(f"must not have {name}: variables of co are not passed on")
        if not isinstance(text, str | None) or "\0" in (text or ""):
            raise ValueError("must have texts for values")
    return named


def _is_texts(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(one, str) for one in value)


def _folder(value: object) -> str:
    if value == HERE:
        return HERE
    try:
        return check_absolute_path(value)
    except ValueError:
        what = "must be the path of a folder that begins with / or ~/, or . itself"
        raise ValueError(what) from None


def _globs(value: object) -> tuple[str, ...]:
    if _is_texts(value):
        return tuple(cast("list[str]", value))
    raise ValueError('must be a list of patterns such as ["read_*"]')


def _approval(value: object) -> Approval:
    if value in _APPROVALS:
        return value
    raise ValueError(f"must be one of {', '.join(_APPROVALS)}")


@value_class
class ServerConfig:
    """A server as it is configured: a `command` that is run, or a `url`.

    `timeout` is in seconds, for its start and for each call. Only tools whose names
    match one of the globs `tools` are used. `where` is its file and line.
    """

    name: str
    where: str = ""
    command: tuple[str, ...] = _option(_command, ())
    env: Mapping[str, str | None] = _option(_environment, dict, "command")
    cwd: str = _option(_folder, "", "command")
    url: str = _option(_url, "")
    headers: Mapping[str, str] = _option(check_headers, dict, "url")
    key_command: str = _option(check_command, "", "url")
    allow_http: bool = _option(check_boolean, default=False, only="url")
    timeout: float = _option(check_seconds, _SECONDS)
    tools: tuple[str, ...] = _option(_globs, ("*",))
    approve: Approval = _option(_approval, "ask")

    @property
    def transport(self) -> Literal["stdio", "http"]:
        """How the server is reached."""
        return "http" if self.url else "stdio"

    @property
    def title(self) -> str:
        """How messages name the server."""
        return f"MCP server {self.name!r}"


_OPTIONS = {one.name: one for one in fields(ServerConfig) if one.metadata}


def read_servers(directory: Path) -> dict[str, ServerConfig]:
    """Return the servers in config.toml of *directory*, by name.

    Raises `ConfigProblem` with file and line.
    """
    return parse_servers(TomlFile.read(directory / "config.toml"))


def parse_servers(file: TomlFile) -> dict[str, ServerConfig]:
    """Return the servers in *file*; raises `ConfigProblem` with file and line."""
    return {name: _server(file, name) for name in sorted(file.table((TABLE,)))}


def find_server(servers: Mapping[str, ServerConfig], name: str) -> ServerConfig:
    """Return the server *name*; raises `UsageProblem` if there is none."""
    if name in servers:
        return servers[name]
    known = f"configured: {listed(servers)}" if servers else _NONE
    hint = did_you_mean(name, servers, known)
    raise UsageProblem(f"no MCP server {name!r} is configured", hint=hint)


_NONE = f"`co config edit` adds one: [{TABLE}.NAME] with command = [...] or url"


def _server(file: TomlFile, name: str) -> ServerConfig:
    if not _NAME.fullmatch(name):
        what = f"MCP server name {name!r} must be a letter, then up to 31 of"
        raise file.problem((TABLE, name), f"{what} A-Z a-z 0-9 _ -")
    table = file.table((TABLE, name), _OPTIONS)
    allow_http = table.get("allow_http") is True
    values = {one: _checked(file, name, one, allow_http=allow_http) for one in table}
    where = str(file.problem((TABLE, name), "").where)
    server = ServerConfig(name, where, **values)
    _require_one_way(file, server, table)
    _require_private(file, server)
    return server


def _checked(file: TomlFile, server: str, option: str, *, allow_http: bool) -> Any:
    at = (TABLE, server, option)
    check = _OPTIONS[option].metadata["check"]
    if option == "url":
        check = partial(_url, allow_http=allow_http)
    try:
        return check(file.table(at[:-1])[option])
    except ValueError as exc:
        what = f"{option} of MCP server {server!r} {exc}"
        is_http = str(file.table(at[:-1])[option]).startswith("http:")
        hint = "allow_http = true of the server allows plain HTTP" if is_http else ""
        raise file.problem(at, what, hint) from exc


def _require_one_way(
    file: TomlFile, server: ServerConfig, options: Iterable[str]
) -> None:
    """Raise `ConfigProblem` unless there is a command or a url, and what fits it."""
    if bool(server.command) == bool(server.url):
        what = "both a command and a url" if server.url else "no command and no url"
        hint = "command = [...] starts a program, url = ... is a server that runs"
        raise file.problem(
            (TABLE, server.name), f"{server.title} has {what}", f"{hint}: give one"
        )
    way = "url" if server.url else "command"
    for option in options:
        needed = _OPTIONS[option].metadata["only"]
        if needed not in ("", way):
            what = f"{option} of {server.title} needs a {needed}, it has a {way}"
            raise file.problem((TABLE, server.name, option), what)


def _require_private(file: TomlFile, server: ServerConfig) -> None:
    """Raise `ConfigProblem` for a command in a file that other users can write to.

    They could have any command run under this user's account.
    """
    option = "command" if server.command else "key_command"
    if (file.mode or 0) & _WRITERS and getattr(server, option):
        what = f"{option} of {server.title} is not run: other users can write to"
        at = (TABLE, server.name, option)
        raise file.problem(at, f"{what} this file", f"chmod 600 {file.path}")
