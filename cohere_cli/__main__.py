"""The entry of `co`: Ctrl-C ends the process quietly before anything is imported."""

import signal

# Before a command runs there is nothing to clean up. A shell that starts a job in the
# background has SIGINT ignored, and it stays so.
if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def main() -> None:
    """Run `co` on the process's own command line."""
    from cohere_cli import app

    app.main()


if __name__ == "__main__":
    main()
