"""The flags of every command that calls the API."""

from dataclasses import dataclass
from typing import Annotated

from cohere_cli.options.panels import call_flag


@dataclass(frozen=True, kw_only=True)
class CallFlags:
    """What every command that calls the API takes."""

    profile: Annotated[
        str | None,
        call_flag(
            "--profile",
            "-p",
            metavar="NAME",
            text="Profile to use; `sandbox` needs no key. [CO_PROFILE]",
        ),
    ] = None
    base_url: Annotated[
        str | None,
        call_flag("--base-url", metavar="URL", text="Address of the API. [CO_API_URL]"),
    ] = None
    key_file: Annotated[
        str | None,
        call_flag(
            "--key-file",
            metavar="FILE",
            text="File that holds the API key; - is standard input.",
        ),
    ] = None
    timeout: Annotated[
        float | None,
        call_flag("--timeout", metavar="SECONDS", text="Seconds of silence to bear."),
    ] = None
    max_time: Annotated[
        float | None,
        call_flag(
            "--max-time",
            metavar="SECONDS",
            text="Seconds that the whole call may take.",
        ),
    ] = None
    retries: Annotated[
        int | None,
        call_flag(
            "--retries", metavar="N", text="Times to ask again after a passing failure."
        ),
    ] = None
    quiet: Annotated[bool, call_flag("--quiet", text="Say nothing but errors.")] = False
    verbose: Annotated[
        bool, call_flag("--verbose", "-v", text="Say what is sent where, and retries.")
    ] = False
    dry_run: Annotated[
        bool, call_flag("--dry-run", text="Print the request body; send nothing.")
    ] = False
    curl: Annotated[
        bool,
        call_flag("--curl", text="Print the call as a curl command; send nothing."),
    ] = False
    elide: Annotated[
        bool, call_flag("--elide", text="Shorten long texts in --dry-run and --curl.")
    ] = False
