"""Each line of shell in README.md and docs/, and each script, run as it is printed."""

import pytest
from documented import PAGES, run_scripts, runnable

# Ends only with a signal.
SERVE = ("co sandbox serve", "timeout -s INT 2 co sandbox serve")
# A cut answer is what the profile is for.
MEANT = {SERVE[0]: (124, 130), "-p flaky": (18,), "# exit 11": (11,)}
ELSEWHERE = "--base-url http://127.0.0.1:8000/v1"


@pytest.fixture
def run_page(co, clone):
    """Run the lines of a page one after another; return those that fail, with why."""

    def run(page, environ):
        co("config", "set", "timeout", "60", "-p", "work")
        co.environ |= {"EDITOR": "true", "SHELL": "/bin/bash", **environ}
        folder, failed = clone, {}
        for line in runnable(page):
            if line.startswith("cd "):
                folder = clone / line.removeprefix("cd ")
                continue
            # Another test may have the port at the same time.
            command = line.replace(*SERVE).replace("--port 8765", "--port 0")
            script = f"set -o pipefail; {command}"
            # A signal of `timeout` must reach the program itself.
            done = co.shell(script, cwd=folder, forked=False)
            is_meant = any(
                start in line and done.returncode in codes
                for start, codes in MEANT.items()
            )
            if done.returncode and not is_meant:
                failed[line] = (done.returncode, done.stderr.decode())
        return failed

    return run


def test_most_lines_are_run():
    assert sum(len(runnable(page)) for page in PAGES) > 90
    assert sum(len(run_scripts(page)) for page in PAGES) > 0


@pytest.mark.timeout(180)
@pytest.mark.parametrize("page", [page for page in PAGES if run_scripts(page)])
def test_a_script_runs_as_printed(co, sandbox, clone, page):
    co.environ |= {"CO_API_URL": sandbox.url, "CO_API_KEY": sandbox.key}
    for at, block in enumerate(run_scripts(page)):
        script = clone / f"script-{at}"
        script.write_text(block.text)
        script.chmod(0o755)
        # A signal of the script must reach the program itself.
        call = f"./{script.name} {block.arguments}"
        done = co.shell(call, cwd=clone, forked=False)
        assert (done.returncode, done.stderr.decode()) == (0, "")


@pytest.mark.slow
@pytest.mark.timeout(180)
@pytest.mark.parametrize("page", [page for page in PAGES if runnable(page)])
def test_a_line_runs_as_printed_with_a_key(run_page, sandbox, page):
    served = {"CO_API_URL": sandbox.url, "CO_API_KEY": sandbox.key}
    # The page of the sandbox starts its own.
    failed = run_page(page, {} if page == "docs/sandbox.md" else served)
    # The server of another program is not there.
    assert {line: why for line, why in failed.items() if ELSEWHERE not in line} == {}


@pytest.mark.slow
@pytest.mark.timeout(180)
@pytest.mark.parametrize("page", [page for page in PAGES if runnable(page)])
def test_a_line_runs_as_printed_in_the_sandbox_or_says_what_to_do(run_page, page):
    failed = run_page(page, {"CO_PROFILE": "sandbox"})
    for line, (_, stderr) in failed.items():
        assert "\nhint: " in f"\n{stderr}", (line, stderr)
