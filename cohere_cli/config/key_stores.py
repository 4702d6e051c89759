"""Keys outside our files: in the system's keyring, or printed by a command."""

from collections.abc import Callable
from io import BufferedReader
from pathlib import Path
from queue import Empty, SimpleQueue
from threading import Thread
from typing import IO, Any, TypeVar, cast

from cohere_cli.errors import NotAuthenticated
from cohere_cli.system.programs import words_of
from cohere_cli.text import os_reason

T = TypeVar("T")

KEYRING_TIMEOUT = 3.0
"""Seconds. A locked keyring without a user to unlock it waits for ever."""

_SERVICE = "co"


def keyring_name() -> str:
    """Return the name of the keyring in use.

    Raises `NotAuthenticated` where there is none, or only one without protection.
    """
    backend = _call_keyring(lambda keyring: keyring.get_keyring())
    # The library's own limit: below it are plain text files and no storage at all.
    if backend.priority < 1:
        raise NotAuthenticated("this machine has no secure keyring", hint=_FILE)
    return str(backend.name)


def read_keyring(profile: str, base_url: str) -> str:
    """Return the key stored for *profile* and this server.

    Raises `NotAuthenticated`, also where there is none.
    """
    entry = _entry(profile, base_url)
    key = _call_keyring(lambda keyring: keyring.get_password(_SERVICE, entry))
    if key is None:
        message = f"the keyring has no key of profile {profile!r} for {base_url}"
        raise NotAuthenticated(message, hint=_LOGIN)
    return str(key)


def write_keyring(profile: str, base_url: str, key: str) -> None:
    """Store *key* in the keyring, and read it back.

    Raises `NotAuthenticated`, also for a keyring that stores nothing.
    """
    entry = _entry(profile, base_url)

    def store(keyring: Any) -> bool:
        keyring.set_password(_SERVICE, entry, key)
        return bool(keyring.get_password(_SERVICE, entry) == key)

    if not _call_keyring(store):
        raise NotAuthenticated("the keyring did not store the key", hint=_FILE)


def delete_from_keyring(profile: str, base_url: str) -> None:
    """Delete the key from the keyring, if it is there. Raises `NotAuthenticated`."""
    entry = _entry(profile, base_url)

    def delete(keyring: Any) -> None:
        if keyring.get_password(_SERVICE, entry) is not None:
            keyring.delete_password(_SERVICE, entry)

    _call_keyring(delete)


def _entry(profile: str, base_url: str) -> str:
    # With the URL, so that an edited file cannot send the key to another server.
    return f"{profile} {base_url}"


def _call_keyring(act: Callable[[Any], T]) -> T:
    """Return the result of *act*, from a thread that is left behind if it hangs."""
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
        message = f"the keyring did not answer within {KEYRING_TIMEOUT:g} s"
        raise NotAuthenticated(message, hint=f"unlock it, or {_FILE}") from None
    if problem is not None:
        raise _translated(problem) from problem
    return cast("T", answer)


def _translated(problem: Exception) -> NotAuthenticated:
    if isinstance(problem, ModuleNotFoundError) and problem.name == "keyring":
        hint = "pip install 'cohere-cli[keyring]'"
        return NotAuthenticated("keyring support is not installed", hint=hint)
    if type(problem).__name__ == "NoKeyringError":
        return NotAuthenticated("this machine has no keyring", hint=_FILE)
    message = f"the keyring failed: {str(problem) or type(problem).__name__}"
    return NotAuthenticated(message, hint=_FILE)


_FILE = "store the key in a file: `co auth login --store file`"
_LOGIN = "store it again with `co auth login --store keyring`"


COMMAND_TIMEOUT = 60.0
"""Seconds: the user may have to type a passphrase."""

_MAX_OUTPUT = 1 << 16
_SHOW = "`co config get key_command` shows the command"


def run_key_command(
    command: str, profile: str, *, owner: str = "", hint: str = _SHOW
) -> str:
    """Return the first line that *command* prints; it is split as a shell would.

    It gets no input and runs in the root directory, so that the current one has no
    influence. *owner* is whose it is in messages, by default the profile's. Raises
    `NotAuthenticated`, with *hint* and the last line of its standard error.
    """
    import subprocess

    words = words_of(command)
    words[0] = str(Path(words[0]).expanduser())
    whose = f"the key command of {owner or f'profile {profile!r}'}"
    try:
        process = subprocess.Popen(  # noqa: S603 - the user's own, without a shell
            words,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            cwd="/",
        )
    except (OSError, ValueError) as exc:
        message = f"{whose} cannot be run: {words[0]}: {os_reason(exc)}"
        raise NotAuthenticated(message, hint=hint) from exc
    stdout, stderr = _start_of(process.stdout), _start_of(process.stderr)
    try:
        code = process.wait(COMMAND_TIMEOUT)
    except subprocess.TimeoutExpired:
        message = f"{whose} did not finish within {COMMAND_TIMEOUT:g} s"
        raise NotAuthenticated(message, hint=hint) from None
    finally:
        process.kill()
        process.wait()
    if code:
        last = stderr().rpartition("\n")[2] or f"exit code {code}"
        raise NotAuthenticated(f"{whose} failed: {last}", hint=hint)
    return stdout().partition("\n")[0]


def _start_of(pipe: IO[bytes] | None) -> Callable[[], str]:
    """Read *pipe* in a thread; the function returned waits for the text.

    The pipe is closed after 64 KiB, which ends a command that never stops writing.
    """
    start = bytearray()

    def read() -> None:
        if isinstance(pipe, BufferedReader):
            with pipe:
                while len(start) < _MAX_OUTPUT and (piece := pipe.read1(_MAX_OUTPUT)):
                    start.extend(piece)

    thread = Thread(target=read, daemon=True)
    thread.start()

    def text() -> str:
        # A process that the command left running may hold the pipe open.
        thread.join(1)
        return start.decode(errors="replace").strip()

    return text
