"""A login: reads a key, asks the server whether it accepts it, and stores it."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from cohere_cli.commands.call.session import StoreName
from cohere_cli.config import editing
from cohere_cli.config.credentials import mask_key, read_piped_key, validate_key
from cohere_cli.errors import CoError, NotAuthenticated, UsageProblem
from cohere_cli.terminal import Terminal, mask_notes
from cohere_cli.text import shortened

if TYPE_CHECKING:
    from cohere_cli.config.profiles import Profiles, StoredKey


@dataclass(frozen=True, slots=True, kw_only=True)
class LoginRequest:
    """The profile, server and store of a login; *command* prints the key."""

    name: str
    base_url: str | None
    store: StoreName
    command: str
    is_checked: bool


def log_in(login: LoginRequest, profiles: "Profiles", terminal: Terminal) -> None:
    """Read a key, ask the server whether it accepts it, and store it.

    The place is printed before anything is written. Raises `CoError`; then nothing
    has been written.
    """
    editing.require_valid_name(login.name)
    _check_store(login)
    base_url = profiles.base_url_for(login.name, login.base_url)
    place = _place(login, profiles)
    if not login.command:
        _require_input(terminal)
    terminal.note(f"co: the key will be {place}")
    key = _read_key(login, terminal)
    is_checked = bool(key) and login.is_checked
    if is_checked:
        is_checked = _check_key(key, base_url, login, profiles, terminal)
    old = profiles.by_name.get(login.name)
    editing.login(
        profiles.directory,
        login.name,
        key,
        base_url,
        store=login.store,
        command=login.command,
    )
    terminal.note(f"co: {_outcome(login, key, is_checked=is_checked)}")
    if old and old.key and old.key.profile == login.name:
        _delete_replaced(old.key, login, base_url, terminal)


def _check_store(login: LoginRequest) -> None:
    from cohere_cli.config.settings import check_command

    if login.store != "command":
        if login.command:
            hint = "omit --store, or use --store command"
            raise UsageProblem("--command needs --store command", hint=hint)
        return
    try:
        check_command(login.command)
    except ValueError as exc:
        raise UsageProblem(
            f"--command {exc}", hint="the command prints the key"
        ) from exc


def _place(login: LoginRequest, profiles: "Profiles") -> str:
    match login.store:
        case "file":
            return f"stored in {profiles.keys_file}, readable by you only"
        case "keyring":
            from cohere_cli.config.key_stores import keyring_name

            return f"stored in the keyring {keyring_name()!r}"
        case "command":
            command = shortened(login.command)
            return f"printed by `{command}` each time, and stored nowhere"


def _read_key(login: LoginRequest, terminal: Terminal) -> str:
    """Return the key, checked to fit in a header; it may be empty."""
    if login.command:
        from cohere_cli.config.key_stores import run_key_command

        try:
            printed = run_key_command(login.command, login.name)
        except NotAuthenticated as exc:
            # Its own hint is for a command that a profile has.
            exc.hint = "nothing was stored: run the command alone; it must print a key"
            raise
        return validate_key(printed, "the key")
    key = _entered_key(terminal).strip()
    return validate_key(key, "the key") if key else ""


def _require_input(terminal: Terminal) -> None:
    if not (terminal.has_piped_input or terminal.can_ask):
        hint = "pipe the key in: co auth login < FILE"
        raise UsageProblem("cannot ask for a key without a terminal", hint=hint)


def _entered_key(terminal: Terminal) -> str:
    if terminal.has_piped_input:
        return read_piped_key(terminal.stdin)
    from getpass import getpass

    try:
        return getpass("API key (not shown): ")
    except EOFError as exc:
        hint = "paste the key and press Enter, or pipe it in: co auth login < FILE"
        raise UsageProblem("no key was entered", hint=hint) from exc


def _check_key(
    key: str,
    base_url: str,
    login: LoginRequest,
    profiles: "Profiles",
    terminal: Terminal,
) -> bool:
    """Ask the server at *base_url* about the key; False if it could not be asked.

    Raises `NotAuthenticated` if the server rejects the key, and `CoError` if it cannot
    be reached, unless the user wants to store the key without the check.
    """
    from cohere_cli.api.connection import Connection
    from cohere_cli.api.diagnostics import check_key
    from cohere_cli.config.profiles import Profile
    from cohere_cli.config.resolution import server_settings
    from cohere_cli.render.waiting import working_line

    profile = profiles.by_name.get(login.name, Profile(login.name))
    settings = server_settings(profile, base_url)
    connection = Connection(
        base_url, key, timeout=settings.timeout, route=settings.route
    )
    mask_notes(connection.without_key)
    try:
        with working_line(terminal, "checking the key"):
            check = check_key(connection)
    except CoError as exc:
        if terminal.confirm(f"co: {exc}: store the key without a check?"):
            return False
        exc.hint = "--no-check stores the key without asking the server"
        raise
    if check.is_valid is False:
        message = "the server rejected the key, which is not stored"
        hint = "copy it again from https://dashboard.cohere.com/api-keys"
        raise NotAuthenticated(message, where=connection.host, hint=hint)
    if check.is_valid is None:
        terminal.note(f"co: {connection.host} cannot check keys")
    return bool(check.is_valid)


def _outcome(login: LoginRequest, key: str, *, is_checked: bool) -> str:
    """Return what was stored: the end of the key, the profile, and the check."""
    if not key:
        return f"profile {login.name!r} has an empty key: no Authorization is sent"
    check = "checked" if is_checked else "unchecked"
    if login.command:
        what = f"profile {login.name!r} uses key {mask_key(key)} of the command"
    else:
        what = f"stored key {mask_key(key)} in profile {login.name!r}"
    return f"{what} ({check})"


def _delete_replaced(
    old: "StoredKey", login: LoginRequest, base_url: str, terminal: Terminal
) -> None:
    """Delete the old key from the keyring, unless the new one has overwritten it."""
    is_overwritten = login.store == "keyring" and old.base_url == base_url
    if old.store != "keyring" or is_overwritten:
        return
    from cohere_cli.config.key_stores import delete_from_keyring

    try:
        delete_from_keyring(old.profile, old.base_url)
    except NotAuthenticated as exc:
        terminal.warn(f"the old key is still in the keyring: {exc}")
