import os
import shutil
import subprocess

import pytest

from cohere_cli.documents.walk import git
from cohere_cli.documents.walk.gitignore import IgnoreRules
from cohere_cli.documents.walk.work import Work
from cohere_cli.errors import InputProblem

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
        {".": "*.md\n!a.md\n*.md\n"},
        {".": "a.md\n!*.md\na.md\n"},
        {".": "*b.txt\n"},
        {".": "[a-a].md\n[b-a].txt\n"},
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


def test_a_folder_named_like_the_rules_has_none(folder):
    lay(folder, {})
    (folder / "docs" / ".gitignore").mkdir()
    assert kept(folder) == sorted(TREE)


UNREADABLE = {
    "UTF-16": "a.md\n".encode("utf-16"),
    "UTF-16 without its mark": "a.md\n".encode("utf-16-le"),
    "too many": b"#" * 600_000 + b"\na.md\n",
    "a pipe": None,
}


@pytest.mark.timeout(5)
@pytest.mark.parametrize("name", UNREADABLE)
@pytest.mark.parametrize("rules", [".gitignore", ".git/info/exclude"])
def test_rules_that_cannot_be_read_are_refused(folder, refusal, name, rules):
    (folder / ".git" / "info").mkdir(parents=True)
    content = UNREADABLE[name]
    if content is None:
        os.mkfifo(folder / rules)
    else:
        (folder / rules).write_bytes(content)
    _, where, hint = refusal(IgnoreRules.of, str(folder))
    assert where == f"{folder}/{rules}"
    assert hint == "correct or remove it; until then no file of its folder is read"


@pytest.mark.timeout(5)
@pytest.mark.parametrize(
    ("rule", "left"),
    [
        ("*a" * 20 + "b", ["a" * 200, "ab", "b"]),
        ("[a-b]*" * 40 + "c", ["a" * 200, "ab", "b"]),
        (f"a*\n!{'*a' * 20}", ["a" * 200, "b"]),
        (f"a*\n!{'*a' * 300}", ["b"]),
    ],
)
def test_a_rule_of_many_stars_means_what_it_says(folder, rule, left):
    lay(folder, {".": rule}, ["a" * 200, "ab", "b"])
    assert kept(folder) == left


@pytest.mark.timeout(10)
def test_many_stars_between_slashes_are_matched_at_once(folder):
    deep = "a/" * 60
    lay(folder, {".": "**/a/" * 30 + "**/b\n"}, [f"{deep}b", f"{deep}c", "a/b"])
    assert kept(folder) == [f"{deep}c", "a/b"]


@pytest.mark.timeout(10)
def test_of_many_plain_rules_only_those_for_a_name_are_tried(folder):
    names = "".join(f"x{n}\n*.x{n}\n/y/x{n}\n" for n in range(8_000))
    lay(folder, {".": names}, ["a", "b.x7999", "x12", "y/x7", "y/z"])
    work = Work("", 2_000_000)
    assert kept(folder, IgnoreRules.of(str(folder), work)) == ["a", "y/z"]


def test_rules_that_take_too_long_are_refused(folder, refusal):
    lay(folder, {".": "".join(f"*a{n}*b*\n" for n in range(10))})
    expected = (
        "too many names for so many ignore rules",
        "here",
        "name a smaller folder, or the files themselves",
    )
    assert refusal(IgnoreRules.of, str(folder), Work("here", 100)) == expected
    rules = IgnoreRules.of(str(folder), Work("here", 1_500))

    def judge_many():
        return [rules.ignores(str(n), is_folder=False) for n in range(1_000)]

    assert refusal(judge_many) == expected


def test_a_link_has_no_rules(folder):
    lay(folder, {}, ["a.md"])
    (folder / "rules").write_text("*.md\nrules\n")
    (folder / ".gitignore").symlink_to("rules")
    assert kept(folder) == ["a.md", "rules"]


@needs_git
@pytest.mark.parametrize("ignores_case", [True, False])
def test_the_case_of_names_counts_as_for_git(folder, ignores_case):
    subprocess.run(["git", "init", "-q"], check=True)
    setting = ["git", "config", "core.ignoreCase", str(ignores_case)]
    subprocess.run(setting, check=True)
    lay(folder, {".": "A.md\nDOCS/*.md\n"}, ["a.md", "docs/b.MD"])
    assert kept(folder) == ([] if ignores_case else ["a.md", "docs/b.MD"])


@pytest.fixture
def home(folder, monkeypatch):
    """The user's own files of git, and a repository beside them."""
    home, work = folder / "home", folder / "work"
    for path in (home / ".config" / "git", work):
        path.mkdir(parents=True)
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.delenv("XDG_CONFIG_HOME", raising=False)
    monkeypatch.chdir(work)
    subprocess.run(["git", "init", "-q"], check=True)
    return home


def git_lists(folder):
    command = ["git", "ls-files", "-o", "-z", "--exclude-standard"]
    run = subprocess.run(command, check=True, capture_output=True, cwd=folder)
    names = run.stdout.decode().split("\0")
    return sorted(name for name in names if name and ".git" not in name)


@needs_git
@pytest.mark.parametrize(
    ("config", "files"),
    [
        ("", {"work/.git/info/exclude": "a.md\n/build/\n"}),
        ("", {"home/.config/git/ignore": "*.md\n"}),
        ("[core]\nexcludesFile = ~/mine\n", {"home/mine": "*.txt\n"}),
        ("[core]\nexcludesFile = ~/mine\n", {"home/.config/git/ignore": "*.txt\n"}),
        ("[include]\npath = more\n", {"home/more": "[core]\nexcludesfile = own"}),
        ("", {"work/.git/info/exclude": "*.md", "work/.gitignore": "!a.md"}),
        ("", {"home/.config/git/ignore": "*", "work/.git/info/exclude": "!*"}),
    ],
)
def test_what_the_user_has_git_ignore_is_left_out(folder, home, config, files):
    lay(folder / "work", {})
    (folder / "work" / "own").write_text("build\n")
    (home / ".gitconfig").write_text(config)
    for path, content in files.items():
        (folder / path).write_text(content)
    assert kept(folder / "work") == git_lists(folder / "work")


@needs_git
@pytest.mark.usefixtures("home")
def test_linked_work_trees_and_nested_repositories_have_rules_too(folder):
    work = folder / "work"
    (work / ".git" / "info" / "exclude").write_text("*.md\n")
    commit = ["git", "-c", "user.name=a", "-c", "user.email=b", "commit", "-q"]
    subprocess.run([*commit, "--allow-empty", "-m", "x"], check=True)
    subprocess.run(["git", "worktree", "add", "-q", "../linked"], check=True)
    lay(folder / "linked", {})
    assert kept(folder / "linked") == git_lists(folder / "linked")
    outside = folder / "linked" / "docs"
    subprocess.run(["git", "init", "-q", outside], check=True)
    (outside / ".git" / "info" / "exclude").write_text("/keep\n")
    (folder / "linked" / ".git").unlink()
    assert "docs/a.md" in kept(folder / "linked")
    assert "docs/keep/f.md" not in kept(folder / "linked")


@needs_git
def test_settings_that_git_cannot_read_are_refused(folder, home, refusal):
    (home / ".gitconfig").write_text("[core\n")
    what, where, _ = refusal(IgnoreRules.of, str(folder / "work"))
    assert what.startswith("the files that git ignores are unknown: ")
    assert where == f"{folder}/work"


@needs_git
@pytest.mark.parametrize("base", ["", "elsewhere"])
def test_the_usual_exclude_file_may_be_elsewhere(folder, home, monkeypatch, base):
    lay(folder / "work", {})
    (home / ".config" / "git" / "ignore").write_text("*.md\n")
    (home / "elsewhere" / "git").mkdir(parents=True)
    (home / "elsewhere" / "git" / "ignore").write_text("*.txt\n")
    monkeypatch.setenv("XDG_CONFIG_HOME", base and str(home / base))
    assert kept(folder / "work") == git_lists(folder / "work")


def test_without_git_the_usual_exclude_file_counts(folder, home, monkeypatch):
    lay(folder / "work", {})
    (home / ".config" / "git" / "ignore").write_text("*.md\n")
    monkeypatch.setenv("PATH", "")
    assert kept(folder / "work") == ["a b", "b.txt", "keep/b.txt", "x[1]"]


def test_outside_of_a_repository_rules_heed_case(folder):
    lay(folder, {".": "A.MD\n"}, ["a.md"])
    assert kept(folder) == ["a.md"]


def test_a_file_of_rules_that_cannot_be_looked_at_is_an_error(folder, home):
    lay(folder / "work", {})
    (home / ".config" / "git" / "ignore").symlink_to("ignore")
    with pytest.raises(InputProblem, match="too many levels of symbolic links"):
        kept(folder / "work")


def test_a_git_that_does_not_answer_is_an_error(folder, home, monkeypatch):
    lay(folder / "work", {})
    (folder / "work" / ".git").mkdir(exist_ok=True)
    (home / "bin").mkdir()
    (home / "bin" / "git").write_text("#!/bin/sh\nexec sleep 60\n")
    (home / "bin" / "git").chmod(0o755)
    monkeypatch.setenv("PATH", f"{home / 'bin'}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.setattr(git, "_MAX_SECONDS", 0.1)
    with pytest.raises(InputProblem, match="git does not answer"):
        kept(folder / "work")


def test_a_name_of_any_bytes_can_be_left_out(folder):
    lay(folder, {".": "*.m\udcff\n"}, ["a.md"])
    with open(b"a.m\xff", "wb"):  # noqa: PTH123 - a name of any bytes
        assert kept(folder) == ["a.md"]
