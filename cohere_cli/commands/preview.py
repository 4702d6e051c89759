"""Looking at a request before, and instead of, sending it."""

from typing import Any

from cohere_cli.options.call import CallFlags
from cohere_cli.terminal import Terminal


def is_asked(flags: CallFlags) -> bool:
    """Whether the request is only to be looked at."""
    return flags.dry_run or flags.curl


def preview(
    body: Any,
    flags: CallFlags,
    terminal: Terminal,
    *,
    url: str,
    output: str | None = None,
) -> None:
    """Print the body, or the curl command that sends it to *url*."""
    from cohere_cli.api.bodies import as_json
    from cohere_cli.render.request import elided, write_body, write_curl

    told = as_json(body)
    told = elided(told) if flags.elide else told
    if flags.curl:
        write_curl(terminal, url, told)
    else:
        write_body(terminal, told, output)
