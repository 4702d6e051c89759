import json
import os
import signal
import subprocess
import sys
from signal import SIG_DFL, SIG_IGN, SIGHUP, SIGINT, SIGTERM

import pytest
from co_program import CO, ROOT
from raw_server import http

START = http(b'data: {"type":"content-delta","index":0,"delta":{"message":')
HI = START + b'{"content":{"text":"Hi"}}}}\n\n'


def hang(connection):
    connection.settimeout(30)
    connection.recv(1)


def answering(co, serve, **more):
    """Start a chat whose answer never ends; return it as soon as it has begun."""
    co.environ |= {"CO_API_KEY": "a-key-of-no-one"}
    process = co.start("chat", "Hi", "--base-url", serve([HI, hang]).url, **more)
    assert os.read(process.stdout.fileno(), 2) == b"Hi"
    return process


@pytest.mark.parametrize("number", [SIGINT, SIGTERM, SIGHUP])
def test_the_signal_itself_ends_an_answer_whose_line_is_ended_first(co, serve, number):
    process = answering(co, serve)
    process.send_signal(number)
    out, err = process.communicate()
    assert (process.returncode, out, err) == (-number, b"\n", b"")


IGNORES = """
import os, signal, sys, time
from cohere_cli.app import _signals_as_exceptions

class Ignoring:
    def __del__(self):
        os.kill(os.getpid(), int(sys.argv[1]))
        time.sleep(1)

with _signals_as_exceptions():
    Ignoring()
    print("went on", flush=True)
"""


@pytest.mark.parametrize("number", [SIGINT, SIGTERM])
def test_a_signal_that_arrives_where_exceptions_are_ignored_is_not_lost(number):
    command = [sys.executable, "-c", IGNORES, str(int(number))]
    run = subprocess.run(command, capture_output=True, check=False)
    assert (run.returncode, run.stdout, run.stderr) == (-number, b"", b"")


WAITS = """
import os, signal, sys, threading, time
from cohere_cli.app import _signals_as_exceptions
from cohere_cli.errors import SignalReceived

number = int(sys.argv[1])

def signal_this_thread():
    # Asleep in the system call, where nothing but a signal of its own wakes it.
    while open(f"/proc/self/task/{os.getpid()}/syscall").read().startswith("running"):
        time.sleep(0.001)
    signal.pthread_kill(threading.get_ident(), number)

with _signals_as_exceptions():
    threading.Thread(target=signal_this_thread, daemon=True).start()
    try:
        os.read(0, 1)
    except SignalReceived as exc:
        print(int(exc.number))
"""


@pytest.mark.parametrize("number", [SIGINT, SIGTERM, SIGHUP])
def test_a_signal_ends_a_wait_that_it_does_not_interrupt_itself(number):
    """So it is for one that arrives when the system call is about to begin."""
    command = [sys.executable, "-c", WAITS, str(int(number))]
    silent, writer = os.pipe()
    run = subprocess.run(
        command, stdin=silent, capture_output=True, timeout=30, check=False
    )
    os.close(silent)
    os.close(writer)
    assert (run.stdout, run.stderr) == (b"%d\n" % number, b"")


def deltas(words):
    """Many events in one piece, as the network may bring them."""
    events = (
        {
            "type": "content-delta",
            "index": 0,
            "delta": {"message": {"content": {"text": one}}},
        }
        for one in words
    )
    return http("".join(f"data: {json.dumps(one)}\n\n" for one in events).encode())


WORDS = [f"{at} " for at in range(100)]


@pytest.fixture
def packets():
    """A pipe whose reader gets each write by itself."""
    reader, writer = os.pipe2(os.O_DIRECT)
    yield reader, writer
    os.close(reader)


@pytest.mark.parametrize("output", ["text", "events"])
def test_what_one_read_brings_is_one_write_before_the_next_read(
    co, serve, packets, output
):
    reader, writer = packets
    co.environ |= {"CO_API_KEY": "a-key-of-no-one"}
    url = serve([deltas(WORDS), hang]).url
    process = co.start("chat", "Hi", "-o", output, "--base-url", url, stdout=writer)
    os.close(writer)
    got = []
    while WORDS[-1].encode() not in b"".join(got):
        got.append(os.read(reader, 1 << 16))
    process.send_signal(SIGTERM)
    process.communicate()
    # Such a pipe cuts a write at 4 KiB, and the head may be a read of its own.
    assert len(got) <= 3 + sum(map(len, got)) // 4096


@pytest.mark.parametrize("number", [SIGINT, SIGTERM, SIGHUP])
def test_a_signal_loses_nothing_of_what_has_arrived(co, serve, number):
    co.environ |= {"CO_API_KEY": "a-key-of-no-one"}
    url = serve([deltas(WORDS), hang]).url
    process = co.start("chat", "Hi", "--base-url", url)
    begun = os.read(process.stdout.fileno(), 1)
    process.send_signal(number)
    out, err = process.communicate()
    assert (begun + out, err) == ("".join(WORDS).encode() + b"\n", b"")


def test_a_signal_that_the_parent_ignores_stays_ignored(co, serve):
    process = answering(co, serve, preexec_fn=lambda: signal.signal(SIGHUP, SIG_IGN))
    process.send_signal(SIGHUP)
    process.send_signal(SIGTERM)
    process.communicate()
    assert process.returncode == -SIGTERM


CLEANING = """
import sys, time
from cohere_cli.app import _signals_as_exceptions
with _signals_as_exceptions():
    try:
        print("working", flush=True)
        time.sleep(60)
    finally:
        print("cleaning", flush=True)
        while True:
            try:
                time.sleep(60)
            except BaseException as exc:
                print("interrupted", flush=True)
"""


@pytest.mark.parametrize("number", [SIGINT, SIGTERM, SIGHUP])
def test_a_second_signal_ends_a_cleanup_that_never_ends(number):
    command = [sys.executable, "-c", CLEANING]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE) as process:
        assert process.stdout.readline() == b"working\n"
        process.send_signal(number)
        assert process.stdout.readline() == b"cleaning\n"
        process.send_signal(number)
        assert process.stdout.readline() == b""
    assert process.returncode == -number


RESTORED = """
import signal
from cohere_cli.app import _signals_as_exceptions
numbers = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
before = [signal.getsignal(one) for one in numbers]
with _signals_as_exceptions():
    within = [signal.getsignal(one) for one in numbers]
assert not set(before) & set(within), within
assert [signal.getsignal(one) for one in numbers] == before
"""


def test_the_handlers_of_signals_are_restored_after_a_command():
    subprocess.run([sys.executable, "-c", RESTORED], cwd=ROOT, check=True)


HANDLER = """
import cohere_cli.__main__, signal
print(int(signal.getsignal(signal.SIGINT)))
"""


@pytest.mark.parametrize("handler", [SIG_DFL, SIG_IGN])
def test_ctrl_c_ends_a_start_silently_unless_the_parent_ignores_it(handler):
    run = subprocess.run(
        [sys.executable, "-c", HANDLER],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        preexec_fn=lambda: signal.signal(SIGINT, handler),
        check=True,
    )
    assert run.stdout == b"%d\n" % handler


LIMITS = """
import resource, sys
sys.argv = ["co", "--version"]
try:
    from cohere_cli.__main__ import main
    main()
finally:
    print(resource.getrlimit(resource.RLIMIT_CORE)[0])
"""


def test_a_core_dump_which_would_contain_the_key_is_not_written():
    run = subprocess.run(
        ["bash", "-c", 'ulimit -S -c 64; exec "$@"', "-", sys.executable, "-c", LIMITS],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        check=True,
    )
    assert run.stdout.splitlines()[-1] == b"0"


def test_a_pipe_whose_reader_leaves_ends_the_help_silently(co):
    command = [CO, "chat", "--help"]
    with subprocess.Popen(
        command,
        env=co.environ,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as process:
        process.stdout.close()
        assert process.stderr.read() == b""
    assert process.returncode == -signal.SIGPIPE


def test_a_process_that_blocks_the_signal_ends_with_its_code(co):
    """So does the first process of a container, which such a signal does not end."""
    reader, writer = os.pipe()
    os.close(reader)
    process = co.start(
        "chat",
        "--help",
        stdout=writer,
        preexec_fn=lambda: signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGPIPE]),
    )
    os.close(writer)
    _, err = process.communicate()
    assert (process.returncode, err) == (128 + signal.SIGPIPE, b"")


WITHIN_A_CLASS = """
import os, signal, sys
from cohere_cli.commands import replay
from cohere_cli.__main__ import main
class Field:
    def __set_name__(self, owner, name):
        os.kill(os.getpid(), signal.SIGTERM)
def run(*_, **_more):
    class Settings:
        key = Field()
replay.run = run
sys.argv = ["co", "replay", "x"]
main()
"""


def test_a_signal_while_a_class_is_made_is_no_bug():
    run = subprocess.run(
        [sys.executable, "-c", WITHIN_A_CLASS], capture_output=True, check=False
    )
    assert (run.returncode, run.stdout, run.stderr) == (-SIGTERM, b"", b"")
