"""What a rule can look at: the fields of a request, as far as they can be read."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from cohere_cli.api.strict_json import loads
from cohere_cli.sandbox.refusals import Refused
from cohere_cli.sandbox.request import Request
from cohere_cli.sandbox.routes import endpoint_of
from cohere_cli.sandbox.scripts.reading import Rule


@dataclass(frozen=True, slots=True)
class Asked:
    """A request's fields; of one that is no sound JSON they are empty.

    `endpoint` is its name, or the path of one that the sandbox does not have.
    """

    endpoint: str
    model: str = ""
    message: str = ""
    stream: bool = False

    def meets(self, rule: Rule) -> bool:
        """Whether all that *rule* says of its requests holds, its number aside."""
        match = rule.match
        return (
            match.endpoint in (None, self.endpoint)
            and match.model in (None, self.model)
            and match.stream in (None, self.stream)
            and (rule.message is None or rule.message.search(self.message) is not None)
            and (rule.reply is None or self.endpoint in ("chat", "compat"))
        )


def asked(request: Request) -> Asked:
    """Read *request*, which need not be one that the API takes."""
    endpoint = _endpoint(request)
    try:
        body = loads(request.body)
    except ValueError:
        body = None
    if not isinstance(body, Mapping):
        return Asked(endpoint)
    model, stream = body.get("model"), body.get("stream")
    return Asked(
        endpoint,
        model if isinstance(model, str) else "",
        _message(body),
        stream is True,
    )


def _endpoint(request: Request) -> str:
    try:
        return endpoint_of(request).name
    except Refused:
        # A recorded server may have more endpoints than ours.
        return request.path


def _message(body: Mapping[str, Any]) -> str:
    match body:
        case {"messages": [*_, {"content": str(text)}]} | {"query": str(text)}:
            return text
        case {"messages": [*_, {"content": [*blocks]}]}:
            return "\n".join(_texts(blocks))
        case _:
            return ""


def _texts(blocks: list[Any]) -> list[str]:
    texts = (block.get("text") for block in blocks if isinstance(block, Mapping))
    return [text for text in texts if isinstance(text, str)]
