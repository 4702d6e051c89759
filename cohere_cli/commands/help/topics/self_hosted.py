"""Other servers than Cohere's: the text of `co help self-hosted`."""

from collections.abc import Iterator
from typing import Any

from cohere_cli.commands.help.layout import Example, Heading, Part, Text
from cohere_cli.commands.help.topics import table

_SETTINGS = {
    "base_url": "the server of chat and rerank; --base-url, CO_API_URL",
    "compat_base_url": "the whole base of co compat, its /v1 included",
    "rerank_base_url": "the server of rerank alone",
    "rerank_path": "its endpoint: /v2/rerank, /v1/rerank or /rerank",
    "headers.NAME": "a header of each request",
    "ca_bundle": "a file of certificates to trust",
    "proxy": "the proxy of this profile",
    "allow_http": "true: http: also to other machines than this one",
}
_EXAMPLES = (
    "co config set base_url https://cohere.example.com -p work",
    'co auth login -p work < key.txt && co chat "Hello" -p work',
    'co compat "Hello" --base-url http://127.0.0.1:8000/v1 -m NAME',
    "co models list --compat --base-url http://127.0.0.1:8000/v1",
    "co doctor -p work",
)


def page(_root: Any) -> Iterator[Part]:
    """Yield the settings of a server of one's own, and examples."""
    yield Text(
        "Servers of your own. A profile has the server and its key; a key is sent to "
        "no other server than the one that it was stored for. An empty key in a "
        "profile sends no Authorization header."
    )
    yield Heading("Settings (co config set SETTING VALUE -p PROFILE)")
    yield table(_SETTINGS)
    yield Heading("Examples")
    yield from map(Example, _EXAMPLES)
    yield Text(
        "A search engine that you have can find the candidates: docs/self-hosted.md "
        "shows PostgreSQL, OpenSearch and ripgrep with co rerank and co chat."
    )
