"""A login: where the key will be, the key itself, and whether the server takes it."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from cohere_cli.commands.session import StoreName
from cohere_cli.config import editing
from cohere_cli.errors import CoError, NotAuthenticated, UsageProblem
from cohere_cli.terminal import Terminal

if TYPE_CHECKING:
    from cohere_cli.config.profile import StoredKey
    from cohere_cli.config.profiles import Profiles


@dataclass(frozen=True, slots=True, kw_only=True)
class LoginRequest:
    """What a login is asked to do: for which profile and server, kept how."""

    name: str
    base_url: str | None
    store: StoreName
    command: str
    is_checked: bool


def log_in(login: LoginRequest, profiles: "Profiles", terminal: Terminal) -> None:
    """Ask for a key, see if the server takes it, and store it.

    Says where it will be before anything is written. Raises whatever is wrong;
    then nothing is.
    """
    from cohere_cli.config.editing import require_valid_name

    require_valid_name(login.name)
    _check_store(login)
    address = profiles.base_url_for(login.name, login.base_url)
    terminal.note(f"co: the key will be {_place(login, profiles)}")
    key = _key_of(login, terminal)
    if key and login.is_checked:
        _check_key(key, address, login, profiles, terminal)
    old = profiles.by_name.get(login.name)
    editing.login(
        profiles.directory,
        login.name,
        key,
        address,
        store=login.store,
        command=login.command,
    )
    said = "has a key" if key else "has no key: none will be sent"
    terminal.note(f"co: profile {login.name!r} {said}")
    if old and old.key and old.key.profile == login.name:
        _forget(old.key, login, address, terminal)


def _check_store(login: LoginRequest) -> None:
    from cohere_cli.config.validators import command

    if login.store != "command":
        if login.command:
            hint = "leave --store out, or say --store command"
            raise UsageProblem("--command is for --store command", hint=hint)
        return
    try:
        command(login.command)
    except ValueError as exc:
        hint = "say it with --command"
        raise UsageProblem(f"the command that prints the key {exc}", hint=hint) from exc


def _place(login: LoginRequest, profiles: "Profiles") -> str:
    match login.store:
        case "file":
            return f"stored in {profiles.keys_file}, for you alone"
        case "keyring":
            from cohere_cli.config.key_stores import keyring_name

            return f"stored in the keyring {keyring_name()!r}"
        case "command":
            return f"asked of `{login.command}` each time, and stored nowhere"


def _key_of(login: LoginRequest, terminal: Terminal) -> str:
    """Return the key, fit for a header; an empty one is left as it is."""
    from cohere_cli.config.validators import validate_key

    if login.command:
        from cohere_cli.config.key_stores import run_key_command

        return validate_key(run_key_command(login.command, login.name), "the key")
    key = _told_key(terminal).strip()
    return validate_key(key, "the key") if key else ""


def _told_key(terminal: Terminal) -> str:
    if terminal.has_piped_input:
        from cohere_cli.config.validators import read_piped_key

        return read_piped_key(terminal.stdin)
    if not terminal.can_ask:
        hint = "pipe the key in: co auth login < FILE"
        raise UsageProblem("there is nobody to ask for a key", hint=hint)
    from getpass import getpass

    try:
        return getpass("API key (not shown): ")
    except EOFError as exc:
        raise UsageProblem("no key was given") from exc


def _check_key(
    key: str,
    address: str,
    login: LoginRequest,
    profiles: "Profiles",
    terminal: Terminal,
) -> None:
    """Ask the server at *address*; raises `NotAuthenticated` for a key it refuses."""
    from cohere_cli.api.connection import Connection
    from cohere_cli.api.diagnostics import check_key
    from cohere_cli.config.profile import Profile
    from cohere_cli.config.settings import route_to

    profile = profiles.by_name.get(login.name, Profile(login.name))
    connection = Connection(
        address, key, timeout=profile.timeout, route=route_to(address, profile)
    )
    try:
        check = check_key(connection)
    except CoError as exc:
        exc.hint = "--no-check stores the key without asking the server"
        raise
    if check.is_valid is False:
        said = "the server does not take the key; it is not stored"
        hint = "copy it again from https://dashboard.cohere.com/api-keys"
        raise NotAuthenticated(said, where=connection.host, hint=hint)
    if check.is_valid is None:
        terminal.note(f"co: {connection.host} cannot tell if the key is right")


def _forget(
    old: "StoredKey", login: LoginRequest, address: str, terminal: Terminal
) -> None:
    """Take a key out of the keyring that the new one does not take the place of."""
    is_replaced = login.store == "keyring" and old.base_url == address
    if old.store != "keyring" or is_replaced:
        return
    from cohere_cli.config.key_stores import forget

    try:
        forget(old.profile, old.base_url)
    except NotAuthenticated as exc:
        terminal.say(f"co: the old key is still in the keyring: {exc}")
