import pytest

from cohere_cli.retrieval.globs import chosen_by

PATHS = ["a.md", "docs/b.md", "docs/deep/c.py", "tests/docs.md", "src/x.MD"]


@pytest.mark.parametrize(
    ("globs", "chosen"),
    [
        ([], PATHS),
        (["*.md"], ["a.md", "docs/b.md", "tests/docs.md"]),
        (["docs"], ["docs/b.md", "docs/deep/c.py"]),
        (["docs/"], ["docs/b.md", "docs/deep/c.py"]),
        (["/docs"], ["docs/b.md", "docs/deep/c.py"]),
        (["docs/*"], ["docs/b.md", "docs/deep/c.py"]),
        (["docs/*.md"], ["docs/b.md"]),
        (["docs/**"], ["docs/b.md", "docs/deep/c.py"]),
        (["**/c.py"], ["docs/deep/c.py"]),
        (["deep", "a.*"], ["a.md", "docs/deep/c.py"]),
        (["!docs"], ["a.md", "tests/docs.md", "src/x.MD"]),
        (["*.md", "!tests"], ["a.md", "docs/b.md"]),
        (["md"], []),
    ],
    ids=str,
)
def test_globs_choose_files_and_folders(globs, chosen):
    is_chosen = chosen_by(globs, lambda path: path)
    assert [path for path in PATHS if is_chosen(path)] == chosen


def test_folders_above_the_one_that_is_searched_do_not_count():
    is_chosen = chosen_by(["!tests"], lambda path: path.removeprefix("/home/tests/"))
    assert is_chosen("/home/tests/a.md")
    assert not is_chosen("/home/tests/tests/a.md")
