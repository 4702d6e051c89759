"""What a caller of `co mcp serve` can name: what a search of the folders finds."""

import os

import pytest

from cohere_cli.commands.mcp.confinement import Confinement
from cohere_cli.documents.walk.folders import parse_search
from cohere_cli.errors import InputProblem, UsageProblem


@pytest.fixture
def folder(tmp_path):
    """Make a folder with a file outside, beside, and links to all of them."""
    root = tmp_path / "served"
    for name in (
        "a.md",
        "docs/b.md",
        "docs/[c].md",
        "docs/d e/f.md",
        ".env",
        "log.tmp",
    ):
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text("text")
    (root / ".gitignore").write_text("*.tmp\n")
    (tmp_path / "secret.md").write_text("secret")
    (tmp_path / "servedtoo").mkdir()
    (root / "out.md").symlink_to(tmp_path / "secret.md")
    (root / "up").symlink_to(tmp_path)
    (root / "in.md").symlink_to("a.md")
    return root


def found(folder, *paths):
    """Return the files that are searched for *paths*, below the folder."""
    sources = Confinement([str(folder)]).sources(paths)
    searches = [parse_search(one) for one in sources]
    assert all(searches)
    files = [file for one in searches for file in one.files(lambda _: None)]
    return [os.path.relpath(file, folder) for file in files]


def test_without_paths_the_folders_are_searched(folder):
    assert Confinement([str(folder), f"{folder}/"]).sources(()) == (str(folder),)


@pytest.mark.parametrize(
    ("path", "files"),
    [
        ("a.md", ["a.md"]),
        ("./a.md", ["a.md"]),
        ("docs", ["docs/[c].md", "docs/b.md", "docs/d e/f.md"]),
        ("docs/", ["docs/[c].md", "docs/b.md", "docs/d e/f.md"]),
        ("docs/[c].md", ["docs/[c].md"]),
        ("docs/d e/f.md", ["docs/d e/f.md"]),
        ("log.tmp", []),
    ],
)
def test_a_path_means_what_a_search_of_the_folder_finds_there(folder, path, files):
    assert found(folder, path) == files


def test_an_absolute_path_in_the_folder_is_the_same(folder):
    assert found(folder, f"{folder}/docs/b.md") == ["docs/b.md"]
    assert set(found(folder, "")) == set(found(folder, str(folder)))
    assert set(found(folder, str(folder))) >= {"a.md", "docs/b.md"}


@pytest.mark.parametrize(
    "path",
    [
        "../secret.md",
        "docs/../../secret.md",
        "docs/../a.md",
        "/etc/passwd",
        "out.md",
        "up/secret.md",
        "up",
        "in.md",
        "absent.md",
        "*.md",
        "~/secret.md",
        "a.md\0",
        "-",
        "../servedtoo",
    ],
)
def test_a_path_elsewhere_is_refused(folder, path):
    with pytest.raises(UsageProblem) as caught:
        Confinement([str(folder)]).sources([path])
    assert caught.value.what == "there is no such path in the folders that are served"


@pytest.mark.parametrize("path", [".env", "docs/.git/config", ".hidden/a"])
def test_a_hidden_path_is_refused(folder, path):
    with pytest.raises(UsageProblem) as caught:
        Confinement([str(folder)]).sources([path])
    assert caught.value.what == "hidden files are not served"


def test_a_file_with_the_name_of_a_pattern_is_no_way_out(folder, tmp_path):
    (folder / "[s].md").symlink_to(tmp_path / "secret.md")
    (folder / "s.md").write_text("mine")
    with pytest.raises(UsageProblem):
        Confinement([str(folder)]).sources(["s.md"])


def test_only_a_folder_is_served(folder):
    with pytest.raises(InputProblem) as caught:
        Confinement([str(folder / "a.md")])
    assert caught.value.what == "is not a folder"
