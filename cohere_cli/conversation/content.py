"""Long texts of requests and replies, which the history keeps once, by their hash.

A document is sent with each turn, and repeated in each citation of the reply.
"""

from collections.abc import Callable, Mapping
from typing import Any

# The only field of a reference. A server may send this name as well, so that other
# names that begin as it does are kept with one more of its first character.
_SIGN = "\0"
_REFERENCE = f"{_SIGN}text"
_SHORTEST = 256  # characters; a shorter text costs less than its reference


def with_references(value: Any, keep: Callable[[str, str], None]) -> Any:
    """Return *value* of JSON with a reference in place of each long text.

    *keep* gets the hash and the text of each. `without_references` reverses it.
    """
    if isinstance(value, str):
        if len(value) < _SHORTEST:
            return value
        digest = content_hash(value)
        keep(digest, value)
        return {_REFERENCE: digest}
    if isinstance(value, Mapping):
        return {
            f"{_SIGN}{name}" if name[:1] == _SIGN else name: with_references(one, keep)
            for name, one in value.items()
        }
    if isinstance(value, list | tuple):
        return [with_references(one, keep) for one in value]
    return value


def without_references(value: Any, texts: Mapping[str, str]) -> Any:
    """Return *value* with the text in *texts* in place of each reference.

    Raises `KeyError` for a reference to a text that is not there.
    """
    if isinstance(value, dict):
        if value.keys() == {_REFERENCE}:
            return texts[value[_REFERENCE]]
        return {
            name.removeprefix(_SIGN): without_references(one, texts)
            for name, one in value.items()
        }
    if isinstance(value, list):
        return [without_references(one, texts) for one in value]
    return value


def content_hash(text: str) -> str:
    """Return the hash of *text*: 32 hexadecimal digits of BLAKE2b."""
    # OpenSSL takes longer to import than a short turn to be written.
    from hashlib import blake2b

    return blake2b(text.encode(errors="surrogatepass"), digest_size=16).hexdigest()
