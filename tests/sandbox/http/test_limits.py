"""What one sandbox lends to other programs, over real sockets."""

import contextlib
import http.client
import json
import resource
import socket
from concurrent.futures import ThreadPoolExecutor

import pytest

from cohere_cli.sandbox.http.limits import MIB, Limits
from cohere_cli.sandbox.pipeline import Setup, parse_fault_options

QUESTION = json.dumps(
    {"model": "rerank-v3.5", "query": "b", "documents": ["a", "b"]}
).encode()
HOST = "Host: localhost"
KEY = "Authorization: Bearer k"
ANY_KEY = Setup(any_key=True)


def request(*lines, body=b"", length=None):
    """Return the bytes of a rerank; *length* is the declared one of its body."""
    declared = len(body) if length is None else length
    lines = ["POST /v2/rerank HTTP/1.1", *lines, f"Content-Length: {declared}"]
    return "\r\n".join([*lines, "", ""]).encode() + body


@contextlib.contextmanager
def connected(client, *parts):
    """Yield a connection on which *parts* were sent."""
    with socket.create_connection(("127.0.0.1", client.port), 30) as connection:
        for part in parts:
            connection.sendall(part)
        yield connection


def read_all(connection):
    """Return what is received until the sandbox closes the connection."""
    return b"".join(iter(lambda: connection.recv(65536), b""))


def status(reply):
    return int(reply[9:12] or 0)


def answered(connection):
    """Return the status of one reply, which is read to its end."""
    reply = http.client.HTTPResponse(connection)
    reply.begin()
    reply.read()
    return reply.status


def asked(client):
    """Return the status of the question, asked with a key on its own connection."""
    headers = {"Authorization": f"Bearer {client.key}"}
    try:
        return client.send("POST", "/v2/rerank", QUESTION, **headers)[0]
    except (OSError, http.client.HTTPException):
        return 0


FOREIGN = {
    "no key": ((HOST,), 401),
    "a wrong key": ((HOST, "Authorization: Bearer wrong"), 401),
    "another host": (("Host: example.com",), 403),
    "a web page": ((HOST, "Origin: http://localhost"), 403),
}


@pytest.mark.parametrize("kind", FOREIGN)
def test_a_foreign_request_is_refused_before_its_body_is_sent(serve, kind):
    lines, code = FOREIGN[kind]
    client = serve(any_key=False)
    with connected(client, request(*lines, length=8 * MIB)) as connection:
        reply = read_all(connection)
    assert status(reply) == code
    assert b"\r\nconnection: close\r\n" in reply


def test_forty_foreign_programs_read_their_refusals_and_the_client_is_answered(
    serve,
):
    seen = []
    client = serve(any_key=False, watch=lambda _, body: seen.append(body))
    kinds = [*FOREIGN.values()] * 10

    def refused(kind):
        lines, _ = kind
        with connected(client, request(*lines, body=bytes(8 * MIB))) as connection:
            return status(read_all(connection))

    with ThreadPoolExecutor(len(kinds)) as pool:
        replies = pool.map(refused, kinds)
        answered = [asked(client) for _ in range(10)]
        assert [*replies] == [code for _, code in kinds]
    assert answered == [200] * 10
    assert seen == [QUESTION] * 10


def test_a_body_of_a_foreign_program_in_chunks_is_refused_too(serve):
    head = f"POST /v2/rerank HTTP/1.1\r\n{HOST}\r\nTransfer-Encoding: chunked\r\n\r\n"
    with connected(serve(any_key=False), head.encode()) as connection:
        assert status(read_all(connection)) == 401


def test_only_an_admitted_request_is_to_continue(client):
    expect = "Expect: 100-continue"
    with connected(client, request(HOST, expect, length=8 * MIB)) as connection:
        assert read_all(connection).startswith(b"HTTP/1.1 401 Unauthorized\r\n")
    head = request(HOST, KEY, expect, length=len(QUESTION))
    with connected(client, head) as connection:
        assert connection.recv(65536) == b"HTTP/1.1 100 Continue\r\n\r\n"
        connection.sendall(QUESTION)
        assert answered(connection) == 200


def test_a_refusal_without_a_body_leaves_the_connection_open(client):
    with connected(client, request(HOST)) as connection:
        assert answered(connection) == 401
        connection.sendall(request(HOST, KEY, body=QUESTION))
        assert answered(connection) == 200


LARGE = request(HOST, KEY, body=QUESTION + b" " * MIB)
IN_CHUNKS = (
    f"POST /v2/rerank HTTP/1.1\r\n{HOST}\r\n{KEY}\r\nTransfer-Encoding: chunked"
    f"\r\n\r\n{len(QUESTION):x}\r\n{QUESTION.decode()}\r\n100000\r\n"
).encode() + b" " * MIB


@pytest.mark.parametrize("large", [LARGE, IN_CHUNKS])
def test_a_body_without_room_beside_others_is_refused_for_now(serve_setup, large):
    limits = Limits(bodies=2 * MIB, queue_seconds=0.1)
    client = serve_setup(ANY_KEY, limits)
    unfinished = request(HOST, KEY, "Expect: 100-continue", length=2 * MIB)
    with connected(client, unfinished) as first:
        assert b"100 Continue" in first.recv(65536)
        with connected(client, large) as second:
            reply = read_all(second)
        assert status(reply) == 503
        assert b"\r\nretry-after: 1\r\n" in reply
        # A small one needs no share.
        assert asked(client) == 200


def test_a_body_waits_for_room_beside_others(serve_setup):
    client = serve_setup(ANY_KEY, Limits(bodies=2 * MIB))
    unfinished = request(HOST, KEY, "Expect: 100-continue", length=2 * MIB)
    with connected(client, unfinished) as first, connected(client) as second:
        assert b"100 Continue" in first.recv(65536)
        second.sendall(request(HOST, KEY, "Expect: 100-continue", length=MIB))
        first.close()
        assert b"100 Continue" in second.recv(65536)


def test_every_body_gives_its_room_back(serve_setup):
    limits = Limits(bodies=2 * MIB, queue_seconds=5)
    client = serve_setup(ANY_KEY, limits)
    endings = [LARGE, IN_CHUNKS + b"\r\n0\r\n\r\n", IN_CHUNKS + b"x\r\n", LARGE[:MIB]]
    for sent in endings * 3:
        with connected(client, sent) as connection:
            connection.shutdown(socket.SHUT_WR)
            read_all(connection)
    with connected(client, LARGE) as connection:
        assert answered(connection) == 200


HEAD = request(HOST, KEY, length=len(QUESTION))


@pytest.mark.parametrize(
    ("first", "slowly"),
    [
        (b"", b"\r\n" * 50_000),
        (b"", HEAD[:-4] + b"\r\nX: " + b"x" * 20_000),
        (HEAD, b" " * len(QUESTION)),
        (IN_CHUNKS[:-MIB], b" " * MIB),
        (IN_CHUNKS + b"\r\n0\r\n", b"X: y\r\n" * 5000),
    ],
    ids=["empty lines", "head", "body", "chunk", "trailers"],
)
def test_a_request_that_comes_byte_by_byte_is_ended(serve_setup, first, slowly):
    client = serve_setup(ANY_KEY, Limits(head_seconds=0.2, body_seconds=0.2))
    with connected(client, first) as connection:
        connection.settimeout(0.01)
        for at in range(len(slowly)):
            connection.sendall(slowly[at : at + 1])
            with contextlib.suppress(TimeoutError):
                reply = connection.recv(65536)
                break
    assert status(reply) == 408


def test_an_idle_connection_is_closed_without_a_reply(serve_setup):
    client = serve_setup(ANY_KEY, Limits(idle_seconds=0.1))
    with connected(client) as connection:
        assert read_all(connection) == b""
    with connected(client, request(HOST, KEY, body=QUESTION)) as connection:
        assert read_all(connection).count(b"HTTP/1.1 ") == 1


def test_a_client_that_never_reads_is_dropped(serve_setup):
    limits = Limits(connections=1, write_seconds=0.1)
    client = serve_setup(ANY_KEY, limits)
    endless = request(HOST, KEY, "X-Co-Fault: huge-line=1000", body=QUESTION)
    with connected(client, endless) as connection:
        assert status(connection.recv(100)) == 200
        assert next(code for code in iter(lambda: asked(client), None) if code == 200)


def test_a_new_connection_ends_the_oldest_that_never_had_an_answer(serve_setup):
    client = serve_setup(ANY_KEY, Limits(connections=3))
    with connected(client, request(HOST, KEY, body=QUESTION)) as known:
        assert answered(known) == 200
        with connected(client, request(HOST)) as older, connected(client) as newer:
            assert answered(older) == 401
            assert asked(client) == 200
            assert older.recv(1) == b""
            newer.sendall(request(HOST))
            known.sendall(request(HOST, KEY, body=QUESTION))
            codes = [answered(each) for each in (newer, known)]
            assert codes == [401, 200]


def test_a_connection_beside_busy_ones_alone_is_turned_away(serve_setup):
    faults = parse_fault_options(["stall=0"])
    client = serve_setup(Setup(any_key=True, faults=faults), Limits(connections=2))
    ask = request(HOST, KEY, body=QUESTION)
    with connected(client, ask) as one, connected(client, ask) as other:
        assert [status(each.recv(12)) for each in (one, other)] == [200, 200]
        with connected(client) as third:
            reply = read_all(third)
    head, _, body = reply.partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 503 Service Unavailable\r\nretry-after: 1\r\n")
    assert f"content-length: {len(body)}".encode() in head
    assert json.loads(body) == {"message": "too many connections"}


def test_half_of_the_file_descriptors_are_left_to_the_program(serve_setup):
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (100, hard))
    try:
        client = serve_setup(ANY_KEY)
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    with contextlib.ExitStack() as stack:
        crowd = [stack.enter_context(connected(client)) for _ in range(51)]
        assert crowd[0].recv(1) == b""
        crowd[1].sendall(request(HOST))
        assert answered(crowd[1]) == 401
