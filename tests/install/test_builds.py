"""The wheel and the sdist: the same bytes twice, and an installation by each tool."""

import hashlib
import os
import re
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest
from co_program import ROOT

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]

LAB = "--queries examples/lab/queries.jsonl --labels examples/lab/qrels.tsv"
# One of each kind that reads, draws, stores or serves.
SMOKE = (
    "co --version",
    "co chat --help",
    "co chat Hello -p sandbox --color always -o markdown",
    "co chat -f examples/tools.yaml -p sandbox -o json",
    "co chat 'An order' --schema 'name, items int' -p sandbox",
    "co compat Hello -p sandbox",
    "co ask 'When do we retry?' docs/exit-codes.md -p sandbox",
    "co search retry docs --lexical",
    "co rerank -q pay examples/records.jsonl -p sandbox -o table",
    "co map 'Describe {name}.' examples/products.csv -p sandbox -y -o csv",
    f"co lab examples/lab/documents.jsonl {LAB} -p sandbox",
    "co chat One -p sandbox --name one && co history export one -o html",
    "co config set chat.temperature 0.2 && co config show",
    "co models list -p sandbox",
    'co tools run built-in calculator \'{"expression": "1+1"}\'',
    "co doctor -p sandbox",
    "co completion bash",
)


def first_command():
    """Return what README runs first, without the installation before it."""
    block = (ROOT / "README.md").read_text().partition("<!-- try -->")[2]
    return re.search(r"&& \.venv/bin/(co .*)$", block, re.MULTILINE)[1]


def run(*words: str | Path, **environ: str) -> None:
    """Run a program to its end, which must be 0."""
    done = subprocess.run(
        words,
        cwd=ROOT,
        env={**os.environ, **environ},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, f"{words}: {done.stdout[-2000:]}{done.stderr[-4000:]}"


@pytest.fixture(scope="module")
def tools(tmp_path_factory):
    """Return the programs of an environment that builds and installs."""
    place = tmp_path_factory.mktemp("tools")
    run(sys.executable, "-m", "venv", place)
    run(place / "bin/python", "-m", "pip", "install", "-q", "hatchling", "uv", "pipx")
    return place / "bin"


def copied(to: Path) -> None:
    """Copy the files that git has, and those that it would take, to a new folder."""
    given = ("git", "ls-files", "-z", "--cached", "--others", "--exclude-standard")
    done = subprocess.run(given, cwd=ROOT, capture_output=True, check=True)
    for name in filter(None, done.stdout.decode().split("\0")):
        if not (ROOT / name).is_file():
            continue
        (to / name).parent.mkdir(parents=True, exist_ok=True)
        (to / name).write_bytes((ROOT / name).read_bytes())


def built(tools: Path, place: Path, mask: int, **environ: str) -> dict[str, Path]:
    """Build from a copy whose files are new; return the wheel and the sdist by name."""
    before = os.umask(mask)
    try:
        copied(place / "source")
        subprocess.run(
            [tools / "python", "-m", "hatchling", "build", "-d", place / "dist"],
            cwd=place / "source",
            env={**os.environ, **environ},
            capture_output=True,
            check=True,
        )
    finally:
        os.umask(before)
    return {path.name: path for path in (place / "dist").iterdir()}


@pytest.fixture(scope="module")
def first(tools, tmp_path_factory):
    return built(tools, tmp_path_factory.mktemp("first"), 0o022, TZ="UTC")


@pytest.fixture(scope="module")
def wheel(first):
    return next(path for name, path in first.items() if name.endswith(".whl"))


@pytest.fixture(scope="module")
def sdist(first):
    return next(path for name, path in first.items() if name.endswith(".tar.gz"))


def hashes(files):
    return {
        name: hashlib.sha256(path.read_bytes()).hexdigest()
        for name, path in files.items()
    }


def test_two_builds_are_equal_byte_for_byte(tools, first, tmp_path):
    """The second is built elsewhere, later, in another zone, for its owner alone."""
    other = {"TZ": "Asia/Tokyo", "LC_ALL": "C", "PYTHONHASHSEED": "7"}
    second = built(tools, tmp_path / "another place", 0o077, **other)
    assert hashes(second) == hashes(first)
    assert len(first) == len(["wheel", "sdist"])


def test_the_sdist_builds_the_same_wheel(tools, wheel, sdist, tmp_path):
    with tarfile.open(sdist) as archive:
        archive.extractall(tmp_path, filter="data")
    source = tmp_path / sdist.name.removesuffix(".tar.gz")
    run(tools / "pip", "wheel", "-q", "--no-deps", "-w", tmp_path, source)
    assert (tmp_path / wheel.name).read_bytes() == wheel.read_bytes()


def test_the_wheel_has_the_package_alone_and_the_sdist_the_tests(wheel, sdist):
    with zipfile.ZipFile(wheel) as archive:
        tops = {name.partition("/")[0].partition("-")[0] for name in archive.namelist()}
    assert {one.partition(".")[0] for one in tops} == {"cohere_cli"}
    with tarfile.open(sdist) as archive:
        names = {name.partition("/")[2] for name in archive.getnames()}
    wanted = {"uv.lock", "tests/install/test_builds.py", "examples/tools.yaml"}
    wanted |= {"completions/_co", "packaging/Dockerfile", "docs/chat.md", ".ci/run"}
    assert wanted <= names
    assert not any(name.endswith((".pyc", ".so")) for name in names)


def smoke(folder: Path, home: Path, *lines: str) -> None:
    """Run *lines* with the `co` that is in *folder*, and a home of their own."""
    for line in lines:
        run("bash", "-c", line, HOME=str(home), PATH=f"{folder}:{os.environ['PATH']}")


@pytest.mark.parametrize("program", ["pipx", "uv"])
def test_pipx_and_uv_install_the_wheel(tools, wheel, tmp_path, program):
    folder = tmp_path / "bin"
    environ = {"PIPX_HOME": f"{tmp_path}/pipx", "PIPX_BIN_DIR": f"{folder}"}
    environ |= {"UV_TOOL_DIR": f"{tmp_path}/uv", "UV_TOOL_BIN_DIR": f"{folder}"}
    words = ("tool", "install", "-q") if program == "uv" else ("install", "-q")
    run(tools / program, *words, f"{wheel}[files,socks]", **environ)
    assert {path.name for path in folder.iterdir()} >= {"co", "cohere-cli"}
    smoke(folder, tmp_path, first_command())


@pytest.mark.parametrize("resolution", ["lowest-direct", "highest"])
def test_the_oldest_and_the_newest_libraries_run_what_readme_begins_with(
    tools, wheel, tmp_path, resolution
):
    place = tmp_path / "environment"
    run(tools / "uv", "venv", "-q", "--python", sys.executable, place)
    install = ("pip", "install", "-q", "--resolution", resolution)
    environment = {"VIRTUAL_ENV": str(place)}
    run(tools / "uv", *install, f"{wheel}[files]", **environment)
    smoke(place / "bin", tmp_path, first_command(), *SMOKE)
