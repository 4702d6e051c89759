"""What a change costs, as docs/architecture.md says: the files that name a sample."""

import re

import pytest
from co_program import ROOT

PACKAGE = ROOT / "cohere_cli"
ROW = re.compile(r"^\| ([^|]+?) \| `([^`|]+)` \| ([^|]+) \|$", re.MULTILINE)
COSTS = [
    pytest.param(sample, re.findall(r"`([^`]+)`", files), id=change)
    for change, sample, files in ROW.findall(
        (ROOT / "docs/architecture.md").read_text()
    )
]


def test_the_page_lists_each_kind_of_change():
    assert len(COSTS) == 6


@pytest.mark.parametrize(("sample", "files"), COSTS)
def test_a_sample_of_each_kind_is_named_in_the_files_that_the_page_lists(sample, files):
    word = re.compile(rf"(?<!\w){re.escape(sample)}(?!\w)")
    assert sorted(files) == sorted(
        str(path.relative_to(PACKAGE))
        for path in PACKAGE.rglob("*.py")
        if word.search(path.read_text())
    )
