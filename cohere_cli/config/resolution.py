"""Resolves the settings of a call: flag > environment > profile > default."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, TextIO, cast

from cohere_cli.api.connection import RERANK_PATH
from cohere_cli.config.credentials import (
    KeySource,
    key_sources,
    may_lack_key,
    overridden_sources,
    select_key,
)
from cohere_cli.config.profiles import Profile, ProfileChoice, Profiles
from cohere_cli.config.settings import (
    SETTINGS,
    FlagValues,
    Setting,
    Settings,
    Vocabulary,
)
from cohere_cli.config.urls import (
    DEFAULT_COMPAT_URL,
    DEFAULT_URL,
    is_cohere,
    normalize_base_url,
    normalize_url,
    origin,
    url_hint,
)
from cohere_cli.errors import ConfigProblem, UsageProblem
from cohere_cli.record import value_class

_WRITABLE_BY_OTHERS = 0o022
_COMPAT_SUFFIX = "/compatibility"
_COMPAT_PATH = f"{_COMPAT_SUFFIX}/v1"
# What may be pasted with the base of an OpenAI-compatible server.
_ENDPOINTS = re.compile(r"/+(?:chat/+completions|completions|models)\Z")


def load_profiles(directory: Path, vocabulary: Vocabulary | None = None) -> Profiles:
    """Read both files of profiles; raises `ConfigProblem` with file and line."""
    if _is_unused(directory):
        return Profiles(directory)
    from cohere_cli.config.profile_reader import read_profiles

    return read_profiles(directory, vocabulary)


def _is_unused(directory: Path) -> bool:
    """Whether there is nothing in *directory* to read or to warn about."""
    try:
        is_shared = directory.stat().st_mode & _WRITABLE_BY_OTHERS
        names = {path.name for path in directory.iterdir()}
    except FileNotFoundError:
        return True
    except NotADirectoryError:  # below /dev/null, as a service's HOME may be
        return not directory.exists()
    except OSError:  # the reader reports it
        return False
    return not (is_shared or {"config.toml", "keys.toml"} & names)


@value_class
class Destination:
    """Both base URLs, and the one of them that this call goes to, `url`.

    `is_from_profile` is true where the profile alone sets that one.
    """

    base_url: str
    compat_base_url: str
    url: str
    is_from_profile: bool


def resolve(
    flags: FlagValues, environ: Mapping[str, str], profiles: Profiles, stdin: TextIO
) -> Settings:
    """Return the settings of a call.

    Raises `UsageProblem`, `ConfigProblem`, `InputProblem` or, for a key that is
    missing, malformed or another server's, `NotAuthenticated`. *stdin* is read
    only for `--key-file -`.
    """
    choice = profiles.choose(flags.profile, environ)
    profile = choice.profile
    values = _values(flags, environ, profile)
    if profile.is_sandbox:
        _refuse_url_of_sandbox(flags, environ, choice)
        return Settings(profile=profile.name, **values)
    to = resolve_destination(flags, environ, profile)
    settings = replace(
        server_settings(profile, to.url, values),
        base_url=to.base_url,
        compat_base_url=to.compat_base_url,
        notes=(*profiles.notes, *_withheld_headers(to.url, profile)),
    )
    if flags.dry_run:
        return settings
    sources = key_sources(flags.key_file, stdin, environ, choice, profiles)
    return _with_key(settings, sources, flags, to)


def _refuse_url_of_sandbox(
    flags: FlagValues, environ: Mapping[str, str], choice: ProfileChoice
) -> None:
    """Raise `UsageProblem` for an address that profile sandbox would leave unused.

    -p is stronger than the variable CO_API_URL, so it may be left unused there.
    """
    is_variable = bool(environ.get("CO_API_URL")) and choice.chosen_by != "-p"
    if flags.base_url is None and not is_variable:
        return
    given = "CO_API_URL" if flags.base_url is None else "--base-url"
    name = repr(choice.profile.name)
    source, leave = _SANDBOX_SOURCES[choice.chosen_by]
    what = f"{given} cannot be used with profile {name}, {source}"
    hint = f"the sandbox has its own address: {leave}, or leave out {given}"
    raise UsageProblem(what, hint=hint)


# Where the profile comes from, and how to leave it.
_SANDBOX_SOURCES = {
    "-p": ("which -p names", "leave out -p"),
    "CO_PROFILE": ("which CO_PROFILE names", "unset CO_PROFILE or use -p NAME"),
    "active": ("which is active", "use `co auth switch NAME` or -p NAME"),
}


def server_settings(
    profile: Profile, url: str, values: Mapping[str, Any] | None = None
) -> Settings:
    """Return the settings of *profile* for the server at *url*, without a key.

    Its headers go only to the profile's servers.
    """
    values = profile.values if values is None else values
    settings = Settings(profile=profile.name, **values)
    if profile.may_send_headers_to(url):
        return settings
    return replace(settings, headers=None)


def resolve_destination(
    flags: FlagValues, environ: Mapping[str, str], profile: Profile
) -> Destination:
    """Return the server that a call goes to, by --base-url, CO_API_URL or *profile*.

    For a compat call the flag is the whole base, its `/v1` included. A path that
    was pasted with a base URL is removed. Raises `ConfigProblem`.
    """
    given = _given_url(normalize_base_url, flags, environ, profile)
    given = given.removesuffix(_COMPAT_SUFFIX)
    stored = profile.base_url
    if flags.rerank:
        stored = profile.values.get("rerank_base_url") or stored
    base = given or stored.removesuffix(_COMPAT_SUFFIX)
    own = profile.values.get("compat_base_url", "")
    compat = own or (f"{base}{_COMPAT_PATH}" if base else DEFAULT_COMPAT_URL)
    base, is_from_profile = base or DEFAULT_URL, not given
    if not flags.compat:
        compat = _ENDPOINTS.sub("", compat)
        return Destination(base, compat, base, is_from_profile)
    if flags.base_url:
        compat = _given_url(normalize_url, flags, environ, profile)
    elif own:
        is_from_profile = True
    compat = _ENDPOINTS.sub("", compat)
    return Destination(base, compat, compat, is_from_profile)


def is_cohere_compat_url(compat_base_url: str) -> bool:
    """Whether this is the compatibility endpoint of Cohere's API, on any server."""
    return compat_base_url.endswith(_COMPAT_PATH)


def _given_url(
    normalize: Callable[..., str],
    flags: FlagValues,
    environ: Mapping[str, str],
    profile: Profile,
) -> str:
    """Return the URL of the flag or the variable, or ""."""
    url, where = flags.base_url, "--base-url"
    if url is None:
        url, where = environ.get("CO_API_URL") or None, "CO_API_URL"
    if url is None:
        return ""
    try:
        return normalize(url, allow_http=profile.allow_http)
    except ValueError as exc:
        what, hint = f"the base URL {exc}", url_hint(url)
        raise ConfigProblem(what, where=where, hint=hint) from exc


def _values(
    flags: FlagValues, environ: Mapping[str, str], profile: Profile
) -> dict[str, Any]:
    """Return the settings that a flag, a variable or the profile sets."""
    values = dict(profile.values)
    for name, row in SETTINGS.items():
        # --model names the model of the call, which is for chat or for rerank.
        is_other = row.flag == "--model" and flags.rerank != (name == "rerank_model")
        value = None if is_other and flags.model else _call_value(row, flags, environ)
        if value is not None:
            values[name] = value
    without = [name for name, row in SETTINGS.items() if row.is_for_server]
    for name in without if profile.is_sandbox else ["faults"]:
        values.pop(name, None)
    return values


def _call_value(
    row: Setting, flags: FlagValues, environ: Mapping[str, str]
) -> object | None:
    """Return what a flag, else a variable, sets for this call."""
    given = getattr(flags, row.flag.removeprefix("--").replace("-", "_"), None)
    if given is None:
        return environ.get(row.variable, "").strip() or None
    if row.flag == "--model":
        # Sent as it is: the server knows which models there are.
        return cast("object", given)
    try:
        return cast("object", row.check(given))
    except ValueError as exc:
        raise UsageProblem(f"{row.flag} {exc}") from exc


def _withheld_headers(url: str, profile: Profile) -> Iterator[str]:
    if profile.header_urls and not profile.may_send_headers_to(url):
        own = origin(profile.header_urls[0])
        yield f"the headers of profile {profile.name!r} are for {own} and are not sent"


def _with_key(
    settings: Settings,
    sources: tuple[KeySource, ...],
    flags: FlagValues,
    to: Destination,
) -> Settings:
    is_other_api = flags.compat or settings.rerank_path != RERANK_PATH
    is_chosen = bool(flags.base_url or to.is_from_profile)
    # A profile that is named is to be used with its key.
    is_chosen &= is_other_api or not (flags.profile and sources)
    if is_chosen and may_lack_key(to.url, sources):
        return settings
    key = select_key(to.url, sources, settings.profile)
    notes = (*settings.notes, *_key_notes(sources, to, settings.profile))
    return replace(settings, key=key, key_source=sources[0].name, notes=notes)


def _key_notes(
    sources: tuple[KeySource, ...], to: Destination, profile: str
) -> Iterator[str]:
    used = sources[0]
    for other in overridden_sources(sources)[:1]:
        yield f"using {used.name}, not {other.name}"
    if used.variable and to.is_from_profile and not is_cohere(to.url):
        server = f"{origin(to.url)}, the server of profile {profile!r}"
        yield f"{used.variable} is sent to {server}"
