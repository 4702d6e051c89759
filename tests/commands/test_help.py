"""The pages of `-h` and `--help`, at the widths that terminals have."""

import re

import pytest
from typer.main import get_command
from typer.testing import CliRunner

from cohere_cli.app import app
from cohere_cli.commands import registry
from cohere_cli.commands.completion.command_tree import build_tree
from cohere_cli.commands.flags.base import GROUPS

COMMANDS = {" ".join(one.path[1:]): one for one in build_tree(get_command(app)).all()}
WITH_GROUPS = ["chat", "ask", "search", "rerank", "lab", "compat", "models list"]
WIDTHS = [60, 80, 100, 160]
ROW = re.compile(r"^(?:  |      |Flags: )(?=-)(.*?)(?:  |$)")
"""The names of a flag, which begin its line, up to the column of its text; or all."""


def page_of(*words, width=80):
    run = CliRunner().invoke(app, words, env={"COLUMNS": str(width)})
    assert run.exit_code == 0
    return run.stdout


def whole(words, width=80):
    return page_of(*words.split(), "--help", width=width)


def flags_on(page):
    """Return the names at the beginning of each row of flags, in their order."""
    rows = [found[1] for line in page.splitlines() if (found := ROW.match(line))]
    return [re.findall(r"(?:^|, )(--?[\w-]+)", row) for row in rows]


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("words", COMMANDS)
def test_the_whole_help_has_each_flag_once(words, width):
    names = [name for flag in COMMANDS[words].flags for name in flag.names]
    shown = [name for row in flags_on(whole(words, width)) for name in row]
    assert sorted(shown) == sorted(names)


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("flag", ["-h", "--help"])
@pytest.mark.parametrize("words", COMMANDS)
def test_no_line_is_wider_than_the_terminal_or_hard_to_read(words, flag, width):
    page = page_of(*words.split(), flag, width=width)
    assert max(map(len, page.splitlines())) <= min(width, 100)


@pytest.mark.parametrize("width", [1, 40])
def test_a_page_for_a_very_narrow_terminal_has_its_words(width):
    page = whole("chat", width)
    assert "".join(whole("chat").split()) == "".join(page.replace(" \\\n", "").split())


@pytest.mark.parametrize("words", COMMANDS)
def test_no_part_of_a_commands_text_is_lost(words):
    text = COMMANDS[words].text.replace("$ ", "")
    page = " ".join(whole(words, 100).replace(" \\\n", "").split())
    paragraphs = [" ".join(one.split()) for one in text.split("\n\n")]
    assert [one for one in paragraphs if one not in page] == []


@pytest.mark.parametrize("words", WITH_GROUPS)
def test_groups_stand_in_one_order_in_all_commands(words):
    found = re.findall(rf"^({'|'.join(GROUPS)}):$", whole(words), re.MULTILINE)
    assert found == [group for group in GROUPS if group in found]
    assert found[-2:] == ["Connection", "Help"]


@pytest.mark.parametrize("words", WITH_GROUPS)
def test_flags_with_a_short_name_come_first_in_their_group(words):
    for group in re.split(r"^\w+:$", whole(words), flags=re.MULTILINE)[1:]:
        has_short = [re.match("-[^-]", row[0]) is not None for row in flags_on(group)]
        if "--help" not in group:
            assert has_short == sorted(has_short, reverse=True)


@pytest.mark.parametrize(
    ("words", "most"),
    [
        *((["-h"], 24), (["--help"], 24), ([], 24), (["help"], 24)),
        *(([*words.split(), "-h"], 40) for words in COMMANDS),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else None,
)
def test_the_short_help_fits_a_screen(words, most):
    assert len(page_of(*words).splitlines()) <= most


@pytest.mark.parametrize("words", [words for words in COMMANDS if words])
def test_the_short_help_has_flags_of_the_whole_help_and_names_it(words):
    page = page_of(*words.split(), "-h")
    shown, all_flags = flags_on(page), flags_on(whole(words))
    assert [row for row in shown if row not in all_flags] == []
    assert (len(shown) < len(all_flags)) == (f"`co {words} --help` describes" in page)


@pytest.mark.parametrize("words", [["chat"], ["auth", "login"], ["config"]])
def test_help_is_also_a_command(words):
    assert page_of("help", *words) == page_of(*words, "--help")


@pytest.mark.parametrize("words", [[], ["config"], ["sandbox"]])
def test_a_group_without_a_command_shows_its_short_help(words):
    assert page_of(*words) == page_of(*words, "-h")


def test_a_long_example_is_folded_so_that_a_shell_joins_it():
    page = page_of("lab", "-h", width=60)
    assert (
        "  co lab docs.jsonl --queries queries.jsonl --labels \\\n"
        "        qrels.tsv -m rerank-v3.5 -m rerank-v4.0-pro\n"
    ) in page


@pytest.mark.parametrize("words", ["", "chat --help", "auth login -h"])
def test_there_are_no_boxes_and_no_colour_in_a_pipe(words):
    assert page_of(*words.split()).isascii()
    assert "\x1b" not in page_of(*words.split())


def test_the_list_of_commands_has_the_first_sentence_of_each():
    found = {words: one.summary for words, one in COMMANDS.items() if words}
    assert {name: found[name] for name in registry.COMMANDS} == {
        name: entry.summary for name, entry in registry.COMMANDS.items()
    }


@pytest.mark.parametrize(
    ("words", "count"), [("completion bash", 2), ("config set", 4)]
)
def test_short_help_that_refers_to_no_other_page_has_all_examples(words, count):
    pages = page_of(*words.split(), "-h"), whole(words)
    short, long = (
        re.findall(r"^  (?:co|source) .*", page, re.MULTILINE) for page in pages
    )
    assert short == long
    assert len(short) == count


LEAVES = [words for words, one in COMMANDS.items() if words and not one.commands]


def examples_of(words):
    blocks = COMMANDS[words].text.split("\n\n")
    return [" ".join(one[2:].split()) for one in blocks if one.startswith("$ ")]


@pytest.mark.parametrize("words", LEAVES)
def test_a_command_has_two_examples(words):
    found = examples_of(words)
    assert len(found) >= 2
    assert any(f"co {words}" in one for one in found)


@pytest.mark.parametrize("words", LEAVES)
def test_the_examples_of_a_command_have_flags_that_it_has(words):
    names = {name for flag in COMMANDS[words].flags for name in flag.names}
    for example in examples_of(words):
        own = re.search(rf"\bco {words}\b([^|;&<>]*)", example)
        text = own[1].partition(" -- ")[0] if own else ""
        used = re.findall(r"(?:^| )(-\w|--[\w-]+)", re.sub(r"(\"|').*?\1", "", text))
        assert set(used) <= names
