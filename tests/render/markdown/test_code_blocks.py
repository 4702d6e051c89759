"""The code blocks of an answer: as CommonMark has them, with the answer's own lines."""

import pytest

from cohere_cli.errors import AnswerIncomplete
from cohere_cli.render.markdown.code_blocks import (
    CodeBlock,
    code_blocks,
    wanted_block,
)


@pytest.mark.parametrize(
    ("answer", "blocks"),
    [
        ("no code, `inline` only", []),
        ("```\na\n```", [CodeBlock("", "a\n", True)]),
        ("```py title=x\na\n\nb\n```\nend", [CodeBlock("py", "a\n\nb\n", True)]),
        # fences inside of longer ones, and of the other kind, are lines
        (
            "````md\n```\na\n```\n````",
            [CodeBlock("md", "```\na\n```\n", True)],
        ),
        ("~~~\n```\n~~~", [CodeBlock("", "```\n", True)]),
        # the indentation of a list or a fence is not the code's
        (
            "1. Run\n\n   ```sh\n   ls\n     -l\n   ```",
            [CodeBlock("sh", "ls\n  -l\n", True)],
        ),
        ("> ```\n> a\n> ```\n", [CodeBlock("", "a\n", True)]),
        ("  ```\n  a\n    b\n  ```", [CodeBlock("", "a\n  b\n", True)]),
        # line ends are those of the answer
        ("```\r\na\r\nb\r\n```\r\n", [CodeBlock("", "a\r\nb\r\n", True)]),
        ("```\na\r\nb\n```", [CodeBlock("", "a\r\nb\n", True)]),
        ("```\n```", [CodeBlock("", "", True)]),
        # what is not closed, or closed by something shorter
        ("```\na", [CodeBlock("", "a\n", False)]),
        ("````\na\n```", [CodeBlock("", "a\n```\n", False)]),
        ("```\na\n``` x", [CodeBlock("", "a\n``` x\n", False)]),
        ("```", [CodeBlock("", "", False)]),
        # in HTML, too
        ("<details>\n```\na\n```\n</details>", [CodeBlock("", "a\n", True)]),
        (
            "```a\n1\n```\n\n~~~b\n2\n~~~",
            [CodeBlock("a", "1\n", True), CodeBlock("b", "2\n", True)],
        ),
    ],
    ids=repr,
)
def test_the_code_blocks_of_an_answer_are_those_of_commonmark(answer, blocks):
    assert list(code_blocks(answer)) == blocks


ANSWER = "```python\n1\n```\n```sh\n2\n```\n```\n3\n```"


@pytest.mark.parametrize(
    ("wanted", "code"),
    [
        ("", "1\n"),
        ("2", "2\n"),
        ("3", "3\n"),
        ("py", "1\n"),
        ("Python3", "1\n"),
        ("bash", "2\n"),
    ],
)
def test_a_block_is_named_by_its_number_or_its_language(wanted, code):
    assert wanted_block(ANSWER, wanted).code == code


@pytest.mark.parametrize(
    ("wanted", "named"),
    [("4", " 4"), ("0", " 0"), ("ruby", " in ruby"), ("nolang", " in nolang")],
)
def test_a_block_that_is_missing_is_incomplete_and_the_others_are_named(wanted, named):
    with pytest.raises(AnswerIncomplete) as raised:
        wanted_block(ANSWER, wanted)
    assert raised.value.what == (
        f"the answer has no code block{named}, but 3 blocks (python, sh, no language)"
    )
