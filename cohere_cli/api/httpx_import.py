"""Imports httpx without its command line, which it loads if click is installed.

That would import click, Rich and Pygments: 60 to 100 ms that no request needs.
"""

import sys

import httpx

sys.modules.setdefault("httpx._main", None)  # type: ignore[arg-type]


__all__ = ["httpx"]
