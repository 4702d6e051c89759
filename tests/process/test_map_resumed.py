"""A map that does not come to its end, and the run that goes on with it."""

import json
import os
import random
import signal
import threading
import time
from collections import Counter

import pytest
from scoring_server import RESET, Reply, refused, scoring

CONCURRENCY = 8
WORDS = (
    *("--schema", "double int", "--retries-schema", "20", "--retries", "10"),
    *("--concurrency", str(CONCURRENCY), "--resume"),
)
FAULTS = 0.2


def cases(quick):
    """Twenty seeds of 1,000 records; so many of them with fewer are quick to run."""
    few = [pytest.param(seed, 150, id=f"{seed}-few") for seed in range(quick)]
    slow = pytest.mark.slow, pytest.mark.timeout(300)
    return [*few, *(pytest.param(one, 1000, marks=slow) for one in range(20))]


def response(text, **more):
    usage = {"billed_units": {"input_tokens": 1, "output_tokens": 1}}
    message = {"role": "assistant", "content": [{"type": "text", "text": text}]}
    whole = {"finish_reason": "COMPLETE", "message": message, "usage": usage}
    return Reply({"id": "1", **whole, **more})


def number_in(body):
    return int(body["messages"][-1]["content"].removeprefix("double "))


def doubled(body):
    return response(json.dumps({"double": 2 * number_in(body)}))


def cut(reply):
    """Return a reply that ends in the middle."""
    size = len(json.dumps(reply.body)) + 100
    headers = {"Content-Length": str(size), "Connection": "close"}
    return Reply(reply.body, headers=headers)


class Doubling:
    """Doubles numbers; one request in five meets a fault.

    `begin` waits for a `victim`, which is killed with that many requests. `answered`
    counts the whole answers to each number.
    """

    def __init__(self, seed):
        self._chance = random.Random(seed)
        self._lock = threading.Lock()
        self._left = 0
        self.victim = None
        self.answered = Counter()

    def begin(self, kill_at):
        self.victim, self._left = None, kill_at

    def __call__(self, body):
        while self.victim is None:
            time.sleep(0.001)
        with self._lock:
            fault = self._chance.random()
            self._left -= 1
            if self._left == 0:
                os.kill(self.victim, signal.SIGKILL)
            if fault > FAULTS:
                self.answered[number_in(body)] += 1
        kind = int(fault / FAULTS * 10)
        if kind == 0:
            return refused(429, "too many", retry_after_ms="5")
        if kind in (1, 2):
            return refused(503, "not now", retry_after_ms="5")
        if kind in (3, 4):
            return RESET
        if kind in (5, 6):
            return cut(doubled(body))
        if kind in (7, 8):
            return response('{"double": "many"}')
        if kind == 9:
            return response("no JSON at all")
        return doubled(body)


@pytest.fixture
def server():
    with scoring() as served:
        yield served


@pytest.mark.parametrize(("seed", "many"), cases(2))
def test_a_killed_map_is_resumed_and_no_answer_that_it_knows_is_asked_for(
    co, server, tmp_path, seed, many
):
    chance = random.Random(seed)
    records = tmp_path / "records.txt"
    records.write_text("".join(f"{number}\n" for number in range(many)))
    doubling = Doubling(seed)
    server.begin(doubling)
    co.environ |= server.environ

    def run(kill_at=0):
        doubling.begin(kill_at)
        process = co.start("map", "double {text}", str(records), *WORDS)
        doubling.victim = process.pid
        out, _ = process.communicate(timeout=200)
        return process.returncode, out

    kills = chance.randint(1, 3)
    for _ in range(kills):
        code, _ = run(chance.randint(2, many // 2))
        assert code in (-signal.SIGKILL, 0)
    code, out = run()
    assert code == 0
    rows = [json.loads(line) for line in out.splitlines()]
    found = [(row["index"], row["record"], row["json"], row["error"]) for row in rows]
    assert found == [(at, str(at), {"double": 2 * at}, None) for at in range(many)]
    # Replies on their way when the program was killed are lost with it.
    twice = sum(times - 1 for times in doubling.answered.values())
    assert twice <= kills * CONCURRENCY
    before = doubling.answered.total()
    assert run() == (0, out)
    assert doubling.answered.total() == before
