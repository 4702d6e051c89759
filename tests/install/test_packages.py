"""The files for other package managers, and the image, agree with the project."""

import json
import re
import runpy
import sys
import tomllib

import pytest
from co_program import ROOT

from cohere_cli import __version__

FOLDER = ROOT / "packaging"
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]


def script(name):
    """Return the names in a script of the folder."""
    sys.path.insert(0, str(FOLDER))
    try:
        return runpy.run_path(str(FOLDER / name))
    finally:
        sys.path.remove(str(FOLDER))


@pytest.fixture(scope="module")
def write():
    return script("write.py")


def test_the_files_are_those_that_the_script_writes(write):
    for name, text in write["files"]().items():
        assert (FOLDER / name).read_text() == text, "python packaging/write.py"


def test_each_file_names_the_version(write):
    for text in write["files"]().values():
        assert __version__ in text


def test_a_release_has_the_hashes_of_its_files(write):
    files = write["files"]("a" * 64, "b" * 64)
    assert f'sha256 "{"a" * 64}"' in files["cohere-cli.rb"]
    assert json.loads(files["cohere-cli.json"])["hash"] == "b" * 64


def test_the_formula_has_each_library_that_is_needed(write):
    text = write["files"]()["cohere-cli.rb"]
    named = set(re.findall(r'(?:resource|depends_on) "([^"]+)"', text))
    needed = {re.split(r"[<>=; [~]", one)[0] for one in PROJECT["dependencies"]}
    assert {name.replace("_", "-") for name in needed} <= named


# The Python of each Debian, which is that of distroless's image of the same number.
DEBIANS = {"12": "3.11", "13": "3.13"}


def test_the_image_has_a_python_that_is_tested_and_a_user_without_rights():
    text = (FOLDER / "Dockerfile").read_text()
    build, image = re.findall(r"^FROM (\S+)", text, re.MULTILINE)
    debian = re.fullmatch(r"debian:(\d+)-slim", build)[1]
    assert image == f"gcr.io/distroless/python3-debian{debian}:nonroot"
    python = DEBIANS[debian]
    assert f"Programming Language :: Python :: {python}" in PROJECT["classifiers"]
    assert set(re.findall(r"lib/python(3\.\d+)/", text)) == {python}
    assert re.findall(r"^USER (\S+)", text, re.MULTILINE) == ["nonroot"]


def test_the_image_has_extras_that_exist():
    text = (FOLDER / "Dockerfile").read_text()
    extras = re.search(r"/source\[([\w,]+)\]", text)[1].split(",")
    assert set(extras) <= set(PROJECT["optional-dependencies"])


def test_the_lock_file_names_the_public_registry_alone():
    text = (ROOT / "uv.lock").read_text()
    assert set(re.findall(r'registry = "([^"]+)"', text)) == {"https://pypi.org/simple"}
    hosts = set(re.findall(r'url = "(https?://[^/]+)', text))
    assert hosts == {"https://files.pythonhosted.org"}


def test_the_lock_file_has_each_library_of_the_project():
    locked = tomllib.loads((ROOT / "uv.lock").read_text())["package"]
    own = next(one for one in locked if one["name"] == PROJECT["name"])
    needed = {re.split(r"[<>=; [~]", one)[0] for one in PROJECT["dependencies"]}
    assert {one["name"] for one in own["dependencies"]} == {
        name.replace("_", "-") for name in needed
    }
    extras = set(PROJECT["optional-dependencies"])
    assert set(own["optional-dependencies"]) == extras


CHANGES = "# Changelog\n\n## [Unreleased]\n{}\n## [0.1.0] - 2026-01-01\n\n- old\n"


@pytest.mark.parametrize(
    ("text", "left"), [("\n### Added\n\n- new\n", "- new"), ("\n### Added\n", "")]
)
def test_a_release_leaves_no_change_without_a_version(text, left):
    assert script("release.py")["unreleased"](CHANGES.format(text)) == left
