"""Where a call goes: --base-url, else CO_API_URL, else the profile, else Cohere."""

from collections.abc import Callable
from dataclasses import dataclass

from cohere_cli.config.addresses import COMPAT_DEFAULT, DEFAULT, base_url, whole_url
from cohere_cli.config.profile_tables import Profile
from cohere_cli.errors import ConfigProblem

_COMPAT = "/compatibility"
_COMPAT_PATH = f"{_COMPAT}/v1"
_ENDPOINT = "/chat/completions"


@dataclass(frozen=True, slots=True)
class Destination:
    """Both base URLs, and the one of them that this call goes to, `url`.

    `by_profile` says that nothing but the profile names that one.
    """

    base_url: str
    compat_base_url: str
    url: str
    by_profile: bool


def destination(
    flag: str | None, variable: str | None, profile: Profile, *, compat: bool
) -> Destination:
    """Return where a call goes; *flag* is --base-url, *variable* is CO_API_URL.

    For a *compat* call the flag is the whole base, its `/v1` included. What people
    paste after a base, or twice, is taken off. Raises `ConfigProblem`.
    """
    said = _said(flag, variable, profile, base_url).removesuffix(_COMPAT)
    base = said or (profile.base_url or "").removesuffix(_COMPAT)
    if compat and flag:
        whole = _said(flag, None, profile, whole_url).removesuffix(_ENDPOINT)
        return Destination(base or DEFAULT, whole, whole, by_profile=False)
    built_in = f"{base}{_COMPAT_PATH}" if base else COMPAT_DEFAULT
    compat_base = (profile.compat_base_url or built_in).removesuffix(_ENDPOINT)
    if compat:
        by_profile = bool(profile.compat_base_url) or not said
        return Destination(base or DEFAULT, compat_base, compat_base, by_profile)
    return Destination(base or DEFAULT, compat_base, base or DEFAULT, not said)


def is_coheres_shape(compat_base_url: str) -> bool:
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
