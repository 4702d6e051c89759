"""Programs of others that tests run, where they are installed."""

import os
import shutil

import pytest

_SYSTEM = ("/usr/sbin", "/sbin")


def found(program: str) -> str | None:
    """Return the path of *program*, also of one for administrators; None without it."""
    return shutil.which(program, path=os.pathsep.join((os.environ["PATH"], *_SYSTEM)))


def needing(*programs: str) -> pytest.MarkDecorator:
    """Mark a test that is skipped, with its reason, where one of *programs* lacks."""
    missing = [one for one in programs if not found(one)]
    return pytest.mark.skipif(bool(missing), reason=f"not installed: {missing}")
