import json
import os
import re
import shlex
import shutil
import subprocess
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import pexpect
import pytest
import typer
from co_program import Co
from raw_server import http
from typer.main import get_command

from cohere_cli.app import app
from cohere_cli.commands.completion.command import Shell, script
from cohere_cli.commands.completion.command_tree import Command, Flag, Value, build_tree

FOLDER = Path(__file__).parents[3] / "completions"
FILES = {
    Shell.BASH: "co.bash",
    Shell.ZSH: "_co",
    Shell.FISH: "co.fish",
    Shell.POWERSHELL: "co.ps1",
}
SHELLS = (Shell.BASH, Shell.ZSH, Shell.FISH)
"""Those that are run here; `pwsh` is not."""
NASTY = "it's \"a\" [b] c:d $(touch pwned) `touch pwned` \\ %s \\' é; ]: *x"

PROFILES = ("completion", "bash", "--names", "profiles")
LISTED = ["citations", "logprobs", "plan", "results", "thinking", "tools", "usage"]
AFTER = ["thinking", "tools"]
FAULTS = ["cut-in-character", "cut-in-event"]

# What is typed, and what is offered, by every shell.
OFFERED = {
    "co cha": ["chat"],
    "co hel": ["help"],
    "co help comp": ["compat", "completion"],
    "co help chat ": [],
    "co auth lo": ["login", "logout"],
    "cohere-cli rerank --inp": ["--input"],
    "co chat -o ": ["events", "json", "markdown", "text", "yaml"],
    "co chat --output ": ["events", "json", "markdown", "text", "yaml"],
    "co chat --output=": ["events", "json", "markdown", "text", "yaml"],
    "co chat --output=j": ["json"],
    "co chat --hide c": ["citations"],
    "co chat --show plan,": LISTED,
    "co compat --hide=plan,usage,t": AFTER,
    "co sandbox serve --fault cut=5,cut-": FAULTS,
    "co chat --safety ": ["contextual", "off", "strict"],
    "co lab -o tr": ["trec"],
    "co compat -o jsonl": ["jsonl"],
    "co rerank --input g": ["grep"],
    "co chat -s auth --usa": ["--usage"],
    "co chat --base-url=http://[::1]:80/ --usa": ["--usage"],
    "co chat a word --usa": ["--usage"],
    "co chat -- --usa": [],
    "co chat auth lo": [],
    "co completion i": ["install"],
    "co completion uninstall ": ["bash", "fish", "powershell", "zsh"],
    "co chat --tool ": ["calculator", "now", "search"],
    "co completion zsh b": [],
    "co chat -d al": ["alpha.md"],
    "co chat --key-file=al": ["alpha.md"],
    "co chat --timeout al": [],
    "co chat al": [],
    "co rerank x al": ["alpha.md"],
    "co replay al": ["alpha.md"],
    "co replay x al": [],
    "co nonsense al": [],
    "co chat --nonsense=al": [],
}

# Zsh and fish leave out what is there already, unless it can be given again.
OFFERED_ONCE = {
    "co chat --output json --outp": [],
    "co chat --output=json --outp": [],
    "co chat -o json --outp": [],
    "co chat --stream --no-strea": [],
    "co chat -d alpha.md --docu": ["--document"],
}

NAMED = {
    "co chat -p sandbox -m command-r-0": ["command-r-08-2024"],
    "co chat --profile=sandbox --model command-r-0": ["command-r-08-2024"],
    "co chat -psandbox --model=command-r-0": ["command-r-08-2024"],
    "co rerank x --profile sandbox -m rerank-v3": ["rerank-v3.5"],
    "co rerank x -p sandbox -m command-r-0": [],
    "co lab -p sandbox -m rerank-v3.5 -m rerank-e": ["rerank-english-v3.0"],
    "co compat -p sandbox -m command-r-0": ["command-r-08-2024"],
    "co models show -p sandbox rerank-v3": ["rerank-v3.5"],
    "co models show -p sandbox --js": ["--json"],
    "co chat -m command-r7": ["command-r7b-12-2024"],
    "co compat -m command-r7": ["command-r7b-12-2024"],
    "co chat --base-url http://127.0.0.1:1 -m command": [],
    "co chat -p nobody -m command": [],
}


class Choice(StrEnum):
    BLANK = "a b"
    COMMAND = "$(touch pwned)"
    COLON = "x:y"
    QUOTE = "it's"
    PLAIN = "plain"


trial = typer.Typer(add_completion=False, help="Trial.")


@trial.command("sub", help=NASTY)
def sub(
    arg: Annotated[Choice, typer.Argument(metavar=NASTY)],
    one: Annotated[Choice, typer.Option("--one", "-1", help=NASTY, metavar=NASTY)],
) -> None: ...


@trial.command("other", help="First\nsentence. Second.")
def other(
    paths: Annotated[list[str], typer.Argument(metavar="[FILE]...")],
    profile: Annotated[str, typer.Option("-p", metavar="PROFILE")],
    more: Annotated[list[str], typer.Option("--more", "-m")],
    verbose: Annotated[int, typer.Option("-v", count=True, help="Say more.")] = 0,
    stream: Annotated[bool, typer.Option("--on/--off", help="Or off.")] = True,
    secret: Annotated[str, typer.Option(hidden=True)] = "",
) -> None: ...


@trial.command("concealed", hidden=True)
def concealed() -> None: ...


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    tmp_path.joinpath("alpha.md").touch()
    monkeypatch.chdir(tmp_path)
    return tmp_path


def asked(shell, source, lines):
    """Return what *shell* offers for each line, after it has read *source*."""
    if shutil.which(shell) is None:
        pytest.skip(f"there is no {shell} here")
    Path("script").write_text(source)
    shown = {Shell.BASH: bash, Shell.FISH: fish, Shell.ZSH: zsh}[shell](lines)
    answers = [block.splitlines() for block in shown.split("<next>\n")[1:]]
    return dict(zip(lines, answers, strict=True))


def run(*command):
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert done.stderr == ""
    return done.stdout


def bash(lines):
    program = ["source ./script"]
    for line in lines:
        words = [re.findall("[=:]+|[^=:]+", word) or [""] for word in line.split(" ")]
        pieces = [shlex.quote(piece) for word in words for piece in word]
        program.append(f"COMP_WORDS=({' '.join(pieces)}) COMP_CWORD={len(pieces) - 1}")
        program.append(
            "_co; echo '<next>'; printf '%s\\n' \"${COMPREPLY[@]}\" | grep ."
        )
    return run("bash", "--norc", "-c", "\n".join([*program, "true"]))


def fish(lines):
    program = ["source ./script"]
    for line in lines:
        program.append("echo '<next>'")
        program.append(f"complete --do-complete {shlex.quote(line)}")
    return run("fish", "--no-config", "-c", "\n".join(program))


ZSH = r"""
autoload -Uz compinit
compinit -u -D
source ./script
compadd() {
  if [[ -z ${(M)@:#-(O|A|D)} ]]; then
    local -a found
    builtin compadd -O found "$@"
    print -rl -- $found
  fi
  builtin compadd "$@"
} >> shown
probe() {
  for BUFFER in "${(@f)$(<lines)}"; do
    print -r -- '<next>' >> shown
    CURSOR=$#BUFFER
    zle list-choices
  done
  exit
}
zle -N probe
bindkey '^T' probe
PS1=rea''dy
"""


def zsh(lines):
    Path("lines").write_text("\n".join(lines))
    Path("setup").write_text(ZSH)
    shell = pexpect.spawn("zsh", ["-f", "-i"], env={**os.environ, "TERM": "dumb"})
    shell.delaybeforesend = None
    shell.sendline("source ./setup")
    shell.expect_exact("ready")
    shell.sendcontrol("t")
    shell.expect(pexpect.EOF)
    shell.close()
    return Path("shown").read_text()


def bare(offers):
    """Take off what shells add: the description, the flag, the words before a comma."""
    words = (offer.split("\t")[0].rpartition(",")[2] for offer in offers if offer)
    return sorted(re.sub(r"^--[\w-]+=", "", word) for word in words)


def real(shell):
    return script(shell, get_command(app))


def tried(shell):
    return script(shell, get_command(trial))


@pytest.mark.parametrize("shell", Shell)
def test_the_scripts_are_those_of_the_command_tree(shell):
    hint = "run completions/write.py"
    assert FOLDER.joinpath(FILES[shell]).read_text("utf-8") == real(shell), hint


@pytest.mark.parametrize("shell", Shell)
def test_the_command_prints_the_script(shell, capsysbinary):
    with pytest.raises(SystemExit, match=r"^0$"):
        app(["completion", shell])
    assert capsysbinary.readouterr() == (real(shell).encode(), b"")


@pytest.mark.parametrize("shell", SHELLS)
def test_a_shell_offers_what_fits(shell):
    table = OFFERED if shell == "bash" else OFFERED | OFFERED_ONCE
    offers = asked(shell, real(shell), table)
    assert {line: bare(some) for line, some in offers.items()} == table


@pytest.fixture
def own_co(folder, monkeypatch):
    program = Co(folder)
    for name, value in program.environ.items():
        monkeypatch.setenv(name, value)
    return program


@pytest.mark.usefixtures("own_co")
@pytest.mark.parametrize("shell", SHELLS)
def test_a_shell_offers_the_models_of_the_profile_on_the_line(shell):
    offers = asked(shell, real(shell), NAMED)
    assert {line: bare(some) for line, some in offers.items()} == NAMED


SETTINGS = """
[profiles.work.alias]
fast = "m"
[profiles.work-2]
"""
OWN = {
    "co chat -p ": ["sandbox", "work", "work-2"],
    "co chat --profile=work-": ["work-2"],
    "co auth switch w": ["work", "work-2"],
    "co rerank x -p work -m fa": ["fast"],
    "co chat -p work-2 -m fa": [],
    "co config get chat.temp": ["chat.temperature"],
    "co config unset time": ["timeout"],
    "co config set rerank.top": ["rerank.top_n"],
    "co config set chat.dry": [],
}


def configure(folder, name):
    directory = folder / name
    directory.mkdir(mode=0o700)
    (directory / "config.toml").write_text(SETTINGS)
    return str(directory)


@pytest.mark.usefixtures("own_co")
@pytest.mark.parametrize("shell", SHELLS)
def test_a_shell_offers_profiles_settings_and_aliases(shell, folder, monkeypatch):
    # A name that would be expanded or executed, were it not data.
    monkeypatch.setenv("CO_CONFIG_DIR", configure(folder, "it's $(touch pwned) *"))
    offers = asked(shell, real(shell), OWN)
    assert {line: bare(some) for line, some in offers.items()} == OWN
    assert not folder.joinpath("pwned").exists()


@pytest.mark.usefixtures("own_co")
@pytest.mark.parametrize("shell", SHELLS)
@pytest.mark.parametrize("directory", ["none", "relative", "broken"])
def test_names_are_offered_whatever_the_environment(
    shell, folder, monkeypatch, directory
):
    broken = Path(configure(folder, "broken"), "config.toml")
    broken.write_text("[profiles.a.chat]\ntemperature = 9\n")
    path = {"none": "/nonexistent", "relative": "relative"}.get(directory)
    monkeypatch.setenv("CO_CONFIG_DIR", path or str(broken.parent))
    monkeypatch.setenv("CO_PROFILE", "-p $(touch pwned) `touch pwned`; 'x")
    lines = {
        "co chat -p ": ["sandbox"],
        "co config get time": ["timeout"],
        "co search x -m fa": [],
    }
    offers = asked(shell, real(shell), lines)
    assert {line: bare(some) for line, some in offers.items()} == lines
    assert not folder.joinpath("pwned").exists()


@pytest.mark.usefixtures("own_co")
@pytest.mark.timeout(60)
@pytest.mark.parametrize("shell", SHELLS)
def test_a_pipe_in_the_place_of_saved_names_is_not_waited_for(
    shell, folder, monkeypatch
):
    saved = folder / "saved" / "completion"
    saved.mkdir(parents=True)
    os.mkfifo(saved / "profiles")
    monkeypatch.setenv("CO_CACHE_DIR", str(saved.parent))
    offers = asked(shell, real(shell), ["co chat -p "])
    assert bare(offers["co chat -p "]) == ["sandbox"]


def test_bash_inserts_a_word_of_a_list_after_its_commas():
    lines = {
        "co chat --show plan,th": ["plan,thinking"],
        "co sandbox serve --fault cut=5,html": [
            "5,html"
        ],  # `=` ends a word of readline
    }
    assert asked(Shell.BASH, real(Shell.BASH), lines) == lines


@pytest.mark.parametrize("shell", SHELLS)
def test_a_shell_offers_the_models_of_the_server_on_the_line(
    shell, own_co, serve, folder
):
    names = ["it's $(touch pwned) `touch pwned`", "x y", "x*"]
    page = json.dumps({"data": [{"id": name} for name in names]}).encode()
    url = serve(http(page, kind="application/json")).url
    own_co("models", "list", "--compat", "--base-url", url)
    escaped = ["it\\'s\\ \\$\\(touch\\ pwned\\)\\ \\`touch\\ pwned\\`", "x\\ y", "x\\*"]
    line = f"co compat --base-url {url} -m "
    offers = asked(shell, real(shell), [line])
    assert bare(offers[line]) == (escaped if shell == "bash" else names)
    assert not folder.joinpath("pwned").exists()


@pytest.mark.parametrize("shell", SHELLS)
def test_help_and_choices_are_data_to_a_shell(shell, folder):
    escaped = ["\\$\\(touch\\ pwned\\)", "a\\ b", "it\\'s", "plain", "x:y"]
    choices = escaped if shell == "bash" else sorted(Choice)
    lines = {
        "co su": ["sub"],
        "co sub --on": ["--one"],
        "co sub --one ": choices,
        "co sub -1 ": choices,
        "co sub ": choices,
    }
    offers = asked(shell, tried(shell), lines)
    assert {line: bare(some) for line, some in offers.items()} == lines
    assert not folder.joinpath("pwned").exists()


def test_fish_shows_help_as_it_is():
    offers = asked(Shell.FISH, tried(Shell.FISH), ["co su", "co sub --on"])
    assert offers == {
        "co su": [f"sub\t{NASTY}"],
        "co sub --on": [f"--one\t{NASTY}"],
    }


def test_bash_completes_a_word_that_readline_does_not_split():
    program = "source ./script; COMP_WORDS=(co chat --output=j) COMP_CWORD=2; _co; "
    Path("script").write_text(real(Shell.BASH))
    shown = run("bash", "-c", program + "echo ${COMPREPLY[@]}")
    assert shown == "--output=json\n"


def test_bash_completes_within_quotes_and_after_a_colon(folder):
    folder.joinpath("c:dee x").touch()
    lines = {'co chat -o "j': ["json"], "co chat -d c:": ["dee x"]}
    assert asked(Shell.BASH, real(Shell.BASH), lines) == lines


@pytest.mark.usefixtures("own_co")
@pytest.mark.parametrize("locale", ["C", "C.UTF-8"])
def test_bash_quotes_a_name_for_the_quote_that_is_open(folder, monkeypatch, locale):
    monkeypatch.setenv("LC_ALL", locale)
    programs = folder / "programs"
    programs.mkdir()
    names = ["q a'b", 'z $(touch pwned)`c`"\\', "é';touch pwned;'"]
    program = programs / "cohere-cli"
    program.write_text("#!/bin/sh\ncat <<'.'\n" + "\n".join(names) + "\n.\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{programs}:{os.environ['PATH']}")
    lines = {
        "'q a": names[:1],
        '"q a': names[:1],
        "'z $(": names[1:2],
        '"z \\$(': names[1:2],
        "'": names,
        '"': names,
    }
    typed = ["source ./script", "show() { printf '%s\\n' \"$1\"; }"]
    for word in lines:
        typed += [
            f"COMP_WORDS=(co chat -p {shlex.quote(word)}) COMP_CWORD=3; _co",
            # Readline puts each after the quote, and closes it.
            f'mark=\\{word[0]}; for one in "${{COMPREPLY[@]}}"',
            'do eval "show $mark$one$mark"; done; echo "<next>"',
        ]
    Path("script").write_text(real(Shell.BASH))
    shown = run("bash", "--norc", "-c", "\n".join(typed)).split("<next>\n")
    found = [block.splitlines() for block in shown[:-1]]
    assert dict(zip(lines, found, strict=True)) == lines
    assert not folder.joinpath("pwned").exists()


@pytest.mark.skipif(not shutil.which("shellcheck"), reason="no shellcheck here")
def test_shellcheck_has_nothing_to_say():
    assert run("shellcheck", str(FOLDER / "co.bash")) == ""


def test_the_tree_is_read_without_what_is_hidden():
    root = build_tree(get_command(trial))
    assert (root.path, root.flags) == (("co",), ())
    assert [one.path for one in root.all()] == [
        ("co",),
        ("co", "sub"),
        ("co", "other"),
    ]
    assert root.commands[1] == Command(
        ("co", "other"),
        "First sentence",
        (
            Flag(("-p",), "", Value("PROFILE", program=PROFILES, required=True)),
            Flag(("--more", "-m"), "", Value("MORE", required=True), repeatable=True),
            Flag(("-v",), "Say more", repeatable=True, text="Say more. [default: 0]"),
            Flag(("--on", "--off"), "Or off", text="Or off. [default: on]"),
        ),
        (Value("[FILE]...", is_file=True, many=True, required=True),),
        text="First\nsentence. Second.",
    )


def test_each_command_has_a_short_and_a_whole_help():
    flags = [one.flags[-2:] for one in build_tree(get_command(app)).all()]
    names = {tuple(name for flag in two for name in flag.names) for two in flags}
    assert names == {("-h", "--help")}
    assert {flag.alone for two in flags for flag in two} == {True}


def test_the_script_for_powershell_has_only_tokens_that_it_knows():
    from pygments.lexers.shell import PowerShellLexer
    from pygments.token import Error, Punctuation

    source = FOLDER.joinpath("co.ps1").read_text("utf-8")
    tokens = [*PowerShellLexer().get_tokens(source)]
    assert [text for kind, text in tokens if kind is Error] == []
    brackets = [text for kind, text in tokens if kind in Punctuation]
    open_ones: list[str] = []
    pairs = {")": "(", "]": "[", "}": "{"}
    for one in "".join(brackets):
        if one in pairs.values():
            open_ones.append(one)
        elif one in pairs:
            assert open_ones.pop() == pairs[one]
    assert open_ones == []


def test_texts_are_data_to_powershell():
    source = tried(Shell.POWERSHELL)
    arms = re.findall(
        r"^ +'value co sub --one' \{ (.*); break \}$", source, re.MULTILINE
    )
    assert arms == ["$offer = @('a b', '$(touch pwned)', 'x:y', 'it''s', 'plain')"]
