"""httpx, without the command line of its own that it loads where click is installed.

That brings click, Rich and Pygments in: 60 to 100 ms that no request needs.
"""

import sys

import httpx

sys.modules.setdefault("httpx._main", None)  # type: ignore[arg-type]


__all__ = ["httpx"]
