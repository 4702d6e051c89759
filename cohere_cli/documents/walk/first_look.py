"""Whether a found file can be read as text, as far as its first bytes show."""

import os
import stat

from cohere_cli.documents.blocks import NUL, UTF_16_MARKS

# Enough to tell; git looks at as much.
_HEAD_BYTES = 8000
# Of a regular file it blocks nothing. A link or pipe in its place is not waited for.
_FLAGS = os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC | os.O_NOCTTY


def status_of(path: str) -> os.stat_result | str:
    """Return the status of what *path* leads to, or why there is none, in a word."""
    try:
        return os.stat(path)  # noqa: PTH116 - Path("") is the current folder
    except FileNotFoundError:
        return "missing"
    except (OSError, ValueError):
        return "unreadable"


def reason_to_skip(path: str, status: os.stat_result | str, *, takes_nuls: bool) -> str:
    """Return why the file *path* is not text, in one or two words; "" if it may be.

    Cheaper than the readers, of which one after the other would open it.
    """
    if isinstance(status, str):
        return status
    if not stat.S_ISREG(status.st_mode):
        return "folder" if stat.S_ISDIR(status.st_mode) else "special"
    try:
        descriptor = os.open(path, _FLAGS)
    except OSError:
        return "unreadable"
    try:
        head = os.read(descriptor, _HEAD_BYTES)
    except OSError:
        return "unreadable"
    finally:
        os.close(descriptor)
    if not head:
        return "empty"
    is_binary = NUL in head and not head.startswith(UTF_16_MARKS)
    return "not text" if is_binary and not takes_nuls else ""
