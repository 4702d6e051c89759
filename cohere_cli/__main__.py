"""The entry of `co`: Ctrl-C ends the process quietly before anything is imported."""

# The C module beneath `signal`, whose own enumerations take milliseconds: a Ctrl-C
# during them would print a traceback.
import _signal  # type: ignore[import-not-found]

# Before a command runs there is nothing to clean up. A shell that starts a job in the
# background has SIGINT ignored, and it stays so.
if _signal.getsignal(_signal.SIGINT) is _signal.default_int_handler:
    _signal.signal(_signal.SIGINT, _signal.SIG_DFL)

import os
import sys

from cohere_cli import __version__

_VERSION = (["--version"], ["-V"], ["version"])


def main() -> None:
    """Run `co` on the process's own command line."""
    from cohere_cli import app

    app.main()


def entry() -> None:
    """Run `co` as the whole process, and end the process."""
    if sys.argv[1:] in _VERSION:
        _write_version()
    try:
        main()
    except SystemExit as exc:
        from cohere_cli.terminal import end_process

        end_process(exc.code)
        raise


def _write_version() -> None:
    """Write the version and end the process; return if it cannot be written."""
    # Without Typer, which takes five times as long as the rest.
    left = f"co {__version__}\n".encode()
    try:
        while left:
            left = left[os.write(1, left) :]
    except OSError:
        return
    os._exit(0)


if __name__ == "__main__":
    entry()
