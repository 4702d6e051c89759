"""Check a release, and build it.

`python packaging/release.py --build` builds the wheel and the sdist into `dist/`:
twice, since two builds must be equal byte for byte. It needs `uv`.

Without `--build`, version, changelog, tag and the files of packages are checked first.
Beside the builds it writes what belongs to them: the formula, the manifest and the
flake with their hashes, a CycloneDX list of the packages (`co.cdx.json`), `SHA256SUMS`.
Nothing is uploaded.
"""

import hashlib
import os
import re
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from collections.abc import Iterator
from pathlib import Path

from locked import ROOT, version
from write import HERE, files

DIST = ROOT / "dist"
_UNTRACKED = {"PKG-INFO"}
# What a tracked file may be without being in the sdist: it serves the repository alone.
_REPOSITORY_ONLY = (".dockerignore", ".github/", ".pre-commit-config.yaml")


def main(words: list[str]) -> int:
    """Return the exit code: 1 if anything is wrong, and say what."""
    problems = [] if words == ["--build"] else [*_stated(), *_written()]
    problems += _build() if not problems else []
    for problem in problems:
        print(f"release: {problem}", file=sys.stderr)
    if not problems:
        print((DIST / "SHA256SUMS").read_text("utf-8"), end="")
    return bool(problems)


def run(*words: str | Path, **environ: str) -> str:
    """Return what a program writes; *environ* is added to the environment."""
    done = subprocess.run(
        words,
        cwd=ROOT,
        env={**os.environ, **environ},
        check=True,
        stdout=subprocess.PIPE,
        text=True,
    )
    return done.stdout


def _stated() -> Iterator[str]:
    """Yield what is wrong with the version, the changelog and the tag."""
    tag = f"v{version()}"
    if not re.fullmatch(r"\d+\.\d+\.\d+((a|b|rc)\d+)?", version()):
        yield f"{version()} is not a version such as 1.2.3 or 1.2.3rc1"
    changes = (ROOT / "CHANGELOG.md").read_text("utf-8")
    dated = rf"^## \[{re.escape(version())}\] - \d{{4}}-\d\d-\d\d$"
    if not re.search(dated, changes, re.MULTILINE):
        yield f"CHANGELOG.md has no section `## [{version()}] - YYYY-MM-DD`"
    if unreleased(changes):
        yield "CHANGELOG.md has changes under [Unreleased]"
    if run("git", "status", "--porcelain"):
        yield "the working tree has changes that are not committed"
    if tag not in run("git", "tag", "--points-at", "HEAD").split():
        yield f"the commit has no tag {tag}: git tag -s {tag}"


def unreleased(changes: str) -> str:
    """Return the changes that belong to no version yet, without headings."""
    section = changes.partition("\n## [Unreleased]\n")[2].partition("\n## [")[0]
    return re.sub(r"^#.*$", "", section, flags=re.MULTILINE).strip()


def _written() -> Iterator[str]:
    """Yield which file is not what its script would write."""
    for name, text in files().items():
        if (HERE / name).read_text("utf-8") != text:
            yield f"packaging/{name} is out of date: python packaging/write.py"
    if subprocess.run(
        ["uv", "lock", "--check", "-q"], cwd=ROOT, check=False
    ).returncode:
        yield "uv.lock is out of date: uv lock"


def _build() -> list[str]:
    moment = os.environ.get("SOURCE_DATE_EPOCH") or run(
        "git", "log", "-1", "--format=%ct"
    )
    moment = moment.strip()
    with tempfile.TemporaryDirectory() as second:
        for place in (DIST, Path(second)):
            build = ("uv", "build", "-q", "--clear", "--out-dir", place)
            run(*build, SOURCE_DATE_EPOCH=moment)
        problems = [*_differing(Path(second)), *_contents()]
    if not problems:
        _write_companions()
    return problems


def _built() -> tuple[Path, Path]:
    """Return the sdist and the wheel."""
    name = f"cohere_cli-{version()}"
    return DIST / f"{name}.tar.gz", DIST / f"{name}-py3-none-any.whl"


def _differing(other: Path) -> Iterator[str]:
    for path in _built():
        if path.read_bytes() != (other / path.name).read_bytes():
            yield f"two builds of {path.name} differ"


def _contents() -> Iterator[str]:
    sdist, wheel = _built()
    with zipfile.ZipFile(wheel) as archive:
        tops = {name.split("/")[0] for name in archive.namelist()}
    name = f"cohere_cli-{version()}"
    # `.data` has pages of the manual.
    if more := sorted(tops - {"cohere_cli", f"{name}.dist-info", f"{name}.data"}):
        yield f"the wheel has more than the package: {', '.join(more)}"
    with tarfile.open(sdist) as archive:
        held = {name.partition("/")[2] for name in archive.getnames()}
    tracked = set(filter(None, run("git", "ls-files", "-z").split("\0")))
    wanted = {name for name in tracked if not name.startswith(_REPOSITORY_ONLY)}
    if missing := sorted(wanted - held):
        yield f"the sdist lacks {', '.join(missing[:5])} ({len(missing)} in all)"
    if more := sorted(held - tracked - _UNTRACKED):
        yield f"the sdist has files that git does not: {', '.join(more[:5])}"


def _write_companions() -> None:
    sdist, wheel = _built()
    texts = files(_hash(sdist), _hash(wheel))
    export = ("uv", "export", "-q", "--frozen", "--no-dev", "--preview", "--format")
    texts["co.cdx.json"] = run(*export, "cyclonedx1.5")
    for name, text in texts.items():
        (DIST / name).write_text(text, "utf-8")
    listed = [*_built(), *(DIST / name for name in sorted(texts))]
    sums = "".join(f"{_hash(path)}  {path.name}\n" for path in listed)
    (DIST / "SHA256SUMS").write_text(sums, "utf-8")


def _hash(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
