"""The way of somebody who has Python, pip and a wheel, and nothing else."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from co_program import ROOT

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]

SCRIPT = Path(__file__).with_name("new_home.sh")
# What pip needs where the registry is behind a proxy or an authority of its own.
NETWORK = ("HTTPS_PROXY", "https_proxy", "SSL_CERT_FILE", "PIP_CERT", "PIP_INDEX_URL")


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "pip", "wheel", "-q", "--no-deps", "-w", folder]
    subprocess.run([*command, ROOT], check=True)
    return next(folder.glob("*.whl"))


def test_a_wheel_in_an_empty_home_leads_to_completed_words(tmp_path, wheel):
    network = {name: os.environ[name] for name in NETWORK if name in os.environ}
    done = subprocess.run(
        ["sh", SCRIPT, sys._base_executable, wheel],
        env={"HOME": str(tmp_path), "PATH": "/usr/local/bin:/usr/bin:/bin", **network},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    steps = [line.removeprefix("ok ") for line in done.stdout.splitlines()]
    assert steps[0].startswith("co ")
    assert steps[1:6] == ["doctor", "chat", "ask", "rerank", "completion in bash"]
    assert len(steps) == len(["zsh", "fish"]) + 6
