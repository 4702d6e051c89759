"""`co models`: lists the models of a server and what each supports."""

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING, Annotated

import typer

from cohere_cli.commands.call.session import (
    open_client,
    presented,
    profiles_of_call,
    resolve_settings,
)
from cohere_cli.commands.flags.base import expand_flags
from cohere_cli.commands.flags.models import ModelListFlags, ModelsFlags
from cohere_cli.errors import CoError, RequestRefused, UsageProblem
from cohere_cli.terminal import Terminal
from cohere_cli.text import did_you_mean

if TYPE_CHECKING:
    from cohere_cli.api.protocol.models import Model
    from cohere_cli.config.settings import Settings


app = typer.Typer()

_ENDPOINTS = {"chat", "rerank"}
_MAX_NAMED = 5  # models in a hint
_COMPLETION_TIME = 2.0  # seconds that a shell waits after the Tab key


@app.callback(invoke_without_command=True)
def models(ctx: typer.Context) -> None:
    """List models, and show what a model supports."""
    if ctx.invoked_subcommand is None:
        list_models(ModelListFlags())


def list_models(flags: ModelListFlags) -> None:
    """List the models of a server; in a pipe, only their names.

    $ co models list --endpoint rerank

    $ co models list --compat --base-url http://127.0.0.1:8000/v1
    """
    with presented(flags) as terminal:
        _list(flags, _with_verbosity(flags, terminal))


def _list(flags: ModelListFlags, terminal: Terminal) -> None:
    from cohere_cli.api.protocol.models import list_path

    if flags.cached:
        _write_aliases(flags, terminal)
        with suppress(CoError):
            _write_cached_names(flags, replace(terminal, quiet=True, verbose=False))
        return
    if flags.compat and flags.endpoint:
        hint = "leave out --endpoint"
        raise UsageProblem(
            "an OpenAI-compatible server does not report endpoints", hint=hint
        )
    settings = _resolve(flags, terminal)
    if _preview(flags, settings, list_path(flags.endpoint), terminal):
        return
    found = _fetch_models(settings, flags, terminal, flags.endpoint)
    _show_list([one for one in found if _is_wanted(one, flags)], flags, terminal)


def show_model(
    flags: ModelsFlags,
    name: Annotated[str, typer.Argument(metavar="NAME", help="The model's name.")],
) -> None:
    """Show a model: its context window, endpoints and features.

    $ co models show command-a-03-2025

    $ co models show rerank-v3.5 -o json
    """
    if not name.strip():
        raise UsageProblem("NAME is blank", hint="`co models list` lists names")
    with presented(flags) as terminal:
        _show(flags, name, _with_verbosity(flags, terminal))


def _show(flags: ModelsFlags, name: str, terminal: Terminal) -> None:
    from cohere_cli.api.protocol.models import model_path

    settings = _resolve(flags, terminal)
    if _preview(flags, settings, model_path(name), terminal):
        return
    _show_one(_fetch_model(settings, name, flags, terminal), flags, terminal)


app.command("list")(expand_flags(list_models))
app.command("show")(expand_flags(show_model))


def _with_verbosity(flags: ModelsFlags, terminal: Terminal) -> Terminal:
    return replace(terminal, quiet=flags.quiet, verbose=flags.verbose)


def _resolve(flags: ModelsFlags, terminal: Terminal) -> "Settings":
    return resolve_settings(flags, terminal, model=None, compat=flags.compat)


def _preview(
    flags: ModelsFlags, settings: "Settings", path: str, terminal: Terminal
) -> bool:
    """Print the request if --dry-run or --curl is given; return whether it was."""
    if not (flags.dry_run or flags.curl):
        return False
    from cohere_cli.render.preview import write_curl_get

    url = f"{settings.base_url}{path}"
    if flags.compat:
        url = f"{settings.compat_base_url or '/compatibility/v1'}/models"
    if flags.curl:
        write_curl_get(terminal, url)
    else:
        terminal.write(f"GET {url}\n")
    return True


def _write_aliases(flags: ModelListFlags, terminal: Terminal) -> None:
    """Write the aliases of the profile, for completion, if --aliases is given."""
    if flags.aliases:
        from cohere_cli.commands.completion.names import alias_names

        names = alias_names(flags.profile, terminal)
        terminal.write("".join(f"{name}\n" for name in names))


def _write_cached_names(flags: ModelListFlags, terminal: Terminal) -> None:
    """Write model names for completion: cached, or else fetched within 2 s."""
    from cohere_cli.commands.completion.model_cache import load_models, server_name
    from cohere_cli.render.tables.columns import write_names

    settings = _resolve(replace(flags, dry_run=True), terminal)
    found = load_models(server_name(settings, compat=flags.compat), terminal.environ)
    if found is None and _is_key_readable(flags, terminal):
        quick = replace(
            flags, max_time=_COMPLETION_TIME, retries=0, dry_run=False, curl=False
        )
        # A shell is completing a word on that line.
        silent = replace(terminal, quiet=True)
        found = _fetch_models(_resolve(quick, terminal), quick, silent)
    fit = (one for one in found or () if _may_have(one, flags.endpoint))
    write_names(terminal, [one for one in fit if _is_wanted(one, flags)])


def _is_key_readable(flags: ModelListFlags, terminal: Terminal) -> bool:
    """Whether the key needs no keyring or command, which may ask for a passphrase."""
    profiles = profiles_of_call(flags.profile, terminal)
    chosen = profiles.choose(flags.profile, terminal.environ)
    stored = chosen.profile.key
    return stored is None or stored.key is not None


def _fetch_models(
    settings: "Settings",
    flags: ModelsFlags,
    terminal: Terminal,
    endpoint: str | None = None,
) -> "list[Model]":
    """Fetch the models of a server; cache a complete list."""
    from cohere_cli.api.protocol.models import list_models, list_openai_models
    from cohere_cli.commands.completion.model_cache import save_models, server_name
    from cohere_cli.render.waiting import working_line

    with (
        open_client(settings, terminal, compat=flags.compat) as client,
        working_line(terminal, "waiting"),
    ):
        if flags.compat:
            found = list(list_openai_models(client.get))
        else:
            found = list(list_models(client.get, endpoint))
    if endpoint is None:
        save_models(found, server_name(settings, compat=flags.compat), terminal.environ)
    return found


def _is_wanted(model: "Model", flags: ModelListFlags) -> bool:
    if flags.all or flags.compat:
        return True
    ours = bool(flags.endpoint) or any(_may_have(model, one) for one in _ENDPOINTS)
    return ours and not model.is_deprecated


def _may_have(model: "Model", endpoint: str | None) -> bool:
    # llama.cpp states no endpoints: its models may have any.
    return endpoint is None or not model.endpoints or endpoint in model.endpoints


def _fetch_model(
    settings: "Settings", name: str, flags: ModelsFlags, terminal: Terminal
) -> "Model":
    from cohere_cli.api.protocol.models import get_model
    from cohere_cli.render.waiting import working_line

    if flags.compat:
        # Few OpenAI-compatible servers can return one model; all of them list models.
        return _find(name, _fetch_models(settings, flags, terminal))
    try:
        with (
            open_client(settings, terminal) as client,
            working_line(terminal, "waiting"),
        ):
            return get_model(client.get, name)
    except RequestRefused as refused:
        with suppress(CoError):
            models = _fetch_models(settings, flags, replace(terminal, quiet=True))
            refused.hint = _near_models(name, models) or refused.hint
        raise


def _find(name: str, models: "list[Model]") -> "Model":
    for model in models:
        if model.name == name:
            return model
    hint = _near_models(name, models) or "`co models list --compat` lists its models"
    raise RequestRefused(f"the server lists no model {name!r}", hint=hint)


def _near_models(name: str, models: "Iterable[Model]") -> str:
    """Return a hint with the models whose names begin so, or else the nearest."""
    names = [model.name for model in models if not model.is_deprecated]
    begun = [one for one in names if one.lower().startswith(name.lower())]
    if len(begun) > 1:
        return f"names that begin so: {', '.join(sorted(begun)[:_MAX_NAMED])}"
    return did_you_mean(name, names)


def _show_list(found: "list[Model]", flags: ModelListFlags, terminal: Terminal) -> None:
    output = _output_format(flags, terminal)
    if output in ("json", "jsonl"):
        from cohere_cli.render.json import write_json_list

        objects = (model.data for model in found)
        write_json_list(terminal, objects, lines=output == "jsonl")
        return
    from cohere_cli.render.tables.columns import write_models, write_names

    write = write_names if output == "text" else write_models
    write(terminal, found)


def _show_one(model: "Model", flags: ModelsFlags, terminal: Terminal) -> None:
    if _output_format(flags, terminal) in ("json", "jsonl"):
        from cohere_cli.render.json import write_json, write_json_list

        if flags.output == "jsonl":
            write_json_list(terminal, [model.data], lines=True)
        else:
            write_json(terminal, model.data)
        return
    from cohere_cli.render.tables.columns import write_model

    write_model(terminal, model)


def _output_format(flags: ModelsFlags, terminal: Terminal) -> str:
    default = "table" if terminal.shows_output else "text"
    return flags.output or default
