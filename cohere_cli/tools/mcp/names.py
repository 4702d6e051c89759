"""Names by which the model calls the tools of servers: of letters the API takes."""

import re
from collections.abc import Iterable
from hashlib import sha256
from itertools import count

_MOST = 64  # characters: other servers of the same API take no more
_HASH = 8


def api_names(tools: Iterable[tuple[str, str]]) -> list[str]:
    """Return a name for each tool, given as the names of its server and its own.

    A name begins with its server's, so that it begins with no digit and tells where a
    call goes. It is the same in each run, as long as the servers have the same tools.
    """
    used: set[str] = set()
    names = []
    for server, tool in tools:
        name = _unused(_name(server, tool), used)
        used.add(name)
        names.append(name)
    return names


def _name(server: str, tool: str) -> str:
    name = re.sub("[^A-Za-z0-9_]", "_", f"{server}_{tool}")
    if len(name) <= _MOST:
        return name
    mark = sha256(tool.encode(errors="replace")).hexdigest()[:_HASH]
    return f"{name[: _MOST - _HASH - 1]}_{mark}"


def _unused(name: str, used: set[str]) -> str:
    """Return *name*, or for another tool of that name the first unused number."""
    numbered = (f"{name[: _MOST - 4]}_{number}" for number in count(2))
    return (
        name if name not in used else next(one for one in numbered if one not in used)
    )
