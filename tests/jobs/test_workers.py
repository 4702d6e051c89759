import json
import random
import signal
import socket
import struct
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from cohere_cli.api.client import Client
from cohere_cli.api.connection import BATCH_RETRIES, Connection
from cohere_cli.api.protocol.requests import RerankBody
from cohere_cli.api.protocol.rerank import InvalidRanking, RankedDocument, Ranking
from cohere_cli.api.rate_limit import RateLimiter
from cohere_cli.api.responses import InvalidJsonReply
from cohere_cli.errors import (
    CoError,
    ExitCode,
    InputProblem,
    NotAuthenticated,
    RateLimited,
    RequestRefused,
    ServerFault,
    TimedOut,
    Unreachable,
)
from cohere_cli.jobs.workers import MAX_FAILURES, NotSent, Sender, Task, send_all

Reply = tuple[int, object] | None
Answer = Callable[[list[str]], Reply]


def score_of(document: str) -> float:
    return float(document) / 1000


def served(documents: list[str]) -> Reply:
    """Rank each document by the number that it is."""
    best = sorted(enumerate(documents), key=lambda one: -score_of(one[1]))
    results = [
        {"index": index, "relevance_score": score_of(document)}
        for index, document in best
    ]
    return 200, {"results": results}


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def do_POST(self):
        body = json.loads(self.rfile.read(int(self.headers["content-length"])))
        self.server.sent.append(body["documents"])
        reply = self.server.answer(body["documents"])
        if reply is None:
            now = struct.pack("ii", 1, 0)
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, now)
            self.close_connection = True
            return
        data = json.dumps(reply[1]).encode()
        self.send_response(reply[0])
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *_):
        pass


class Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    request_queue_size = 64

    def __init__(self, answer: Answer):
        super().__init__(("127.0.0.1", 0), Handler)
        self.answer = answer
        self.sent: list[list[str]] = []
        self.url = f"http://127.0.0.1:{self.server_port}"

    def handle_error(self, *_):
        """Say nothing of a client that has gone."""


@contextmanager
def serving(answer: Answer = served) -> Iterator[Server]:
    with Server(answer) as server:
        serve = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
        serve.start()
        yield server
        server.shutdown()


def batches(many: int, size: int = 2) -> Iterator[Task]:
    for number in range(many):
        documents = tuple(str(number * size + at) for at in range(size))
        yield Task(number, RerankBody(model="m", query="q", documents=documents))


def open_client(server: Server, **settings) -> Client:
    return Client(Connection(server.url, **settings), sleep=lambda _: None)


def sender(client: Client) -> Sender:
    return Sender(
        client.rerank, client.max_time, fatal=(InvalidJsonReply, InvalidRanking)
    )


def result(server: Server, many: int, concurrency: int = 4, **settings):
    """Return each batch's outcome, by number, and the error that ended the run."""
    found: dict[int, object] = {}
    with open_client(server, **settings) as client:
        try:
            for batch, outcome in send_all(
                sender(client), batches(many), concurrency=concurrency
            ):
                found[batch.item] = outcome
        except CoError as exc:
            return found, exc
    return found, None


def right(number: int, size: int = 2) -> tuple[RankedDocument, ...]:
    places = reversed(range(size))
    return tuple(RankedDocument(at, score_of(str(number * size + at))) for at in places)


def assert_right(found: dict[int, object], many: int) -> None:
    assert sorted(found) == list(range(many))
    for number, outcome in found.items():
        assert isinstance(outcome, Ranking), outcome
        assert outcome.results == right(number)


@pytest.mark.parametrize("concurrency", [1, 3, 8])
def test_every_batch_gets_its_own_ranking(concurrency):
    with serving() as server:
        found, error = result(server, 25, concurrency)
    assert error is None
    assert_right(found, 25)


def test_as_many_requests_are_under_way_as_were_asked_for():
    together = threading.Barrier(5)

    def answer(documents):
        together.wait(5)
        return served(documents)

    with serving(answer) as server:
        found, _ = result(server, 10, concurrency=5)
    assert_right(found, 10)


def test_no_batches_are_no_outcomes():
    with serving() as server:
        assert result(server, 0) == ({}, None)


def test_reading_keeps_to_twice_the_concurrency_ahead():
    read = 0

    def reading():
        nonlocal read
        for batch in batches(40):
            read += 1
            yield batch

    with serving() as server, open_client(server) as client:
        for out, _ in enumerate(send_all(sender(client), reading(), concurrency=3)):
            assert read - out <= 6


@pytest.mark.parametrize("status", [400, 404, 413, 422])
def test_a_batch_that_is_refused_costs_no_other(status):
    def answer(documents):
        refused = "6" in documents
        return (status, {"message": "bad batch"}) if refused else served(documents)

    with serving(answer) as server:
        found, error = result(server, 10)
    assert (error, type(found[3])) == (None, RequestRefused)
    assert str(found.pop(3)) == f"bad batch (HTTP {status})"
    assert all(isinstance(outcome, Ranking) for outcome in found.values())
    assert len(found) == 9


@pytest.mark.parametrize(
    ("reply", "kind"),
    [
        ((401, {"message": "no"}), NotAuthenticated),
        ((403, {"message": "no"}), NotAuthenticated),
        ((498, {"message": "no"}), NotAuthenticated),
        ((402, {"message": "pay"}), RateLimited),
        ((429, {"message": "limited to 1000 API calls / month"}), RateLimited),
        ((200, {"results": [{"index": 0, "relevance_score": 1}] * 2}), InvalidRanking),
        ((200, {"results": []}), InvalidRanking),
    ],
)
def test_what_concerns_all_ends_all(reply, kind):
    with serving(lambda _: reply) as server:
        found, error = result(server, 50)
        assert (found, type(error)) == ({}, kind)
        assert len(server.sent) <= 8


def test_a_server_that_fails_again_and_again_is_left_alone():
    with serving(lambda _: (503, {"message": "down"})) as server:
        found, error = result(server, 30, retries=0)
        assert error is None
        kinds = [type(found[number]) for number in range(30)]
        assert kinds.count(ServerFault) == len(server.sent) < 8
    assert kinds.count(NotSent) == 30 - len(server.sent)
    message = "not sent: 3 requests in a row failed: down (HTTP 503)"
    assert (str(found[29]), found[29].exit_code) == (message, ExitCode.PARTIAL)


def test_failures_that_do_not_follow_one_another_do_not_end_the_run():
    def answer(documents):
        fails = int(documents[0]) // 2 % MAX_FAILURES
        return (503, {"message": "down"}) if fails else served(documents)

    with serving(answer) as server:
        found, _ = result(server, 30, concurrency=1, retries=0)
    kinds = [type(found[number]) for number in range(30)]
    assert kinds == [Ranking, ServerFault, ServerFault] * 10


class Quick(threading.Condition):
    """A condition that is waited on for a moment, in which all the time passes."""

    now = 0.0

    def wait(self, timeout=None):
        self.now += timeout or 0.0
        return super().wait(0.0005)


@pytest.mark.parametrize("seed", range(3))
def test_random_faults_do_not_change_the_result(seed):
    chance = random.Random(seed)
    faults = [None, (503, {"message": "busy"}), (429, {"message": "slow"})]

    def answer(documents):
        return chance.choices([*faults, served(documents)], [20, 10, 10, 60])[0]

    quick = Quick()
    gate = RateLimiter(None, lambda: quick.now, quick)
    found = {}
    with serving(answer) as server:
        connection = Connection(server.url, retries=2 * BATCH_RETRIES)
        with Client(connection, sleep=lambda _: None, rate_limiter=gate) as client:
            for batch, outcome in send_all(sender(client), batches(60), concurrency=4):
                found[batch.item] = outcome
        assert len(server.sent) > 70
    assert_right(found, 60)


def test_a_connection_that_is_refused_is_a_failure_of_the_batch():
    with serving() as server:
        pass
    found, error = result(server, 20, retries=0)
    assert error is None
    assert isinstance(found[0], Unreachable)
    assert isinstance(found[19], NotSent)


class Hanging:
    """Answers nothing until it is let go."""

    def __init__(self):
        self.go = threading.Event()
        self.asked = threading.Semaphore(0)

    def __call__(self, documents):
        self.asked.release()
        self.go.wait(10)
        return served(documents)


def test_an_error_in_the_input_is_raised_at_once_and_unchanged():
    hanging, problem = Hanging(), InputProblem("not JSON", where="a.jsonl:70000")

    def reading():
        yield from batches(3)
        for _ in range(2):
            hanging.asked.acquire(timeout=5)
        raise problem

    with serving(hanging) as server, open_client(server) as client:
        began = time.monotonic()
        with pytest.raises(InputProblem) as caught:
            list(send_all(sender(client), reading(), concurrency=2))
        assert caught.value is problem
        assert time.monotonic() - began < 1
        sent = len(server.sent)
        hanging.go.set()
        time.sleep(0.03)
        assert len(server.sent) == sent == 2


def test_closing_does_not_wait_and_sends_nothing_more():
    hanging = Hanging()

    def answer(documents):
        return served(documents) if "0" in documents else hanging(documents)

    with serving(answer) as server, open_client(server) as client:
        outcomes = send_all(sender(client), batches(100), concurrency=2)
        batch, _ = next(outcomes)
        hanging.asked.acquire(timeout=5)
        began = time.monotonic()
        outcomes.close()
        assert time.monotonic() - began < 0.5
        hanging.go.set()
        time.sleep(0.03)
        assert batch.item == 0
        assert len(server.sent) <= 4


def test_the_longest_time_is_that_of_all_batches():
    hanging = Hanging()
    with serving(hanging) as server:
        began = time.monotonic()
        found, error = result(server, 20, max_time=0.2, retries=0)
        assert (found, type(error)) == ({}, TimedOut)
        assert str(error) == "the call took longer than 0.2 s"
        assert time.monotonic() - began < 1
        hanging.go.set()


def test_silence_is_a_failure_of_the_batch_alone():
    hanging = Hanging()

    def answer(documents):
        return hanging(documents) if "4" in documents else served(documents)

    with serving(answer) as server:
        found, error = result(server, 5, timeout=0.1)
        assert (error, type(found[2])) == (None, TimedOut)
        assert isinstance(found[4], Ranking)
        hanging.go.set()


def test_a_bug_in_a_thread_is_raised_where_it_is_seen():
    body = RerankBody(model="m", query="q", documents=(object(),))
    with (
        serving() as server,
        open_client(server) as client,
        pytest.raises(TypeError, match="not JSON serializable"),
    ):
        list(send_all(sender(client), [Task(0, body)], concurrency=2))


INTERRUPTED = """
import sys
from cohere_cli.jobs.workers import Sender, Task, send_all
from cohere_cli.api.protocol.requests import RerankBody
from cohere_cli.api.client import Client
from cohere_cli.api.connection import Connection
body = RerankBody(model="m", query="q", documents=("1",))
with Client(Connection(sys.argv[1])) as client:
    list(send_all(Sender(client.rerank), (Task(n, body) for n in range(9)), concurrency=4))
"""


def test_an_interrupt_ends_the_program_while_requests_hang():
    hanging = Hanging()
    with serving(hanging) as server:
        command = [sys.executable, "-c", INTERRUPTED, server.url]
        with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as program:
            for _ in range(4):
                assert hanging.asked.acquire(timeout=10)
            began = time.monotonic()
            program.send_signal(signal.SIGINT)
            _, message = program.communicate(timeout=5)
            assert time.monotonic() - began < 1
        assert program.returncode == -signal.SIGINT
        assert message.rstrip().endswith("KeyboardInterrupt")
        hanging.go.set()
