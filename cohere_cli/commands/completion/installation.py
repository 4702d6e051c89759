"""Where a shell looks for completions: the files written there, and removed."""

import os
import shutil
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import NamedTuple

from cohere_cli.errors import ConfigProblem, UsageProblem
from cohere_cli.system.programs import HOME, POWERSHELL_SETTINGS
from cohere_cli.text import os_reason

MARK = "Completion of co and cohere-cli"
"""What the first lines of each file of ours have."""

_MARKED = 400  # bytes of a file in which the mark is
_BASH_COMPLETION = (
    "/usr/share/bash-completion/bash_completion",
    "/usr/local/share/bash-completion/bash_completion",
    "/opt/homebrew/etc/profile.d/bash_completion.sh",
    "/usr/local/etc/profile.d/bash_completion.sh",
)
_PROFILE = "Microsoft.PowerShell_profile.ps1"
_POWERSHELL_WAIT = 10.0  # seconds


class Place(NamedTuple):
    """Where the script of a shell belongs, and a short file for `cohere-cli`.

    *settings* is the file of the user's settings that needs *line*, unless it has it;
    "" if the shell finds the script by itself. *advice* is what to do next.
    """

    script: Path
    other: Path | None = None
    other_text: str = ""
    settings: Path | None = None
    line: str = ""
    advice: str = ""


def shell_of(names: Sequence[str], environ: Mapping[str, str]) -> str:
    """Return the one of *names* that the environment says is the user's shell.

    Raises `UsageProblem`.
    """
    found = Path(environ.get("SHELL", "")).name.removesuffix(".exe")
    found = "powershell" if found == "pwsh" else found
    if not found and "PSModulePath" in environ:
        found = "powershell"
    if found in names:
        return found
    what = f"no completions for the shell {found!r}" if found else "which shell?"
    hint = f"name it: co completion install {'|'.join(names)}"
    raise UsageProblem(what, hint=hint)


def install_script(
    shell: str, script: str, environ: Mapping[str, str]
) -> Iterator[str]:
    """Write *script* where *shell* looks; yield what was done and what is to do.

    Raises `ConfigProblem`, for a file of others before anything is written.
    """
    place = place_of(shell, environ)
    files = {place.script: script}
    if place.other:
        files[place.other] = place.other_text
    for path in files:
        _require_own(path, shell)
    for path, text in files.items():
        _write(path, text)
        yield f"wrote {path}"
    if place.settings is None:
        yield place.advice
    elif _has(place.settings, place, environ):
        yield f"{place.settings} names the folder already: {place.advice}"
    else:
        yield f"add this line to {place.settings}{_WHERE.get(shell, '')}:"
        yield f"  {place.line}"
        yield f"then {place.advice}"


_WHERE = {"zsh": ", before compinit is called"}


def remove_script(shell: str, environ: Mapping[str, str]) -> Iterator[str]:
    """Remove the files of `install_script`; yield what was done. Not those of others.

    Raises `ConfigProblem`.
    """
    place = place_of(shell, environ)
    paths = [path for path in (place.script, place.other) if path]
    found = [path for path in paths if os.path.lexists(path)]
    for path in found:
        _require_own(path, shell)
    for path in found:
        try:
            path.unlink()
        except OSError as exc:
            raise _problem("remove", path, exc) from exc
        yield f"removed {path}"
    if not found:
        yield f"nothing to remove: there is no {place.script}"
    if place.settings and _has(place.settings, place, environ):
        yield f"{place.settings} still names it; remove the line there:"
        yield f"  {place.line}"


def place_of(shell: str, environ: Mapping[str, str]) -> Place:
    """Return where the script of *shell* belongs. Raises `ConfigProblem`."""
    return _PLACES[shell](shell, environ)


def _bash(shell: str, environ: Mapping[str, str]) -> Place:
    folder = _bash_folder(shell, environ) / "completions"
    script = folder / "co"
    text = (
        f'# {MARK}: bash looks for that of each name.\n. "${{BASH_SOURCE[0]%/*}}/co"\n'
    )
    begin = "begin a new shell; it is read by bash-completion"
    if any(map(os.path.exists, _BASH_COMPLETION)):
        return Place(script, folder / "cohere-cli", text, advice=begin)
    # Without that package nothing reads the folder.
    settings = _home(shell, environ) / ".bashrc"
    line = f". {_quoted(script)}"
    advice = "begin a new shell (or install bash-completion, which needs no line)"
    return Place(script, folder / "cohere-cli", text, settings, line, advice)


def _bash_folder(shell: str, environ: Mapping[str, str]) -> Path:
    for user in environ.get("BASH_COMPLETION_USER_DIR", "").split(":"):
        if Path(user).is_absolute():
            return Path(user)
    return _folder("XDG_DATA_HOME", ".local/share", shell, environ) / "bash-completion"


def _zsh(shell: str, environ: Mapping[str, str]) -> Place:
    folder = _folder("XDG_DATA_HOME", ".local/share", shell, environ)
    folder = folder / "zsh" / "site-functions"
    settings = Path(environ.get("ZDOTDIR") or _home(shell, environ)) / ".zshrc"
    line = f"fpath=({_quoted(folder)} $fpath); autoload -Uz compinit; compinit"
    return Place(folder / "_co", None, "", settings, line, "begin a new shell")


def _fish(shell: str, environ: Mapping[str, str]) -> Place:
    folder = _folder("XDG_CONFIG_HOME", ".config", shell, environ)
    folder = folder / "fish" / "completions"
    text = (
        f"# {MARK}: fish looks for that of each name.\ncomplete -c cohere-cli -w co\n"
    )
    advice = "it works at once, in every fish"
    return Place(folder / "co.fish", folder / "cohere-cli.fish", text, advice=advice)


def _powershell(shell: str, environ: Mapping[str, str]) -> Place:
    settings = _powershell_profile() or _usual_profile(shell, environ)
    script = settings.parent / "co-completion.ps1"
    line = f". '{str(script).replace(chr(39), chr(39) * 2)}'"
    return Place(script, None, "", settings, line, "begin a new PowerShell")


_PLACES = {"bash": _bash, "zsh": _zsh, "fish": _fish, "powershell": _powershell}


def _powershell_profile() -> Path | None:
    """Return what PowerShell says $PROFILE is; None without a PowerShell."""
    for name in ("pwsh", "powershell"):
        if program := shutil.which(name):
            words = [program, "-NoProfile", "-NonInteractive", "-Command", "$PROFILE"]
            with suppress(OSError, subprocess.SubprocessError):
                run = subprocess.run(  # noqa: S603 - no shell
                    words,
                    capture_output=True,
                    text=True,
                    timeout=_POWERSHELL_WAIT,
                    check=True,
                )
                if Path(run.stdout.strip()).is_absolute():
                    return Path(run.stdout.strip())
    return None


def _usual_profile(shell: str, environ: Mapping[str, str]) -> Path:
    if POWERSHELL_SETTINGS:
        return Path.home() / POWERSHELL_SETTINGS / _PROFILE
    folder = _folder("XDG_CONFIG_HOME", ".config", shell, environ)
    return folder / "powershell" / _PROFILE


def _folder(
    variable: str, below_home: str, shell: str, environ: Mapping[str, str]
) -> Path:
    """Return the folder of *variable*; as its specification says, never a relative."""
    if (value := environ.get(variable, "")) and Path(value).is_absolute():
        return Path(value)
    return _home(shell, environ) / below_home


def _home(shell: str, environ: Mapping[str, str]) -> Path:
    value = environ.get("HOME") or environ.get(HOME, "")
    if Path(value).is_absolute():
        return Path(value)
    state = "is not set" if not value else "is not an absolute path"
    what = f"{HOME} {state}: it is unknown where {shell} looks for completions"
    hint = f"set {HOME}, or write the script yourself: `co completion {shell} > FILE`"
    raise ConfigProblem(what, hint=hint)


def _quoted(path: Path) -> str:
    from shlex import quote

    return quote(str(path))


def _has(settings: Path, place: Place, environ: Mapping[str, str]) -> bool:
    """Whether a file has the line, or its folder in full or after ~ or $HOME."""
    try:
        text = settings.read_text("utf-8", "replace")
    except OSError:
        return False
    if place.line in text:  # a quote in the folder is written otherwise there
        return True
    folder = place.script.parent
    home = Path(environ.get("HOME", "/"))
    is_below = home != Path("/") and folder.is_relative_to(home)
    short = f"/{folder.relative_to(home)}" if is_below else str(folder)
    return str(folder) in text or f"~{short}" in text or f"$HOME{short}" in text


def _require_own(path: Path, shell: str) -> None:
    """Raise `ConfigProblem` if *path* exists and was not written by this program."""
    if not os.path.lexists(path):
        return
    if not path.is_symlink() and path.is_file() and MARK.encode() in _beginning(path):
        return
    hint = f"move it away, or `co completion {shell} > FILE`"
    raise ConfigProblem("is not a file of co", where=str(path), hint=hint)


def _beginning(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(_MARKED)
    except OSError as exc:
        raise _problem("read", path, exc) from exc


def _write(path: Path, text: str) -> None:
    """Write *text* whole or not at all: a shell may be reading it."""
    new = None
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with NamedTemporaryFile(dir=path.parent, prefix=".co.", delete=False) as file:
            new = Path(file.name)
            file.write(text.encode())
        new.chmod(0o644)
        new.replace(path)
    except OSError as exc:
        if new:
            new.unlink(missing_ok=True)
        raise _problem("write", path, exc) from exc


def _problem(verb: str, path: Path, exc: OSError) -> ConfigProblem:
    what = f"cannot {verb} {path}: {os_reason(exc)}"
    return ConfigProblem(
        what, hint="XDG_DATA_HOME and XDG_CONFIG_HOME name other folders"
    )
