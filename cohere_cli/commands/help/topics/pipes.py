"""What is written where, and what is read: the text of `co help pipes`."""

from collections.abc import Iterator
from typing import Any

from cohere_cli.commands.help.layout import Example, Heading, Part, Text
from cohere_cli.commands.help.topics import table

_OUT = {
    "standard output": "the answer, or your own records, byte for byte; nothing else",
    "standard error": "notes, warnings, errors, thinking and questions; --quiet "
    "leaves out all but errors",
    "exit code": "0 only if everything is there (`co help exit-codes`)",
}
_IN = {
    "chat, compat": "a pipe is added to the prompt, after a blank line",
    "chat -d -": "a pipe is documents: lines, JSON, YAML, CSV or grep's path:line:text",
    "-f -, --key-file -": "a pipe is a request body, or a key",
    "rerank, map, lab": "a pipe is the records, unless files are named",
    "@FILE": "a text flag takes its text from a file; @@ is an at sign",
}
_EXAMPLES = (
    'git diff | co chat "Write a commit message for this"',
    'git grep -n timeout | co rerank -q "where are retries decided" -n 5',
    'co search "how are keys stored" src | co chat -d - "Answer with citations"',
    "co chat Hi -o json | jq -r '.message.content[0].text'",
)


def page(_root: Any) -> Iterator[Part]:
    """Yield what is written and read, and examples."""
    yield Text("Pipes. Each command can stand anywhere in one.")
    yield Heading("Written")
    yield table(_OUT)
    yield Heading("Read")
    yield table(_IN)
    yield Text(
        "An empty pipe is refused, unless --allow-empty-input is given. A reader that "
        "ends early, such as head, ends co with 141 and without a message."
    )
    yield Heading("Examples")
    yield from map(Example, _EXAMPLES)
