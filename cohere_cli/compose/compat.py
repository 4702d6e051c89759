"""The body of a chat in OpenAI's shape."""

from collections.abc import Mapping
from typing import Any

from cohere_cli.api.bodies import CompatBody
from cohere_cli.compose.body_file import BodyFile, filled, overlaid
from cohere_cli.compose.messages import laid_over


def compat_body(
    prompt: str,
    *,
    system: str | None = None,
    flags: Mapping[str, Any],
    default_model: str,
    file: BodyFile | None = None,
) -> CompatBody:
    """Return the body that a prompt, flags and a body file make together.

    See `compose.chat.chat_body`.
    """
    said = filled(flags, file or BodyFile(), default_model=default_model)
    turn = {"role": "user", "content": prompt} if prompt else None
    if file is None:
        messages = tuple(laid_over(None, system, turn))
        return CompatBody(messages=messages, **said)
    return overlaid(CompatBody, file, said, system=system, turn=turn)
