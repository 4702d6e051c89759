"""What `co` is measured beside, each in an environment of its own, made once.

`co` is installed from this checkout as a user installs it: not editable, with its
bytecode. A peer that cannot be installed is missing, with a note.
"""

import hashlib
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parent.parent
PYTHON = Path(sys.executable).resolve()  # not the shim of a version manager
NODE_PACKAGE = "cohere-ai"


class Peers(NamedTuple):
    """Folders of programs, and programs of the system; None where one is missing."""

    co: Path
    sdk: Path | None
    llm: Path | None
    node: Path | None
    curl: Path | None
    notes: list[str]

    @property
    def versions(self) -> list[str]:
        """What is installed, with its version."""
        found = [
            f"{_installed(self.co, 'cohere_cli')} ({_commit()})",
            _installed(self.sdk, "cohere"),
            _installed(self.llm, "llm"),
            self.node and f"node's {NODE_PACKAGE} {_node_version(self.node)}",
            self.curl and " ".join(_output(str(self.curl), "--version").split()[:2]),
        ]
        return [version for version in found if version]


class NotInstalled(Exception):
    """A peer could not be installed; the text says why."""


def install(folder: Path) -> Peers:
    """Install what is not in *folder* yet, and `co` if it has changed.

    Raises `NotInstalled` where `co` itself cannot be installed.
    """
    notes: list[str] = []

    def optional(name: str, make: Callable[[], Path]) -> Path | None:
        try:
            return make()
        except NotInstalled as exc:
            notes.append(f"{name} is left out: {exc}")
            return None

    curl = shutil.which("curl")
    notes += [] if curl else ["curl is left out: it is not on PATH"]
    llm_packages = ["llm", "llm-command-r"]
    return Peers(
        python_packages(folder / "co", [str(ROOT)], fingerprint()),
        optional("SDK", lambda: python_packages(folder / "sdk", ["cohere"])),
        optional("llm", lambda: python_packages(folder / "llm", llm_packages)),
        optional("node's SDK", lambda: node_package(folder / "node")),
        Path(curl) if curl else None,
        notes,
    )


def fingerprint() -> str:
    """Return a hash of what is installed as `co`."""
    digest = hashlib.sha256((ROOT / "pyproject.toml").read_bytes())
    for path in sorted((ROOT / "cohere_cli").rglob("*")):
        if path.is_file() and path.suffix != ".pyc":
            digest.update(
                str(path.relative_to(ROOT)).encode() + b"\0" + path.read_bytes()
            )
    return digest.hexdigest()


def python_packages(folder: Path, packages: list[str], version: str = "") -> Path:
    """Install *packages* in an environment *folder*; return its folder of programs.

    With today's pip: an older one writes start scripts that import `re`.
    """
    programs = folder / "bin"
    pip = [str(programs / "python"), "-m", "pip", "install", "-q"]
    steps = ([str(PYTHON), "-m", "venv", str(folder)], [*pip, "-U", "pip"])
    _once(folder, f"{packages} {version}", (*steps, [*pip, *packages]))
    return programs


def node_package(folder: Path) -> Path:
    """Install Cohere's SDK for node in *folder*; return the script that uses it."""
    npm = ["npm", "install", "--loglevel=error", "--fetch-retries=0"]
    steps = [["node", "--version"], [*npm, "--prefix", str(folder), NODE_PACKAGE]]
    _once(folder, NODE_PACKAGE, steps)
    # node looks for packages beside the script.
    return Path(shutil.copy(ROOT / "benchmarks/clients/node_chat.mjs", folder))


def _once(folder: Path, wanted: str, steps: Iterable[list[str]]) -> None:
    """Take *steps* unless *folder* has what is wanted."""
    stamp = folder / "installed.txt"
    if stamp.exists() and stamp.read_text() == wanted:
        return
    print(f"installing in {folder}", file=sys.stderr)
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    for step in steps:
        _take(step)
    stamp.write_text(wanted)


def _take(step: list[str]) -> None:
    unset = ("PYTHONDONTWRITEBYTECODE", "PYTHONPATH", "VIRTUAL_ENV")
    environ = {name: os.environ[name] for name in os.environ if name not in unset}
    try:
        subprocess.run(step, env=environ, check=True, capture_output=True, text=True)
    except OSError as exc:
        raise NotInstalled(str(exc)) from exc
    except subprocess.CalledProcessError as exc:
        lines = [line.strip() for line in str(exc.stderr).splitlines()]
        errors = [line for line in lines if line.startswith(("ERROR: ", "npm "))]
        raise NotInstalled(" ".join(errors[:1]) or str(exc)) from exc


def _installed(programs: Path | None, package: str) -> str | None:
    """Return the name and version of a package in an environment."""
    pattern = f"lib/*/site-packages/{package}-*.dist-info"
    found = [*programs.parent.glob(pattern)] if programs else []
    return found[0].stem.replace("-", " ") if found else None


def _node_version(script: Path) -> str:
    """Return the version of the package beside *script*."""
    about = script.parent / "node_modules" / NODE_PACKAGE / "package.json"
    return str(json.loads(about.read_text())["version"])


def _commit() -> str:
    """Return what git calls this checkout."""
    if not shutil.which("git"):
        return "commit unknown"
    command = ("git", "-C", str(ROOT), "describe", "--always", "--dirty")
    return _output(*command).strip() or "not a checkout"


def _output(*words: str) -> str:
    return subprocess.run(words, capture_output=True, text=True, check=False).stdout
