"""`co sandbox`: the stand-in API, for other programs."""

from typing import Annotated

import typer

from cohere_cli.terminal import Terminal

app = typer.Typer()


@app.callback(invoke_without_command=True)
def sandbox(ctx: typer.Context) -> None:
    """A local stand-in for the API: no model, no key, no network."""
    if ctx.invoked_subcommand is None:
        typer.echo(ctx.get_help())


@app.command("serve")
def serve(
    port: Annotated[
        int,
        typer.Option("--port", min=0, max=65535, help="Port; 0 takes a free one."),
    ] = 0,
    verbose: Annotated[
        bool, typer.Option("--verbose", "-v", help="Say each request.")
    ] = False,
) -> None:
    """Serve until interrupted; print a line that a shell can evaluate.

    Its rerank is a real BM25; its chat quotes the documents that it is given.
    """
    run(port, Terminal.system(), verbose=verbose)


def run(port: int, terminal: Terminal, *, verbose: bool) -> None:
    """Serve on *port* of 127.0.0.1 until a signal ends the program."""
    from threading import Event

    from cohere_cli.sandbox import running

    log = (lambda line: terminal.note(f"co: {line}")) if verbose else None
    with running(port=port, log=log) as served:
        terminal.write(f"export CO_API_URL={served.url} CO_API_KEY={served.key}\n")
        Event().wait()
