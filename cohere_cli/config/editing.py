"""Changes to the stored profiles: settings, keys, and which profile is active.

Each change is checked before it is written, and written as a whole.
"""

from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from cohere_cli.config import key_stores, secure_files
from cohere_cli.config.credentials import validate_key
from cohere_cli.config.profile_reader import parse_profiles
from cohere_cli.config.profile_tables import parse_entry, require_known_entry
from cohere_cli.config.profiles import (
    ALIASES,
    DEFAULTS,
    PRICES,
    SANDBOX,
    Profiles,
    Store,
    StoredKey,
    name_problem,
)
from cohere_cli.config.resolution import load_profiles
from cohere_cli.config.settings import (
    SETTINGS,
    Vocabulary,
    check_headers,
    setting_checks,
)
from cohere_cli.config.toml_file import Edit, TomlFile
from cohere_cli.config.urls import DEFAULT_URL, is_cohere, url_hint
from cohere_cli.errors import ConfigProblem, UsageProblem
from cohere_cli.text import did_you_mean, nearest, os_reason

if TYPE_CHECKING:
    from tempfile import TemporaryDirectory

_HEAD = b"# Written by `co auth`: anyone who reads this file can use your keys.\n"


def setting_names() -> tuple[str, ...]:
    """Return the name of each setting of a profile."""
    return (*SETTINGS, "inherits")


_SYNONYMS = {
    "api_url": "base_url",
    "budget": "max_cost_month",
    "cacert": "ca_bundle",
    "certificate": "client_certificate",
    "chat_model": "model",
    "endpoint": "base_url",
    "header": "headers",
    "host": "base_url",
    "http_proxy": "proxy",
    "https_proxy": "proxy",
    "max_retries": "retries",
    "parent": "inherits",
    "reranker": "rerank_model",
    "server": "base_url",
    "url": "base_url",
    "workers": "concurrency",
}


def require_known_setting(setting: str, vocabulary: Vocabulary | None = None) -> None:
    """Raise `UsageProblem` for an unknown setting.

    headers.NAME is a known one, and so are entries of tables: chat.FLAG, alias.NAME,
    prices.MODEL.
    """
    names = setting_names()
    if is_entry(setting):
        require_known_entry(setting, vocabulary)
        return
    if setting in ("key", "api_key", "api-key"):
        hint = "`co auth login` asks for a key, or reads it from a pipe"
        raise UsageProblem(
            "a key is not a setting: it has a file of its own", hint=hint
        )
    if setting.partition(".")[0] != "headers" and setting not in names:
        known = f"known: {', '.join(names)}"
        entry = _nearest_entry(setting, vocabulary)
        otherwise = f"did you mean {entry!r}?" if entry else known
        hint = did_you_mean(setting, names, otherwise, _SYNONYMS)
        raise UsageProblem(f"unknown setting {setting!r}", hint=hint)


def _nearest_entry(setting: str, vocabulary: Vocabulary | None) -> str:
    """Return the entry that was probably meant, such as chat.seed for seed, or ""."""
    table, dot, name = setting.partition(".")
    if dot:
        meant = nearest(table, (*DEFAULTS, ALIASES, PRICES))
        return f"{meant}.{name}" if meant else ""
    flags = _flags_by_table(vocabulary) if vocabulary else {}
    name = table.replace("-", "_")
    # A flag of that very name, of any command, precedes a similar one.
    exact = [f"{each}.{name}" for each, names in flags.items() if name in names]
    near = ((each, nearest(name, names)) for each, names in flags.items())
    return next(iter(exact), "") or next((f"{a}.{b}" for a, b in near if b), "")


def _flags_by_table(vocabulary: Vocabulary) -> dict[str, list[str]]:
    """Return the names of the flags that can have a default, by command."""
    return {
        table: [
            one for one, rule in vocabulary.flags(table).items() if not rule.refusal
        ]
        for table in DEFAULTS
    }


def is_entry(setting: str) -> bool:
    """Whether *setting* is an entry of a table: chat.seed, alias.fast, prices.MODEL."""
    return setting.partition(".")[0] in (*DEFAULTS, ALIASES, PRICES)


def normalized_setting(setting: str) -> str:
    """Return *setting* with the name of a flag as a file has it: `chat.top_p`."""
    table, dot, name = setting.partition(".")
    if table in DEFAULTS:
        return f"{table}{dot}{name.lstrip('-').replace('-', '_')}"
    return setting


def require_valid_name(name: str) -> None:
    """Raise `UsageProblem` where no profile can be stored as *name*."""
    problem = name_problem(name)
    if problem:
        hint = "name another: -p NAME" if name == SANDBOX else ""
        raise UsageProblem(f"profile name {name!r} {problem}", hint=hint)


def set_value(
    directory: Path,
    profile: str,
    setting: str,
    text: str,
    vocabulary: Vocabulary | None = None,
) -> None:
    """Set *setting* of *profile*, which may be new, to the value in *text*.

    Raises `UsageProblem` with the allowed range; `ConfigProblem` for files that
    cannot be read or written. Then they are as they were.
    """
    require_valid_name(profile)
    setting = normalized_setting(setting)
    require_known_setting(setting, vocabulary)
    with secure_files.lock(directory):
        profiles = load_profiles(directory)
        known = profiles.by_name.get(profile)
        allow_http = bool(known and known.allow_http)
        value = _parse(setting, text, allow_http=allow_http, vocabulary=vocabulary)
        at = ("profiles", profile, *setting.split(".", 1))
        edits = [*_new_profile_edits(profile, profiles), (at, value)]
        _change_setting(directory, edits, setting)


def unset_value(directory: Path, profile: str, setting: str) -> bool:
    """Remove *setting* from *profile*; return whether the profile itself had it."""
    setting = normalized_setting(setting)
    require_known_setting(setting)
    with secure_files.lock(directory):
        load_profiles(directory).find(profile)
        file = TomlFile.read(directory / "config.toml")
        keys = ("profiles", profile, *setting.split(".", 1))
        if keys[-1] not in file.table(keys[:-1]):
            return False
        _change_setting(directory, [(keys, None)], setting)
    return True


def edit_file(
    directory: Path,
    run_editor: Callable[[Path], None],
    confirm_retry: Callable[[ConfigProblem], bool | None],
    vocabulary: Vocabulary | None = None,
) -> bool:
    """Have config.toml edited as a draft; return whether it was changed.

    *run_editor* returns once the user has edited the draft. *confirm_retry* is
    asked after each draft that has a problem. Raises `ConfigProblem` with that
    problem otherwise, and when another process has changed the file meanwhile.
    """
    path = directory / "config.toml"
    before = secure_files.read(path).data
    with _draft_folder() as folder:
        draft = Path(folder) / path.name
        secure_files.write(draft, before)
        run_editor(draft)
        while problem := _draft_problem(directory, draft, vocabulary):
            if not confirm_retry(problem):
                what = f"nothing was changed: {problem}"
                raise ConfigProblem(what, hint=problem.hint)
            run_editor(draft)
        after = secure_files.read(draft).data
    if after == before:
        return False
    with secure_files.lock(directory):
        if secure_files.read(path).data != before:
            message = f"{path.name} was changed by another process meanwhile"
            raise ConfigProblem(message, where=str(path), hint="edit it again")
        secure_files.write(path.resolve(), after)
    return True


def _draft_folder() -> "TemporaryDirectory[str]":
    from tempfile import TemporaryDirectory

    try:
        return TemporaryDirectory(prefix="co-")
    except OSError as exc:
        hint = "set TMPDIR to a folder that can be written"
        problem = f"cannot make a folder for the draft: {os_reason(exc)}"
        raise ConfigProblem(problem, hint=hint) from exc


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
    profile becomes the active one. An empty key, for a server that needs none, is
    stored as such. Of a key that *command* prints, only the command is stored.
    Raises `ConfigProblem`, `NotAuthenticated`, `UsageProblem`; then every key is
    as it was.
    """
    require_valid_name(name)
    with secure_files.lock(directory):
        profiles = load_profiles(directory)
        base_url = profiles.base_url_for(name, url)
        # Cohere requires a key: an empty one is a mistake there.
        if key or store != "file" or is_cohere(base_url):
            key = validate_key(key, "the key")
        stored = StoredKey(key if store == "file" else None, base_url, command, name)
        if stored.store == "keyring":
            key_stores.write_keyring(name, base_url, key)
        # The address first: a key without its address would be refused, but
        # an address without its key asks for one.
        _change(profiles.settings_file, _login_edits(stored, profiles))
        _change(profiles.keys_file, _key_edits(stored), secret=True)


def logout(directory: Path, name: str) -> bool:
    """Remove the key of profile *name*, not its settings; return whether it had one.

    An inherited key stays. Raises `NotAuthenticated` for a keyring that cannot
    delete it.
    """
    with secure_files.lock(directory):
        profiles = load_profiles(directory)
        stored = profiles.find(name).key
        if stored is None or stored.profile != name:
            return False
        if stored.store == "keyring":
            key_stores.delete_from_keyring(name, stored.base_url)
        _change(profiles.settings_file, _remove_command_edits(name, profiles))
        _change(profiles.keys_file, [(("profiles", name), None)], secret=True)
    return True


def switch(directory: Path, name: str) -> None:
    """Make *name* the active profile."""
    with secure_files.lock(directory):
        profiles = load_profiles(directory)
        profiles.find(name)
        _change(profiles.settings_file, [(("active",), name)])


def _parse(
    setting: str, text: str, *, allow_http: bool, vocabulary: Vocabulary | None
) -> object:
    """Return the value of *setting* that *text* stands for."""
    if setting == "inherits":
        return text
    if is_entry(setting):
        return _parse_entry(setting, text, vocabulary)
    name, dot, header = setting.partition(".")
    check = setting_checks(allow_http=allow_http, vocabulary=vocabulary)[name]
    problem = ""
    for value in [text] if dot else _interpretations(text):
        try:
            check_headers({header: value}) if dot else check(value)
        except ValueError as exc:
            # The first, as plain text, is the most helpful one.
            problem = problem or str(exc)
        else:
            return value
    hint = _value_hint(setting, text, problem)
    raise UsageProblem(f"{setting} {problem}", hint=hint)


def _value_hint(setting: str, text: str, problem: str) -> str:
    """Return how to write the value that *text* was probably meant to be."""
    if setting == "headers":
        return "set one at a time: `co config set headers.NAME VALUE`"
    if "must be a list" in problem:
        return "separate the items by commas"
    return url_hint(text) if setting.endswith("base_url") else ""


def _parse_entry(setting: str, text: str, vocabulary: Vocabulary | None) -> object:
    try:
        return parse_entry(setting, text, vocabulary)
    except ValueError as exc:
        raise UsageProblem(f"{setting} {exc}") from exc


def _interpretations(text: str) -> Iterator[object]:
    """Yield the values that *text* may be: text, a TOML value, a list with commas."""
    import tomllib

    yield text
    # A ValueError of its own for a number of more than 4,300 digits.
    with suppress(ValueError, RecursionError):
        table = tomllib.loads(f"value = {text}")
        # A second line could set anything.
        if len(table) == 1:
            yield table["value"]
    yield [word.strip() for word in text.split(",")]


def _change_setting(directory: Path, edits: Iterable[Edit], setting: str) -> None:
    """Make *edits* if the profiles are valid with them."""
    path = directory / "config.toml"
    data = TomlFile.read(path).edited(edits)
    try:
        _check(directory, TomlFile.parse(path, data))
    except ConfigProblem as exc:
        # Without its line, which is one of a file that is not written.
        what = f"cannot change {setting}: {exc.what}"
        raise UsageProblem(what, hint=exc.hint) from exc
    secure_files.write(path.resolve(), data)


def _draft_problem(
    directory: Path, draft: Path, vocabulary: Vocabulary | None
) -> ConfigProblem | None:
    try:
        _check(directory, TomlFile.read(draft), vocabulary)
    except ConfigProblem as exc:
        return exc
    return None


def _check(
    directory: Path, settings: TomlFile, vocabulary: Vocabulary | None = None
) -> None:
    profiles = parse_profiles(directory, settings, vocabulary)
    if profiles.active and profiles.active != SANDBOX:
        profiles.find(profiles.active, "active")
    if vocabulary:
        vocabulary.check_file(settings)


def _new_profile_edits(name: str, profiles: Profiles) -> Iterator[Edit]:
    """Yield what adds profile *name* to config.toml, if it is not there."""
    if name not in profiles.by_name:
        yield ("profiles", name), {}
    if profiles.active not in (*profiles.by_name, SANDBOX):
        yield ("active",), name


def _login_edits(stored: StoredKey, profiles: Profiles) -> Iterator[Edit]:
    """Yield the changes of config.toml that *stored* needs."""
    name = stored.profile
    yield from _new_profile_edits(name, profiles)
    profile = profiles.by_name.get(name)
    if stored.base_url != ((profile and profile.base_url) or DEFAULT_URL):
        yield ("profiles", name, "base_url"), stored.base_url
    if stored.command:
        yield ("profiles", name, "key_command"), stored.command
    else:
        yield from _remove_command_edits(name, profiles)


def _remove_command_edits(name: str, profiles: Profiles) -> Iterator[Edit]:
    """Yield what removes the profile's own `key_command`."""
    profile = profiles.by_name.get(name)
    if profile and profile.sources.get("key_command") == name:
        yield ("profiles", name, "key_command"), None


def _key_edits(stored: StoredKey) -> Iterator[Edit]:
    """Yield what makes *stored* the only key of its profile in keys.toml."""
    at = ("profiles", stored.profile)
    if stored.store == "command":
        yield at, None
        return
    yield (*at, "key"), stored.key
    yield (*at, "keyring"), True if stored.store == "keyring" else None
    yield (*at, "base_url"), stored.base_url


def _change(path: Path, edits: Iterable[Edit], *, secret: bool = False) -> None:
    edits = list(edits)
    if not edits:
        return
    file = TomlFile.read(path, secret=secret)
    data = file.edited(edits)
    if file.mode is None and not data:
        return
    head = _HEAD if secret and file.mode is None else b""
    # config.toml may be a link into a repository of settings: its target changes.
    secure_files.write(path if secret else path.resolve(), head + data)
