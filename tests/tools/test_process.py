import os
import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from threading import Event, Timer

import pytest

from cohere_cli.tools.process import Ended, Limits, run_process, scrubbed

ENVIRON = {"PATH": os.environ["PATH"]}
PYTHON = [sys.executable, "-I", "-S", "-c"]
linux = pytest.mark.skipif(sys.platform != "linux", reason="as docs/tools.md says")


def run(*command, stop=None, given=None, folder=None, environ=ENVIRON, **limits):
    return run_process(
        command,
        environ=environ,
        folder=folder,
        given=given,
        limits=Limits(**limits),
        stop=stop or Event(),
    )


def python(program, *words, **more):
    return run(*PYTHON, program, *words, **more)


def test_the_output_of_a_command_is_kept_as_it_is():
    assert run("printf", r"a\000\377\n") == Ended(b"a\0\xff\n")


def test_words_are_never_read_by_a_shell():
    words = ["$HOME", "; echo x", "*", "a\nb", "", "ü", "--version"]
    out = python("import sys; print(sys.argv[1:])", *words).output
    assert out.decode() == f"{words}\n"


def test_standard_input_is_what_is_given_or_nothing():
    assert run("cat").output == b""
    whole = "ü" * 100_000
    assert run("cat", given=whole).output == whole.encode()
    assert run("true", given=whole) == Ended()


def test_a_command_runs_in_its_folder(tmp_path):
    assert run("pwd", "-P", folder=str(tmp_path)).output.decode() == f"{tmp_path}\n"
    missing = str(tmp_path / "none")
    assert run("pwd", folder=missing) == Ended(
        problem=f"cannot use the folder {missing}: no such file or directory"
    )


@pytest.mark.parametrize(
    ("program", "problem"),
    [
        ("raise SystemExit(3)", "failed with exit code 3"),
        ("import os; os.abort()", "was ended by SIGABRT"),
        ("import os; os.kill(os.getpid(), 9)", "was killed, perhaps for its memory"),
        ("bytearray(1 << 30)", "failed with exit code 1"),
    ],
)
def test_a_command_that_fails_says_how(program, problem):
    assert python(program, memory=1 << 29).problem == problem


def test_a_command_that_cannot_be_started_says_why(tmp_path):
    file = tmp_path / "no-program"
    file.write_text("x")
    problem = "cannot be started: no such file or directory"
    assert run("no such program") == Ended(problem=problem)
    assert run(str(file)).problem == "cannot be started: permission denied"
    huge = "x" * (4 << 20)
    assert run("echo", huge).problem == "cannot be started: argument list too long"


def test_the_last_errors_are_kept():
    ended = python("import sys; sys.stderr.write('a' * 10**6 + 'last')")
    assert len(ended.errors) == 4096
    assert ended.errors.endswith(b"aaalast")


def test_a_command_that_floods_is_ended_with_what_it_wrote_first():
    ended = run("yes")
    assert ended.output == b"y\n" * (1 << 19)
    assert (ended.problem, ended.is_cut) == (
        "wrote more than 1 MiB, and was ended",
        True,
    )


def test_exactly_a_mebibyte_is_not_too_much():
    ended = python("print(end='x' * (1 << 20))")
    assert ended == Ended(b"x" * (1 << 20))


def test_a_command_that_floods_its_errors_is_ended_by_its_time():
    program = "import sys\nwhile True: print('x' * 9999, file=sys.stderr)"
    ended = python(program, seconds=0.3)
    assert ended.problem == "was ended after 0.3 seconds, its time limit"
    assert len(ended.errors) == 4096


def test_files_have_a_size_limit_and_there_is_no_core():
    program = "import resource as r; print(r.getrlimit(r.RLIMIT_FSIZE), r.getrlimit(r.RLIMIT_CORE))"
    out = run(sys.executable, "-I", "-c", program).output.decode()
    assert out == f"{(1 << 30, 1 << 30)} (0, 0)\n"


@pytest.mark.parametrize(
    "command",
    [
        ["sleep"],
        ["sh", "-c", "trap '' TERM; sleep $0; sleep $0"],
        ["sh", "-c", "sleep $0 & sleep $0 & wait"],
        ["sh", "-c", "sleep $0 & trap '' TERM INT HUP; wait; wait; sleep $0"],
    ],
    ids=["plain", "ignores SIGTERM", "has children", "both"],
)
def test_a_command_that_hangs_is_ended_with_its_children(command, mark, left):
    ended = run(*command, mark, seconds=0.5)
    assert ended.problem == "was ended after 0.5 seconds, its time limit"
    assert left() == []


@linux
@pytest.mark.parametrize("seconds", [0.5, 30])
def test_a_process_that_leaves_group_and_session_is_ended_too(seconds, mark, left):
    leaving = "(setsid sh -c 'trap \"\" TERM HUP; sleep $0 & sleep $0' $0 &) &"
    last = "sleep $0" if seconds < 1 else "true"
    ended = run("sh", "-c", f"{leaving} echo a; {last}", mark, seconds=seconds)
    assert ended.output == b"a\n"
    assert bool(ended.problem) == (seconds < 1)
    assert left() == []


@linux
def test_a_command_that_goes_on_starting_processes_is_ended(mark, left):
    # Each starts another one and ends at once, 4 at a time: a chain, not a bomb.
    chain = """
import os, time
for _ in range(4):
    if not os.fork():
        os.setsid()
        while True:
            if os.fork():
                os._exit(0)
time.sleep(9999)
"""
    ended = python(chain, mark, seconds=0.5)
    assert ended.problem == "was ended after 0.5 seconds, its time limit"
    assert left() == []


def test_a_child_that_holds_the_output_does_not_hold_up_the_result(mark, left):
    ended = run("sh", "-c", "sleep $0 & echo done", mark)
    assert ended == Ended(b"done\n")
    assert left() == []


def test_a_command_ends_soon_after_it_is_to_stop(mark, left):
    stop = Event()
    Timer(0.2, stop.set).start()
    ended = run("sleep", mark, stop=stop, seconds=3000)
    assert ended == Ended(problem="was stopped by the user")
    assert left() == []


def test_an_exception_while_it_runs_ends_the_command_first(mark, left):
    class Interrupt(BaseException):
        pass

    def interrupt(*_):
        raise Interrupt

    before = signal.signal(signal.SIGALRM, interrupt)
    signal.setitimer(signal.ITIMER_REAL, 0.3)
    try:
        with pytest.raises(Interrupt):
            run("sh", "-c", "sleep $0 & sleep $0", mark)
    finally:
        signal.signal(signal.SIGALRM, before)
    assert left() == []


@linux
@pytest.mark.parametrize("number", ["STOP", "TERM", "INT", "HUP"])
def test_a_command_cannot_keep_its_supervisor_from_ending_it(number, mark, left):
    script = f"kill -{number} $PPID; sleep $0"
    assert run("sh", "-c", script, mark, seconds=0.5).problem
    assert left() == []


@linux
def test_a_command_does_not_outlive_its_supervisor(mark, left):
    program = "import os, time, sys; os.kill(os.getppid(), 9); time.sleep(9999)"
    ended = python(program, mark)
    assert ended == Ended(problem="was ended, and how is not known")
    assert left() == []


def test_many_commands_run_at_the_same_time():
    with ThreadPoolExecutor(8) as pool:
        ended = [
            *pool.map(lambda n: run("sh", "-c", f"sleep 0.1; echo {n}"), range(16))
        ]
    assert ended == [Ended(f"{number}\n".encode()) for number in range(16)]


RUNS = """
import os
from threading import Event
from cohere_cli.tools.process import Limits, run_process

def run(*command):
    environ = {"PATH": os.environ["PATH"]}
    limits = Limits(seconds=0.3)
    run_process(command, environ=environ, limits=limits, stop=Event())

run("true")
before = sorted(os.listdir("/dev/fd"))
for _ in range(3):
    run("true")
    run("sleep", "9")
    run("no such program")
assert sorted(os.listdir("/dev/fd")) == before
try:
    os.waitpid(-1, os.WNOHANG)
except ChildProcessError:
    print("no child")
"""


def test_nothing_is_left_open_and_no_zombie():
    # In a process of its own: the one of the tests has other children.
    command = [sys.executable, "-c", RUNS]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.stdout, done.stderr) == ("no child\n", "")


def test_a_command_has_no_terminal_and_no_descriptor_but_its_streams():
    program = """
import os
def opens(path):
    try:
        os.close(os.open(path, os.O_RDWR))
    except OSError:
        return False
    return True
print(opens('/dev/tty'), sorted(map(int, os.listdir('/dev/fd')))[:3], os.isatty(0))
print(os.getpgid(0) == os.getpid(), len(os.listdir('/dev/fd')))
"""
    out = python(program).output.decode().split("\n")
    # The fourth is of the listing itself.
    assert out[:2] == ["False [0, 1, 2] False", "True 4"]


def test_a_broken_pipe_ends_a_command_as_in_a_shell():
    script = "yes | head -1; echo ${PIPESTATUS[0]}"
    assert run("bash", "-c", script).output == b"y\n141\n"


SECRET = "key-of-mine"


def test_the_environment_of_a_command_has_only_what_is_allowed():
    environ = {
        "PATH": "/bin",
        "HOME": "/h",
        "LANG": "C",
        "LC_ALL": "C",
        "TZ": "UTC",
        "TMPDIR": "/t",
        "PGHOST": "db",
        "AWS_SECRET_ACCESS_KEY": "x",
        "CO_API_KEY": SECRET,
        "COHERE_API_KEY": "other",
        "CO_DEBUG": "1",
        "LD_PRELOAD": "x.so",
        "PYTHONPATH": "/p",
    }
    base = {"PATH", "HOME", "LANG", "LC_ALL", "TZ", "TMPDIR"}
    assert scrubbed(environ).keys() == base
    allowed = ["PGHOST", "CO_API_KEY", "COHERE_API_KEY", "CO_DEBUG"]
    assert scrubbed(environ, allowed).keys() == base | {"PGHOST"}


def test_a_key_is_not_passed_on_under_another_name():
    environ = {"CO_API_KEY": SECRET, "MINE": f"Bearer {SECRET}", "LC_X": "stored"}
    assert scrubbed(environ, ["MINE"], ["stored"]) == {}
    assert scrubbed({"MINE": ""}, ["MINE"], [""]) == {"MINE": ""}


def test_the_command_itself_sees_no_more_than_that():
    given = scrubbed({**ENVIRON, "CO_API_KEY": SECRET, "A": "1"}, ["A"])
    out = run("env", environ=given).output.decode()
    names = {line.partition("=")[0] for line in out.splitlines()}
    assert names <= {"PATH", "A", "LC_CTYPE", "_", "PWD", "SHLVL"}
    assert SECRET not in out
