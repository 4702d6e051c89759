"""Keys in the system's keyring, which may hang, be locked, or not be there."""

import shlex
from collections.abc import Callable
from io import BufferedReader
from pathlib import Path
from queue import Empty, SimpleQueue
from threading import Thread
from typing import IO, Any, TypeVar, cast

from cohere_cli.errors import NotAuthenticated

T = TypeVar("T")

KEYRING_TIMEOUT = 3.0
"""Seconds. A keyring without anybody to unlock it waits for ever."""

_SERVICE = "co"


def keyring_name() -> str:
    """Return the name of the keyring in use.

    Raises `NotAuthenticated` where there is none, or none that keeps a secret.
    """
    backend = _asked(lambda keyring: keyring.get_keyring())
    # The library's own line between those it recommends and plain text or nothing.
    if backend.priority < 1:
        raise NotAuthenticated("there is no safe keyring on this machine", hint=_FILE)
    return str(backend.name)


def read_keyring(profile: str, base_url: str) -> str:
    """Return the key that was kept for *profile* and this server, and no other.

    Raises `NotAuthenticated`, also where there is none.
    """
    entry = _entry(profile, base_url)
    key = _asked(lambda keyring: keyring.get_password(_SERVICE, entry))
    if key is None:
        said = f"the keyring has no key of profile {profile!r} for {base_url}"
        raise NotAuthenticated(said, hint=_LOGIN)
    return str(key)


def keep(profile: str, base_url: str, key: str) -> None:
    """Put *key* into the keyring, and see that it is there.

    Raises `NotAuthenticated`, also for a keyring that only says it keeps things.
    """
    entry = _entry(profile, base_url)

    def keep(keyring: Any) -> bool:
        keyring.set_password(_SERVICE, entry, key)
        return bool(keyring.get_password(_SERVICE, entry) == key)

    if not _asked(keep):
        raise NotAuthenticated("the keyring did not keep the key", hint=_FILE)


def forget(profile: str, base_url: str) -> None:
    """Take the key out of the keyring, if it is there. Raises `NotAuthenticated`."""
    entry = _entry(profile, base_url)

    def forget(keyring: Any) -> None:
        if keyring.get_password(_SERVICE, entry) is not None:
            keyring.delete_password(_SERVICE, entry)

    _asked(forget)


def _entry(profile: str, base_url: str) -> str:
    # With its address, so that an edited file cannot send the key elsewhere.
    return f"{profile} {base_url}"


def _asked(act: Callable[[Any], T]) -> T:
    """Return what *act* does with the keyring, in a thread that may be left behind."""
    answers: SimpleQueue[tuple[T | None, Exception | None]] = SimpleQueue()

    def ask() -> None:
        try:
            import keyring

            answers.put((act(keyring), None))
        except Exception as exc:  # noqa: BLE001 - a backend may raise anything
            answers.put((None, exc))

    Thread(target=ask, daemon=True).start()
    try:
        answer, problem = answers.get(timeout=KEYRING_TIMEOUT)
    except Empty:
        said = f"the keyring did not answer in {KEYRING_TIMEOUT:g} s"
        raise NotAuthenticated(said, hint=f"unlock it, or {_FILE}") from None
    if problem is not None:
        raise _translated(problem) from problem
    return cast("T", answer)


def _translated(problem: Exception) -> NotAuthenticated:
    if isinstance(problem, ModuleNotFoundError) and problem.name == "keyring":
        hint = "pip install 'cohere-cli[keyring]'"
        return NotAuthenticated("support for keyrings is not installed", hint=hint)
    if type(problem).__name__ == "NoKeyringError":
        return NotAuthenticated("there is no keyring on this machine", hint=_FILE)
    said = f"the keyring failed: {str(problem) or type(problem).__name__}"
    return NotAuthenticated(said, hint=_FILE)


_FILE = "store the key otherwise: `co auth login --store file`"
_LOGIN = "store it again with `co auth login --store keyring`"


COMMAND_TIMEOUT = 60.0
"""Seconds: whoever is asked for a passphrase needs some."""

_MOST_READ = 1 << 16


def run_key_command(command: str, profile: str) -> str:
    """Return what *command* prints; its words are split as a shell would.

    It gets no input, and runs in the root directory: nothing of the current one has
    a say. Raises `NotAuthenticated` with the last line that it wrote on standard
    error.
    """
    import subprocess

    words = shlex.split(command)
    words[0] = str(Path(words[0]).expanduser())
    whose = f"the key command of profile {profile!r}"
    try:
        process = subprocess.Popen(  # noqa: S603 - the user's own, without a shell
            words,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            cwd="/",
        )
    except (OSError, ValueError) as exc:
        reason = (getattr(exc, "strerror", None) or str(exc)).lower()
        said = f"{whose} cannot be run: {words[0]}: {reason}"
        raise NotAuthenticated(said, hint=_SET) from exc
    printed, told = _start_of(process.stdout), _start_of(process.stderr)
    try:
        code = process.wait(COMMAND_TIMEOUT)
    except subprocess.TimeoutExpired:
        said = f"{whose} did not end in {COMMAND_TIMEOUT:g} s"
        raise NotAuthenticated(said, hint=_SET) from None
    finally:
        process.kill()
        process.wait()
    if code:
        last = told().rpartition("\n")[2] or f"exit code {code}"
        raise NotAuthenticated(f"{whose} failed: {last}", hint=_SET)
    return printed().partition("\n")[0]


def _start_of(pipe: IO[bytes] | None) -> Callable[[], str]:
    """Begin to read *pipe*; what is returned waits for the text at its start.

    Whoever writes without end meets a closed pipe.
    """
    from threading import Thread

    start = bytearray()

    def read() -> None:
        if isinstance(pipe, BufferedReader):
            with pipe:
                while len(start) < _MOST_READ and (piece := pipe.read1(_MOST_READ)):
                    start.extend(piece)

    thread = Thread(target=read, daemon=True)
    thread.start()

    def text() -> str:
        # What the command has left running may keep the pipe open.
        thread.join(1)
        return start.decode(errors="replace").strip()

    return text


_SET = "see it with `co config get key_command`"
