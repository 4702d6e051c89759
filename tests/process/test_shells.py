"""README's pipelines in each shell: the same bytes, and the same exit codes."""

import subprocess

import pytest
from co_program import ROOT, Co
from documented import runnable
from programs import needing

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]

PIPELINES = [line for line in runnable("README.md") if " | " in line]


def shown(shell: str, line: str, co: Co) -> tuple[int, bytes, bytes]:
    done = subprocess.run(
        [shell, "-c", line],
        cwd=ROOT,
        env=co.environ,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        check=False,
    )
    return done.returncode, done.stdout, done.stderr


@pytest.fixture(scope="module")
def in_bash():
    """What each line wrote in bash."""
    return {}


def test_readme_has_pipelines():
    assert len(PIPELINES) >= 4


@pytest.mark.parametrize(
    "line",
    [
        pytest.param(one, marks=needing("jq") if "jq" in one else ())
        for one in PIPELINES
    ],
)
@pytest.mark.parametrize(
    "shell", [pytest.param(one, marks=needing(one)) for one in ("zsh", "fish", "dash")]
)
def test_a_pipeline_writes_the_same_as_in_bash(sandboxed, in_bash, shell, line):
    if line not in in_bash:
        in_bash[line] = shown("bash", line, sandboxed)
    code, output, _ = in_bash[line]
    assert (code, bool(output)) == (0, True)
    assert shown(shell, line, sandboxed) == in_bash[line]


@pytest.mark.parametrize(
    "shell",
    [pytest.param(one, marks=needing(one)) for one in ("bash", "zsh", "fish", "dash")],
)
@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("co chat Hi --modle x -p sandbox", 2),
        ("echo a cat | co rerank -q zebra --exit-status --min-score 1 -p sandbox", 9),
        ("co chat Hi -p sandbox | head -c 0", 0),
    ],
)
def test_a_shell_sees_the_exit_code(sandboxed, shell, line, code):
    assert shown(shell, line, sandboxed)[0] == code
