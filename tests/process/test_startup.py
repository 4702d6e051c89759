import os
import subprocess
import sys
from pathlib import Path

import pytest

from cohere_cli.commands.registry import COMMANDS

HEAVY = {"httpx", "httpx_sse", "pydantic", "yaml", "tomlkit", "cohere_cli.api.client"}


# `-v` and `-X importtime` write a line a module: two threads that import mix theirs.
LISTED = """
import atexit, os, sys
end = os._exit
def write_modules():
    loaded = [name for name, module in sys.modules.items() if module is not None]
    os.write(2, "\\n".join(["", "MODULES", *loaded]).encode())
def write_and_end(code):
    write_modules()
    end(code)
os._exit = write_and_end
atexit.register(write_modules)
sys.argv[0] = "co"
import cohere_cli.__main__ as started
del sys.modules["cohere_cli.__main__"]
started.entry()
"""


def imported_by(*words: str, on_terminal: bool = False) -> set[str]:
    leader, terminal = os.openpty()
    run = subprocess.run(
        [sys.executable, "-c", LISTED, *words],
        stdin=subprocess.DEVNULL,
        stdout=terminal if on_terminal else subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        check=True,
    )
    os.close(terminal)
    os.close(leader)
    _, _, modules = run.stderr.rpartition("\nMODULES\n")
    return set(modules.split())


@pytest.mark.parametrize(
    "words",
    [["--help"], ["--version"], ["chat", "--help"], ["auth", "--help"], []],
    ids=" ".join,
)
def test_help_and_version_load_nothing_heavy(words):
    assert not imported_by(*words) & HEAVY


@pytest.mark.parametrize("word", ["--version", "-V", "version"])
def test_the_version_is_written_without_typer(word):
    modules = imported_by(word)
    assert not {one for one in modules if one.startswith(("typer", "cohere_cli."))}


# The packages and the modules of our own that each command may load: a section for
# each command, with the packages in its first line.
BUDGETS = Path(__file__).with_name("startup_modules.txt")
BUDGETED = {
    "--version": ["--version"],
    "--help": ["--help"],
    "chat in a pipe": ["chat", "Hi", "--no-history"],
    "chat on a terminal": ["chat", "Hi", "--no-history"],
    "chat with the history": ["chat", "Hi"],
    "chat with the profile sandbox": ["chat", "Hi", "-p", "sandbox"],
    "rerank": ["rerank", "-q", "a", __file__],
}


def budget_of(name):
    """Return the names in the section of BUDGETS."""
    section = BUDGETS.read_text().partition(f"[{name}]\n")[2].partition("\n[")[0]
    return set(section.split())


def counted(modules):
    """Return our own modules, and the packages that nobody has without installing."""
    ours = {one for one in modules if one.startswith("cohere_cli")}
    tops = {one.partition(".")[0] for one in modules - ours}
    foreign = {one for one in tops - sys.stdlib_module_names if one[0] != "_"}
    return ours | foreign - {"sitecustomize", "usercustomize"}


@pytest.mark.parametrize("name", BUDGETED)
def test_a_command_loads_no_module_that_is_not_in_its_budget(
    sandboxed, monkeypatch, name
):
    for variable in ("CI", "NO_COLOR"):
        monkeypatch.delenv(variable, raising=False)
    for variable, value in {**sandboxed.environ, "TERM": "xterm-256color"}.items():
        monkeypatch.setenv(variable, value)
    is_drawn = name.endswith("terminal")
    found = counted(imported_by(*BUDGETED[name], on_terminal=is_drawn))
    new = sorted(found - budget_of(name))
    assert not new, (
        f"co {name} loads {', '.join(new)}, which it did not before: import it in the "
        f"function that needs it, or add it to tests/process/{BUDGETS.name}"
    )


def test_the_budgets_have_no_module_that_does_not_exist():
    words = {word for word in BUDGETS.read_text().split() if word.startswith("cohere_")}
    root = Path(__file__).parent.parent.parent
    places = [root.joinpath(*word.split(".")) for word in words]
    assert [
        one for one in places if not (one.is_dir() or one.with_suffix(".py").is_file())
    ] == []


@pytest.mark.parametrize(
    ("words", "loaded"),
    [
        (["--help"], set()),
        (["-h"], set()),
        (["chat", "Hi", "--dry-run"], {"chat"}),
        (["chat", "--help"], {"chat"}),
    ],
    ids=["help", "short help", "chat", "help of chat"],
)
def test_only_the_command_that_is_asked_for_is_loaded(words, loaded):
    modules = imported_by(*words)
    found = {
        name
        for name, entry in COMMANDS.items()
        if entry.target.partition(":")[0] in modules
    }
    assert found == loaded


def test_the_help_of_a_command_loads_no_sandbox():
    modules = imported_by("chat", "--help")
    assert not {one for one in modules if one.startswith("cohere_cli.sandbox")}


def test_a_body_made_of_flags_alone_does_without_pydantic_and_yaml():
    heavy = imported_by("chat", "Hi", "--dry-run") & HEAVY
    assert not heavy


def test_a_call_loads_httpx_without_its_command_line(sandboxed, monkeypatch):
    for name, value in sandboxed.environ.items():
        monkeypatch.setenv(name, value)
    modules = imported_by("chat", "Hi")
    assert "httpx._client" in modules
    assert not modules & {"httpx._main", "rich.console", "pygments", "click"}


def test_a_profile_without_defaults_loads_nothing_for_them(tmp_path, monkeypatch):
    monkeypatch.setenv("CO_CONFIG_DIR", str(tmp_path))
    file, words = tmp_path / "config.toml", ("chat", "Hi", "--dry-run")
    file.write_text("[profiles.a]\n")
    without = imported_by(*words, "-p", "a")
    file.write_text("[profiles.a.chat]\nseed = 1\n")
    more = imported_by(*words, "-p", "a") - without
    assert {name for name in more if name.startswith("cohere_cli")} == {
        "cohere_cli.commands.flags.defaults",
        "cohere_cli.commands.help",
        "cohere_cli.commands.help.synonyms",
        "cohere_cli.commands.usage_errors",
        "cohere_cli.config.profile_tables",
    }


def test_names_that_are_kept_are_named_without_anything_heavy(sandboxed, monkeypatch):
    sandboxed("models", "list")
    for name, value in sandboxed.environ.items():
        monkeypatch.setenv(name, value)
    modules = imported_by("models", "list", "--cached")
    assert "cohere_cli.commands.completion.model_cache" in modules
    assert not modules & (HEAVY | {"rich"})


ENDED = """
import atexit, sys, threading, time
from cohere_cli.terminal import end_process
atexit.register(lambda: print("at exit"))
def work():
    time.sleep(0.05)
    print("worked")
if sys.argv[1:]:
    threading.Thread(target=work).start()
sys.stdout.write("written ")
end_process(7)
print("python's own end")
"""


@pytest.mark.parametrize(
    ("words", "code", "output"),
    [
        ([], 7, "written at exit\n"),
        (["thread"], 0, "written python's own end\nworked\nat exit\n"),
    ],
    ids=["alone", "with a thread"],
)
def test_a_process_ends_at_once_when_nothing_is_left_to_do(words, code, output):
    command = [sys.executable, "-c", ENDED, *words]
    run = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (run.returncode, run.stdout, run.stderr) == (code, output, "")


def test_version_is_the_packages_own():
    from importlib.metadata import version

    run = subprocess.run(
        [sys.executable, "-m", "cohere_cli", "--version"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert run.stdout == f"co {version('cohere-cli')}\n"


OPENED = """
import sys
found = []
sys.addaudithook(
    lambda event, given: event == "open"
    and str(given[0]).endswith("config.toml")
    and found.append(given[0])
)
from cohere_cli.__main__ import main
sys.argv[1:] = ["chat", "Hi", "--dry-run"]
try:
    main()
finally:
    sys.stderr.write(str(len(found)))
"""


@pytest.mark.parametrize("text", ["[profiles.a]\n", "[profiles.a.chat]\nseed = 1\n"])
def test_a_call_reads_the_settings_once(tmp_path, monkeypatch, text):
    monkeypatch.setenv("CO_CONFIG_DIR", str(tmp_path))
    monkeypatch.setenv("CO_PROFILE", "a")
    tmp_path.chmod(0o700)
    (tmp_path / "config.toml").write_text(text)
    (tmp_path / "config.toml").chmod(0o600)
    run = subprocess.run(
        [sys.executable, "-c", OPENED],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=True,
    )
    assert run.stderr == "1"
