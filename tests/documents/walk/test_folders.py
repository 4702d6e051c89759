import inspect
import os
import sys

import pytest

from cohere_cli.documents.walk import work
from cohere_cli.documents.walk.folders import (
    Pattern,
    normalize,
    parse_search,
    split_pattern,
)


def lay(folder, *paths):
    for path in paths:
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(b"x")


def files(source):
    reasons = []
    return list(parse_search(source).files(reasons.append)), reasons


@pytest.mark.parametrize("source", ["docs", "docs/", "./docs", "docs//."])
def test_a_folders_files_come_in_order_without_the_hidden_ones(folder, source):
    lay(folder, "docs/b", "docs/a/z", "docs/a.md", "docs/.c", "docs/.d/e", "docs/B")
    os.mkdir(folder / "docs/empty")  # noqa: PTH102 - as short as the rest
    assert files(source) == (["docs/B", "docs/a/z", "docs/a.md", "docs/b"], [])


def test_the_current_folder_adds_nothing_to_a_name(folder):
    lay(folder, "b", "a/c", "-")
    assert files(".") == (["./-", "a/c", "b"], [])


def test_a_folder_outside_keeps_its_way_there(folder, monkeypatch):
    lay(folder, "docs/a", "here/b")
    monkeypatch.chdir("here")
    assert files("../docs") == (["../docs/a"], [])
    assert files(f"{folder}/docs/") == ([f"{folder}/docs/a"], [])


def test_a_pattern_finds_files_and_no_folders(folder):
    lay(folder, "docs/a.md", "docs/b.md/c.md", "docs/d/e.md", "docs/d/.f.md")
    assert files("docs/*.md") == (["docs/a.md"], [])
    assert files("docs/**/*.md")[0] == ["docs/a.md", "docs/b.md/c.md", "docs/d/e.md"]
    assert files("*/*/") == (["docs/b.md/c.md", "docs/d/e.md"], [])


def test_a_pattern_leaves_out_what_gitignore_names(folder):
    lay(folder, "a.md", "b.md", "build/c.md")
    (folder / ".gitignore").write_bytes(b"b.md\nbuild/\n")
    assert files("**/*.md") == (["a.md"], [])
    assert files("build/*.md") == (["build/c.md"], [])


def test_a_folder_whose_rules_cannot_be_read_is_skipped_whole(folder):
    lay(folder, "d/a", "d/sub/b", "d/sub/c/e", "d/z")
    (folder / "d/sub/.gitignore").write_bytes("b\n".encode("utf-16"))
    reason = "folder with unreadable ignore rules: d/sub"
    assert files("d") == (["d/a", "d/z"], [reason])


def test_a_folder_with_too_many_rules_is_refused_and_not_skipped(
    folder, refusal, monkeypatch
):
    monkeypatch.setattr(work, "MAX_STEPS", 10)
    lay(folder, "d/a", "d/sub/b")
    (folder / "d/sub/.gitignore").write_bytes(b"*a*b\n")
    assert refusal(files, "d/")[:2] == ("too many names for so many ignore rules", "d/")


def test_the_name_of_an_existing_file_is_not_a_pattern(folder):
    lay(folder, "a[1].md", "a1.md")
    assert parse_search("a[1].md") is None
    assert files("a[[]1].md") == (["a[1].md"], [])
    (folder / "*").symlink_to("nowhere")
    assert parse_search("*") is None


@pytest.mark.parametrize("source", ["a.md", "", "-", "a\0b", "x" * 300, "nowhere/"])
def test_other_names_are_names_of_files(folder, source):
    lay(folder, "a.md")
    assert parse_search(source) is None


@pytest.mark.parametrize("source", ["nowhere/*", "a.md/*", "*/*", "a\0*", "?" * 300])
def test_a_pattern_may_match_nothing(folder, source):
    lay(folder, "a.md")
    assert files(source) == ([], [])


@pytest.mark.timeout(5)
def test_links_are_not_followed_out_of_the_folder_nor_in_circles(folder):
    lay(folder, "docs/a", "docs/sub/b", "other/c")
    (folder / "docs/.hidden").mkdir()
    lay(folder, "docs/.hidden/d")
    links = {
        "docs/circle": ".",
        "docs/sub/up": "..",
        "docs/sub/root": "/",
        "docs/out": "../other",
        "docs/file": "../other/c",
        "docs/like": f"{folder}/docs-2",
        "docs/mounted": ".hidden/d",
        "docs/x": "y",
    }
    for path, target in links.items():
        (folder / path).symlink_to(target)
    found = ["docs/a", "docs/mounted", "docs/sub/b", "docs/x"]
    assert files("docs") == (found, ["linked from elsewhere"] * 4)


def test_a_link_to_a_folder_can_be_named(folder):
    lay(folder, "docs/a")
    (folder / "link").symlink_to("docs")
    assert files("link") == (["link/a"], [])


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_folder_without_permission_is_skipped(folder):
    lay(folder, "docs/a", "docs/no/b")
    (folder / "docs/no").chmod(0)
    assert files("docs") == (["docs/a"], ["unreadable"])


def test_folders_may_be_nested_deeper_than_calls(folder):
    deepest = "d/" * 200
    lay(folder, f"{deepest}a")
    limit = sys.getrecursionlimit()
    sys.setrecursionlimit(len(inspect.stack()) + 100)
    try:
        found = files("d")
    finally:
        sys.setrecursionlimit(limit)
    assert found == ([f"{deepest}a"], [])


@pytest.mark.parametrize(
    ("path", "shorter"),
    [
        ("./a//b/", "a/b"),
        ("a/../b", "a/../b"),
        ("/", "/"),
        ("./", "."),
        ("", ""),
        ("-", "-"),
        ("./-", "./-"),
        ("-/", "./-"),
    ],
)
def test_a_path_is_normalized(path, shorter):
    assert normalize(path) == shorter


def meets(pattern, path):
    """Whether the pattern means the path, and a walk comes to it."""
    parts = Pattern(tuple(pattern.split("/")))
    stages = parts.start()
    for name in path.split("/"):
        if not parts.may_match_below(stages):
            return False
        stages = parts.after(stages, name)
    return parts.matches(stages)


@pytest.mark.parametrize(
    ("pattern", "met", "not_met"),
    [
        ("*.md", ["a.md", "md.md"], ["a.txt", "a/b.md", ".a.md", "a.mdx", "A.MD"]),
        ("a?.md", ["ab.md"], ["a.md", "abc.md"]),
        ("[a-c]", ["b"], ["d", "-"]),
        ("[!a]", ["b", "!"], ["a"]),
        ("[z-a]*", [], ["z", "a"]),
        ("**", ["a", "a/b/c"], [".a", "a/.b", ".git/config"]),
        ("**/*.md", ["a.md", "a/b/c.md"], ["a/b.txt", ".a/b.md"]),
        ("a/**/b", ["a/b", "a/x/b", "a/b/b", "a/x/y/b"], ["b", "a", "a/b/c"]),
        ("**/**/a", ["a", "b/a"], ["b"]),
        ("a**b", ["ab", "axxb"], ["a/b"]),
        ("*/b", ["a/b"], ["b", "a/a/b"]),
        (".*", [".a"], ["a", ".git"]),
        ("**/.a/*", [".a/b", "c/.a/b"], ["c/.x/.a/b", ".a/.b"]),
        ("[x", ["[x"], ["x"]),
    ],
)
def test_a_pattern_matches_as_in_a_shell(pattern, met, not_met):
    assert [path for path in met if not meets(pattern, path)] == []
    assert [path for path in not_met if meets(pattern, path)] == []


def test_a_thousand_stars_are_matched_at_once():
    assert not meets("*a" * 1000 + "b", "a" * 250)
    assert not meets("**/" * 1000 + "b", "/".join("a" * 100))


@pytest.mark.parametrize(
    ("path", "folder", "below"),
    [
        ("*.md", ".", ("*.md",)),
        ("./docs//**/*.md", "docs", ("**", "*.md")),
        ("/a/b?/c", "/a", ("b?", "c")),
        ("../[ab]", "..", ("[ab]",)),
        ("docs/*/", "docs", ("*", "**", "*")),
        ("docs/**", "docs", ("**", "*")),
        ("d*/**", ".", ("d*", "**", "*")),
    ],
)
def test_a_pattern_is_looked_for_below_the_folder_it_begins_with(path, folder, below):
    assert split_pattern(path) == (folder, Pattern(below))


@pytest.mark.parametrize("path", ["a.md", "", "-", "a/b/", "a\\b", "a[b", "[]"])
def test_a_path_without_a_wildcard_is_not_a_pattern(path):
    assert split_pattern(path) is None
