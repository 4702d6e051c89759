from collections.abc import Callable
from pathlib import Path

import pytest

from cohere_cli.commands.flags.defaults import flag_rules
from cohere_cli.config.profiles import Profiles
from cohere_cli.config.resolution import load_profiles
from cohere_cli.config.settings import Vocabulary

Write = Callable[..., Profiles]


def _faults() -> tuple[str, ...]:
    return ("cut", "status", "refuse")


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    return tmp_path / "co"


@pytest.fixture
def stored(directory: Path) -> Write:
    """Write both files as a person would, and return the profiles in them."""

    def write(settings: str = "", keys: str = "") -> Profiles:
        directory.mkdir(mode=0o700, exist_ok=True)
        for name, text in (("config.toml", settings), ("keys.toml", keys)):
            path = directory / name
            path.touch(mode=0o600)
            path.write_text(text)
        return load_profiles(directory, Vocabulary(_faults, flag_rules))

    return write
