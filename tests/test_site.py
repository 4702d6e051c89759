"""The site of docs/: each page is in its navigation, and it builds without a warning.

pip install -e '.[docs]' && pytest -m slow tests/test_site.py
"""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from co_program import ROOT

MKDOCS = Path(sys.executable).with_name("mkdocs")
IS_MISSING = "needs the extra docs: pip install -e '.[docs]'"
built = pytest.mark.skipif(not MKDOCS.exists(), reason=IS_MISSING)
# What a browser fetches by itself, from another host.
FETCHED = re.compile(
    r"<(?:script|img|iframe|source|link)\b(?![^>]*rel=\"?canonical)[^>]*(?:src|href)=\"?(?:https?:)?//[^>]*"
)


def pages_of(nav):
    for entry in nav:
        values = entry.values() if isinstance(entry, dict) else [entry]
        for value in values:
            yield from [value] if isinstance(value, str) else pages_of(value)


def build(folder, site):
    command = [MKDOCS, "build", "--strict", "--site-dir", site]
    return subprocess.run(
        command, cwd=folder, capture_output=True, text=True, check=False
    )


@pytest.fixture
def sources(tmp_path):
    """What the site is built from, to be changed."""
    folder = tmp_path / "sources"
    folder.mkdir()
    for name in ("docs", "examples"):
        shutil.copytree(ROOT / name, folder / name)
    shutil.copy(ROOT / "mkdocs.yml", folder)
    return folder


def test_each_page_is_in_the_navigation_once():
    nav = yaml.safe_load((ROOT / "mkdocs.yml").read_text())["nav"]
    pages = [str(one.relative_to(ROOT / "docs")) for one in ROOT.glob("docs/**/*.md")]
    assert sorted(pages_of(nav)) == sorted(pages)


def test_each_page_is_in_the_overview():
    text = (ROOT / "docs/index.md").read_text()
    linked = set(re.findall(r"\]\(([\w-]+\.md)", text))
    assert linked == {one.name for one in ROOT.glob("docs/*.md")} - {"index.md"}


@built
@pytest.mark.slow
def test_the_site_builds_strictly_and_fetches_nothing(tmp_path):
    site = tmp_path / "site"
    done = build(ROOT, site)
    assert done.returncode == 0, done.stderr
    pages = {page.name: page.read_text() for page in site.glob("*.html")}
    assert pages.keys() >= {f"{one.stem}.html" for one in ROOT.glob("docs/*.md")}
    assert [found for text in pages.values() for found in FETCHED.findall(text)] == []
    script = ROOT / "examples/answer.sh"
    assert 'href="examples/answer.sh"' in pages["tutorial.html"]
    assert (site / "examples/answer.sh").read_bytes() == script.read_bytes()
    assert "cat x.py | llm" in pages["migrate.html"]
    assert [*site.rglob("*.py*")] == []


@built
@pytest.mark.slow
@pytest.mark.parametrize(
    ("page", "text", "problem"),
    [
        ("chat.md", "[x](nowhere.md)", "'nowhere.md'"),
        ("chat.md", "[x](map.md#nowhere)", "'map.md#nowhere'"),
        ("chat.md", "[x](#nowhere)", "'#nowhere'"),
        ("chat.md", "[x](../examples/nowhere.sh)", "'examples/nowhere.sh'"),
        ("new.md", "# A page\n", "new.md"),
    ],
)
def test_a_broken_link_or_a_forgotten_page_ends_the_build(
    sources, tmp_path, page, text, problem
):
    with (sources / "docs" / page).open("a") as file:
        file.write(f"\n{text}\n")
    done = build(sources, tmp_path / "site")
    assert done.returncode == 1
    assert problem in done.stderr
