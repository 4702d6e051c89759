"""Settings that a command changes: checked before, and never half written."""

import tomllib
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from difflib import get_close_matches
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Literal

from cohere_cli.config import key_stores, secure_files
from cohere_cli.config.profile import SANDBOX, Profile, StoredKey, checks, name_problem
from cohere_cli.config.profiles import Profiles
from cohere_cli.config.toml_file import Edit, TomlFile
from cohere_cli.config.urls import DEFAULT_URL, is_cohere
from cohere_cli.config.validators import headers, validate_key
from cohere_cli.errors import ConfigProblem, UsageProblem

Store = Literal["file", "keyring", "command"]


def setting_names() -> tuple[str, ...]:
    """Return the name of each setting of a profile."""
    return (*checks(allow_http=False), "inherits")


def require_known_setting(setting: str) -> None:
    """Raise `UsageProblem` for the name of no setting; headers.NAME is one, too."""
    if setting.partition(".")[0] != "headers" and setting not in setting_names():
        near = get_close_matches(setting, setting_names(), 1)
        hint = (
            f"did you mean {near[0]!r}?"
            if near
            else f"known: {', '.join(setting_names())}"
        )
        raise UsageProblem(f"there is no setting {setting!r}", hint=hint)


def set_value(directory: Path, profile: str, setting: str, text: str) -> None:
    """Set *setting* of *profile*, which may be new, to what *text* means.

    Raises `UsageProblem` with the allowed range; `ConfigProblem` for files that
    cannot be read or written. Then they are as they were.
    """
    require_valid_name(profile)
    require_known_setting(setting)
    with secure_files.lock(directory):
        now = Profiles.load(directory)
        known = now.by_name.get(profile)
        value = _meant(setting, text, allow_http=bool(known and known.allow_http))
        at = ("profiles", profile, *setting.split(".", 1))
        edits = [*new_profile_edits(profile, now.by_name, now.active), (at, value)]
        _change_setting(directory, edits, setting)


def unset_value(directory: Path, profile: str, setting: str) -> bool:
    """Take *setting* from *profile*; say whether the profile itself had it."""
    require_known_setting(setting)
    with secure_files.lock(directory):
        Profiles.load(directory).named(profile)
        sheet = TomlFile.read(directory / "config.toml")
        keys = ("profiles", profile, *setting.split(".", 1))
        if keys[-1] not in sheet.table(keys[:-1]):
            return False
        _change_setting(directory, [(keys, None)], setting)
    return True


def edit_file(
    directory: Path,
    let_edit: Callable[[Path], None],
    is_again: Callable[[ConfigProblem], bool | None],
) -> bool:
    """Have config.toml edited as a draft; say whether it was changed.

    *let_edit* returns once the draft is as it shall be. What is wrong with it,
    *is_again* is asked about: edit again? Raises that problem otherwise, and
    `ConfigProblem` when somebody else has changed the file meanwhile.
    """
    path = directory / "config.toml"
    before = secure_files.read(path).data
    with TemporaryDirectory(prefix="co-") as place:
        draft = Path(place) / path.name
        secure_files.write(draft, before)
        let_edit(draft)
        while problem := _problem_of(directory, draft):
            if not is_again(problem):
                raise ConfigProblem(f"nothing was changed: {problem}")
            let_edit(draft)
        after = secure_files.read(draft).data
    if after == before:
        return False
    with secure_files.lock(directory):
        if secure_files.read(path).data != before:
            said = f"{path.name} was changed by somebody else meanwhile"
            raise ConfigProblem(said, where=str(path), hint="edit it again")
        secure_files.write(path.resolve(), after)
    return True


def _change_setting(directory: Path, edits: Iterable[Edit], setting: str) -> None:
    """Make *edits*, if the profiles are whole with them."""
    path = directory / "config.toml"
    data = TomlFile.read(path).edited(edits)
    try:
        _check(directory, TomlFile.of(path, data))
    except ConfigProblem as exc:
        # Its line is one of a file that is not written.
        raise UsageProblem(f"{setting} is not changed: {exc.what}") from exc
    secure_files.write(path.resolve(), data)


def _problem_of(directory: Path, draft: Path) -> ConfigProblem | None:
    try:
        _check(directory, TomlFile.read(draft))
    except ConfigProblem as exc:
        return exc
    return None


def _check(directory: Path, settings: TomlFile) -> None:
    keys = TomlFile.read(directory / "keys.toml", secret=True)
    found = Profiles.of(directory, settings, keys)
    if found.active and found.active != SANDBOX:
        found.named(found.active, "active")


def _meant(setting: str, text: str, *, allow_http: bool) -> object:
    """Return what *text* means as a value of *setting*."""
    if setting == "inherits":
        return text
    name, dot, header = setting.partition(".")
    check = checks(allow_http=allow_http)[name]
    readings = iter([text]) if dot else _readings(text)
    problem = ""
    for value in readings:
        try:
            headers({header: value}) if dot else check(value)
        except ValueError as exc:
            # What it is as plain text says more than why it is no list.
            problem = problem or str(exc)
        else:
            return value
    raise UsageProblem(f"{setting} {problem}")


def _readings(text: str) -> Iterator[object]:
    """Yield what *text* may mean: itself, a TOML value, a list with commas."""
    yield text
    with suppress(tomllib.TOMLDecodeError, RecursionError):
        read = tomllib.loads(f"value = {text}")
        # A second line could say anything.
        if len(read) == 1:
            yield read["value"]
    yield [word.strip() for word in text.split(",")]


def require_valid_name(name: str) -> None:
    """Raise `UsageProblem` where no profile can be stored as *name*."""
    why = name_problem(name)
    if why:
        raise UsageProblem(f"profile name {name!r} {why}")


def new_profile_edits(
    name: str, profiles: Mapping[str, Profile], active: str
) -> Iterator[Edit]:
    """Yield what config.toml lacks to know profile *name*."""
    if name not in profiles:
        yield ("profiles", name), {}
    if active not in (*profiles, SANDBOX):
        yield ("active",), name


def to_store(
    name: str, key: str, address: str, store: Store, command: str
) -> StoredKey:
    """Return what is to be stored. Raises `NotAuthenticated` for a malformed key."""
    # Cohere answers nobody without a key: an empty one is a slip of the hand.
    wanted = key or is_cohere(address) or store != "file"
    key = validate_key(key, "the key") if wanted else ""
    if store == "file":
        return StoredKey(key, address, profile=name)
    return StoredKey(None, address, command, name)


def login_edits(
    stored: StoredKey, profiles: Mapping[str, Profile], active: str
) -> Iterator[Edit]:
    """Yield what config.toml lacks to know of *stored*, but for the key itself."""
    name = stored.profile
    at = ("profiles", name)
    yield from new_profile_edits(name, profiles, active)
    profile = profiles.get(name)
    if stored.base_url != ((profile and profile.base_url) or DEFAULT_URL):
        yield (*at, "base_url"), stored.base_url
    if stored.command:
        yield (*at, "key_command"), stored.command
    else:
        yield from remove_command_edits(name, profiles)


def remove_command_edits(name: str, profiles: Mapping[str, Profile]) -> Iterator[Edit]:
    """Yield what takes the profile's own `key_command` away."""
    profile = profiles.get(name)
    if profile and profile.said_by.get("key_command") == name:
        yield ("profiles", name, "key_command"), None


def key_edits(stored: StoredKey) -> Iterator[Edit]:
    """Yield what makes *stored* the only key of its profile in keys.toml."""
    at = ("profiles", stored.profile)
    if stored.store == "command":
        yield at, None
        return
    yield (*at, "key"), stored.key
    yield (*at, "keyring"), True if stored.store == "keyring" else None
    yield (*at, "base_url"), stored.base_url


_HEAD = b"# Written by `co auth`: whoever reads this file can use your keys.\n"


def login(
    directory: Path,
    name: str,
    key: str,
    url: str | None = None,
    *,
    store: Store = "file",
    command: str = "",
) -> None:
    """Store *key* for the server at *url*, which becomes the profile's own.

    Without *url* it is the one that the profile has, else Cohere's. The first
    profile becomes the active one. An empty key, for a server that wants
    none, is stored as such. Of a key that *command* prints, only that is kept.
    Raises `ConfigProblem`, `NotAuthenticated`, `UsageProblem`; then every key is
    as it was.
    """
    require_valid_name(name)
    with secure_files.lock(directory):
        now = Profiles.load(directory)
        stored = to_store(name, key, now.base_url_for(name, url), store, command)
        if stored.store == "keyring":
            key_stores.keep(name, stored.base_url, key.strip())
        # The address first: a key without its address would be refused, but
        # an address without its key asks for one.
        _change(now.settings_file, login_edits(stored, now.by_name, now.active))
        _change(now.keys_file, key_edits(stored), secret=True)


def logout(directory: Path, name: str) -> bool:
    """Forget the key of profile *name*, not its settings; say if it had one.

    One that it inherits stays. Raises `NotAuthenticated` for a keyring that
    does not let go of it.
    """
    with secure_files.lock(directory):
        now = Profiles.load(directory)
        stored = now.named(name).key
        if stored is None or stored.profile != name:
            return False
        if stored.store == "keyring":
            key_stores.forget(name, stored.base_url)
        at = ("profiles", name)
        _change(now.settings_file, remove_command_edits(name, now.by_name))
        _change(now.keys_file, [(at, None)], secret=True)
    return True


def switch(directory: Path, name: str) -> None:
    """Make *name* the active profile."""
    with secure_files.lock(directory):
        now = Profiles.load(directory)
        now.named(name)
        _change(now.settings_file, [(("active",), name)])


def _change(path: Path, edits: Iterable[Edit], *, secret: bool = False) -> None:
    edits = list(edits)
    if edits:
        sheet = TomlFile.read(path, secret=secret)
        head = _HEAD if secret and sheet.mode is None else b""
        data = sheet.edited(edits)
        if sheet.mode is None and not data:
            return
        # Settings may be a link into a repository of such files: that one changes.
        target = path if secret else path.resolve()
        secure_files.write(target, head + data)
