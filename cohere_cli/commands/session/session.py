"""The state of an interactive session, and how it asks one question."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import fields, replace
from typing import TYPE_CHECKING, Any

from cohere_cli.commands.call.conversation import flags_of, require_same_server
from cohere_cli.commands.call.replies import keeps_history
from cohere_cli.commands.call.session import resolve_endpoint, resolve_settings
from cohere_cli.commands.flags.ask import AskFlags
from cohere_cli.commands.flags.chat import ChatFlags, GroundedFlags
from cohere_cli.conversation.conversation import Conversation
from cohere_cli.conversation.database import history_path
from cohere_cli.conversation.session.keyboard import without_echo
from cohere_cli.conversation.store import opened_history
from cohere_cli.errors import UsageProblem
from cohere_cli.terminal import Terminal
from cohere_cli.text import RESOURCE, plural

if TYPE_CHECKING:
    from cohere_cli.api.connection import Connection
    from cohere_cli.tools.mcp.servers import OpenServers

_SHARED = [one.name for one in fields(GroundedFlags) if one.name != "command"]
SEARCH_FLAGS = tuple(one.name for one in fields(AskFlags) if one.name not in _SHARED)
"""The flags that only `co ask` has: how passages are found."""

# Flags that choose the conversation: a session has one already.
_CHOOSING = ("going_on", "resume", "name", "at", "edit", "undo", "finish")
# Fields whose values in flags are added to those of the turns before.
_LISTS = {"documents": "document", "tools": "tools", "stop_sequences": "stop"}
# What the connection has of the flags.
CONNECTION_FLAGS = ("timeout", "max_time", "retries")


SendTurn = Callable[
    [Callable[[ChatFlags], str], ChatFlags, Terminal, Conversation, "Connection"], None
]
"""Sends one turn of `co chat`, shows the reply and records the turn."""


class Session:
    """A conversation at a terminal; its flags are those of the next request.

    `folders` are searched at each turn, as `search` wants: values of the flags of
    `co ask`. `images` are those of the next prompt alone, and `draft` is a prompt that
    was not answered. `dropped` are fields of the turns before that are not taken over.
    `is_over` is true when the person leaves.
    """

    def __init__(
        self,
        flags: ChatFlags,
        conversation: Conversation,
        terminal: Terminal,
        send: SendTurn,
        *,
        folders: Sequence[str] = (),
        search: dict[str, Any] | None = None,
    ) -> None:
        flags = flags_of(conversation, flags, terminal.environ)
        self.settings = resolve_settings(flags, terminal, model=flags.model)
        require_same_server(conversation, flags, self.settings.base_url, terminal)
        is_kept = keeps_history(flags, self.settings)
        unset: dict[str, Any] = {one.name: one.default for one in fields(ChatFlags)}
        chosen = {name: unset[name] for name in _CHOOSING}
        self.flags = replace(
            flags, **chosen, history=is_kept, resolved=self.settings, image=None
        )
        self.is_kept = is_kept
        self._send = send
        self.conversation = conversation
        self.terminal = terminal
        self.folders = [*folders]
        self.search = search or {}
        self.images: list[str] = [*(flags.image or ())]
        self.dropped = set(flags.without or ())
        self.draft = ""
        self.is_over = False
        self._connections = ExitStack()
        self._connection: Connection | None = None
        self._ended_with = ExitStack()
        self._servers: OpenServers | None = None

    @contextmanager
    def opened(self) -> Iterator["Session"]:
        """Close the connection at the end, and end the MCP servers.

        A sandbox starts at once, and is noted.
        """
        with self._ended_with, self._connections:
            if self.settings.sandbox:
                self.connection()
            yield self

    def connection(self) -> "Connection":
        """Return the connection of all turns."""
        if self._connection is None:
            opened = resolve_endpoint(self.settings, self.terminal)
            self._connection = self._connections.enter_context(opened)
        return self._connection

    def servers(self) -> "OpenServers":
        """Return the MCP servers of all turns; each is started when it is used.

        Raises `ConfigProblem`.
        """
        if self._servers is None:
            from cohere_cli.commands.call.mcp_servers import new_servers

            self._servers = self._ended_with.enter_context(new_servers(self.terminal))
        return self._servers

    @property
    def uses_servers(self) -> bool:
        """Whether the next request has tools or resources of MCP servers."""
        flags = self.flags
        documents = flags.document or ()
        return bool(flags.mcp) or any(one.startswith(RESOURCE) for one in documents)

    @property
    def model(self) -> str:
        """The model of the next request, but for one with images."""
        before = self.conversation.before
        in_body = before.request.get("model") if before else ""
        return str(self.flags.model or in_body or self.settings.model)

    def ask(self, prompt: str, *, paths: Sequence[str] = ()) -> None:
        """Send *prompt* and show the answer, from *paths* or the folders if any.

        Raises `CoError`. The turn is then in the conversation if it was sent.
        """
        flags, before = self._turn_flags(), self.conversation.last
        try:
            with without_echo(self.terminal):
                if searched := [*(paths or self.folders)]:
                    self._ask_files(prompt, flags, searched)
                else:
                    self._chat(prompt, flags)
        finally:
            if self.conversation.last is not before:
                # The request took over what these had.
                self.flags = replace(self.flags, file=None, preset=None, param=None)
        self.images.clear()

    def _chat(self, prompt: str, flags: ChatFlags) -> None:
        connection = self.connection()
        self._send(
            lambda _: prompt, flags, self.terminal, self.conversation, connection
        )

    def _ask_files(self, prompt: str, flags: ChatFlags, paths: Sequence[str]) -> None:
        from cohere_cli.commands.retrieval.question import ask_turn

        if flags.schema is not None or flags.json_object:
            hint = "/schema - and /set json_object - end it, /doc - the search"
            raise UsageProblem("JSON cannot be grounded in documents", hint=hint)
        shared = {
            name: getattr(flags, name) for name in _SHARED if hasattr(flags, name)
        }
        del shared["schema"], shared["json_object"]
        ask_turn(
            prompt,
            lambda _: prompt,
            AskFlags(**shared | self.search),
            self.terminal,
            paths=paths,
            conversation=self.conversation,
            connection=self.connection(),
        )

    def _turn_flags(self) -> ChatFlags:
        """Return the flags of the next request."""
        body = self.conversation.body()
        own = {field for field, flag in _LISTS.items() if getattr(self.flags, flag)}
        own |= {"tools"} if self.flags.mcp or self.flags.tool else set()
        left_out = {one for one in self.dropped | own if one in body}
        if "system" in self.dropped and body and self.flags.system is None:
            left_out.add("system")
        return replace(
            self.flags,
            without=sorted(left_out) or None,
            image=[*self.images] or None,
            servers=self.servers() if self.uses_servers else None,
        )

    def change(self, **values: Any) -> None:
        """Change flags of the later requests."""
        self.flags = replace(self.flags, **values)
        if any(name in CONNECTION_FLAGS for name in values):
            self._reconnect()

    def _reconnect(self) -> None:
        """Have the next request use the limits of the flags."""
        unresolved = replace(self.flags, resolved=None)
        quiet = replace(self.terminal, quiet=True)
        self.settings = resolve_settings(unresolved, quiet, model=self.flags.model)
        self.flags = replace(self.flags, resolved=self.settings)
        self._connections.close()
        self._connection = None

    def keep_head(self) -> None:
        """Have a later call go on from where the conversation is now, too."""
        if self.is_kept and self.conversation.turns:
            with opened_history(history_path(self.terminal.environ)) as history:
                history.set_head(self.conversation.id, self.conversation.head)

    def status_notes(self) -> tuple[str, ...]:
        """Return what the next request has beside its prompt, for the status line."""
        flags = self.flags
        counted = (
            ("image", self.images),
            ("file", flags.document),
            ("folder", self.folders),
            ("tool file", flags.tools),
            ("MCP server", flags.mcp),
            ("built-in tool", flags.tool),
        )
        notes = [plural(len(found), name) for name, found in counted if found]
        return (*notes, *(["JSON"] if flags.schema or flags.json_object else []))

    def leave_blank_line(self) -> None:
        """Leave a blank line between what was written and the next prompt."""
        before = self.terminal.seam.last
        if before:
            # Below a note, output begins with one of its own.
            self.terminal.draw("\n" if before == "output" else "")
        self.terminal.seam.last = ""
