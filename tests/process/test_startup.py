import re
import subprocess
import sys

import pytest

from cohere_cli.commands.registry import COMMANDS

HEAVY = {"httpx", "httpx_sse", "pydantic", "yaml", "tomlkit", "cohere_cli.api.client"}


def imported_by(*words: str) -> set[str]:
    run = subprocess.run(
        [sys.executable, "-v", "-m", "cohere_cli", *words],
        capture_output=True,
        text=True,
        check=True,
    )
    # Not -X importtime, which leaves out what importlib.import_module loads.
    return set(re.findall(r"^import '([\w.]+)'", run.stderr, re.MULTILINE))


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
