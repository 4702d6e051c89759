"""The entry of `co`: Ctrl-C ends the process quietly before anything is imported."""

# The C module beneath `signal`, whose own enumerations take milliseconds: a Ctrl-C
# during them would print a traceback.
import _signal  # type: ignore[import-not-found]

# Before a command runs there is nothing to clean up. A shell that starts a job in the
# background has SIGINT ignored, and it stays so.
if _signal.getsignal(_signal.SIGINT) is _signal.default_int_handler:
    _signal.signal(_signal.SIGINT, _signal.SIG_DFL)


def main() -> None:
    """Run `co` on the process's own command line."""
    from cohere_cli import app

    app.main()


if __name__ == "__main__":
    main()
