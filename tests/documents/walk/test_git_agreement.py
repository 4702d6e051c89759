"""What git itself ignores, in random trees with random rules."""

import os
import random
import shutil
import subprocess

import pytest

from cohere_cli.documents.walk.gitignore import IgnoreRules

pytestmark = pytest.mark.skipif(shutil.which("git") is None, reason="needs git")

NAMES = (
    rb"a b ab ba aa abc a.b A aB #a !a a] [a a\ * a*b ? a-b - ^a \a x: ] 1 _".split()
)
NAMES += [b"a b", b"a ", b"a\tb", b"a\r", b"\xc3\xa9", b"a\xff", b"\x7f"]
# What a rule is made of: each of these changes how git reads it.
PIECES = rb"""a a b ab . A * * ** ** *** ? / / / / **/ /**/ /** # ! - ^ \ \\ \a \A \* \/
    [ab] [!a] [^b] []a] [a-c] [!]] [[:alpha:]] [[:upper:]b] [[:nope:]] [[:space:]]
    [[:punct:]] [a- [ ] [b-a] [\]] [a/b] [A-Z] [Z-c] [--a] [a-] [[:] [[:a]
    [[:alpha:]-z] [[a] [:a] [\a-\c]""".split()
PIECES += [b" ", b"  ", rb"\ ", b"\t", b"\r", b"\xc3\xa9", b"\xff", b"[\xc3\xa9]"]
TREES, ROUNDS = 4, 50


def line(rng):
    sizes = (1, 1, 2, 2, 3, 3, 4, 5, 6, 8)
    text = b"".join(rng.choices(PIECES, k=rng.choice(sizes)))
    if rng.random() < 0.15:
        text = b"/".join(rng.choices([b"**", b"a", b"*", b"b", b"a*", b"?"], k=3))
    if rng.random() < 0.1:
        glued = (b"", b"/", rb"\/", b"/**", b"/**/")
        text = rng.choice((b"a", b"/ab", b"a/b")) + b"**" + rng.choice(glued) + text
    text = rng.choice((b"", b"", b"", b"!")) + rng.choice((b"", b"", b"", b"/")) + text
    return text + rng.choice((b"", b"", b"", b"/", b"\r", b" ", b"  \r"))


def rules(rng):
    first = rng.choice((b"", b"", b"*\n", b"a*\n", b"*\n!*/\n", b"\xef\xbb\xbf"))
    lines = [line(rng) for _ in range(rng.choice((1, 2, 3, 5, 8)))]
    return first + b"\n".join(lines) + rng.choice((b"", b"\n"))


def plant(rng, base=b"", depth=0):
    """Make some files and folders; return their paths, each with whether it is one."""
    for name in rng.sample(NAMES, 5 if depth else 15):
        path = base + name
        is_folder = depth < 4 and rng.random() < 0.4
        if is_folder:
            os.mkdir(path)  # noqa: PTH102 - of any bytes
        else:
            open(path, "wb").close()  # noqa: PTH123 - of any bytes
        yield path, is_folder
        if is_folder:
            yield from plant(rng, path + b"/", depth + 1)


def ignored_by_git(paths):
    command = ["git", "check-ignore", "--no-index", "--stdin", "-z", "-v", "-n"]
    names = b"".join(b"./%b\0" % path for path, _ in paths)
    run = subprocess.run(command, input=names, capture_output=True, check=False)
    fields = run.stdout.split(b"\0")
    return {
        path.removeprefix(b"./")
        for pattern, path in zip(fields[2::4], fields[3::4], strict=True)
        if pattern and not pattern.startswith(b"!")
    }


def ignored_here(paths):
    folders = {b"": IgnoreRules.of(".")}
    for path, is_folder in paths:
        folder, _, name = os.fsdecode(path).rpartition("/")
        here = folders.get(os.fsencode(folder))
        if here is None or here.ignores(name, is_folder=is_folder):
            yield path
        elif is_folder:
            folders[path] = here.below(name)


def write(path, content):
    with open(path, "wb") as file:  # noqa: PTH123 - of any bytes
        file.write(content)


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize("seed", range(TREES))
def test_random_rules_ignore_what_they_make_git_ignore(seed):
    rng = random.Random(seed)
    subprocess.run(["git", "init", "-q"], check=True)
    paths = list(plant(rng))
    folders = [path for path, is_folder in paths if is_folder]
    for _ in range(ROUNDS):
        own = rng.sample(folders, rng.choice((0, 0, 1, 3)))
        texts = {b"%b/.gitignore" % path: rules(rng) for path in (b".", *own)}
        texts[b".git/info/exclude"] = rules(rng) if rng.random() < 0.3 else b""
        for path, text in texts.items():
            write(path, text)
        fold = rng.choice(("true", "false", "false"))
        subprocess.run(["git", "config", "core.ignoreCase", fold], check=True)
        assert set(ignored_here(paths)) == ignored_by_git(paths), (fold, texts)
        for path in texts:
            os.unlink(path)  # noqa: PTH108 - of any bytes


CLASSES = "alnum alpha blank cntrl digit graph lower print punct space upper xdigit"


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize("fold", ["true", "false"])
def test_a_class_has_the_bytes_that_it_has_for_git(fold):
    subprocess.run(["git", "init", "-q"], check=True)
    subprocess.run(["git", "config", "core.ignoreCase", fold], check=True)
    paths = [(b"q%c" % byte, False) for byte in range(1, 256) if byte != ord("/")]
    for name in CLASSES.split():
        for form in (b"q[[:%b:]]", b"q[![:%b:]x]", b"q[[:%b:]-~]"):
            write(".gitignore", form % name.encode())
            assert set(ignored_here(paths)) == ignored_by_git(paths), (name, form)
