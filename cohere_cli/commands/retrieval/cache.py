"""`co cache`: the indexes of searched files, which are safe to delete."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from cohere_cli.commands.call.session import JsonFlag
from cohere_cli.commands.registry import show_help
from cohere_cli.config.paths import index_directory
from cohere_cli.errors import ConfigProblem
from cohere_cli.terminal import Terminal, clean_line
from cohere_cli.text import os_reason, plural, valid_unicode

if TYPE_CHECKING:
    from cohere_cli.retrieval.cache import CachedIndex

app = typer.Typer()

_MEGABYTE = 1_000_000


@app.callback(invoke_without_command=True)
def cache(ctx: typer.Context) -> None:
    """List, clear or locate the indexes of searched files."""
    if ctx.invoked_subcommand is None:
        show_help(ctx)


@app.command("path")
def path() -> None:
    """Print the path of the folder that holds the indexes.

    $ co cache path

    $ du -sh "$(co cache path)"
    """
    terminal = Terminal.system()
    terminal.write(f"{index_directory(terminal.environ)}\n")


@app.command("list")
def list_(json: JsonFlag = False) -> None:
    """List the indexes: size, files, passages, last change, and what was searched.

    In a pipe: what was searched, files, passages, bytes and last change, as TSV:
    a tab, newline or backslash in a path is escaped.

    $ co cache list

    $ co cache list --json
    """
    from cohere_cli.retrieval.cache import list_indexes

    terminal = Terminal.system()
    with _refused(folder := index_directory(terminal.environ)):
        found = list_indexes(folder)
    if json:
        from cohere_cli.render.json import write_json

        write_json(terminal, [_as_object(one) for one in found])
    elif terminal.shows_output:
        _draw(found, terminal)
    else:
        from cohere_cli.render.tables.ranking_rows import tsv_line

        for one in found:
            cells = (one.root, one.files, one.passages, one.size, _date(one.changed))
            terminal.write(tsv_line(cells))


@app.command("clear")
def clear() -> None:
    """Delete all indexes; the next search of a folder makes its own anew.

    One that another run uses stays.

    $ co cache clear

    $ co cache clear && co search "release notes" docs
    """
    from cohere_cli.retrieval.cache import clear_indexes

    terminal = Terminal.system()
    with _refused(folder := index_directory(terminal.environ)):
        cleared = clear_indexes(folder)
    if cleared.removed:
        indexes = plural(cleared.removed, "index", "indexes")
        terminal.note(f"co: {indexes} removed, {_size(cleared.freed)} freed")
    if cleared.used:
        terminal.note(f"co: {_staying(cleared.used)}: in use by another run")
    if cleared.refusals:
        what = f"{_staying(len(cleared.refusals))}: {cleared.refusals[0]}"
        raise ConfigProblem(what, where=str(folder))
    if not (cleared.removed or cleared.used):
        terminal.note("co: no index is there")


def _staying(number: int) -> str:
    return f"{plural(number, 'index', 'indexes')} not removed"


@contextmanager
def _refused(folder: Path) -> Iterator[None]:
    """Turn what the system refuses into an error about *folder*."""
    try:
        yield
    except OSError as exc:
        what = f"cannot be read: {os_reason(exc)}"
        raise ConfigProblem(what, where=str(folder)) from exc


def _draw(found: "list[CachedIndex]", terminal: Terminal) -> None:
    from cohere_cli.render.tables.columns import write_columns

    rows = [
        (
            (_size(one.size), ""),
            (f"{one.files:,}", ""),
            (f"{one.passages:,}", ""),
            (_date(one.changed), "dim"),
            (clean_line(one.root), "bold"),
        )
        for one in found
    ]
    headings = ("size", "files", "passages", "last changed", "searched")
    if rows:
        write_columns(terminal, rows, headings=headings)
    else:
        terminal.note("co: no index yet: `co search` and `co ask` make them")


def _as_object(one: "CachedIndex") -> dict[str, Any]:
    return {
        "root": valid_unicode(one.root),
        "path": valid_unicode(str(one.path)),
        "bytes": one.size,
        "files": one.files,
        "passages": one.passages,
        "changed": _date(one.changed),
    }


def _date(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _size(size: int) -> str:
    return f"{size / 1e6:,.1f} MB" if size >= _MEGABYTE else f"{size / 1e3:,.0f} kB"
