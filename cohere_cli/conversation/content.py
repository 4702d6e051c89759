"""Long texts of requests and replies, which the history keeps once, by their hash.

A document is sent with each turn, and repeated in each citation of the reply.
"""

from collections.abc import Callable, Mapping
from typing import Any

# No name that people give to a field.
_REFERENCE = "\0text"
_SHORTEST = 256  # characters; a shorter text costs less than its reference


def with_references(value: Any, keep: Callable[[str, str], None]) -> Any:
    """Return *value* of JSON with a reference in place of each long text.

    *keep* gets the hash and the text of each.
    """
    if isinstance(value, str):
        if len(value) < _SHORTEST:
            return value
        digest = content_hash(value)
        keep(digest, value)
        return {_REFERENCE: digest}
    if isinstance(value, Mapping):
        return {name: with_references(one, keep) for name, one in value.items()}
    if isinstance(value, list | tuple):
        return [with_references(one, keep) for one in value]
    return value


def without_references(value: Any, texts: Mapping[str, str]) -> Any:
    """Return *value* with the text in *texts* in place of each reference."""
    if isinstance(value, dict):
        if value.keys() == {_REFERENCE}:
            return texts.get(value[_REFERENCE], "")
        return {name: without_references(one, texts) for name, one in value.items()}
    if isinstance(value, list):
        return [without_references(one, texts) for one in value]
    return value


def content_hash(text: str) -> str:
    """Return the hash of *text*: 32 hexadecimal digits of BLAKE2b."""
    # OpenSSL takes longer to import than a short turn to be written.
    from hashlib import blake2b

    return blake2b(text.encode(errors="surrogatepass"), digest_size=16).hexdigest()
