"""A ranking that does not come to its end, and the run that goes on with it."""

import os
import random
import signal
import threading
import time
from pathlib import Path

import pexpect
import pyte
import pytest
from scoring_server import Hanging, faulty, ranking, refused, score, scoring

RECORDS = [f"record {number}" for number in range(240)]
TEXT = "".join(f"{record}\n" for record in RECORDS).encode()
BEST = sorted(RECORDS, key=score, reverse=True)
REQUESTS = 40
WORDS = ("-q", "q", "--batch-size", "6", "-y", "-n")


def seeds(quick):
    """Twenty, of which so many are quick to run."""
    marks = {True: (), False: pytest.mark.slow}
    return [pytest.param(seed, marks=marks[seed < quick]) for seed in range(20)]


@pytest.fixture
def server():
    with scoring() as served:
        yield served


@pytest.fixture
def records(tmp_path):
    path = tmp_path / "records.txt"
    path.write_bytes(TEXT)
    return str(path)


@pytest.fixture
def run(co, server, records):
    """Have records ranked by a server that scores each by itself."""

    def run(*words):
        co.environ |= server.environ
        return co("rerank", records, *WORDS, *words)

    return run


@pytest.fixture
def start(co, server, records):
    def start(*words):
        co.environ |= server.environ
        return co.start("rerank", records, *WORDS, *words)

    return start


def lines(records):
    return "".join(f"{record}\n" for record in records).encode()


def kept(home: Path) -> int:
    """How many requests the journal holds whole."""
    (path,) = (home / ".local/share/co/rankings").iterdir()
    return path.read_bytes().count(b"}\n")


class Killing:
    """Ranks, and with request number *after* ends the program that asks."""

    def __init__(self, after: int) -> None:
        self._left = after
        self._counting = threading.Lock()
        self.began = threading.Event()
        self.victim = 0

    def __call__(self, body):
        self.began.wait(10)
        with self._counting:
            self._left -= 1
            if self._left == 0:
                os.kill(self.victim, signal.SIGKILL)
        return ranking(body)


@pytest.mark.parametrize("seed", seeds(3))
def test_a_killed_run_is_resumed_and_nothing_known_is_sent_again(
    run, start, server, tmp_path, seed
):
    chance = random.Random(seed)
    top, concurrency = chance.choice(["0", "10"]), str(chance.randint(1, 8))
    words = (top, "--concurrency", concurrency)
    server.begin(killing := Killing(chance.randint(2, REQUESTS)))
    process = start(*words)
    killing.victim = process.pid
    killing.began.set()
    out, _ = process.communicate(timeout=20)
    assert (process.returncode, out) == (-signal.SIGKILL, b"")
    known = kept(tmp_path)
    # What was under way, and what was done and not yet heard of, is all there is
    # to lose.
    assert len(server.answered) - known <= 2 * int(concurrency)
    server.begin(ranking)
    resumed = run(*words, "--resume")
    assert resumed.returncode == 0
    assert resumed.stdout == lines(BEST[: int(top) or None])
    assert len(server.bodies) == REQUESTS - known


@pytest.mark.parametrize("seed", seeds(1))
def test_faults_that_pass_do_not_change_the_result(run, server, seed):
    server.begin(faulty(seed))
    words = ("10", "--retries", "10", "--concurrency", "8")
    faulted = run(*words)
    assert (faulted.returncode, faulted.stdout) == (0, lines(BEST[:10]))
    assert len(server.answered) == REQUESTS < len(server.bodies)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(5))
def test_a_run_is_killed_again_and_again_amid_faults(start, server, seed):
    faults, chance = faulty(seed), random.Random(seed)

    class Both(Killing):
        def __call__(self, body):
            super().__call__(body)
            return faults(body)

    while True:
        server.begin(killing := Both(chance.randint(5, 30)))
        process = start("0", "--retries", "10", "--resume")
        killing.victim = process.pid
        killing.began.set()
        out, _ = process.communicate(timeout=20)
        if process.returncode == 0:
            break
        assert (process.returncode, out) == (-signal.SIGKILL, b"")
    assert out == lines(BEST)


@pytest.mark.slow
def test_a_server_that_comes_back_gets_only_what_it_has_not_answered(run, server):
    good = iter(range(15))

    def answer(body):
        lives = next(good, None) is not None
        return ranking(body) if lives else refused(503, "down", retry_after="0")

    server.begin(answer)
    failed = run("10", "--retries", "1", "--concurrency", "1")
    assert failed.returncode == 10
    assert failed.stdout == lines(sorted(RECORDS[:90], key=score, reverse=True)[:10])
    assert failed.stderr.decode().splitlines()[-4:] == [
        "co: records 91 to 108 are missing: down (HTTP 503)",
        "co: records 109 to 240 are missing: not sent: 3 requests in a row failed: down (HTTP 503)",
        "co: 25 of 40 requests failed, with 150 records",
        "hint: --resume sends only what failed",
    ]
    server.begin(ranking)
    resumed = run("10", "--resume")
    assert (resumed.returncode, resumed.stdout) == (0, lines(BEST[:10]))
    assert sorted(server.documents) == sorted(RECORDS[90:])
    assert len(server.bodies) == 25


def test_an_interrupt_ends_it_at_once_though_a_reply_hangs(
    run, start, server, tmp_path
):
    server.begin(hanging := Hanging(after=9))
    process = start("0", "--concurrency", "2")
    assert hanging.asked.wait(10)
    while kept(tmp_path) < 9:
        time.sleep(0.01)
    began = time.monotonic()
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=5)
    assert time.monotonic() - began < 1
    assert (process.returncode, out) == (-signal.SIGINT, b"")
    assert err == (
        b"co: 9 requests of this job finished; --resume sends only the rest\n"
    )
    server.begin(ranking)
    resumed = run("0", "--resume")
    assert (resumed.returncode, resumed.stdout) == (0, lines(BEST))
    assert len(server.bodies) == REQUESTS - 9


@pytest.mark.slow
def test_a_run_that_begins_anew_says_what_could_be_had(run, start, server, tmp_path):
    server.begin(hanging := Hanging(after=9))
    process = start("0", "--concurrency", "1")
    assert hanging.asked.wait(10)
    while kept(tmp_path) < 9:
        time.sleep(0.01)
    process.kill()
    process.communicate(timeout=5)
    server.begin(ranking)
    again = run("0")
    assert (again.returncode, again.stdout) == (0, lines(BEST))
    assert again.stderr == (
        b"co: 9 requests of this job finished; --resume skips what is finished\n"
    )
    assert len(server.bodies) == REQUESTS
    assert list((tmp_path / ".local/share/co/rankings").iterdir()) == []


def test_a_full_disk_costs_no_more_than_the_journal(co, records, server):
    co.environ |= server.environ
    run = co.shell(
        f"ulimit -f 1; PYTHONDONTWRITEBYTECODE=1 co rerank {records} {' '.join(WORDS)} 5"
    )
    assert (run.returncode, run.stdout) == (0, lines(BEST[:5]))
    assert run.stderr.startswith(b"co: cannot record more requests for --resume: ")
    assert run.stderr.count(b"\n") == 1
    assert len(server.bodies) == REQUESTS


@pytest.mark.pty
def test_nothing_remains_of_the_line_that_tells_the_progress(co, server, records):
    server.begin(hanging := Hanging(after=3))
    child = pexpect.spawn(
        "co",
        ["rerank", records, *WORDS, "3", "--concurrency", "1"],
        env={**co.environ, **server.environ},
        dimensions=(24, 80),
        timeout=10,
    )
    assert hanging.asked.wait(10)
    time.sleep(0.6)  # sooner there is no line
    hanging.go.set()
    hanging.go = threading.Event()
    server.answer = Hanging(after=0)
    child.expect("reranking .*records")
    seen = child.before + child.after
    assert server.answer.asked.wait(10)
    child.sendintr()
    rest = child.read()
    child.wait()
    child.ptyproc.delayafterclose = 0  # it is over already
    child.close()
    assert child.signalstatus == signal.SIGINT
    screen = pyte.Screen(80, 24)
    pyte.ByteStream(screen).feed(seen + rest)
    assert screen.display[0].rstrip() == (
        "co: 4 requests of this job finished; --resume sends only the rest"
    )
    assert not "".join(screen.display[1:]).strip()
    assert (screen.cursor.x, screen.cursor.y) == (0, 1)
