"""A clean environment first, then what tests of several rooms share."""

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

# Typer and Rich read these when they are imported, so they go before any import.
for _name in list(os.environ):
    if _name.startswith(("CO_", "COHERE_")) and _name != "CO_RECORDINGS":
        del os.environ[_name]
for _name in ("FORCE_COLOR", "PY_COLORS", "GITHUB_ACTIONS", "NO_COLOR", "CI"):
    os.environ.pop(_name, None)
for _name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy"):
    os.environ.pop(_name, None)
# Without bytecode, each run of `co` would compile all of its modules.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
sys.dont_write_bytecode = False
os.environ["COLUMNS"] = "80"
os.environ["TERM"] = "xterm-256color"

# `TESTS_SYSTEM=windows pytest` has `co` see Windows: see tests/windows/simulation.py.
SIMULATED = os.environ.get("TESTS_SYSTEM", "")
if SIMULATED == "windows":
    _folder = str(Path(__file__).parent / "windows")
    sys.path.insert(0, _folder)
    os.environ["PYTHONPATH"] = _folder
    import simulation

    simulation.install()

from hypothesis import HealthCheck, settings  # noqa: E402 - after the environment
from raw_server import Serve, serving  # noqa: E402 - the same

# The same examples in each run, on a slow machine too; `HYPOTHESIS_PROFILE=thorough`
# draws new ones, and more.
settings.register_profile(
    "steady",
    deadline=None,
    derandomize=True,
    max_examples=40,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)
settings.register_profile(
    "thorough",
    deadline=None,
    max_examples=1_000,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "steady"))


@pytest.fixture
def serve() -> Iterator[Serve]:
    """Start a server that answers with the given bytes: see `raw_server`."""
    with serving() as start:
        yield start


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Leave out what Windows does not have, where that is simulated."""
    if SIMULATED != "windows":
        return
    from posix_alone import reason_to_skip

    for item in items:
        if reason := reason_to_skip(item.nodeid):
            item.add_marker(pytest.mark.skip(reason=reason))
