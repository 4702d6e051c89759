import pytest

from cohere_cli.documents.detect import is_generated


@pytest.mark.parametrize(
    "path", ["a/uv.lock", "package-lock.json", "Go.Sum", "a.min.js", "a.css.map"]
)
def test_names_tell(path):
    assert is_generated(path)


@pytest.mark.parametrize("path", ["lock", "lock.md", "min.js", "a.json", "a.lock/b"])
def test_other_names_do_not(path):
    assert not is_generated(path)


def test_a_line_that_nobody_writes_tells():
    assert is_generated("a.js", "\n" + "x" * 5001)
    assert not is_generated("a.js", "x" * 5000 + "\ny")


def test_prose_may_have_long_lines():
    assert not is_generated("a.MD", "x" * 50_000)
