"""What surrounds a command: variables, files, streams, locale, limits, folders."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from random import Random

import cohere_cli
from tests.faults.inputs import strings, toml, words
from tests.faults.rows import CANARY


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """One run: all that is given to `co`, by which it can be repeated.

    *files* are relative to the home. *is_fresh*: a new interpreter runs it, rather
    than a fork of a warm one. *limits* are resource limits by name.
    """

    number: str
    words: list[str]
    env: dict[str, str]
    files: dict[str, bytes] = field(default_factory=dict)
    stdin: str = "null"
    stdin_data: bytes = b""
    stdout: str = "file"
    stderr: str = "file"
    limits: dict[str, int] = field(default_factory=dict)
    folder: str = "home"
    umask: int = 0o022
    is_fresh: bool = False


STDIN = (
    *("null", "closed", "file", "pipe", "silent", "terminal", "folder", "write-only"),
    *("socket",),
)
STDOUT = ("file", "closed", "full", "lost", "terminal", "pipe")
STDERR = ("file", "closed", "full", "lost", "terminal")
"""`lost`: a pipe whose reader has closed it. `silent`: nothing comes for a while."""

_LIMITS: Mapping[str, tuple[int, ...]] = {
    "NOFILE": (8, 10, 12, 16, 20),
    "FSIZE": (0, 1, 100),
    "AS": (1 << 20, 8 << 20, 64 << 20),  # above what is in use
    "THREADS": (0, 1),
    "NPROC": (0,),
    "STACK": (512 << 10, 1 << 20),
}

_VALUES: Mapping[str, tuple[str, ...]] = {
    "COLUMNS": ("0", "1", "5", "40", "1000", "9" * 20, "²"),
    "LINES": ("0", "1", "-5", "²"),
    "TERM": ("dumb", "", "xterm-256color", "linux", "screen", "nonsense"),
    "NO_COLOR": ("1", "0"),
    "FORCE_COLOR": ("1", "3"),
    "FORCE_HYPERLINK": ("1", "0"),
    "VTE_VERSION": ("7000",),
    "TERMINAL_WIDTH": ("0", "x", "80"),
    "_CO_COMPLETE": ("x", "bash_source", "complete_bash"),
    "COLORTERM": ("truecolor",),
    "CI": ("1",),
    "HOME": ("", "/nonexistent", "relative", "/dev/null", "{home}/rain.txt"),
    "XDG_CONFIG_HOME": ("", "relative", "/dev/null", "{home}/folder"),
    "XDG_DATA_HOME": ("", "relative", "/dev/null"),
    "XDG_CACHE_HOME": ("", "relative", "/dev/null"),
    "LANG": ("C", "POSIX", "de_DE.ISO-8859-1", "xx_YY.nonsense", "tr_TR.UTF-8"),
    "LC_ALL": ("C", "POSIX", "de_DE.ISO-8859-1", "xx_YY.nonsense"),
    "PYTHONIOENCODING": ("ascii", "latin-1:strict", "utf-16", "cp037", ":replace"),
    "PYTHONUTF8": ("0", "1"),
    "PYTHONUNBUFFERED": ("1",),
    "SSL_CERT_FILE": ("missing", "rain.txt", "folder", "/dev/null", "fifo"),
    "SSL_CERT_DIR": ("missing", "rain.txt"),
    "SSLKEYLOGFILE": ("folder", "missing/x"),
    "EDITOR": ("true", "false", "cat", "missing", "'"),
    "VISUAL": ("true", ""),
    "PAGER": ("cat", "missing"),
    "TZ": ("UTC", "nonsense", ":/dev/null", "EST5EDT"),
    "PATH": ("", "/nonexistent", "folder"),
    "TMPDIR": ("/nonexistent", "relative"),
}
_PROXIES = ("HTTPS_PROXY", "HTTP_PROXY", "ALL_PROXY", "https_proxy", "all_proxy")
_NO_PROXIES = ("NO_PROXY", "no_proxy")
_NO_PROXY = ("*", ".example", "[::1]:x", "10.0.0.0/99", "h.example:99999999999", ",,,")
_KEYS = ("CO_API_KEY", "COHERE_API_KEY")


@cache
def variables() -> tuple[str, ...]:
    """Return the names of all variables of `co`'s own that its source names."""
    root = Path(cohere_cli.__file__).parent
    texts = (path.read_text() for path in root.rglob("*.py"))
    return tuple(
        sorted({name for text in texts for name in re.findall(r"\bCO_[A-Z_]+\b", text)})
    )


def trial(number: str, every: list[words.Command]) -> Trial:
    """Return the run that *number*, `SEED:NUMBER`, decides."""
    rng = Random(number)
    given = words.command_line(rng, every)
    env = _environment(rng)
    files = toml.config_files(rng) if rng.random() < 0.35 else {}
    files["nasty"] = _content(rng)
    is_calm = rng.random() < 0.6  # one strange thing at a time gets further
    stdin = _one(rng, STDIN, 0.4 if is_calm else 0.7)
    return Trial(
        number=number,
        words=given,
        env=env,
        files=files,
        stdin=stdin,
        stdin_data=_stdin_data(rng, given),
        stdout="file" if is_calm else _one(rng, STDOUT, 0.5),
        stderr="file" if is_calm else _one(rng, STDERR, 0.3),
        limits={} if is_calm else _some_limit(rng),
        folder="home" if is_calm else _one(rng, ("home", "deleted", "read-only"), 0.2),
        umask=0o022 if is_calm else rng.choice((0, 0o022, 0o077, 0o777)),
        # The interpreter itself does not start with a folder as standard input.
        is_fresh=rng.random() < 0.01 and stdin != "folder",
    )


def _one(rng: Random, states: tuple[str, ...], chance: float) -> str:
    return rng.choice(states[1:]) if rng.random() < chance else states[0]


def _some_limit(rng: Random) -> dict[str, int]:
    if rng.random() < 0.75:
        return {}
    name = rng.choice(list(_LIMITS))
    return {name: rng.choice(_LIMITS[name])}


def _environment(rng: Random) -> dict[str, str]:
    env = {
        "PATH": "/usr/bin:/bin",
        "HOME": "{home}",
        "LANG": "C.UTF-8",
        "TERM": "xterm-256color",
        "EDITOR": "true",
        "CO_CONFIG_DIR": "{home}/config",
    }
    if rng.random() < 0.1:
        del env["CO_CONFIG_DIR"]
    if rng.random() < 0.75:
        env["CO_API_KEY"] = CANARY
    if rng.random() < 0.6:
        env["CO_API_URL"] = "{url}"
    for _ in range(rng.choice((0, 0, 1, 1, 2, 3))):
        name, value = _variable(rng)
        env[name] = value.replace("\0", "")
    return env


def _variable(rng: Random) -> tuple[str, str]:
    own = [name for name in variables() if name != "CO_RECORDINGS"]
    name = rng.choice(rng.choice((own, list(_VALUES), _PROXIES, _NO_PROXIES)))
    if name in _PROXIES or name == "CO_API_URL":
        return name, strings.url(rng)
    if name in _NO_PROXIES:
        return name, rng.choice((*_NO_PROXY, strings.text(rng)))
    if name in _KEYS:
        return name, rng.choice((strings.key, strings.text))(rng)
    # The interpreter itself refuses an encoding that it does not know.
    is_plain = name.startswith("PYTHON") or name in ("EDITOR", "VISUAL", "PATH")
    if name in _VALUES and (is_plain or rng.random() < 0.6):
        return name, rng.choice(_VALUES[name])
    return name, rng.choice((strings.text, strings.path))(rng)


def _stdin_data(rng: Random, given: list[str]) -> bytes:
    if given[:2] == ["auth", "login"] and rng.random() < 0.7:
        return as_bytes(strings.key(rng))
    return _content(rng)[:50_000]


def _content(rng: Random) -> bytes:
    return as_bytes(
        "\n".join(strings.text(rng) for _ in range(rng.choice((1, 1, 2, 5))))
    )


def as_bytes(text: str) -> bytes:
    """Return the bytes of *text*, in which a lone surrogate stands for one byte."""
    return text.encode("utf-8", "surrogateescape")
