"""Whether an answer is what was asked for, where JSON was asked for."""

from typing import TYPE_CHECKING

from cohere_cli.errors import AnswerIncomplete
from cohere_cli.terminal import Terminal

if TYPE_CHECKING:
    from cohere_cli.api.accumulate import Reply
    from cohere_cli.api.bodies import ChatBody


def hint_at_json(body: "ChatBody", terminal: Terminal) -> None:
    """Say so when JSON is asked for in a prompt that never mentions it.

    The API warns that the model may then go on with blanks up to its limit.
    """
    if not _wants_json(body):
        return
    from cohere_cli.api.bodies import as_json
    from cohere_cli.compose.schema import mentions_json

    if not mentions_json(as_json(body.messages)):
        terminal.note(
            "hint: the prompt never mentions JSON: the model may then ramble on"
        )


def check_answer(reply: "Reply", body: "ChatBody") -> None:
    """Raise `AnswerIncomplete` when the answer is not the JSON that was asked for."""
    if not _wants_json(body) or reply.finish_reason == "TOOL_CALL":
        return
    from cohere_cli.compose.conformity import violation

    schema = body.response_format and body.response_format.json_schema
    flaw = violation(reply.text, schema or {"type": "object"})
    if flaw:
        raise AnswerIncomplete(f"the answer does not fit its schema: {flaw}")


def _wants_json(body: "ChatBody") -> bool:
    wanted = body.response_format
    return wanted is not None and wanted.type == "json_object"
