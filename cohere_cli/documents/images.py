"""Images for the model, from paths, URLs and data URIs, each validated."""

import base64
import os
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import BinaryIO, Literal

from cohere_cli.documents.image_types import UnsupportedImage, detect_media_type
from cohere_cli.documents.open_file import open_source, read_error
from cohere_cli.errors import InputProblem
from cohere_cli.text import STDIN, shown_source

Detail = Literal["auto", "low", "high"]

# Of one request (https://docs.cohere.com/docs/image-inputs).
MAX_IMAGES = 20
MAX_IMAGE_BYTES = 20 * 10**6

_DETAILS: dict[str, Detail] = {"auto": "auto", "low": "low", "high": "high"}
_DATA = re.compile("data:", re.IGNORECASE)
_URL = re.compile(
    r"(?P<scheme>https?://)(?P<user>[^/?#]*@)?(?P<host>[^/?#]*)", re.IGNORECASE
)
_HOST = re.compile(r"(?:\[[0-9a-f:.]+\]|[^\s:\[\]\\]+)(?::[0-9]*)?", re.IGNORECASE)
_SMALLER = "scale images down, or send them in several requests"
# Enough of a data URI to recognize it.
_SHOWN_OF_DATA = 30


@dataclass(frozen=True, slots=True)
class Image:
    """One image for the model.

    `url` is an http(s) URL, or a data URI with the image's bytes in it. `detail`
    sets how many tokens it costs. `source` is what the user gave. `kind` is the
    media type and `size` the bytes; for a URL they are "" and 0, because only the
    server fetches it.
    """

    url: str
    detail: Detail | None
    source: str
    kind: str
    size: int


def read_images(sources: Iterable[str], stdin: BinaryIO) -> tuple[Image, ...]:
    """Return the images in *sources*: paths, URLs, data URIs, or "-" for stdin.

    Each may end in `:low`, `:high` or `:auto`. Raises `InputProblem` for what is
    not a png, jpeg, webp or still gif, for more than 20 images, and for more than
    20,000,000 bytes of images that are not URLs.
    """
    given = list(sources)
    _refuse_too_many(given)
    images: list[Image] = []
    total = 0
    for source in given:
        images.append(_image(source, stdin))
        total += images[-1].size
        if total > MAX_IMAGE_BYTES:
            what = f"with this image the request has {_too_much(total)}"
            raise InputProblem(what, where=_where(source), hint=_SMALLER)
    return tuple(images)


def is_stdin(source: str) -> bool:
    """Whether *source*, which may end in a detail, is standard input."""
    return _split_detail(source)[0] == STDIN


def _too_much(size: int) -> str:
    return f"{size:,} bytes, more than the {MAX_IMAGE_BYTES:,}"


def _refuse_too_many(sources: list[str]) -> None:
    if len(sources) > MAX_IMAGES:
        what = f"{len(sources)} images, more than the {MAX_IMAGES} of a request"
        raise InputProblem(what, hint="send them in several requests")
    if sum(map(is_stdin, sources)) > 1:
        raise InputProblem("standard input is named twice", hint="name `-` once")


def _image(source: str, stdin: BinaryIO) -> Image:
    name, detail = _split_detail(source)
    if url := _URL.match(name):
        _validate_url(url)
        return Image(name, detail, source, "", 0)
    data = _decode_data_uri(name) if _DATA.match(name) else _read(name, stdin)
    try:
        kind = detect_media_type(data)
    except UnsupportedImage as exc:
        raise InputProblem(str(exc), where=_where(name), hint=exc.hint) from exc
    # Encoded again from a data URI too: the bytes decide, not its media type.
    data_uri = f"data:{kind};base64,{base64.b64encode(data).decode()}"
    return Image(data_uri, detail, source, kind, len(data))


def _split_detail(source: str) -> tuple[str, Detail | None]:
    """Split a detail off the end, unless it belongs to the name of a file."""
    name, _, word = source.rpartition(":")
    # Not Path.exists: Python 3.11's raises for a name that is too long.
    if not name or word not in _DETAILS or os.path.exists(source):  # noqa: PTH110
        return source, None
    return name, _DETAILS[word]


def _read(name: str, stdin: BinaryIO) -> bytes:
    with open_source(name, stdin) as stream:
        try:
            data = stream.read(MAX_IMAGE_BYTES + 1)
        except OSError as exc:
            raise read_error(exc, shown_source(name)) from exc
    if len(data) > MAX_IMAGE_BYTES:
        what = f"is larger than the {MAX_IMAGE_BYTES:,} bytes of a request"
        raise InputProblem(what, where=shown_source(name), hint=_SMALLER)
    return data


def _decode_data_uri(uri: str) -> bytes:
    """Return the bytes in a data URI (RFC 2397), whose base64 may be in lines."""
    media, _, text = uri.partition(",")
    hint = "name the image file instead"
    if not media.lower().endswith(";base64"):
        what = "an image's data URI must be base64"
        raise InputProblem(what, where=_where(uri), hint=hint)
    try:
        return base64.b64decode("".join(text.split()), validate=True)
    except ValueError as exc:
        what = "an image's data URI is invalid base64"
        raise InputProblem(what, where=_where(uri), hint=hint) from exc


def _validate_url(url: re.Match[str]) -> None:
    """Refuse *url* if the server cannot fetch it, or if it contains a secret."""
    is_spaced = not url.string.isprintable() or " " in url.string
    checks = (
        (
            url["user"],
            "must not contain a user name or password",
            "download the image and name its file",
        ),
        (
            is_spaced,
            "must not contain spaces or control characters",
            "write a space as %20",
        ),
        (
            not _HOST.fullmatch(url["host"]),
            "must have a host",
            "for instance https://example.com/image.png",
        ),
    )
    for is_invalid, rule, hint in checks:
        if is_invalid:
            where = _where(url.string)
            raise InputProblem(f"an image's URL {rule}", where=where, hint=hint)


def _where(source: str) -> str:
    """Return *source* for messages; of a URL only the scheme and the host."""
    if url := _URL.match(source):
        return url["scheme"] + url["host"]
    if _DATA.match(source):
        return f"{shown_source(source[:_SHOWN_OF_DATA])}…"
    return shown_source(source)
