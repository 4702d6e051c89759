"""The conversation that a request sends: a file's messages, a system text, a turn."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from cohere_cli.api.bodies import ImageContent, ImageUrl, TextContent, UserMessage
from cohere_cli.compose.grounds import Picture
from cohere_cli.errors import UsageProblem


def prompt_of(words: Sequence[str], piped: str = "") -> str:
    """Join the words of the command line, and what was piped in after a blank line."""
    parts = (" ".join(words), piped.strip("\n"))
    return "\n\n".join(part for part in parts if part.strip())


def user_turn(prompt: str, images: Iterable[Picture]) -> UserMessage | None:
    """Return what the user says and shows, None where it is nothing."""
    blocks = [ImageContent(ImageUrl(image.url, image.detail)) for image in images]
    if not blocks:
        return UserMessage(prompt) if prompt else None
    text = (TextContent(prompt),) if prompt else ()
    return UserMessage((*text, *blocks))


def laid_over(
    earlier: Any, system: str | None, turn: Mapping[str, Any] | None
) -> list[Any]:
    """Return the *earlier* messages with *system* as the first, *turn* as the last.

    Raises `UsageProblem` when there is nothing to answer.
    """
    # What is no list is kept, to be refused by name when the body is checked.
    messages = earlier if isinstance(earlier, list) else [earlier] if earlier else []
    if system is not None:
        others = (each for each in messages if not _is_system(each))
        messages = [{"role": "system", "content": system}, *others]
    if turn:
        return [*messages, turn]
    if not earlier:
        raise no_prompt()
    return messages


def no_prompt() -> UsageProblem:
    """Return the problem of a call in which nobody asks anything."""
    hint = "give it as words, in a body file (-f), or pipe it in"
    return UsageProblem("there is no prompt", hint=hint)


def _is_system(candidate: object) -> bool:
    return isinstance(candidate, dict) and candidate.get("role") == "system"
