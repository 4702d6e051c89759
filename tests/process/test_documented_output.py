"""Each block ```console of README.md and docs/: run, its output is that of the page.

    pytest -n 0 tests/process/test_documented_output.py

`tests/documented.py` says how such a block is written.
"""

import subprocess

import pytest
from documented import PAGES, ROOT, ShownBlock, answers_of, run_blocks, shown_blocks

from cohere_cli.sandbox import running


@pytest.mark.timeout(180)
@pytest.mark.parametrize("page", [page for page in PAGES if run_blocks(page)])
def test_a_block_prints_what_the_page_shows(co, clone, page):
    with running(script=answers_of(page)) as served:
        co.environ |= {"CO_API_URL": served.url, "CO_API_KEY": served.key}
        for block in run_blocks(page):
            done = co.shell(block.script, cwd=clone)
            assert block.as_printed(done.stdout.decode()) == block.text


def test_the_recipes_of_map_are_run():
    commands = [one for block in run_blocks("docs/map.md") for one in block.commands]
    assert sum(one.startswith("co map ") for one in commands) == 6


@pytest.mark.parametrize("page", PAGES)
def test_no_block_is_written_so_that_it_is_overlooked(page):
    text = (ROOT / page).read_text()
    blocks = shown_blocks(text)
    assert len(blocks) == text.count("```console")
    assert text.count("<!-- not run:") == sum(bool(one.not_run) for one in blocks)
    for block in blocks:
        assert block.text.startswith("$ ")


def printed(text):
    (block,) = shown_blocks(f"```console\n{text}```\n")
    run = subprocess.run(["bash", "-c", block.script], capture_output=True, check=False)
    return block.as_printed(run.stdout.decode())


@pytest.mark.parametrize(
    "text",
    [
        "$ echo a; echo b >&2; echo c\na\nb\nc\n",
        "$ cd /; x=5\n$ echo $PWD $x \\\n    $((x + 1))\n/ 5 6\n",
        "$ (exit 7)\n$ echo $?\n7\n",
        "$ printf 'a\\n\\n$ b\\n' | tail -n 2 | head -n 1\n\n",
    ],
)
def test_a_true_block_is_printed_as_it_is(text):
    assert printed(text) == text


@pytest.mark.parametrize(
    ("text", "as_it_is"),
    [
        ("$ echo a\nb\n", "$ echo a\na\n"),
        ("$ echo a\n", "$ echo a\na\n"),
        ("$ true\na\n", "$ true\n"),
        ("$ (exit 7)\n", "$ (exit 7)\nexit code 7\n"),
        ("$ exit 0\n$ true\n", "$ exit 0\nexit code not reached\n"),
    ],
)
def test_an_untrue_block_is_printed_otherwise(text, as_it_is):
    assert printed(text).startswith(as_it_is)
    assert printed(text) != text


def test_a_block_says_why_it_is_not_run():
    text = "<!-- not run: needs a key -->\n```console\n$ co chat\n```\n"
    assert shown_blocks(text) == [ShownBlock("$ co chat\n", "needs a key")]
