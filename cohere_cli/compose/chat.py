"""The body of a chat."""

from collections.abc import Iterable, Mapping
from typing import Any

from cohere_cli.api.bodies import (
    ChatBody,
    Document,
    SystemMessage,
    UserMessage,
    as_json,
)
from cohere_cli.compose.body_file import BodyFile, filled, overlaid
from cohere_cli.compose.grounds import Ground
from cohere_cli.compose.messages import laid_over


def chat_body(
    prompt: str,
    *,
    system: str | None = None,
    documents: Iterable[Ground] = (),
    flags: Mapping[str, Any],
    default_model: str,
    file: BodyFile | None = None,
) -> ChatBody:
    """Return the body that a prompt, documents, flags and a body file make together.

    See `filled` for *flags* and *default_model*. Raises `UsageProblem` when there
    is no prompt, `InputProblem` when the file is no body.
    """
    grounds = tuple(Document(ground.data, ground.id) for ground in documents)
    said = filled(flags, file or BodyFile(), default_model=default_model)
    if file is None:
        messages = tuple(map(_message, laid_over(None, system, prompt)))
        return ChatBody(messages=messages, documents=grounds or None, **said)
    if grounds:
        said["documents"] = _joined(file.data.get("documents"), as_json(grounds))
    return overlaid(ChatBody, file, said, system=system, prompt=prompt)


def _message(told: Mapping[str, str]) -> SystemMessage | UserMessage:
    kind = SystemMessage if told["role"] == "system" else UserMessage
    return kind(told["content"])


def _joined(earlier: Any, more: list[Any]) -> Any:
    # What is no list is kept, to be refused by name when the body is checked.
    if earlier is not None and not isinstance(earlier, list):
        return earlier
    return [*(earlier or ()), *more]
