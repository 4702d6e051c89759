"""Search the passages of files by their words: an index, BM25, and the best lines."""

from cohere_cli.errors import ConfigProblem

try:
    import sqlite3 as _sqlite3  # noqa: F401 - what all modules here need
except ImportError as exc:
    _WHAT = "this Python has no SQLite, which a search needs"
    raise ConfigProblem(_WHAT, hint="use a Python that has the module sqlite3") from exc
