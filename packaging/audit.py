"""Compare the locked packages with the advisories of PyPI.

Needs `uv` and `pip-audit`. Exits with 1 for a package with an advisory, and for one
that could not be looked up while others could. Where none could, as behind a mirror
without advisories, it says so and exits with 0.
"""

import json
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from locked import ROOT


def main() -> int:
    """Return the exit code, and say what was found."""
    with tempfile.TemporaryDirectory() as folder:
        listed = Path(folder) / "locked.txt"
        _export(listed)
        command = ("pip-audit", "--disable-pip", "--require-hashes", "-f", "json")
        done = subprocess.run(
            [*command, "-r", listed], capture_output=True, text=True, check=False
        )
    if not done.stdout:
        reason = done.stderr.strip().splitlines()[-1:]
        print(f"audit: not done: pip-audit wrote nothing: {' '.join(reason)}")
        return 0
    code, lines = verdict(json.loads(done.stdout)["dependencies"])
    print("\n".join(f"audit: {line}" for line in lines))
    return code


def verdict(found: Iterable[Mapping[str, Any]]) -> tuple[int, list[str]]:
    """Return the exit code and the lines for the dependencies that pip-audit lists."""
    found = [*found]
    skipped = [one["name"] for one in found if "skip_reason" in one]
    if len(skipped) == len(found):
        return 0, [f"not done: the registry has no advisories of {len(found)} packages"]
    lines = [
        f"{one['name']} {one['version']}: {vulnerability['id']}"
        for one in found
        for vulnerability in one.get("vulns", ())
    ]
    lines += [f"{name} could not be looked up" for name in skipped]
    return (1, lines) if lines else (0, [f"{len(found)} packages without an advisory"])


def _export(to: Path) -> None:
    words = ("--frozen", "--no-dev", "--no-emit-project", "--all-extras", "-q")
    command = ["uv", "export", *words, "--no-extra", "dev", "-o", to]
    subprocess.run(command, cwd=ROOT, check=True)


if __name__ == "__main__":
    sys.exit(main())
