"""The cost of many requests: shown before they are sent, and confirmed on a terminal."""

import re

import pexpect
import pytest
from scoring_server import ranking, score, scoring, without

RECORDS = [f"record {number:03}" for number in range(120)]
TEXT = "".join(f"{record}\n" for record in RECORDS)
BEST = max(RECORDS, key=score).encode()
QUESTION = "co: about 12 requests, 12 search units; send them? [y/N] "
MANY = ("-q", "q", "-n", "1", "--batch-size", "10")


@pytest.fixture
def server():
    with scoring() as served:
        yield served


@pytest.fixture
def home(co, server, tmp_path):
    co.environ |= server.environ
    (tmp_path / "records.txt").write_text(TEXT)
    return tmp_path


@pytest.fixture
def sit(co, home):
    """Run a line of a shell on a terminal of its own."""

    def sit(script):
        return pexpect.spawn(
            "bash",
            ["-c", script],
            env=co.environ,
            cwd=str(home),
            dimensions=(24, 80),
            timeout=10,
        )

    return sit


def end(child):
    """Watch to the end; return what else was shown, and the exit code."""
    # A progress line appears on a busy machine alone.
    rest = re.sub(
        rb"\x1b\[\?7l\rreranking[^\r]*\r\x1b\[\?7h|\r\x1b\[K", b"", child.read()
    )
    child.wait()
    child.ptyproc.delayafterclose = 0  # it is over already
    child.close()
    return rest, child.exitstatus


@pytest.mark.pty
@pytest.mark.parametrize(
    "script",
    [
        pytest.param(
            f"co rerank {' '.join(MANY)} -o text records.txt", marks=pytest.mark.slow
        ),
        f"cat records.txt | co rerank {' '.join(MANY)} -o text",
    ],
    ids=["a file", "a pipe"],
)
def test_a_person_at_a_terminal_is_asked(sit, server, script):
    piped = script.startswith("cat")
    question = "co: at least 11 requests, 11 search units; send them? [y/N] "
    child = sit(script)
    child.expect_exact(question if piped else QUESTION)
    assert server.bodies == []
    child.sendline("y")
    rest, code = end(child)
    assert (rest.splitlines()[-1], code) == (BEST, 0)
    assert len(server.bodies) == 12


@pytest.mark.pty
@pytest.mark.parametrize(
    "answer", ["n", pytest.param("", marks=pytest.mark.slow)], ids=["no", "nothing"]
)
def test_nothing_is_sent_unless_the_person_agrees(sit, server, answer):
    child = sit(f"cat records.txt | co rerank {' '.join(MANY)}")
    child.expect_exact("send them? [y/N] ")
    child.sendline(answer)
    rest, code = end(child)
    assert (code, server.bodies) == (2, [])
    assert rest.decode().splitlines()[1:] == ["\x1b[2mco: nothing was sent\x1b[0m"]


@pytest.mark.pty
@pytest.mark.parametrize(
    ("script", "message"),
    [
        pytest.param(
            f"co rerank {' '.join(MANY)} --yes -o text records.txt",
            "",
            marks=pytest.mark.slow,
        ),
        (f"CI=1 co rerank {' '.join(MANY)} -o text records.txt", QUESTION[:38]),
    ],
    ids=["yes", "CI"],
)
def test_neither_yes_nor_a_missing_terminal_asks_again(sit, server, script, message):
    rest, code = end(sit(script))
    assert (rest.decode().split("\r\n")[:-1], code) == (
        # A blank line is between the note and the ranking.
        [*([f"\x1b[2m{message}\x1b[0m", ""] if message else []), BEST.decode()],
        0,
    )
    assert len(server.bodies) == 12


def test_without_a_terminal_the_cost_is_noted_and_the_job_runs(co, home, server):
    run = co("rerank", *MANY, "records.txt", cwd=home)
    assert (run.returncode, run.stdout) == (0, BEST + b"\n")
    assert run.stderr == b"co: about 12 requests, 12 search units\n"
    assert len(server.bodies) == 12


@pytest.mark.slow
def test_ten_requests_are_no_matter(co, home, server):
    run = co("rerank", *MANY[:-1], "12", "records.txt", cwd=home)
    assert (run.stderr, len(server.bodies)) == (b"", 10)


@pytest.mark.slow
def test_what_a_run_before_has_paid_for_is_not_paid_again(co, home, server):
    words = ("rerank", *MANY, "records.txt")
    server.begin(without("record 055"))
    assert co(*words, cwd=home, env=server.environ).returncode == 10
    server.begin(ranking)
    run = co(*words, "--resume", cwd=home, env=server.environ)
    assert run.stderr == (
        b"co: about 12 requests, 12 search units, less 11 finished before\n"
    )
    assert (run.stdout, len(server.bodies)) == (BEST + b"\n", 1)
