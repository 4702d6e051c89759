"""Imports httpx without its command line, which it loads if click is installed.

That would import click, Rich and Pygments: 60 to 100 ms that no request needs.
"""

import sys

# Before the import: an entry of None makes `import httpx._main` an ImportError, which
# httpx expects.
sys.modules.setdefault("httpx._main", None)  # type: ignore[arg-type]

# isort: split
import httpx  # noqa: E402
import httpx_sse  # noqa: E402

__all__ = ["httpx", "httpx_sse"]
