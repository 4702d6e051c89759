"""What holds for one call: flag > environment > profile > built-in."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import TextIO, TypeVar

from cohere_cli.api.connection import RERANK_PATH, Route
from cohere_cli.config import validators
from cohere_cli.config.credentials import (
    KeySource,
    is_usable_at,
    key_sources,
    overridden_sources,
    select_key,
)
from cohere_cli.config.profile import Profile
from cohere_cli.config.profiles import Profiles
from cohere_cli.config.urls import (
    DEFAULT_COMPAT_URL,
    DEFAULT_URL,
    base_url,
    is_cohere,
    is_loopback,
    normalize_url,
    origin,
)
from cohere_cli.errors import ConfigProblem, UsageProblem

_COMPAT = "/compatibility"
_COMPAT_PATH = f"{_COMPAT}/v1"
_ENDPOINT = "/chat/completions"


@dataclass(frozen=True, slots=True)
class Destination:
    """Both base URLs, and the one of them that this call goes to, `url`.

    `is_from_profile` says that nothing but the profile names that one.
    """

    base_url: str
    compat_base_url: str
    url: str
    is_from_profile: bool


def resolve_destination(
    flag: str | None, variable: str | None, profile: Profile, *, compat: bool
) -> Destination:
    """Return where a call goes; *flag* is --base-url, *variable* is CO_API_URL.

    For a *compat* call the flag is the whole base, its `/v1` included. What people
    paste after a base, or twice, is taken off. Raises `ConfigProblem`.
    """
    said = _said(flag, variable, profile, base_url).removesuffix(_COMPAT)
    base = said or (profile.base_url or "").removesuffix(_COMPAT)
    if compat and flag:
        whole = _said(flag, None, profile, normalize_url).removesuffix(_ENDPOINT)
        return Destination(base or DEFAULT_URL, whole, whole, is_from_profile=False)
    built_in = f"{base}{_COMPAT_PATH}" if base else DEFAULT_COMPAT_URL
    compat_base = (profile.compat_base_url or built_in).removesuffix(_ENDPOINT)
    if compat:
        by_profile = bool(profile.compat_base_url) or not said
        return Destination(base or DEFAULT_URL, compat_base, compat_base, by_profile)
    return Destination(base or DEFAULT_URL, compat_base, base or DEFAULT_URL, not said)


def is_cohere_compat_url(compat_base_url: str) -> bool:
    """Say whether this is Cohere's endpoint, in whoever's network; others differ."""
    return compat_base_url.endswith(_COMPAT_PATH)


def _said(
    flag: str | None, variable: str | None, profile: Profile, check: Callable[..., str]
) -> str:
    """Return the URL that the flag or the variable says, empty where neither does."""
    text, where = (variable, "CO_API_URL") if flag is None else (flag, "--base-url")
    if flag is None and not variable:
        return ""
    try:
        return check(text, allow_http=profile.allow_http)
    except ValueError as exc:
        raise ConfigProblem(f"the base URL {exc}", where=where) from exc


T = TypeVar("T")

CHAT_MODEL = "command-a-03-2025"
VISION_MODEL = "command-a-vision-07-2025"
RERANK_MODEL = "rerank-v3.5"
CONCURRENCY = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class FlagValues:
    """What the flags of one call said; None means "not said".

    `model` is for chat or rerank, whatever the call does. With `compat`,
    `base_url` is the whole base of an OpenAI-compatible server. With `dry_run` no
    key is wanted.
    """

    profile: str | None = None
    base_url: str | None = None
    key_file: str | None = None
    model: str | None = None
    rerank_path: str | None = None
    timeout: float | None = None
    max_time: float | None = None
    retries: int | None = None
    compat: bool = False
    dry_run: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What one call goes by.

    `profile` is empty where none is in force. An empty `key` means that no
    Authorization is sent; `key_source` says in words where the key is from. The
    URLs have no slash at their end and are empty in the sandbox, whose address
    is known only once it runs; `faults` are what spoils its replies. Times are in
    seconds, `rate` is requests a minute. `notes` are lines to say once on standard
    error.
    """

    profile: str
    sandbox: bool = False
    faults: tuple[str, ...] = ()
    key: str = field(default="", repr=False)
    key_source: str = "no key"
    base_url: str = ""
    compat_base_url: str = ""
    model: str = CHAT_MODEL
    rerank_model: str = RERANK_MODEL
    rerank_path: str = RERANK_PATH
    vision_model: str = VISION_MODEL
    timeout: float | None = None
    max_time: float | None = None
    retries: int | None = None
    concurrency: int = CONCURRENCY
    rate: int | None = None
    show: tuple[str, ...] = ()
    hide: tuple[str, ...] = ()
    route: Route = field(default_factory=Route)
    notes: tuple[str, ...] = ()


def resolve(
    given: FlagValues, environ: Mapping[str, str], profiles: Profiles, stdin: TextIO
) -> Settings:
    """Return what holds for a call.

    Raises `UsageProblem`, `ConfigProblem`, `InputProblem` or, for a key that is
    missing, malformed or another server's, `NotAuthenticated`. *stdin* is read
    only for `--key-file -`.
    """
    choice = profiles.choose(given.profile, environ)
    settings = _without_key(given, environ, choice.profile)
    if choice.profile.sandbox:
        _refuse_base_url(given, choice.profile.name)
        return replace(settings, sandbox=True, faults=choice.profile.faults)
    going = resolve_destination(
        given.base_url, environ.get("CO_API_URL"), choice.profile, compat=given.compat
    )
    settings = replace(
        settings,
        base_url=going.base_url,
        compat_base_url=going.compat_base_url,
        route=route_to(going.url, choice.profile),
        notes=(*profiles.notes, *_left_out(going.url, choice.profile)),
    )
    if given.dry_run:
        return settings
    sources = key_sources(given.key_file, stdin, environ, choice, profiles)
    return _with_key(settings, sources, given, going)


def _without_key(
    given: FlagValues, environ: Mapping[str, str], profile: Profile
) -> Settings:
    flag, chat = given.model, environ.get("CO_MODEL", "").strip()
    return Settings(
        profile=profile.name,
        model=flag or chat or profile.model or CHAT_MODEL,
        rerank_model=flag or profile.rerank_model or RERANK_MODEL,
        rerank_path=_flag(
            "--rerank-path",
            given.rerank_path,
            validators.url_path,
            profile.rerank_path or RERANK_PATH,
        ),
        vision_model=profile.vision_model or VISION_MODEL,
        timeout=_flag("--timeout", given.timeout, validators.seconds, profile.timeout),
        max_time=_flag(
            "--max-time", given.max_time, validators.seconds, profile.max_time
        ),
        retries=_flag("--retries", given.retries, validators.retries, profile.retries),
        concurrency=profile.concurrency or CONCURRENCY,
        rate=profile.rate,
        show=profile.show,
        hide=profile.hide,
    )


def route_to(url: str, profile: Profile) -> Route:
    """Return how *profile* reaches *url*: its headers go to its own servers alone."""
    headers = profile.headers
    return Route(
        proxy=profile.proxy or "",
        ca_bundle=profile.ca_bundle or "",
        client_certificate=profile.client_certificate or "",
        client_key=profile.client_key or "",
        headers=headers.values if headers and headers.is_allowed_at(url) else {},
        client_name=profile.client_name or Route().client_name,
    )


def _left_out(url: str, profile: Profile) -> Iterator[str]:
    if profile.headers and not profile.headers.is_allowed_at(url):
        home = origin(profile.headers.base_urls[0])
        yield f"the headers of profile {profile.name!r} are for {home} and stay here"


def _flag(name: str, said: object, check: Callable[[object], T], otherwise: T) -> T:
    try:
        return otherwise if said is None else check(said)
    except ValueError as exc:
        raise UsageProblem(f"{name} {exc}") from exc


def _with_key(
    settings: Settings,
    sources: tuple[KeySource, ...],
    given: FlagValues,
    going: Destination,
) -> Settings:
    is_other = given.compat or settings.rerank_path != RERANK_PATH
    if (
        is_other
        and _may_lack_key(given, going)
        and not any(is_usable_at(one, going.url) for one in sources)
    ):
        return settings
    key = select_key(going.url, sources, settings.profile)
    notes = (*settings.notes, *_notes(sources, going, settings.profile))
    return replace(settings, key=key, key_source=sources[0].name, notes=notes)


def _notes(
    sources: tuple[KeySource, ...], going: Destination, profile: str
) -> Iterator[str]:
    used = sources[0]
    for other in overridden_sources(sources)[:1]:
        yield f"using {used.name}, not {other.name}"
    if used.variable and going.is_from_profile and not is_cohere(going.url):
        server = f"{origin(going.url)}, the server of profile {profile!r}"
        yield f"{used.variable} goes to {server}"


def _refuse_base_url(given: FlagValues, profile: str) -> None:
    if given.base_url is not None:
        raise UsageProblem(
            f"--base-url does not go with the profile {profile!r}",
            hint="the sandbox has its own address: leave one of them out",
        )


def _may_lack_key(given: FlagValues, going: Destination) -> bool:
    """Say whether this is some model server on this machine: few of them want one."""
    return bool(given.base_url or going.is_from_profile) and is_loopback(going.url)
