"""Resolves settings from flags, and opens a client for the API or the sandbox."""

from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from cohere_cli.commands.flags.base import (
    CallFlags,
    ColourChoice,
    DefaultedFlags,
    DisplayFlags,
)
from cohere_cli.errors import (
    ConfigProblem,
    RequestRefused,
    RetryNotice,
    UsageProblem,
)
from cohere_cli.terminal import Terminal, mask_notes

if TYPE_CHECKING:
    from cohere_cli.api.client import Client
    from cohere_cli.api.connection import Connection
    from cohere_cli.api.network.early_connection import EarlyConnection
    from cohere_cli.api.protocol.events import ChatEvent
    from cohere_cli.api.protocol.requests import ChatBody, CompatBody, RawCompatBody
    from cohere_cli.api.recorder import FileRecorder
    from cohere_cli.config.profiles import Profile, Profiles
    from cohere_cli.config.settings import FlagRule, Settings, Vocabulary
    from cohere_cli.config.toml_file import TomlFile
    from cohere_cli.jobs.budget import Budget
    from cohere_cli.jobs.prices import PriceList
    from cohere_cli.sandbox.server import Sandbox


@contextmanager
def presented(flags: DisplayFlags) -> Iterator[Terminal]:
    """Yield the terminal as *flags* want it; a pager is waited for at the end."""
    terminal = Terminal.system()
    colour: ColourChoice = flags.color or "auto"
    terminal = replace(terminal, colour=colour, chosen_width=flags.width)
    if not (getattr(flags, "pager", False) and terminal.shows_output):
        yield terminal
        return
    from cohere_cli.commands.call.pager import PagerProcess

    pager = PagerProcess(terminal)
    try:
        yield pager.terminal
    finally:
        pager.end()


def resolve_settings(
    flags: CallFlags,
    terminal: Terminal,
    *,
    model: str | None,
    compat: bool = False,
    rerank: bool = False,
    rerank_path: str | None = None,
) -> "Settings":
    """Resolve the settings from flags, environment and profile.

    Prints a note where one source of a setting overrides another.
    """
    known: Settings | None = getattr(flags, "resolved", None)
    if known is not None and not (compat or rerank):
        # A key of `<(command)` can be read once, and a note is enough once.
        return replace(known, model=model or known.model)
    from cohere_cli.config.resolution import resolve
    from cohere_cli.config.settings import FlagValues

    values = FlagValues(
        profile=flags.profile,
        base_url=flags.base_url,
        key_file=flags.key_file,
        model=model,
        rerank_path=rerank_path,
        timeout=flags.timeout,
        max_time=flags.max_time,
        retries=flags.retries,
        compat=compat,
        rerank=rerank,
        dry_run=flags.dry_run or flags.curl,
    )
    profiles = getattr(flags, "profiles", None)
    if profiles is None:
        profiles = profiles_of_call(flags.profile, terminal)
    settings = resolve(values, terminal.environ, profiles, terminal.stdin)
    for note in settings.notes:
        terminal.note(f"co: {note}")
    profile = profiles.choose(flags.profile, terminal.environ).profile
    if profile.aliases:
        from cohere_cli.commands.call.aliases import without_aliases

        used = "rerank_model" if rerank else "model"
        settings = without_aliases(settings, profile, used, terminal)
    _log_shortened_url(flags, settings, terminal, compat=compat)
    _log_defaults(flags, settings, terminal)
    return settings


def flags_of_call(
    kind: type[DisplayFlags], values: dict[str, Any], given: Collection[str]
) -> DisplayFlags:
    """Return the flags of *values*, with the defaults and aliases of the profile.

    The flags keep the profiles that were read, so that a call reads them once.
    """
    if not issubclass(kind, DefaultedFlags):
        return kind(**values)
    terminal = replace(
        Terminal.system(), quiet=values["quiet"], verbose=values["verbose"]
    )
    profiles = profiles_of_call(values["profile"], terminal)
    values["profiles"] = profiles
    profile = profiles.choose(values["profile"], terminal.environ).profile
    if not profile.tables:
        return kind(**values)
    from cohere_cli.commands.flags.defaults import flags_of_profile

    flags = flags_of_profile(kind, values, given, profile)
    named = {name: getattr(flags, name, None) for name in ("model", "rerank_model")}
    if not (any(named.values()) and profile.aliases):
        return flags
    from cohere_cli.commands.call.aliases import models_of_aliases

    models: dict[str, Any] = {
        name: models_of_aliases(one, profile, terminal)
        for name, one in named.items()
        if one
    }
    return replace(flags, **models)


def call_budget(
    flags: DefaultedFlags, settings: "Settings", terminal: Terminal
) -> "Budget | None":
    """Return what the call, and the month, may cost; None if there is no limit."""
    if flags.max_cost is None and settings.max_cost_month is None:
        return None
    from cohere_cli.commands.call.limits import open_budget

    profile = _profile_of(flags, terminal)
    return open_budget(flags.max_cost, profile, settings, terminal)


def _profile_of(flags: DefaultedFlags, terminal: Terminal) -> "Profile":
    profiles = flags.profiles or profiles_of_call(flags.profile, terminal)
    return profiles.choose(flags.profile, terminal.environ).profile


def price_list(
    flags: DefaultedFlags, settings: "Settings", terminal: Terminal
) -> "PriceList":
    """Return the prices of models: the profile's own, and those that are published."""
    from cohere_cli.config.profiles import PRICES
    from cohere_cli.jobs.prices import PriceList

    prices = _profile_of(flags, terminal).table(PRICES)
    return PriceList(prices, settings.profile)


def limited_events(
    body: "ChatBody | CompatBody | RawCompatBody", budget: "Budget | None"
) -> "Callable[[Iterator[ChatEvent]], Iterator[ChatEvent]]":
    """Return what counts the cost of a reply's events; *body* is sent with the first.

    Raises `RateLimited` if it may cost more than *budget*.
    """
    return (lambda events: events) if budget is None else budget.limited_events(body)


def report_limits(client: "Client", shown: Collection[str], terminal: Terminal) -> None:
    """Print what is left of a trial key, where usage is among the parts *shown*."""
    if "usage" in shown:
        from cohere_cli.commands.call.limits import report_trial

        report_trial(client, terminal)


def _log_defaults(flags: CallFlags, settings: "Settings", terminal: Terminal) -> None:
    """Log the defaults of flags that the profile has, and that this call uses."""
    if isinstance(flags, DefaultedFlags) and flags.defaulted:
        from cohere_cli.commands.flags.defaults import shown_defaults

        shown = shown_defaults(flags)
        terminal.detail(f"co: defaults of profile {settings.profile!r}: {shown}")


def _log_shortened_url(
    flags: CallFlags, settings: "Settings", terminal: Terminal, *, compat: bool
) -> None:
    """Log what was removed from the URL that was given, such as `/v2/chat`."""
    used = settings.compat_base_url if compat else settings.base_url
    given = flags.base_url or terminal.environ.get("CO_API_URL", "")
    removed = given.rstrip("/").removeprefix(used)
    if used and removed not in ("", given.rstrip("/")):
        terminal.detail(f"co: the base URL is {used}, without {removed}")


@contextmanager
def open_client(
    settings: "Settings",
    terminal: Terminal,
    *,
    compat: bool = False,
    record: str | None = None,
) -> Iterator["Client"]:
    """Open a client for *settings*; profile sandbox starts a sandbox for it.

    The reply is recorded in the file *record*, if given.
    """
    with (
        resolve_endpoint(settings, terminal, compat=compat) as connection,
        open_client_of(connection, terminal, record=record) as client,
    ):
        yield client


@contextmanager
def open_client_of(
    connection: "Connection", terminal: Terminal, *, record: str | None = None
) -> Iterator["Client"]:
    """Open a client on *connection*; the reply is recorded in the file *record*."""
    log = _noting(terminal)
    with (
        _open_recorder(record, log) as recorder,
        _connecting(connection) as early,
    ):
        from cohere_cli.api.client import Client

        detail = log if terminal.verbose else None
        with Client(
            connection,
            log,
            recorder=recorder,
            detail=detail,
            burst=terminal.burst,
            early=early,
        ) as client:
            yield client


def _connecting(
    connection: "Connection",
) -> "AbstractContextManager[EarlyConnection | None]":
    """Begin to connect to a far server: the client is imported meanwhile."""
    if not connection.base_url.startswith("https:"):
        return nullcontext()
    from cohere_cli.api.network.early_connection import connecting

    return connecting(connection)


@contextmanager
def naming_models(model: str, endpoint: Literal["chat", "rerank"]) -> Iterator[None]:
    """Hint at the models of *endpoint*, or at the nearest, if *model* is not found."""
    try:
        yield
    except RequestRefused as exc:
        own = next((one for one in _FAMILIES if model.startswith(one)), "")
        if not exc.where.startswith("HTTP 404"):
            raise
        if own and _FAMILIES[own] != endpoint:
            listed = f"`co models list --endpoint {endpoint}` lists those that are"
            exc.hint = f"{model} is not a model for {endpoint}: {listed}"
        elif near := _nearest_model(model, endpoint):
            exc.hint = f"did you mean {near!r}? `co models list` lists all"
        raise


def _nearest_model(name: str, endpoint: str) -> str:
    from cohere_cli.commands.completion.known_models import nearest_model

    near = nearest_model(name, endpoint, Terminal.system().environ)
    return near if near != name else ""


_FAMILIES = {"command-": "chat", "rerank-": "rerank"}


def _noting(terminal: Terminal) -> Callable[[str], None]:
    """Return what writes a note for each line.

    On a terminal, where the seconds of waiting are shown, retries of one refusal are
    one line: that of the first.
    """
    noted = set[str]()

    def log(line: str) -> None:
        refusal, is_retry, _ = line.rpartition("; retrying in ")
        is_again = bool(is_retry) and refusal in noted
        noted.add(refusal)
        if not (is_again and terminal.shows_notes and not terminal.verbose):
            terminal.note(f"co: {line}")

    return log


@contextmanager
def open_batch_client(
    settings: "Settings",
    terminal: Terminal,
    note: Callable[[str], None],
    rate: int | None,
) -> Iterator["Client"]:
    """Open a client for many requests: *rate* per minute, or up to the key's limit.

    *note* writes a line to standard error without disturbing a progress bar; it gets
    each `RetryNotice` as it is, to join those of several threads.
    """

    def log(line: str) -> None:
        note(line if isinstance(line, RetryNotice) else f"co: {line}")

    with resolve_endpoint(settings, terminal) as connection:
        from cohere_cli.api.client import Client
        from cohere_cli.api.connection import BATCH_RETRIES
        from cohere_cli.api.rate_limit import RateLimiter

        is_set = settings.retries is not None
        retries = connection.retries if is_set else BATCH_RETRIES
        batch_connection = replace(connection, retries=retries)
        limiter = RateLimiter(rate)
        detail = log if terminal.verbose else None
        with Client(
            batch_connection, log, rate_limiter=limiter, detail=detail, many=True
        ) as client:
            yield client


def _open_recorder(
    record: str | None, log: Callable[[str], None]
) -> "AbstractContextManager[FileRecorder | None]":
    if record is None:
        return nullcontext()
    from cohere_cli.api.recorder import open_recorder

    return open_recorder(record, log)


@contextmanager
def resolve_endpoint(
    settings: "Settings", terminal: Terminal, *, compat: bool = False
) -> Iterator["Connection"]:
    """Yield the connection for *settings*; a sandbox runs until the context ends."""
    if settings.sandbox:
        with _start_sandbox(settings) as sandbox:
            terminal.note(_sandbox_notice(settings))
            path = "/compatibility/v1" if compat else ""
            yield connection_to(settings, sandbox.url + path, sandbox.key)
    else:
        base_url = settings.compat_base_url if compat else settings.base_url
        profile = f"profile {settings.profile}, " if settings.profile else ""
        terminal.detail(f"co: {profile}{base_url}")
        yield connection_to(settings, base_url, settings.key)


def _sandbox_notice(settings: "Settings") -> str:
    notice = "a mock server on this machine answers, not a model"
    faults = ", ".join(settings.faults)
    injected = f"; injected faults: {faults}" if faults else ""
    return f"co: profile {settings.profile}: {notice}{injected}"


def _start_sandbox(settings: "Settings") -> "AbstractContextManager[Sandbox]":
    from cohere_cli.sandbox import running

    try:
        return running(faults=settings.faults)
    except UsageProblem as exc:
        problem = f"faults of profile {settings.profile!r}: {exc.what}"
        raise ConfigProblem(problem, hint=exc.hint) from exc


def connection_to(settings: "Settings", base_url: str, key: str) -> "Connection":
    """Return the connection to *base_url*, with the limits and route of *settings*.

    From now on, *key* is masked on standard error.
    """
    from cohere_cli.api.connection import RETRIES, Connection

    connection = Connection(
        base_url=base_url,
        key=key,
        timeout=settings.timeout,
        max_time=settings.max_time,
        retries=RETRIES if settings.retries is None else settings.retries,
        rerank_path=settings.rerank_path,
        route=settings.route,
    )
    mask_notes(connection.without_key)
    return connection


StoreName = Literal["file", "keyring", "command"]

ProfileFlag = Annotated[
    str | None,
    typer.Option(
        "--profile",
        "-p",
        metavar="NAME",
        help="Name of the profile. [CO_PROFILE]",
        show_default="the active one",
    ),
]

JsonFlag = Annotated[bool, typer.Option("--json", help="Print JSON.")]


def load_profiles(terminal: Terminal) -> "Profiles":
    """Load the profiles from the config files. Raises `ConfigProblem`."""
    from cohere_cli.config import resolution
    from cohere_cli.config.paths import config_directory

    return resolution.load_profiles(config_directory(terminal.environ), vocabulary())


# As in Debian's home of an account that has none.
_NO_HOME = "/nonexistent/co/config.toml"


def profiles_of_call(flag: str | None, terminal: Terminal) -> "Profiles":
    """Load the profiles for a call; none of them if the home is unavailable.

    Raises `ConfigProblem` where *flag*, CO_PROFILE or CO_CONFIG_DIR names one.
    """
    from cohere_cli.config.paths import is_home_unavailable
    from cohere_cli.config.profiles import SANDBOX, Profiles

    try:
        return load_profiles(terminal)
    except ConfigProblem as problem:
        environ = terminal.environ
        named = environ.get("CO_PROFILE") if flag is None else flag
        if named not in (None, "", SANDBOX) or not is_home_unavailable(environ):
            raise
        if problem.where:
            terminal.note(f"co: no settings are used: {problem}")
        return Profiles(Path(problem.where or _NO_HOME).parent)


def chosen_profile(flag: str | None, terminal: Terminal) -> "Profile":
    """Return the profile of a call, as `profiles_of_call`, but without a note."""
    profiles = profiles_of_call(flag, replace(terminal, quiet=True))
    return profiles.choose(flag, terminal.environ).profile


def vocabulary() -> "Vocabulary":
    """Return the names of faults and flags that the profiles can hold."""
    from cohere_cli.config.settings import Vocabulary

    return Vocabulary(_fault_names, _flag_rules, _check_servers)


def _fault_names() -> Collection[str]:
    from cohere_cli.sandbox.faults.catalog import FAULTS

    return FAULTS


def _flag_rules(command: str) -> "Mapping[str, FlagRule]":
    from cohere_cli.commands.flags.defaults import flag_rules

    return flag_rules(command)


def _check_servers(file: "TomlFile") -> None:
    from cohere_cli.tools.mcp.configuration import parse_servers

    parse_servers(file)


def profile_to_change(
    flag: str | None, profiles: "Profiles", terminal: Terminal
) -> str:
    """Return the profile to change: that of -p, else of CO_PROFILE, else active."""
    return flag or terminal.environ.get("CO_PROFILE") or profiles.active or "default"


def profile_to_store(flag: str | None, profiles: "Profiles", terminal: Terminal) -> str:
    """Return the profile to change, which may be new.

    Raises `UsageProblem` if CO_PROFILE, or the active profile, is one that cannot be
    stored.
    """
    from cohere_cli.config.profiles import name_problem

    name = profile_to_change(flag, profiles, terminal)
    problem = "" if flag else name_problem(name)
    if problem:
        what = f"profile name {name!r} {problem}"
        where, leave = "the active profile", "`co auth switch NAME`"
        if terminal.environ.get("CO_PROFILE"):
            where, leave = "CO_PROFILE", "unset CO_PROFILE"
        raise UsageProblem(what, where=where, hint=f"name another: -p NAME, or {leave}")
    return name
