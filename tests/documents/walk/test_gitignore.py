import os
import shutil
import subprocess

import pytest

from cohere_cli.documents.walk.gitignore import IgnoreRules

needs_git = pytest.mark.skipif(shutil.which("git") is None, reason="needs git")

TREE = [
    "a.md",
    "a b",
    "b.txt",
    "x[1]",
    "build/c.md",
    "build/keep/d.md",
    "docs/a.md",
    "docs/build/e.md",
    "docs/keep/f.md",
    "keep/a.md",
    "keep/b.txt",
]


def lay(folder, rules, paths=TREE):
    for path in paths:
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(b"x")
    for path, text in rules.items():
        (folder / path / ".gitignore").write_bytes(os.fsencode(text))


def kept(folder, rules=None, prefix=""):
    rules = rules or IgnoreRules.of(str(folder))
    found = []
    for entry in sorted(folder.iterdir()):
        name, is_folder = entry.name, entry.is_dir()
        if name.startswith(".git") or rules.ignores(name, is_folder=is_folder):
            continue
        path = f"{prefix}{name}"
        found += kept(entry, rules.below(name), f"{path}/") if is_folder else [path]
    return found


@needs_git
@pytest.mark.parametrize(
    "rules",
    [
        {".": "*.md"},
        {".": "build"},
        {".": "build/\n"},
        {".": "/build/\n# a.md\n\n\\#x\n"},
        {".": "docs/*\n!docs/keep\n"},
        {".": "*\n!keep/\n"},
        {".": "*\n!*/\n!*.md\n"},
        {".": "*\n!/keep\n!/keep/a*\n"},
        {".": "**/keep\n"},
        {".": "docs/**/*.md\n"},
        {".": "docs/**\n!docs/a.md\n"},
        {".": "*/**\n!docs/a.md\n"},
        {".": "docs/**/\n!docs/keep/\n"},
        {".": "a b\nb.tx[!a]\nx[[]1]\n"},
        {".": "a.md\r\nbuild/\r\n"},
        {".": "\ufeffa.md\n"},
        {".": "!\n/\n!/\n//\n\\\na\\\n[\n[z-a]\n!b.txt\n*.txt"},
        {".": "*.md", "docs": "!*.md\nbuild\n"},
        {".": "!*.md", "docs": "*.md\n", "docs/keep": "!f.md\n"},
        {"docs": "/a.md\nkeep/f.md\n"},
        {".": "build\n", "build": "!c.md\n"},
        {".": "a.md   \nb\\.txt\n"},
    ],
)
def test_what_git_leaves_out_is_left_out(folder, rules):
    subprocess.run(["git", "init", "-q"], check=True)
    lay(folder, rules)
    command = ["git", "ls-files", "-o", "-z", "--exclude-per-directory=.gitignore"]
    listed = subprocess.run(command, check=True, capture_output=True).stdout
    names = listed.decode().split("\0")
    assert kept(folder) == sorted(name for name in names if name and ".git" not in name)


def test_the_rules_of_the_repository_hold_in_its_folders(folder):
    lay(folder, {".": "/docs/a.md\nbuild\n", "docs": "keep\n"})
    (folder / ".git").mkdir()
    assert kept(folder / "docs") == []
    lay(folder, {"docs": "!a.md"})
    assert kept(folder / "docs") == ["a.md", "keep/f.md"]


def test_without_a_repository_rules_further_out_do_not_hold(folder):
    lay(folder, {".": "*.md\n", "docs": "keep"})
    assert kept(folder / "docs") == ["a.md", "build/e.md"]


def test_a_folder_that_is_left_out_can_be_named(folder):
    lay(folder, {".": "build/\n*.md\n", "build": "keep"})
    (folder / ".git").write_bytes(b"gitdir: elsewhere")
    assert kept(folder / "build") == ["c.md"]
    assert kept(folder / "build" / "keep") == ["d.md"]


@pytest.mark.timeout(5)
def test_rules_that_cannot_be_read_are_none(folder):
    lay(folder, {})
    os.mkfifo(folder / ".gitignore")
    (folder / "docs" / ".gitignore").mkdir()
    (folder / "keep" / ".gitignore").write_bytes(b"\xff\n\0\nb.txt")
    assert kept(folder) == sorted(set(TREE) - {"keep/b.txt"})


@pytest.mark.timeout(5)
def test_a_rule_that_would_take_hours_is_passed_by(folder):
    lay(folder, {".": f"{'*a' * 20}b\nb\n"}, ["a" * 200, "b"])
    assert kept(folder) == ["a" * 200]


def test_a_name_of_any_bytes_can_be_left_out(folder):
    lay(folder, {".": "*.m\udcff\n"}, ["a.md"])
    with open(b"a.m\xff", "wb"):  # noqa: PTH123 - a name of any bytes
        assert kept(folder) == ["a.md"]
