"""Compare the locked packages with the advisories of PyPI.

Needs `uv` and `pip-audit`. Exits with 1 for a package with an advisory, for one that
could not be looked up, and where `pip-audit` reports nothing. Only where there is no
network, or a mirror without advisories, it says that it is skipped, and exits with 0.
"""

import json
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Mapping
from http import HTTPStatus
from pathlib import Path
from ssl import SSLError
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.request import urlopen

from locked import ROOT

# A release that PyPI has: where its page is not found, none has one.
_KNOWN = "https://pypi.org/pypi/pip/24.0/json"
_TIMEOUT = 30  # seconds


def main() -> int:
    """Return the exit code, and say what was found."""
    if reason := unavailable(_KNOWN):
        print(f"audit: skipped: {reason}")
        return 0
    with tempfile.TemporaryDirectory() as folder:
        listed = Path(folder) / "locked.txt"
        _export(listed)
        command = ("pip-audit", "--disable-pip", "--require-hashes", "-f", "json")
        done = subprocess.run(
            [*command, "-r", listed], capture_output=True, text=True, check=False
        )
    code, lines = report(done)
    print("\n".join(f"audit: {line}" for line in lines))
    return code


def unavailable(address: str) -> str:
    """Return why no advisory can be looked up here, "" if it can.

    *address* has those of a package that exists.
    """
    try:
        with urlopen(address, timeout=_TIMEOUT):  # noqa: S310 -- a fixed address
            return ""
    except HTTPError as exc:
        is_lacking = exc.code == HTTPStatus.NOT_FOUND
        return "the registry here is a mirror without advisories" if is_lacking else ""
    except URLError as exc:
        # Another list of authorities than pip-audit's: it may well connect.
        is_trust = isinstance(exc.reason, SSLError)
        return "" if is_trust else f"there is no network: {exc.reason}"


def report(done: "subprocess.CompletedProcess[str]") -> tuple[int, list[str]]:
    """Return the exit code and the lines for a finished run of pip-audit."""
    try:
        return verdict(json.loads(done.stdout)["dependencies"])
    except (ValueError, KeyError):
        reason = done.stderr.strip().splitlines()[-1:] or ["nothing on standard error"]
        return 1, [f"failed: pip-audit wrote no report, but: {reason[0]}"]


def verdict(found: Iterable[Mapping[str, Any]]) -> tuple[int, list[str]]:
    """Return the exit code and the lines for the dependencies that pip-audit lists."""
    found = [*found]
    lines = [
        f"{one['name']} {one['version']}: {vulnerability['id']}"
        for one in found
        for vulnerability in one.get("vulns", ())
    ]
    skipped = [one["name"] for one in found if "skip_reason" in one]
    lines += [f"{name} could not be looked up" for name in skipped]
    if not found:
        lines = ["failed: pip-audit looked up no package"]
    return (1, lines) if lines else (0, [f"{len(found)} packages without an advisory"])


def _export(to: Path) -> None:
    words = ("--frozen", "--no-dev", "--no-emit-project", "--all-extras", "-q")
    command = ["uv", "export", *words, "--no-extra", "dev", "-o", to]
    subprocess.run(command, cwd=ROOT, check=True)


if __name__ == "__main__":
    sys.exit(main())
