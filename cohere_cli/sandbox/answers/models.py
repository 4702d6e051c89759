"""`GET /v1/models`: the current models and their features."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple
from urllib.parse import unquote

from cohere_cli.api.protocol.models import enforced_context_length
from cohere_cli.sandbox.messages import ApiError, invalid

_ENDPOINTS = """
chat embed classify summarize generate rerank rate fine-tuning transcriptions
"""
_DEFAULT_PAGE_SIZE = 20
_MAX_PAGE_SIZE = 1000
_CHAT_FEATURES = ("json_mode", "json_schema", "safety_modes", "tools", "citations")
_TOOL_FEATURES = (*_CHAT_FEATURES, "strict_tools", "tool_choice")
_REASONING_FEATURES = (*_TOOL_FEATURES, "reasoning")


class _Model(NamedTuple):
    name: str
    endpoint: str
    features: tuple[str, ...] = ()
    is_default: bool = False


# https://docs.cohere.com/docs/models; only models of the sandbox's endpoints.
_MODELS = (
    _Model(
        "command-a-plus-05-2026", "chat", (*_REASONING_FEATURES, "vision", "logprobs")
    ),
    _Model("command-a-03-2025", "chat", _TOOL_FEATURES, is_default=True),
    _Model("command-a-reasoning-08-2025", "chat", _REASONING_FEATURES),
    _Model("command-a-vision-07-2025", "chat", ("vision", "logprobs")),
    _Model("command-a-translate-08-2025", "chat", _CHAT_FEATURES),
    _Model("command-r7b-12-2024", "chat", (*_TOOL_FEATURES, "logprobs")),
    _Model("command-r-08-2024", "chat", (*_CHAT_FEATURES, "logprobs")),
    _Model("command-r-plus-08-2024", "chat", (*_CHAT_FEATURES, "logprobs")),
    _Model("north-mini-code-1-0", "chat", (*_REASONING_FEATURES, "logprobs")),
    _Model("rerank-v4.0-pro", "rerank"),
    _Model("rerank-v4.0-fast", "rerank"),
    _Model("rerank-v3.5", "rerank", is_default=True),
    _Model("rerank-english-v3.0", "rerank"),
    _Model("rerank-multilingual-v3.0", "rerank"),
)

# The other models of that page, and those of its page of deprecations: they are not
# listed, but answered.
_OTHERS = """
c4ai-aya-expanse-32b c4ai-aya-expanse-8b c4ai-aya-vision-32b c4ai-aya-vision-8b command
command-light command-nightly command-r command-r-03-2024 command-r-plus
command-r-plus-04-2024 command-r7b-arabic-02-2025 embed-english-light-v3.0
embed-english-v3.0 embed-multilingual-light-v3.0 embed-multilingual-v3.0 embed-v4.0
rerank-english-v2.0 rerank-multilingual-v2.0 tiny-aya-earth tiny-aya-fire
tiny-aya-global tiny-aya-water
"""
_OTHER_NAMES = frozenset(_OTHERS.split())


def list_models(query: Mapping[str, str]) -> Mapping[str, Any]:
    """Return the page of models selected by *query*; raises `ApiError`."""
    size = _page_size(query.get("page_size"))
    found = _filter_models(query.get("endpoint"), query.get("default_only", "false"))
    rest = _starting_at(found, query.get("page_token", ""))
    page: dict[str, Any] = {"models": [_model_object(model) for model in rest[:size]]}
    if rest[size:]:
        page["next_page_token"] = rest[size].name
    return page


def get_model(name: str) -> Mapping[str, Any]:
    """Return the model *name*, percent-encoded as in a path; raises `ApiError`."""
    return _model_object(_find_model(name))


def list_openai_models() -> Mapping[str, Any]:
    """Return all models in the format of OpenAI's list."""
    return {
        "object": "list",
        "data": [_openai_model_object(model) for model in _MODELS],
    }


def get_openai_model(name: str) -> Mapping[str, Any]:
    """Return the model *name* in OpenAI's format; raises `ApiError`."""
    return _openai_model_object(_find_model(name))


def require_model(name: str, endpoint: str = "") -> None:
    """Raise `ApiError` if no model *name* exists, or not for *endpoint*."""
    if name in _OTHER_NAMES:
        return
    # The API tells a model of another kind and one that does not exist alike.
    if endpoint not in ("", _find_model(name).endpoint):
        raise _not_found(name)


def _find_model(name: str) -> _Model:
    name = unquote(name)
    for model in _MODELS:
        if model.name == name:
            return model
    raise _not_found(name)


def _not_found(name: str) -> ApiError:
    return ApiError(
        404,
        f"model '{name}' not found, make sure the correct model ID was used and that "
        "you have access to the model.",
    )


def _filter_models(endpoint: str | None, default_only: str) -> Sequence[_Model]:
    if default_only not in ("true", "false"):
        raise invalid("default_only must be true or false")
    if endpoint is None:
        # The documentation: `default_only` is only valid with an endpoint.
        return _MODELS
    if endpoint not in _ENDPOINTS.split():
        raise invalid(f"endpoint must be one of {', '.join(_ENDPOINTS.split())}")
    found = [model for model in _MODELS if model.endpoint == endpoint]
    return [m for m in found if m.is_default] if default_only == "true" else found


def _page_size(text: str | None) -> int:
    if text is None:
        return _DEFAULT_PAGE_SIZE
    if text.isascii() and text.isdigit() and 1 <= int(text[:9]) <= _MAX_PAGE_SIZE:
        return int(text)
    raise invalid(f"page_size must be between 1 and {_MAX_PAGE_SIZE}")


def _starting_at(found: Sequence[_Model], token: str) -> Sequence[_Model]:
    """Return *found* from the model named *token*; all if it is empty."""
    names = [model.name for model in found]
    if token and token not in names:
        raise invalid("page_token is not valid for this list")
    return found[names.index(token) :] if token else found


def _model_object(model: _Model) -> Mapping[str, Any]:
    # No tokenizer_url: the sandbox has its own tokens.
    return {
        "name": model.name,
        "is_deprecated": False,
        "endpoints": [model.endpoint],
        "finetuned": False,
        "context_length": enforced_context_length(model.name),
        "default_endpoints": [model.endpoint] if model.is_default else [],
        "features": list(model.features),
    }


def _openai_model_object(model: _Model) -> Mapping[str, Any]:
    return {
        "id": model.name,
        "object": "model",
        "created": CREATED,
        "owned_by": "cohere",
    }


# A fixed time, so that the same request gets the same bytes.
CREATED = 1_700_000_000
