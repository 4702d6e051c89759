"""What `uv.lock` holds: the packages that an installation gets."""

import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from packaging.markers import Marker

ROOT = Path(__file__).parent.parent
NAME = "cohere-cli"


def version() -> str:
    """Return the version of the source."""
    text = (ROOT / "cohere_cli/__init__.py").read_text("utf-8")
    return text.partition('__version__ = "')[2].partition('"')[0]


def project() -> dict[str, Any]:
    """Return the table `project` of `pyproject.toml`."""
    table: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    return table["project"]


def packages(environment: dict[str, str]) -> Iterator[dict[str, Any]]:
    """Yield what an installation without extras gets, without `co`, by name.

    *environment* has the markers that differ from those of this machine.
    """
    lock = tomllib.loads((ROOT / "uv.lock").read_text("utf-8"))
    by_name = {one["name"]: one for one in lock["package"]}
    found, waiting = {NAME}, [NAME]
    while waiting:
        for needed in by_name[waiting.pop()].get("dependencies", ()):
            marker = needed.get("marker")
            is_needed = not marker or Marker(marker).evaluate(environment)
            if is_needed and needed["name"] not in found:
                found.add(needed["name"])
                waiting.append(needed["name"])
    yield from (by_name[name] for name in sorted(found - {NAME}))
