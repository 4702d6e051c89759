"""`co completion install`: the files it writes, and what real shells make of them."""

import os
import re
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pexpect
import pytest
from co_program import Co

BIN = Path(sys.executable).parent
SCRIPTS = {
    "bash": ".local/share/bash-completion/completions/co",
    "zsh": ".local/share/zsh/site-functions/_co",
    "fish": ".config/fish/completions/co.fish",
    "powershell": ".config/powershell/co-completion.ps1",
}
OTHERS = {
    "bash": ".local/share/bash-completion/completions/cohere-cli",
    "fish": ".config/fish/completions/cohere-cli.fish",
}
PACKAGE = Path("/usr/share/bash-completion/bash_completion")


@pytest.fixture
def home(tmp_path):
    place = tmp_path / "home"
    place.mkdir()
    return place


@pytest.fixture
def run(home):
    def run(*words, **changed):
        environ = {
            "HOME": str(home),
            "PATH": f"{BIN}:/usr/bin:/bin",
            "SHELL": "/bin/bash",
            "CO_CACHE_DIR": str(home / "cache"),
            **changed,
        }
        environ = {name: value for name, value in environ.items() if value is not None}
        return subprocess.run(
            [BIN / "co", "completion", *words],
            env=environ,
            capture_output=True,
            text=True,
            check=False,
        )

    return run


def files_below(home):
    return {str(one.relative_to(home)) for one in home.rglob("*") if one.is_file()}


@pytest.mark.parametrize("shell", SCRIPTS)
def test_the_script_is_where_the_shell_looks_and_is_removed_again(home, run, shell):
    done = run("install", shell)
    assert (done.returncode, done.stderr) == (0, "")
    wrote = [
        home / SCRIPTS[shell],
        *(home / OTHERS[one] for one in OTHERS if one == shell),
    ]
    assert re.findall("^wrote (.*)$", done.stdout, re.MULTILINE) == [
        str(one) for one in wrote
    ]
    assert (home / SCRIPTS[shell]).read_text() == run(shell).stdout
    assert run("install", shell).stdout == done.stdout
    done = run("uninstall", shell)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == "".join(f"removed {one}\n" for one in wrote)
    assert files_below(home) == set()
    nothing = f"nothing to remove: there is no {wrote[0]}\n"
    assert run("uninstall", shell).stdout == nothing


def test_the_settings_of_a_shell_are_never_edited(home, run):
    settings = [home / ".bashrc", home / ".zshrc"]
    for file in settings:
        file.write_text("# mine\n")
    done = run("install", "zsh")
    assert done.stdout.splitlines()[1:] == [
        f"add this line to {home}/.zshrc, before compinit is called:",
        f"  fpath=({home}/.local/share/zsh/site-functions $fpath); autoload -Uz compinit; compinit",
        "then begin a new shell",
    ]
    run("install", "bash")
    run("uninstall", "zsh")
    assert [file.read_text() for file in settings] == ["# mine\n"] * 2


@pytest.mark.parametrize("name", ["{}", "~", "$HOME"])
def test_a_line_that_is_there_is_not_asked_for_again(home, run, name):
    folder = f"{name.format(home)}/.local/share/zsh/site-functions"
    home.joinpath(".zshrc").write_text(f"fpath=({folder} $fpath)\ncompinit\n")
    done = run("install", "zsh")
    assert done.stdout.splitlines()[1:] == [
        f"{home}/.zshrc names the folder already: begin a new shell"
    ]
    assert "still names it; remove the line there:" in run("uninstall", "zsh").stdout


def test_the_folders_of_the_environment_are_used(run, tmp_path):
    place = str(tmp_path / "it's here")
    done = run("install", "fish", XDG_CONFIG_HOME=place, HOME=None)
    assert done.stdout.splitlines()[0] == f"wrote {place}/fish/completions/co.fish"
    done = run("install", "zsh", XDG_DATA_HOME=place)
    assert (
        f"""fpath=('{tmp_path}/it'"'"'s here/zsh/site-functions' $fpath)"""
        in done.stdout
    )
    done = run("install", BASH_COMPLETION_USER_DIR=place)
    assert done.stdout.splitlines()[0] == f"wrote {place}/completions/co"


@pytest.mark.parametrize("shell", ["zsh", "powershell"])
def test_the_line_itself_is_recognised_whatever_the_folder_is_called(
    run, tmp_path, shell
):
    place = tmp_path / "it's here"
    folders = {"XDG_CONFIG_HOME": str(place), "XDG_DATA_HOME": str(place)}
    wanted = run("install", shell, **folders, ZDOTDIR=str(place)).stdout.splitlines()
    settings = re.match("add this line to ([^,:]*)", wanted[1])[1]
    Path(settings).write_text(f"{wanted[2]}\n")
    done = run("install", shell, **folders, ZDOTDIR=str(place))
    assert done.stdout.splitlines()[1].startswith(f"{settings} names the folder")
    done = run("uninstall", shell, **folders, ZDOTDIR=str(place))
    assert done.stdout.splitlines()[1:] == [
        f"{settings} still names it; remove the line there:",
        wanted[2],
    ]


@pytest.mark.parametrize("value", ["here", ":", "here:there"])
def test_a_relative_folder_of_the_environment_is_passed_over(
    home, run, tmp_path, monkeypatch, value
):
    monkeypatch.chdir(tmp_path)
    done = run("install", "bash", BASH_COMPLETION_USER_DIR=value, XDG_DATA_HOME=value)
    assert done.stdout.splitlines()[0] == f"wrote {home / SCRIPTS['bash']}"
    done = run("install", "bash", BASH_COMPLETION_USER_DIR=f"here:{tmp_path}/there")
    assert done.stdout.splitlines()[0] == f"wrote {tmp_path}/there/completions/co"
    assert not (tmp_path / "here").exists()


@pytest.mark.parametrize("kind", ["text", "link", "dangling", "folder"])
@pytest.mark.parametrize("verb", ["install", "uninstall"])
def test_a_file_of_others_is_neither_replaced_nor_removed(home, run, kind, verb):
    file = home / OTHERS["fish"]
    file.parent.mkdir(parents=True)
    other = home / "other"
    if kind == "text":
        file.write_text("complete -c cohere-cli\n")
    elif kind == "folder":
        file.mkdir()
    else:
        file.symlink_to(other)
    if kind == "link":
        other.write_text("# Completion of co and cohere-cli\n")
    before = files_below(home)
    done = run(verb, "fish")
    assert (done.returncode, done.stdout) == (3, "")
    assert done.stderr == (
        f"co: {file} is not a file of co\n"
        "hint: move it away, or `co completion fish > FILE`\n"
    )
    assert files_below(home) == before
    assert os.path.lexists(file)


@pytest.mark.parametrize(
    ("home_is", "problem"),
    [(None, "is not set"), ("", "is not set"), ("here", "is not an absolute path")],
)
def test_without_a_home_nothing_is_written(
    run, tmp_path, monkeypatch, home_is, problem
):
    monkeypatch.chdir(tmp_path)
    done = run("install", HOME=home_is)
    assert (done.returncode, done.stdout) == (3, "")
    assert done.stderr == (
        f"co: HOME {problem}: it is unknown where bash looks for completions\n"
        "hint: set HOME, or write the script yourself: `co completion bash > FILE`\n"
    )


@pytest.mark.parametrize(
    ("shell", "what"),
    [(None, "which shell?"), ("/bin/tcsh", "no completions for the shell 'tcsh'")],
)
def test_a_shell_that_is_unknown_must_be_named(run, shell, what):
    done = run("install", SHELL=shell)
    assert done.returncode == 2
    assert done.stderr == (
        f"co: {what}\nhint: name it: co completion install bash|zsh|fish|powershell\n"
    )


def test_a_folder_that_cannot_be_made_is_an_error_of_one_line(run, tmp_path):
    tmp_path.joinpath("file").touch()
    done = run("install", "zsh", XDG_DATA_HOME=str(tmp_path / "file"))
    assert done.returncode == 3
    assert done.stderr.splitlines()[0] == (
        f"co: cannot write {tmp_path}/file/zsh/site-functions/_co: not a directory"
    )


def typed(shell, words, home, keys, expected):
    """Type *keys* in an interactive shell; return what it shows up to *expected*."""
    if shutil.which(shell) is None:
        pytest.skip(f"there is no {shell} here")
    environ = {"HOME": str(home), "PATH": f"{BIN}:/usr/bin:/bin", "TERM": "dumb"}
    child = pexpect.spawn(shell, words, env=environ, encoding="utf-8", timeout=20)
    child.delaybeforesend = None
    if shell != "fish":  # which drops what is typed before its prompt
        child.sendline("echo rea''dy")
    child.expect_exact("ready")
    child.send(keys)
    child.expect_exact(expected)
    child.sendcontrol("c")
    child.close(force=True)


@pytest.mark.pty
@pytest.mark.parametrize("name", ["co", "cohere-cli"])
def test_bash_completes_after_the_line_that_was_printed(home, run, name):
    done = run("install", "bash")
    line = done.stdout.splitlines()[3 if not PACKAGE.exists() else -1].strip()
    rc = home / "rc"
    rc.write_text(line if not PACKAGE.exists() else f". {PACKAGE}")
    words = ["--noprofile", "--rcfile", str(rc), "-i"]
    typed("bash", words, home, f"{name} chat --safe\t", f"{name} chat --safety ")


@pytest.mark.pty
@pytest.mark.parametrize("name", ["co", "cohere-cli"])
def test_zsh_completes_after_the_line_that_was_printed(home, run, name):
    line = run("install", "zsh").stdout.splitlines()[2].strip()
    home.joinpath(".zshrc").write_text(line.replace("; compinit", "; compinit -u"))
    typed("zsh", ["-d", "-i"], home, f"{name} chat --safe\t", "--safety")


@pytest.mark.pty
@pytest.mark.parametrize("name", ["co", "cohere-cli"])
def test_fish_completes_at_once(home, run, name):
    run("install", "fish")
    prompt = "function fish_prompt; printf 'rea%s> ' dy; end\n"
    home.joinpath(".config/fish/config.fish").write_text(prompt)
    typed("fish", ["-i"], home, f"{name} chat --safe\t", "--safety")


CACHED = {
    "bash": "source <(co completion bash); COMP_WORDS=(co chat -p '') COMP_CWORD=3; _co; printf '%s\\n' \"${COMPREPLY[@]}\"",
    "fish": "co completion fish | source; complete --do-complete 'co chat -p '",
}


@pytest.mark.parametrize("shell", CACHED)
def test_names_are_read_from_a_file_until_their_source_changes(tmp_path, shell):
    if shutil.which(shell) is None:
        pytest.skip(f"there is no {shell} here")
    co = Co(tmp_path)
    config = Path(co.environ["CO_CONFIG_DIR"])
    config.mkdir(mode=0o700, parents=True, exist_ok=True)
    settings = config / "config.toml"
    settings.write_text("[profiles.work]\n")
    os.utime(settings, (1, 1))
    os.utime(config, (1, 1))
    saved = Path(co.environ["CO_CACHE_DIR"]) / "completion" / "profiles"
    deadline = time.monotonic() + 20
    # Nothing is saved within two seconds after the package itself has changed.
    while not saved.exists() and time.monotonic() < deadline:
        asked(shell, co.environ)
    text = saved.read_text()
    saved.write_text(text.replace(" work", " seen"))
    os.utime(saved, (2, 2))
    os.utime(Path(co.environ["CO_CONFIG_DIR"]), (1, 1))
    lines = [one[1:] for one in text.splitlines() if one[0] == "<"]
    newest = max(Path(one).stat().st_mtime for one in lines)
    os.utime(saved, (newest + 1, newest + 1))
    assert asked(shell, co.environ) == ["sandbox", "seen"]
    assert asked(shell, {**co.environ, "CO_PROFILE": "work"}) == ["sandbox", "work"]
    saved.write_text(text.replace(" work", " seen"))
    os.utime(saved, (newest + 1, newest + 1))
    settings.write_text("[profiles.new]\n")
    os.utime(settings, (newest + 2, newest + 2))
    assert asked(shell, co.environ) == ["new", "sandbox"]


def asked(shell, environ):
    done = subprocess.run(
        [shell, "-c", CACHED[shell]],
        env={**environ, "PATH": f"{BIN}:/usr/bin:/bin"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stderr == ""
    return sorted(line.partition("\t")[0] for line in done.stdout.split("\n") if line)
