"""What is for Windows alone, one answer after the other."""

import subprocess
import sys

import pytest

JOB = """
import ctypes
from cohere_cli.system.containment.contained import Bounds
from cohere_cli.system.containment.job import BasicLimits, ExtendedLimits, limits_of
print(ctypes.sizeof(BasicLimits), ctypes.sizeof(ExtendedLimits))
limits = limits_of(Bounds(60, 1 << 30, 1 << 29, 1.0))
print(hex(limits.basic.flags), limits.basic.job_time, limits.process_memory)
print(hex(limits_of(Bounds(60, 1 << 30, None, 1.0)).basic.flags))
"""


def test_a_job_has_the_layout_and_the_limits_of_windows(windows):
    # Sizes of winnt.h for 64 bits; a LARGE_INTEGER has 8 bytes, a DWORD 4.
    assert windows(JOB) == "64 144\n0x250c 600000000 536870912\n0x240c\n"


OWN_LIMIT = """
import simulation
from cohere_cli.system.limits import limit_memory
limit_memory(1 << 30)
(_, _), (_, (_, kind, _, size)), (name, (_, process)) = simulation.DLLS.kernel32.calls
print(kind, size, name, process.value == 2**64 - 1)
"""


def test_the_process_that_extracts_texts_limits_its_own_memory(windows):
    assert windows(OWN_LIMIT) == "9 144 AssignProcessToJobObject True\n"


PROGRAM = """
import sys
from cohere_cli.system.containment.job import program_path
for name in sys.argv[2:]:
    try:
        print(program_path(name, sys.argv[1], None).rpartition("/")[2])
    except OSError as exc:
        print(type(exc).__name__, exc.strerror)
"""


def test_a_program_is_found_in_path_alone_and_a_batch_file_is_refused(
    windows, tmp_path
):
    folder = tmp_path / "bin"
    folder.mkdir()
    for name in ("a.exe", "b.bat", "c.com"):
        (folder / name).touch()
    (tmp_path / "d.exe").touch()  # in the current folder
    assert windows(PROGRAM, str(folder), "a", "a.exe", "b", "c", "d").splitlines() == [
        "a.exe",
        "a.exe",
        "PermissionError a batch file, whose words are read by a shell",
        "c.com",
        "FileNotFoundError No such file or directory",
    ]


LOCKS = """
import os, subprocess, sys
from cohere_cli.system import file_locks
def opened():
    return os.open("lock", os.O_RDWR | os.O_CREAT)
def outcome(**more):
    try:
        file_locks.take(opened(), **more)
    except BlockingIOError:
        return "held"
    return "taken"
one = opened()
file_locks.take(one, shared=True)
print(outcome(shared=True), outcome())
file_locks.close(one)
two = opened()
print(outcome())
"""


def test_locks_are_shared_by_many_and_exclusive_to_one(windows):
    # A lock that was taken within a call ends with its descriptor alone.
    assert windows(LOCKS) == "taken held\nheld\n"


REPLACE = """
from pathlib import Path
from cohere_cli.system import private_files
private_files._PATIENCE = 0.05
class Held(type(Path())):
    left = 2
    def replace(self, target):
        if Held.left:
            Held.left -= 1
            raise PermissionError(13, "Access is denied")
        return super().replace(target)
Path("new").write_text("x")
private_files.replace(Held("new"), Path("old"))
print(Path("old").read_text())
Held.left = 10**6
try:
    private_files.replace(Held("new"), Path("old"))
except OSError as exc:
    print(exc.strerror)
"""


def test_a_file_that_a_program_has_open_is_replaced_a_little_later_or_named(windows):
    assert windows(REPLACE) == "x\nanother program has it open\n"


FOLDER = """
import subprocess, sys
from pathlib import Path
from cohere_cli.system import private_files
called = []
private_files.subprocess.__dict__["run"] = lambda words, **_: called.append(words)
private_files.make_folder(Path("own"))
print(*called[0], Path("own").is_dir(), sep="\\n")
"""


def test_a_new_folder_gets_an_access_list_of_its_own(windows):
    assert windows(FOLDER).splitlines() == [
        r"C:\Windows\System32\icacls.exe",
        "own",
        "/inheritance:r",
        "/grant:r",
        r"PC\user:(OI)(CI)F",
        "True",
    ]


CONSOLE = """
import simulation
from cohere_cli.system import console
kernel = simulation.DLLS.kernel32
simulation.ANSWERS["GetConsoleMode"] = lambda *_: 1
environ = {}
console.prepare(environ)
print(environ, kernel.calls[0], kernel.calls[-1][0], kernel.calls[-1][1][1].value)
simulation.ANSWERS["SetConsoleMode"] = lambda *_: 0
environ = {}
console.prepare(environ)
print(environ)
"""


def test_escape_sequences_and_utf_8_are_switched_on_where_there_are_any(windows):
    assert windows(CONSOLE) == (
        "{'TERM': 'xterm-256color'} ('SetConsoleOutputCP', (65001,)) SetConsoleMode 4\n"
        "{}\n"
    )


WAIT = """
import ctypes, os, signal, sys, threading, time
from cohere_cli.system import signals
signals._PAUSES = (0.05,)
libc = ctypes.CDLL(None)
seconds = float(sys.argv[2])
lock = ctypes.create_string_buffer(64)
until = (ctypes.c_long * 2)(int(time.time() + seconds) + 1, 0)
child = os.fork()
if child:
    _, status = os.waitpid(child, 0)
    print(os.waitstatus_to_exitcode(status))
    sys.exit()
signal.signal(signal.SIGINT, lambda *_: os._exit(1))
with signals.waits_ended_by([signal.SIGINT]):
    if sys.argv[1] == "another":
        signal.signal(signal.SIGINT, lambda *_: os._exit(2))
    threading.Timer(0.1, os.kill, (os.getpid(), signal.SIGINT)).start()
    # Nothing interrupts it: so Windows waits for a socket.
    libc.pthread_mutex_lock(lock)
    libc.pthread_mutex_timedlock(lock, until)
    time.sleep(50)
"""


@pytest.mark.parametrize(
    ("handler", "seconds", "code"), [("that of co", 40, "130"), ("another", 1, "2")]
)
def test_a_wait_that_nothing_interrupts_is_ended_unless_a_session_goes_on(
    windows, handler, seconds, code
):
    assert windows(WAIT, handler, str(seconds)) == f"{code}\n"


SMALL = r"""
from cohere_cli.system.open_files import is_broken_pipe
from cohere_cli.system.paths import slashed, uri_path
from cohere_cli.system.programs import words_of
from cohere_cli.terminal import unwritable
print(words_of(r'"C:\Program Files\x.exe" --wait C:\a\b.txt'))
print(slashed(r"C:\a\b"), uri_path(r"C:\a\b"))
print(is_broken_pipe(OSError(22, "Invalid argument")), is_broken_pipe(OSError(28, "")))
try:
    unwritable(OSError(22, "Invalid argument"))
except BrokenPipeError:
    print("gone")
"""


def test_words_paths_and_pipes_are_those_of_windows(windows):
    assert windows(SMALL).splitlines() == [
        r"['C:\\Program Files\\x.exe', '--wait', 'C:\\a\\b.txt']",
        "C:/a/b /C:/a/b",
        "True False",
        "gone",
    ]


# Our functions that take paths apart, with the path rules of Windows in place of ours.
PATHS = r"""
import ntpath, os, pathlib, sys
os.path, os.sep = ntpath, "\\"
ntpath.abspath = lambda path: ntpath.normpath(ntpath.join("C:\\here", path))
os.getcwd = lambda: "C:\\here"
from cohere_cli.documents.walk import folders
folders.PurePath = pathlib.PureWindowsPath
folder, pattern = folders.split_pattern(r"C:\docs\*.md")
print(folder, pattern)
print(folders.split_pattern(r"C:\docs\a.md"), folders._prefix("C:\\"))
from cohere_cli.documents.formats.grep import find_place
for line in (rb"C:\a.txt:3:text", rb"C:\a b\c.py-12-text", b"C:/x/y.md:7:8:text"):
    print(find_place(line, is_sure=True))
from cohere_cli.documents.formats.text import is_generated
print(is_generated(r"C:\app\package-lock.json"), is_generated(r"C:\app\a.md"))
from cohere_cli.retrieval.sources import SearchedSources
searched = SearchedSources.of(["docs", r"C:\other\a.md"])
print(searched.folder, searched.name(r"docs\x\y.md"), searched.name(r"C:\here\docs\z"))
print(SearchedSources.of([r"C:\a", r"D:\b"]).name(r"D:\b\c.md"))
"""


def test_paths_with_drives_and_backslashes_are_taken_apart(windows):
    assert windows(PATHS).splitlines() == [
        r"C:\docs Pattern(parts=('*.md',))",
        "None C:\\",
        r"Place(path=b'C:\\a.txt', line=3, mark=b':', start=11)",
        "None",  # of a line in the context of a match, whose file is not there
        "Place(path=b'C:/x/y.md', line=7, mark=b':', start=12)",
        "True False",
        "C:/ here/docs/x/y.md here/docs/z",
        "D:/b/c.md",
    ]


@pytest.mark.slow
@pytest.mark.timeout(1500)
def test_all_that_the_program_does_it_does_there():
    words = ["-q", "-p", "no:cacheprovider", "--timeout", "60", "tests/process"]
    done = subprocess.run(
        ["env", "TESTS_SYSTEM=windows", sys.executable, "-m", "pytest", *words],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-3000:]
