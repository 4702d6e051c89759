"""Marks for the processes of a test, to see which of them are left."""

import subprocess
import time
import uuid

import pytest


@pytest.fixture
def mark():
    """A number of seconds that only the test's own `sleep` has."""
    return f"9{uuid.uuid4().int % 10**15}"


@pytest.fixture
def left(mark):
    """Return the processes with *mark* in their command, once they have had time."""

    def found():
        listed = subprocess.run(
            ["ps", "-axww", "-o", "pid=,command="],
            capture_output=True,
            text=True,
            check=True,
        )
        return [line for line in listed.stdout.splitlines() if mark in line]

    def left():
        for _ in range(100):
            if not found():
                break
            time.sleep(0.1)
        return found()

    return left
