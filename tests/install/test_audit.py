"""The audit of the locked packages: what is a failure, and what is left out."""

import runpy
import sys
from http.server import BaseHTTPRequestHandler, HTTPServer
from subprocess import CompletedProcess
from threading import Thread

import pytest
from co_program import ROOT

FOLDER = ROOT / "packaging"
SOUND = '{"name": "rich", "version": "15.0.0", "vulns": []}'
HOLED = '{"name": "h11", "version": "0.1", "vulns": [{"id": "PYSEC-1"}]}'
UNKNOWN = '{"name": "typer", "skip_reason": "not found"}'
NO_REPORT = "failed: pip-audit wrote no report, but: "


@pytest.fixture(scope="module")
def audit():
    sys.path.insert(0, str(FOLDER))
    try:
        return runpy.run_path(str(FOLDER / "audit.py"))
    finally:
        sys.path.remove(str(FOLDER))


@pytest.fixture
def answering():
    """Return the address of a server that answers with a status."""
    servers = []

    def start(status):
        class Handler(BaseHTTPRequestHandler):
            def do_GET(self):
                self.send_response(status)
                self.end_headers()

            def log_message(self, *_):
                pass

        servers.append(HTTPServer(("127.0.0.1", 0), Handler))
        Thread(target=servers[-1].serve_forever, daemon=True).start()
        return f"http://127.0.0.1:{servers[-1].server_port}/"

    yield start
    for server in servers:
        server.shutdown()
        server.server_close()


@pytest.mark.parametrize(
    ("output", "error", "code", "lines"),
    [
        ([SOUND], "", 0, ["1 packages without an advisory"]),
        ([SOUND, HOLED], "", 1, ["h11 0.1: PYSEC-1"]),
        ([SOUND, UNKNOWN], "", 1, ["typer could not be looked up"]),
        ([UNKNOWN], "", 1, ["typer could not be looked up"]),
        ([], "", 1, ["failed: pip-audit looked up no package"]),
        (None, "Traceback:\nNo space\n", 1, [f"{NO_REPORT}No space"]),
        (None, "", 1, [f"{NO_REPORT}nothing on standard error"]),
    ],
)
def test_an_audit_passes_only_where_each_package_was_looked_up(
    audit, output, error, code, lines
):
    listed = "" if output is None else f'{{"dependencies": [{", ".join(output)}]}}'
    done = CompletedProcess(["pip-audit"], 0, listed, error)
    assert audit["report"](done) == (code, lines)


@pytest.mark.parametrize(
    ("status", "reason"),
    [
        (200, ""),
        (404, "the registry here is a mirror without advisories"),
        (503, ""),
    ],
)
def test_a_registry_without_advisories_is_named(audit, answering, status, reason):
    assert audit["unavailable"](answering(status)) == reason


def test_a_missing_network_is_named(audit):
    reason = audit["unavailable"]("http://127.0.0.1:9/")
    assert reason == "there is no network: [Errno 111] Connection refused"


def test_an_authority_that_only_this_script_does_not_know_hides_no_network(
    audit, monkeypatch
):
    from ssl import SSLError
    from urllib.error import URLError

    def refuse(*_, **__):
        raise URLError(SSLError("self-signed certificate"))

    monkeypatch.setitem(audit["unavailable"].__globals__, "urlopen", refuse)
    assert audit["unavailable"]("https://127.0.0.1/") == ""
