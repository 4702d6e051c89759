"""Lists of models on the wire, and documented facts about models of Cohere."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote, urlencode

from cohere_cli.api.protocol.errors import OTHER_API
from cohere_cli.errors import ServerFault

Get = Callable[[str], Any]
"""Returns the JSON at a path."""

_PAGE_SIZE = 1000  # the maximum of the API
_MAX_PAGES = 100
# Names of the context length on other servers: vLLM, OpenRouter, Mistral.
_LENGTHS = ("max_model_len", "context_length", "context_window", "max_context_length")
_OPENAI_LIST = "the server lists models as OpenAI's API does: add --compat"


@dataclass(frozen=True, slots=True)
class Model:
    """A model that a server offers; `data` is the server's own object.

    `context_length` is in tokens, None if the server does not send it.
    """

    name: str
    context_length: int | None = None
    endpoints: tuple[str, ...] = ()
    default_for: tuple[str, ...] = ()
    features: tuple[str, ...] = ()
    is_deprecated: bool = False
    data: Mapping[str, Any] = field(default_factory=dict, repr=False)


def list_path(endpoint: str | None = None, token: str = "") -> str:
    """Return the path of a page of models, by default the first."""
    query = {"endpoint": endpoint, "page_size": _PAGE_SIZE, "page_token": token}
    return f"/v1/models?{urlencode({key: query[key] for key in query if query[key]})}"


def model_path(name: str) -> str:
    """Return the path of the model *name*, whose bytes need not be UTF-8."""
    return f"/v1/models/{quote(name, safe='', errors='surrogateescape')}"


def list_models(get: Get, endpoint: str | None = None) -> Iterator[Model]:
    """Yield the models of Cohere's API, page by page; of one *endpoint*, or all.

    Raises `ServerFault` if a reply is not a list of models.
    """
    token = ""
    for _ in range(_MAX_PAGES):
        page = get(list_path(endpoint, token))
        yield from map(_model, _items(page, "models"))
        token = page.get("next_page_token") or ""
        if not token:
            return
    raise ServerFault(f"the list of models has over {_MAX_PAGES} pages")


def get_model(get: Get, name: str) -> Model:
    """Return the model *name* of Cohere's API."""
    return _model(get(model_path(name)))


def list_openai_models(get: Get) -> Iterator[Model]:
    """Yield the models of an OpenAI-compatible server."""
    page = get("/models")
    items = page if isinstance(page, list) else _items(page, "data")
    yield from map(_openai_model, items)


def _items(page: Any, name: str) -> Iterable[Any]:
    reply = page if isinstance(page, dict) else {}
    items = reply.get(name)
    if not isinstance(items, list):
        hint = _OPENAI_LIST if isinstance(reply.get("data"), list) else OTHER_API
        raise ServerFault("the reply is not a list of models", hint=hint)
    return items


def _model(data: Any) -> Model:
    return Model(
        name=_name(data, "name"),
        context_length=_count(data.get("context_length")),
        endpoints=_strings(data.get("endpoints")),
        default_for=_strings(data.get("default_endpoints")),
        features=_strings(data.get("features")),
        is_deprecated=data.get("is_deprecated") is True,
        data=data,
    )


def _openai_model(data: Any) -> Model:
    name = _name(data, "id")
    lengths = (_count(data.get(key)) for key in _LENGTHS)
    length = next(filter(None, lengths), None) or _trained_length(data)
    return Model(name=name, context_length=length, data=data)


def _trained_length(data: Mapping[str, Any]) -> int | None:
    """Return the context length in training, as llama.cpp reports it."""
    meta = data.get("meta")
    return _count(meta.get("n_ctx_train")) if isinstance(meta, dict) else None


def _name(data: Any, key: str) -> str:
    name = data.get(key) if isinstance(data, dict) else None
    if not isinstance(name, str) or not name:
        raise ServerFault("the reply has a model without a name", hint=OTHER_API)
    return name


def _count(value: object) -> int | None:
    # The API sends 0 for a model that does not read text.
    if not isinstance(value, int | float) or isinstance(value, bool) or value <= 0:
        return None
    return int(value)


def _strings(value: object) -> tuple[str, ...]:
    items = value if isinstance(value, list) else ()
    return tuple(item for item in items if isinstance(item, str))


RERANK_DOCUMENTS = 10_000
"""Documents in a rerank request, at most."""

# https://docs.cohere.com/docs/models, by prefix of the model's name. For other
# models, nothing is checked here.
_CONTEXT_LENGTHS = {
    "command-a-plus": 128_000,
    "command-a-vision": 128_000,
    "command-a-translate": 8_000,
    "command-a": 256_000,
    "command-r": 128_000,
    "north-mini-code": 256_000,
    "c4ai-aya-vision": 16_000,
    "c4ai-aya-expanse": 128_000,
    "rerank-v4": 32_768,
    "rerank": 4_096,
}
# Where `GET /v1/models` and the API's error for a longer prompt differ from it.
_ENFORCED_LENGTHS = {"command-a-03": 288_000, "command-a-translate": 8_992}
_VISION = ("command-a-plus", "command-a-vision", "c4ai-aya-vision")


def context_length(model: str) -> int | None:
    """Return how many tokens *model* reads as documented, None if it is unknown."""
    return _longest_prefix(_CONTEXT_LENGTHS, model)


def enforced_context_length(model: str) -> int | None:
    """Return how many tokens the API accepts for *model*, None if it is unknown."""
    return _longest_prefix(_ENFORCED_LENGTHS, model) or context_length(model)


def supports_vision(model: str) -> bool:
    """Whether *model* is known to read images."""
    return model.startswith(_VISION)


def _longest_prefix(table: Mapping[str, int], model: str) -> int | None:
    names = sorted(filter(model.startswith, table), key=len)
    return table[names[-1]] if names else None
