import pytest

from cohere_cli.documents.walk.folders import Pattern, split_pattern


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
def test_a_pattern_means_what_it_means_in_a_shell(pattern, met, not_met):
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
def test_what_has_no_wildcard_is_no_pattern(path):
    assert split_pattern(path) is None
