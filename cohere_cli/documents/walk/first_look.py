"""Whether a found file can be read as text, as far as name and first bytes show."""

import os
import stat
from collections.abc import Callable

from cohere_cli.documents.blocks import NUL, UTF_16_MARKS
from cohere_cli.documents.open_file import UNREADABLE, suffix_of
from cohere_cli.system.open_files import NO_WAIT, PLAIN

# Enough to tell; git looks at as much.
_HEAD_BYTES = 8000
# Of a regular file it blocks nothing. A link or pipe in its place is not waited for.
_FLAGS = os.O_RDONLY | NO_WAIT | PLAIN
# Never text, so it is not opened: on a disk, that takes longer than all else. Left
# out are names that text has, too (`.bin`, `.db`, `.ko` for Korean, `.so` of a linker
# script, `.ts`), and formats whose text can be extracted, such as PDF.
_BINARY_SUFFIXES = frozenset(
    f".{suffix}"
    for suffix in (
        *("7z", "bz2", "gz", "jar", "rar", "tbz2", "tgz", "txz", "war", "whl"),
        *("xz", "zip", "zst"),
        *("avif", "bmp", "gif", "heic", "ico", "jpeg", "jpg", "png", "psd", "tif"),
        *("tiff", "webp"),
        *("aac", "avi", "flac", "m4a", "m4v", "mkv", "mov", "mp3", "mp4", "mpeg"),
        *("mpg", "ogg", "opus", "wav", "webm", "wmv"),
        *("class", "dll", "dylib", "exe", "o", "pyc", "pyd", "pyo", "rlib", "wasm"),
        *("eot", "otf", "ttc", "ttf", "woff", "woff2"),
        *("npy", "npz", "parquet", "safetensors", "sqlite", "sqlite3"),
    )
)


def status_of(path: str) -> os.stat_result | str:
    """Return the status of what *path* leads to, or why there is none, in a word."""
    try:
        return os.stat(path)  # noqa: PTH116 - Path("") is the current folder
    except FileNotFoundError:
        return "missing"
    except (OSError, ValueError):
        return UNREADABLE


def reason_to_skip(
    path: str,
    status: os.stat_result | str,
    *,
    takes_nuls: bool,
    is_extracted: Callable[[bytes, str], bool] = lambda *_: False,
) -> str:
    """Return why the file *path* is not text, in one or two words; "" if it may be.

    *is_extracted* gets its first bytes and its path: the text of such a file is read.

    Cheaper than the readers, of which one after the other would open it. A name says
    nothing of an empty file, nor, with *takes_nuls*, of records.
    """
    if isinstance(status, str):
        return status
    if not stat.S_ISREG(status.st_mode):
        return "folder" if stat.S_ISDIR(status.st_mode) else "special"
    if status.st_size and not takes_nuls and suffix_of(path) in _BINARY_SUFFIXES:
        return "not text"
    try:
        descriptor = os.open(path, _FLAGS)
    except OSError:
        return UNREADABLE
    try:
        head = os.read(descriptor, _HEAD_BYTES)
    except OSError:
        return UNREADABLE
    finally:
        os.close(descriptor)
    if not head:
        return "empty"
    is_binary = NUL in head and not head.startswith(UTF_16_MARKS)
    is_readable = takes_nuls or not is_binary or is_extracted(head, path)
    return "" if is_readable else "not text"
