import socket
import sys
from threading import Thread

import pytest

from cohere_cli.api.connection import Connection, Route
from cohere_cli.api.diagnostics import check_key, diagnose
from cohere_cli.errors import ConfigProblem, Unreachable

VALID = b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n"
VALID += b'content-length: 14\r\n\r\n{"valid":true}'
GRANTED = b"\5\0\0\1" + bytes(6)
WITHOUT_PASSWORD, WITH_PASSWORD = b"\5\0", b"\5\2"


@pytest.fixture
def proxy():
    """Start a proxy that answers each read with the next of *replies*."""
    listener = socket.create_server(("127.0.0.1", 0))
    received = []

    def answer(replies):
        connection, _ = listener.accept()
        with connection:
            for reply in replies:
                received.append(connection.recv(4096))
                connection.sendall(reply)

    def start(*replies):
        Thread(target=answer, args=(replies,), daemon=True).start()
        return f"127.0.0.1:{listener.getsockname()[1]}", received

    with listener:
        yield start


def through(url: str) -> Connection:
    return Connection("http://api.example", "key", route=Route(proxy=url))


@pytest.mark.parametrize("scheme", ["socks5", "socks5h"])
def test_a_call_goes_through_a_socks_proxy_which_looks_the_name_up(proxy, scheme):
    host, received = proxy(WITHOUT_PASSWORD, GRANTED, VALID)
    assert check_key(through(f"{scheme}://{host}")).is_valid
    assert received[1] == b"\5\1\0\3\x0bapi.example\0\x50"
    assert received[2].startswith(b"POST /v1/check-api-key HTTP/1.1\r\n")


def test_a_socks_proxy_gets_the_name_and_the_password_of_its_address(proxy):
    host, received = proxy(WITH_PASSWORD, b"\1\0", GRANTED, VALID)
    assert check_key(through(f"socks5://me:word@{host}")).is_valid
    assert received[1] == b"\1\2me\4word"


@pytest.mark.parametrize(
    ("replies", "what"),
    [
        ((b"\5\xff",), "the proxy refused the connection: Requested NO AUTH"),
        ((WITHOUT_PASSWORD, b"\5\5\0\1" + bytes(6)), "the proxy refused"),
        ((b"HTTP/1.1 400 Bad Request\r\n\r\n",), "the proxy does not speak SOCKS5"),
        ((b"",), "the proxy does not speak SOCKS5"),
    ],
    ids=["no method", "refused", "another protocol", "closed"],
)
def test_a_socks_proxy_that_refuses_is_named(proxy, replies, what):
    host, _ = proxy(*replies)
    with pytest.raises(Unreachable) as caught:
        check_key(through(f"socks5://{host}"))
    assert caught.value.what.startswith(what)
    assert caught.value.where == f"api.example through the proxy {host}"


def test_without_the_package_the_hint_names_the_extra(monkeypatch):
    monkeypatch.setitem(sys.modules, "socksio", None)
    with pytest.raises(ConfigProblem) as caught:
        check_key(through("socks5://127.0.0.1:1"))
    problem = caught.value
    assert (problem.what, problem.where, problem.hint) == (
        "a SOCKS proxy needs the package socksio, which is not installed",
        "the profile's proxy",
        "install co with the extra socks: pip install 'cohere-cli[socks]'",
    )


def test_a_socks_proxy_without_a_port_is_at_port_1080(monkeypatch):
    tried = []

    def refuse(address, _timeout):
        tried.append(address)
        raise ConnectionRefusedError

    monkeypatch.setattr(socket, "create_connection", refuse)
    steps = diagnose(through("socks5://127.0.0.1"))
    assert [step.name for step in steps] == ["DNS", "TCP"]
    assert tried == [("127.0.0.1", 1080)]
