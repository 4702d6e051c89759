"""The commands that are measured, each with the environment of a new user."""

import json
import os
from pathlib import Path
from typing import NamedTuple

from benchmarks.peers import Peers
from benchmarks.processes import Command
from benchmarks.replies import FIRST_TOKEN
from benchmarks.server import Server

CLIENTS = Path(__file__).parent / "clients"
MODEL = "command-a-03-2025"
REQUEST = {
    "model": MODEL,
    "messages": [{"role": "user", "content": "Hi"}],
    "stream": True,
}


class Commands(NamedTuple):
    """Makes commands of `co` and of its peers; None where a peer is missing."""

    peers: Peers
    server: Server
    home: Path
    """An empty folder, for files that commands write."""

    def co(self, *words: str, **environ: str) -> Command:
        """Return a command of `co`."""
        return self._command(self.peers.co / "co", *words, **environ)

    def chat(self, url: str) -> Command:
        """Return `co chat`, which writes the answer of *url*."""
        return self.co("chat", "Hi", "--base-url", url)._replace(until=FIRST_TOKEN)

    def bare_python(self) -> Command:
        """Return the unit: the start of the interpreter that `co` runs on."""
        return self._command((self.peers.co / "python").resolve(), "-S", "-c", "pass")

    def script(self, name: str, *words: str) -> Command:
        """Return a script of `clients/` in the environment of `co`."""
        return self._command(self.peers.co / "python", str(CLIENTS / name), *words)

    def sdk(self, name: str, *words: str) -> Command | None:
        """Return a script of `clients/` in the environment of Cohere's SDK."""
        found = self.peers.sdk
        return found and self._peer(found / "python", str(CLIENTS / name), *words)

    def node(self, url: str) -> Command | None:
        """Return the chat of Cohere's SDK for node."""
        found = self.peers.node
        return found and self._peer(Path("/usr/bin/env"), "node", str(found), url)

    def llm(self, url: str) -> Command | None:
        """Return a chat of `llm`, which uses `/v1/chat`."""
        environ = {"COHERE_BASE_URL": url, "COHERE_API_KEY": "benchmark"}
        found = self.peers.llm
        return found and self._peer(found / "llm", "-n", "-m", MODEL, "Hi", **environ)

    def curl(self, url: str) -> Command | None:
        """Return the chat of curl, which writes the events."""
        words = ("-sN", "--json", json.dumps(REQUEST), f"{url}/v2/chat")
        found = self.peers.curl
        return found and self._peer(found, *words)._replace(until=FIRST_TOKEN)

    def _peer(self, program: Path, *words: str, **environ: str) -> Command:
        return self._command(program, *words, **environ)._replace(is_peer=True)

    def _command(self, program: Path, *words: str, **environ: str) -> Command:
        """Return a command that trusts the server's certificate if it needs to."""
        is_secure = any(word.startswith("https:") for word in words)
        trust = {"SSL_CERT_FILE": self.server.authorities} if is_secure else {}
        new_user = {
            "PATH": os.environ["PATH"],
            "HOME": str(self.home),
            "LANG": "C.UTF-8",
            "TERM": "xterm-256color",
            "CO_API_KEY": "benchmark",
        }
        return Command((str(program), *words), {**new_user, **trust, **environ})
