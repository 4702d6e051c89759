"""`co models`: which models a server offers, and what each of them can."""

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Annotated

import typer

from cohere_cli.commands.connected import connected, settled
from cohere_cli.errors import RequestRefused, UsageProblem
from cohere_cli.options.models import ModelListFlags, ModelsFlags
from cohere_cli.options.unpacking import unpacked
from cohere_cli.terminal import Terminal

if TYPE_CHECKING:
    from cohere_cli.api.client import Client
    from cohere_cli.api.model_lists import Model
    from cohere_cli.config.settings import Settings

app = typer.Typer()

_OURS = {"chat", "rerank"}


@app.callback(invoke_without_command=True)
def models(ctx: typer.Context) -> None:
    """Which models there are, and what each of them can."""
    if ctx.invoked_subcommand is None:
        typer.echo(ctx.get_help())


def list_models(flags: ModelListFlags) -> None:
    """List the models that `co` can use; in a pipe, their names.

    co models list --endpoint rerank

    co models list --compat --base-url http://127.0.0.1:8000/v1
    """
    from cohere_cli.api.model_lists import list_path

    terminal = _quiet(flags, Terminal.system())
    if flags.compat and flags.endpoint:
        hint = "leave one of them out"
        raise UsageProblem("a compatible server tells no endpoints", hint=hint)
    settings = _settled(flags, terminal)
    if _previewed(flags, settings, list_path(flags.endpoint), terminal):
        return
    with connected(settings, terminal, compat=flags.compat) as client:
        found = [one for one in _found(client, flags) if _is_wanted(one, flags)]
    _show_list(found, flags, terminal)


def show_model(
    flags: ModelsFlags,
    name: Annotated[str, typer.Argument(metavar="NAME", help="The model's name.")],
) -> None:
    """Say what a model can: its context, endpoints and features."""
    from cohere_cli.api.model_lists import path_of

    terminal = _quiet(flags, Terminal.system())
    settings = _settled(flags, terminal)
    if _previewed(flags, settings, path_of(name), terminal):
        return
    with connected(settings, terminal, compat=flags.compat) as client:
        model = _one(client, name, flags)
    _show_one(model, flags, terminal)


app.command("list")(unpacked(list_models))
app.command("show")(unpacked(show_model))


def _quiet(flags: ModelsFlags, terminal: Terminal) -> Terminal:
    return replace(terminal, quiet=flags.quiet, verbose=flags.verbose)


def _settled(flags: ModelsFlags, terminal: Terminal) -> "Settings":
    return settled(flags, terminal, model=None, compat=flags.compat)


def _previewed(
    flags: ModelsFlags, settings: "Settings", path: str, terminal: Terminal
) -> bool:
    """Show the request instead of sending it, if that is asked for."""
    if not (flags.dry_run or flags.curl):
        return False
    from cohere_cli.render.request import write_curl_get

    url = f"{settings.base_url}{path}"
    if flags.compat:
        url = f"{settings.compat_base_url or '/compatibility/v1'}/models"
    if flags.curl:
        write_curl_get(terminal, url)
    else:
        terminal.write(f"GET {url}\n")
    return True


def _found(client: "Client", flags: ModelListFlags) -> "Iterator[Model]":
    from cohere_cli.api.model_lists import listed, listed_by_another

    if flags.compat:
        return listed_by_another(client.get)
    return listed(client.get, flags.endpoint)


def _is_wanted(model: "Model", flags: ModelListFlags) -> bool:
    if flags.all or flags.compat:
        return True
    ours = bool(flags.endpoint) or not _OURS.isdisjoint(model.endpoints)
    return ours and not model.is_deprecated


def _one(client: "Client", name: str, flags: ModelsFlags) -> "Model":
    from cohere_cli.api.model_lists import described, listed_by_another

    if not flags.compat:
        return described(client.get, name)
    # Few servers of this shape tell of one model; all of them list what they have.
    for model in listed_by_another(client.get):
        if model.name == name:
            return model
    hint = "`co models list --compat` names those that it has"
    raise RequestRefused(f"the server lists no model {name!r}", hint=hint)


def _show_list(found: "list[Model]", flags: ModelListFlags, terminal: Terminal) -> None:
    output = _format(flags, terminal)
    if output in ("json", "jsonl"):
        from cohere_cli.render.listing import write_listing

        objects = (model.data for model in found)
        write_listing(terminal, objects, lines=output == "jsonl")
        return
    from cohere_cli.render.model_tables import write_models, write_names

    write = write_names if output == "text" else write_models
    write(terminal, found)


def _show_one(model: "Model", flags: ModelsFlags, terminal: Terminal) -> None:
    if _format(flags, terminal) in ("json", "jsonl"):
        from cohere_cli.render.listing import write_listing
        from cohere_cli.render.records import write_object

        if flags.output == "jsonl":
            write_listing(terminal, [model.data], lines=True)
        else:
            write_object(terminal, model.data)
        return
    from cohere_cli.render.model_tables import write_model

    write_model(terminal, model)


def _format(flags: ModelsFlags, terminal: Terminal) -> str:
    usual = "table" if terminal.shows_output else "text"
    return "json" if flags.json else flags.output or usual
