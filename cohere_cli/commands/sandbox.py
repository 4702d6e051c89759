"""`co sandbox`: a mock of the API for other programs."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from cohere_cli.commands.registry import show_help
from cohere_cli.errors import InputProblem, UsageProblem
from cohere_cli.terminal import Terminal
from cohere_cli.text import shown_source

if TYPE_CHECKING:
    from cohere_cli.sandbox.pipeline import Setup
    from cohere_cli.sandbox.recordings.recorder import RecordingTarget


app = typer.Typer()


@app.callback(invoke_without_command=True)
def sandbox(ctx: typer.Context) -> None:
    """Mock the API locally: no model, no key, no network."""
    if ctx.invoked_subcommand is None:
        show_help(ctx)


@app.command("serve")
def serve(
    *,
    port: Annotated[
        int,
        typer.Option(
            "--port", min=0, max=65535, help="Port to listen on; 0 selects a free one."
        ),
    ] = 0,
    script: Annotated[
        str | None,
        typer.Option("--script", metavar="FILE", help="Reply rules, in YAML or JSON."),
    ] = None,
    fault: Annotated[
        list[str] | None,
        typer.Option(
            "--fault", metavar="FAULT", help="Inject faults, such as cut=5;times=2."
        ),
    ] = None,
    replay: Annotated[
        str | None,
        typer.Option("--replay", metavar="DIR", help="Serve recordings of --record."),
    ] = None,
    record: Annotated[
        str | None,
        typer.Option(
            "--record",
            metavar="DIR",
            help="Forward to the real API and record its replies.",
        ),
    ] = None,
    profile: Annotated[
        str | None,
        typer.Option("--profile", "-p", metavar="NAME", help="Profile for --record."),
    ] = None,
    trial: Annotated[
        bool, typer.Option("--trial", help="Enforce trial-key limits.")
    ] = False,
    any_key: Annotated[bool, typer.Option("--any-key", help="Accept any key.")] = False,
    verbose: Annotated[
        bool, typer.Option("--verbose", "-v", help="Log each request.")
    ] = False,
) -> None:
    """Serve the mock API until Ctrl-C; first print its URL and key for a shell.

    Rerank is a real BM25; chat answers by quoting the documents of the request.

    $ co sandbox serve --port 8080

    $ co sandbox serve --fault slow-tokens
    """
    from cohere_cli.sandbox.pipeline import Setup, parse_fault_options, parse_script

    if replay is not None and record is not None:
        hint = "record first, then replay the recordings"
        raise UsageProblem("--record and --replay cannot be combined", hint=hint)
    terminal = Terminal.system()
    setup = Setup(
        rules=parse_script(_rules(script, terminal), Path(script or "").parent),
        faults=parse_fault_options(fault or ()),
        replay=_replayed(replay),
        record=_recorder(record, profile, terminal),
        trial=trial,
        any_key=any_key,
    )
    run(port, terminal, setup, verbose=verbose)


def run(port: int, terminal: Terminal, setup: "Setup", *, verbose: bool) -> None:
    """Serve on *port* of 127.0.0.1 until a signal ends the program."""
    from threading import Event

    from cohere_cli.sandbox.server import run_server

    log = (lambda line: terminal.note(f"co: {line}")) if verbose else None
    with run_server(port, log, None, setup) as served:
        terminal.write(f"export CO_API_URL={served.url} CO_API_KEY={served.key}\n")
        Event().wait()


def _rules(script: str | None, terminal: Terminal) -> list[tuple[str, Any]]:
    """Read the rules of a script, each with its file and first line."""
    if script is None:
        return []
    from cohere_cli.documents.reader import read_records

    # JSON is also YAML, and the YAML reader reports the line of each rule.
    records = list(read_records([script], terminal.stdin.buffer, "yaml"))
    if not records:
        hint = "the shortest rule is `- reply: TEXT`"
        raise InputProblem("has no rules", where=shown_source(script), hint=hint)
    return [(f"{record.source}:{record.line}", record.data) for record in records]


def _replayed(folder: str | None) -> Path | None:
    """Return the folder to replay; without a file, it is the wrong one."""
    if folder is None:
        return None
    from cohere_cli.sandbox.recordings.replayer import require_recordings

    require_recordings(Path(folder))
    return Path(folder)


def _recorder(
    folder: str | None, profile: str | None, terminal: Terminal
) -> "RecordingTarget | None":
    if folder is None:
        if profile is not None:
            hint = "add --record DIR, or remove --profile"
            raise UsageProblem("--profile needs --record", hint=hint)
        return None
    from cohere_cli.commands.call.session import connection_to, resolve_settings
    from cohere_cli.commands.flags.base import CallFlags
    from cohere_cli.sandbox.recordings.recorder import RecordingTarget

    settings = resolve_settings(CallFlags(profile=profile), terminal, model=None)
    if settings.sandbox:
        hint = "name a profile of the real API with --profile"
        raise UsageProblem("--record needs a server other than the sandbox", hint=hint)
    connection = connection_to(settings, settings.base_url, settings.key)
    return RecordingTarget(
        connection, Path(folder), lambda line: terminal.note(f"co: {line}")
    )
