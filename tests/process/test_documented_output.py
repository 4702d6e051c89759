"""Each block of shell in README.md and docs/ is run, or says why not.

The output of a block ```console is that of the page.

    pytest -n 0 tests/process/test_documented_output.py

`tests/documented.py` says how such a block is written.
"""

import re
import subprocess

import pytest
from documented import PAGES, ROOT, SHELLS, Block, answers_of, blocks_of, run_blocks

from cohere_cli.sandbox import running

# Names that pages elsewhere have for the same shells.
_ANY_SHELL = "|".join((*SHELLS, "shell", "ksh", "terminal", "pwsh", "ps1"))
FLAGS = re.MULTILINE | re.IGNORECASE


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


def overlooked(text):
    """Return what in the page *text* is neither run nor marked, or marked in vain."""
    blocks = blocks_of(text)
    fences = re.findall(rf"^[ >]*(?:```|~~~)[^\w\n]*(?:{_ANY_SHELL})\b", text, FLAGS)
    unnamed = re.findall(r"^[ >]*(?:```|~~~)\n[ >]*(?:\$|co) ", text, FLAGS)
    comments = re.findall(r"<!--\W*(?:not run\b|run with\b).*", text)
    found = ["a block"] * (len(fences) + len(unnamed) - len(blocks))
    found += ["a comment"] * (len(comments) - sum(map(_count_of_marks, blocks)))
    return found + [block.text for block in blocks if not _is_clear(block)]


def _count_of_marks(block):
    return bool(block.not_run) + len(block.skipped) + bool(block.arguments)


def _is_clear(block):
    if block.not_run:
        return not block.skipped and not block.arguments
    if block.language == "console":
        return block.text.startswith("$ ") and _count_of_marks(block) == 0
    if block.is_script:
        return not block.skipped
    has_each = all(
        any(line.startswith(start) for line in block.lines) for start in block.skipped
    )
    return block.language in {"sh", "bash"} and has_each and not block.arguments


@pytest.mark.parametrize("page", PAGES)
def test_a_block_of_shell_is_run_or_says_why_not(page):
    assert overlooked((ROOT / page).read_text()) == []


@pytest.mark.parametrize(
    "text",
    [
        "```sh\nco chat\n```\n",
        "<!-- not run, `co`: why -->\n```sh\nls\nco chat\n```\n",
        "<!-- try -->\n<!-- not run: why -->\n```fish\nco chat\n```\n",
        "<!-- run with: a b -->\n```bash\n#!/bin/sh\nco chat\n```\n",
        "```toml\na = 1\n```\n",
    ],
)
def test_a_block_that_is_run_or_marked_is_clear(text):
    assert overlooked(text) == []


@pytest.mark.parametrize(
    "text",
    [
        "- one\n\n  ```sh\n  co chat\n  ```\n",
        "~~~bash\nco chat\n~~~\n",
        "``` sh\nco chat\n```\n",
        '```bash title="x"\nco chat\n```\n',
        "```{.sh}\nco chat\n```\n",
        "```shell\nco chat\n```\n",
        "```\n$ co chat\n```\n",
        "```\nco chat\n```\n",
        "```fish\nco chat\n```\n",
        "```powershell\nco chat\n```\n",
        "```console\nco chat\n```\n",
        "<!-- not run: -->\n```sh\nco chat\n```\n",
        "<!-- not run: why -->\n\n```sh\nco chat\n```\n",
        "<!-- not run, `curl`: why -->\n```sh\nco chat\n```\n",
        "<!-- run with: a b -->\n```sh\nco chat\n```\n",
    ],
)
def test_a_block_that_is_neither_is_found(text):
    assert overlooked(text) != []


def printed(text):
    (block,) = blocks_of(f"```console\n{text}```\n")
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
    assert blocks_of(text) == [Block("console", "$ co chat\n", "needs a key")]
