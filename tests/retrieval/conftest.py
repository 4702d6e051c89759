"""A folder of files to search, and an index of it in a cache."""

import time

import pytest
from retrieval.searching import found


@pytest.fixture
def lay(tmp_path, monkeypatch):
    """Write files below the current folder, a moment ago."""
    (tmp_path / "files").mkdir()
    monkeypatch.chdir(tmp_path / "files")

    def write(files):
        for name, content in files.items():
            path = tmp_path / "files" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(
                content if isinstance(content, bytes) else content.encode()
            )

    return write


@pytest.fixture
def cache(tmp_path):
    """The folder of index files."""
    return tmp_path / "cache" / "index"


@pytest.fixture
def settle():
    """Wait until a change would show in the times of a file."""
    return lambda: time.sleep(0.05)


@pytest.fixture
def ids():
    """Search, and return the ids of the passages, best first."""
    return lambda query, *sources, **options: [
        each[0] for each in found(query, sources or ["."], **options)[0]["passages"]
    ]


@pytest.fixture
def agree(cache):
    """Search with and without the cache, which must find the same; return it."""

    def search(query, *sources, **options):
        sources = sources or ["."]
        plain, _ = found(query, sources, **options)
        cached, details = found(query, sources, cache, **options)
        assert cached == plain
        return [each[0] for each in plain["passages"]], details

    return search
