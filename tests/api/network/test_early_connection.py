import json
import socket
import ssl
import subprocess
import sys
import threading
import time

import pytest

from cohere_cli.api.client import Client
from cohere_cli.api.connection import Connection, Route
from cohere_cli.api.network.early_connection import connecting
from cohere_cli.api.network.transport import open_http_client
from cohere_cli.errors import CoError, ConfigProblem, TimedOut, Unreachable


def accepted(server):
    """Count the connections to *server* from now on."""
    found, accept = [], server.get_request

    def counted():
        found.append(accept())
        return found[-1]

    server.get_request = counted
    return found


@pytest.fixture
def trusted(https, files):
    server = https()
    return server, Connection(server.url, route=Route(ca_bundle=files["ca"]))


@pytest.fixture
def silent():
    """A port whose connections are accepted, and nothing else; and those."""
    connections = []
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def accept():
            while True:
                try:
                    connections.append(listener.accept()[0])
                except OSError:
                    return

        threading.Thread(target=accept, daemon=True).start()
        yield listener.getsockname()[1], connections
        listener.shutdown(socket.SHUT_RDWR)
    for one in connections:
        one.close()


def wait_for(connections):
    """Return the first connection, once it is there."""
    while not connections:
        time.sleep(0.01)
    return connections[0]


def is_closed(background):
    """Return whether a socket was closed, or failed, when its thread has ended."""
    try:
        return background.result(10).fileno() == -1
    except OSError as exc:
        return not isinstance(exc, TimeoutError)


def problem_of(connection, *, is_early):
    """Return the problem of a request, with an early connection or without."""
    try:
        with connecting(connection) as early:
            with Client(connection, sleep=lambda _: None) as usual:
                client = Client(connection, sleep=lambda _: None, early=early)
                (client if is_early else usual).get("/v1/models")
            client.__exit__(None, None, None)
    except CoError as problem:
        return type(problem), str(problem), problem.hint
    raise AssertionError("there was no problem")


def test_the_first_request_goes_over_the_connection_that_was_made_before(trusted):
    server, connection = trusted
    found = accepted(server)
    with connecting(connection) as early:
        handshake = early.tls.result(10)
        with open_http_client(connection, early) as client:
            replies = [client.post("/a").json(), client.post("/b").json()]
    ports = {address[1] for _, address in found[:1]}
    assert replies == [{"valid": True}] * 2
    assert isinstance(handshake, ssl.SSLSocket)
    # The server closes each connection: the second request has one of its own.
    assert (len(found), len(ports)) == (2, 1)
    assert handshake.fileno() == -1


def test_a_request_waits_for_the_connection_that_is_being_made(trusted):
    server, connection = trusted
    found = accepted(server)
    with connecting(connection) as early, open_http_client(connection, early) as client:
        assert client.post("/a").json() == {"valid": True}
    assert len(found) == 1


def test_a_connection_without_a_request_is_closed_and_its_handshake_ends(silent):
    port, connections = silent
    with connecting(Connection(f"https://127.0.0.1:{port}")) as early:
        early.tcp.result(10)
        hello = wait_for(connections).recv(1 << 16)
    assert hello
    assert is_closed(early.tls)
    connections[0].settimeout(10)
    assert connections[0].recv(1) == b""


def test_a_connection_that_is_made_after_all_is_closed_at_once(trusted):
    _, connection = trusted
    with connecting(connection) as early:
        pass
    assert is_closed(early.tls)


@pytest.mark.parametrize("ca", [None, "ca"], ids=["unknown", "known"])
def test_a_certificate_that_is_not_trusted_is_reported_as_usual(https, files, ca):
    url = https().url.replace("127.0.0.1", "localhost" if ca else "127.0.0.1")
    connection = Connection(url, route=Route(ca_bundle=files["ca"] if ca else ""))
    problem = problem_of(connection, is_early=True)
    assert problem == problem_of(connection, is_early=False)
    assert problem[0] is Unreachable
    assert "the certificate is not trusted" in problem[1]


def test_a_refused_connection_is_reported_as_usual():
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    connection = Connection(f"https://127.0.0.1:{port}", retries=0)
    problem = problem_of(connection, is_early=True)
    assert problem == problem_of(connection, is_early=False)
    assert problem[1].startswith("cannot connect: connection refused")


def test_the_time_for_a_call_includes_a_handshake_that_does_not_end(silent):
    port, _ = silent
    connection = Connection(f"https://127.0.0.1:{port}", max_time=0.2, retries=0)
    problem = problem_of(connection, is_early=True)
    assert problem == problem_of(connection, is_early=False)
    assert problem[0] is TimedOut


def test_a_certificate_file_that_cannot_be_used_is_reported_when_the_client_opens(
    files,
):
    connection = Connection("https://127.0.0.1:9", route=Route(ca_bundle=files["not"]))
    with connecting(connection) as early, pytest.raises(ConfigProblem) as caught:
        open_http_client(connection, early)
    assert str(caught.value).startswith("the CA bundle cannot be used")


@pytest.mark.parametrize(
    ("url", "route"),
    [
        ("http://127.0.0.1:9", Route()),
        ("https://api.example.com", Route(proxy="http://127.0.0.1:9")),
        ("https://bücher.example", Route()),
        ("https://127.0.0.1:99999", Route()),
    ],
    ids=["plain", "proxy", "name to encode", "no port"],
)
def test_another_way_to_the_server_is_not_begun_early(url, route):
    with connecting(Connection(url, route=route)) as early:
        assert early is None


CALL = """
import sys, threading
begun = []
def watch(event, given):
    if event == "socket.connect":
        begun.append(threading.current_thread() is threading.main_thread())
sys.addaudithook(watch)
from cohere_cli.__main__ import main
try:
    main()
except SystemExit as exc:
    sys.stderr.write(f"{exc.code} {begun}")
"""


@pytest.mark.parametrize(
    ("words", "code", "begun"),
    [
        ([], 7, [False]),
        (["--dry-run"], 0, []),
        (["--curl"], 0, []),
        (["-d", "missing.txt"], 3, []),
        (["--temperature", "9"], 2, []),
    ],
    ids=["call", "dry run", "curl", "no file", "no value"],
)
def test_a_call_connects_beside_its_main_thread_and_only_with_a_body_to_send(
    words, code, begun
):
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    url = f"https://127.0.0.1:{port}"
    call = [sys.executable, "-c", CALL, "chat", "Hi", f"--base-url={url}"]
    run = subprocess.run(
        [*call, "--retries=0", *words],
        env={"CO_API_KEY": "k", "CO_CONFIG_DIR": "/nonexistent"},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.stderr.splitlines()[-1] == f"{code} {json.dumps(begun).title()}"
