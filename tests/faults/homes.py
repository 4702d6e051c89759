"""What a run finds in its home before it begins."""

from collections.abc import Callable, Mapping
from pathlib import Path

from tests.faults.rows import CANARY

Prepare = Callable[[Path], object]
Data = str | bytes

ENTRY = '[profiles.{0}]\nkey = "old-key-of-{0}"\nbase_url = "https://api.cohere.com"\n'
OLD = ENTRY.format("old")
"""A keys.toml with a profile of little worth."""

MINE = f'[profiles.mine]\nkey = "{CANARY}"\nbase_url = "https://api.cohere.com"\n'
"""A keys.toml with the key that must turn up nowhere."""

NO_KEY = {"CO_API_KEY": ""}


def holding(files: Mapping[str, Data], mode: int = 0o600) -> Prepare:
    """Write *files*, whose paths are relative to the home."""

    def prepare(home: Path) -> None:
        for name, data in files.items():
            path = home / name
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            path.write_bytes(in_bytes(data))
            path.chmod(mode)

    return prepare


def in_bytes(data: Data) -> bytes:
    return data.encode() if isinstance(data, str) else data
