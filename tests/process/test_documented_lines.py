"""Each line of README.md and docs/ that runs `co`, run as it is printed."""

import pytest
from documented import PAGES, SKIPPED, lines_of, runnable

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
        co.environ |= {"EDITOR": "true", **environ}
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


def test_the_lines_that_are_skipped_are_in_the_pages():
    lines = [line for page in PAGES for line in lines_of(page)]
    assert len(lines) > 90
    for start in SKIPPED:
        assert any(line.startswith(start) for line in lines), start


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
