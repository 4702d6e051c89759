"""The head of a request: parsed strictly, so that it has only one meaning."""

import re
from collections.abc import Iterator, Mapping
from urllib.parse import parse_qsl, urlsplit

from cohere_cli.record import value_class
from cohere_cli.sandbox.messages import ApiError, Request

_MAX_FIELDS = 100
_WORD = r"[!#$%&'*+.^_`|~0-9A-Za-z-]+"
_REQUEST_LINE = re.compile(rf"({_WORD}) ([!-~]+) HTTP/(\d)\.(\d)")
_FIELD = re.compile(rf"({_WORD}):[ \t]*([^\x00-\x08\x0a-\x1f\x7f]*)")
_ORIGIN_FORM = re.compile(r"(/[^?#]*)(?:\?([^#]*))?")
_LENGTH = re.compile(r"[0-9]+")
# A second value would let two programs read one request differently.
_SINGLE = {"host", "origin", "authorization", "content-length", "transfer-encoding"}


@value_class
class Head:
    """A request without its body, whose length is None if it comes in chunks."""

    request: Request
    length: int | None
    is_http_1_0: bool = False

    @property
    def has_body(self) -> bool:
        """Whether bytes of a body follow."""
        return self.length != 0

    @property
    def is_last(self) -> bool:
        """Whether the client sends no further request on the connection."""
        return self.is_http_1_0 or "close" in _words(self.request, "connection")

    @property
    def expects_continue(self) -> bool:
        """Whether the client sends the body only after a status 100."""
        expected = "100-continue" in _words(self.request, "expect")
        return expected and self.has_body and not self.is_http_1_0


def parse_head(text: bytes, *, most: int) -> Head:
    """Parse *text*, all lines to the empty one; raises `ApiError`.

    A declared length over *most* bytes is an error too.
    """
    first, *lines = text.decode("latin-1").rstrip("\r\n").split("\n")
    line = _REQUEST_LINE.fullmatch(first.removesuffix("\r"))
    if line is None:
        raise ApiError(400, "bad request syntax")
    method, target, major, minor = line.groups()
    if major != "1":
        raise ApiError(505, "http version not supported")
    headers = _parse_fields(lines)
    path, query = _split_target(target, headers)
    known = dict(parse_qsl(query, keep_blank_values=True))
    request = Request(method, path, headers, query=known)
    is_http_1_0 = minor == "0"
    return Head(request, _length(headers, most, chunks=not is_http_1_0), is_http_1_0)


def _parse_fields(lines: list[str]) -> dict[str, str]:
    if len(lines) > _MAX_FIELDS:
        raise ApiError(431, "too many headers")
    headers: dict[str, str] = {}
    for name, value in map(_parse_field, lines):
        if name not in headers:
            headers[name] = value
        elif name in _SINGLE:
            raise ApiError(400, f"more than one header {name}")
        else:
            headers[name] += f", {value}"
    return headers


def _parse_field(line: str) -> tuple[str, str]:
    found = _FIELD.fullmatch(line.removesuffix("\r"))
    if found is None:
        raise ApiError(400, "bad header syntax")
    return found[1].lower(), found[2].rstrip(" \t")


def _split_target(target: str, headers: dict[str, str]) -> tuple[str, str]:
    """Return path and query; the path of a target that is not one is empty.

    A target may be a whole URL, whose host then counts (RFC 9112, 3.2.2).
    """
    if found := _ORIGIN_FORM.fullmatch(target):
        return found[1], found[2] or ""
    try:
        url = urlsplit(target)
    except ValueError:
        return "", ""
    if url.scheme != "http" or not url.path.startswith("/"):
        return "", ""
    if "host" in headers:
        headers["host"] = _common_host(headers["host"], url.netloc)
    return url.path, url.query


def _common_host(one: str, other: str) -> str:
    """Return the host that both name; empty, which is refused, if they differ."""
    return one if one.lower() == other.lower() else ""


def _length(headers: Mapping[str, str], most: int, *, chunks: bool) -> int | None:
    coding = headers.get("transfer-encoding")
    text = headers.get("content-length", "0")
    if coding is not None:
        if "content-length" in headers or not chunks:
            raise ApiError(400, "invalid transfer encoding")
        if coding.lower() != "chunked":
            raise ApiError(501, "transfer encoding not implemented")
        return None
    if not _LENGTH.fullmatch(text):
        raise ApiError(400, "invalid content length")
    digits = text.lstrip("0") or "0"
    if len(digits) > len(str(most)) or int(digits) > most:
        raise too_large()
    return int(digits)


def too_large() -> ApiError:
    """Return the error for a body that is too large."""
    return ApiError(413, "request body too large")


def _words(request: Request, name: str) -> Iterator[str]:
    for word in request.headers.get(name, "").split(","):
        yield word.strip().lower()
