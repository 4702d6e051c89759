"""The installed program, run as a user runs it."""

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

ROOT = Path(__file__).parent.parent
CO = Path(sys.executable).with_name("co")


class Co:
    """Runs `co` with a home of its own, in the project's folder."""

    def __init__(self, home: Path) -> None:
        self.environ = {
            "PATH": f"{CO.parent}{os.pathsep}{os.environ['PATH']}",
            "HOME": str(home),
            "CO_CONFIG_DIR": str(home / "config"),
            "TERM": "xterm-256color",
            "LANG": "C.UTF-8",
        }

    def __call__(
        self,
        *words: str,
        stdin: bytes | None = None,
        env: Mapping[str, str] | None = None,
        cwd: Path = ROOT,
    ) -> subprocess.CompletedProcess[bytes]:
        """Run to the end. Without *stdin*, standard input is /dev/null."""
        given = {"input": stdin} if stdin is not None else {"stdin": subprocess.DEVNULL}
        return subprocess.run(
            [CO, *words],
            cwd=cwd,
            env={**self.environ, **(env or {})},
            capture_output=True,
            timeout=30,
            check=False,
            **given,
        )

    def start(self, *words: str, **more: object) -> subprocess.Popen[bytes]:
        """Start, and let the test talk to it."""
        streams = {"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE}
        return subprocess.Popen(
            [CO, *words],
            cwd=ROOT,
            env=self.environ,
            **{**streams, "stderr": subprocess.PIPE, **more},
        )

    def shell(
        self, script: str, *, cwd: Path = ROOT
    ) -> subprocess.CompletedProcess[bytes]:
        """Run a line of bash in which `co` is the program."""
        return subprocess.run(
            ["bash", "-c", script],
            cwd=cwd,
            env=self.environ,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=30,
            check=False,
        )
