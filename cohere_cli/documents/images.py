"""Images to show the model: from paths, addresses and data URIs, each checked."""

import base64
import os
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import BinaryIO, Literal

from cohere_cli.documents.image_types import UnsupportedImage, detect_media_type
from cohere_cli.documents.open_file import STDIN, open_source, read_error, shown
from cohere_cli.errors import InputProblem

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
# Enough of a data URI to know it by.
_SHOWN_OF_DATA = 30


@dataclass(frozen=True, slots=True)
class Image:
    """One image for the model.

    `url` is an http(s) address, or a data URI with the image's bytes in it. `detail`
    sets how many tokens it costs. `source` is what the user gave. `kind` is the
    media type and `size` counts the bytes; for an address they are "" and 0,
    because only the server looks there.
    """

    url: str
    detail: Detail | None
    source: str
    kind: str
    size: int


def read_images(sources: Iterable[str], stdin: BinaryIO) -> tuple[Image, ...]:
    """Return the images in *sources*: paths, addresses, data URIs, or "-" for stdin.

    Each may end in `:low`, `:high` or `:auto`. Raises `InputProblem` for what is
    no png, jpeg, webp or still gif, for more than 20 images, and for more than
    20,000,000 bytes of those that are sent themselves.
    """
    given = list(sources)
    _refuse_too_many(given)
    images: list[Image] = []
    total = 0
    for source in given:
        images.append(_image(source, stdin))
        total += images[-1].size
        if total > MAX_IMAGE_BYTES:
            what = f"with this one the images are {_too_much(total)}"
            raise InputProblem(what, where=_where(source), hint=_SMALLER)
    return tuple(images)


def _too_much(size: int) -> str:
    return f"{size:,} bytes, where a request may have {MAX_IMAGE_BYTES:,}"


def _refuse_too_many(sources: list[str]) -> None:
    if len(sources) > MAX_IMAGES:
        what = f"{len(sources)} images, where a request may have {MAX_IMAGES}"
        raise InputProblem(what, hint="send them in several requests")
    if sum(_split_detail(source)[0] == STDIN for source in sources) > 1:
        raise InputProblem("standard input is named twice", hint="name `-` once")


def _image(source: str, stdin: BinaryIO) -> Image:
    name, detail = _split_detail(source)
    if address := _URL.match(name):
        _validate_url(address)
        return Image(name, detail, source, "", 0)
    data = _decode_data_uri(name) if _DATA.match(name) else _read(name, stdin)
    try:
        kind = detect_media_type(data)
    except UnsupportedImage as exc:
        raise InputProblem(str(exc), where=_where(name), hint=exc.hint) from exc
    # Written anew from a data URI too: its bytes decide, not what it says of them.
    url = f"data:{kind};base64,{base64.b64encode(data).decode()}"
    return Image(url, detail, source, kind, len(data))


def _split_detail(source: str) -> tuple[str, Detail | None]:
    """Take the detail off the end, unless it is the end of a file's own name."""
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
            raise read_error(exc, shown(name)) from exc
    if len(data) > MAX_IMAGE_BYTES:
        what = f"is larger than {MAX_IMAGE_BYTES:,} bytes, the most that a request may have"
        raise InputProblem(what, where=shown(name), hint=_SMALLER)
    return data


def _decode_data_uri(uri: str) -> bytes:
    """Return the bytes in a data URI (RFC 2397), whose base64 may be in lines."""
    media, _, text = uri.partition(",")
    hint = "name the image's file instead"
    if not media.lower().endswith(";base64"):
        what = "an image's data URI must say that it is base64"
        raise InputProblem(what, where=_where(uri), hint=hint)
    try:
        return base64.b64decode("".join(text.split()), validate=True)
    except ValueError as exc:
        what = "an image's data URI is not valid base64"
        raise InputProblem(what, where=_where(uri), hint=hint) from exc


def _validate_url(address: re.Match[str]) -> None:
    where = _where(address.string)
    if address["user"]:
        what = "an image's address must not hold a user name or password"
        hint = "download the image, and name its file"
        raise InputProblem(what, where=where, hint=hint)
    if not address.string.isprintable() or " " in address.string:
        what = "an image's address must not hold spaces or control characters"
        raise InputProblem(what, where=where, hint="write a space as %20")
    if not _HOST.fullmatch(address["host"]):
        what = "an image's address must name a host"
        hint = "for instance https://example.com/image.png"
        raise InputProblem(what, where=where, hint=hint)


def _where(source: str) -> str:
    """Return what to tell of *source*: of an address no password, query or path."""
    if address := _URL.match(source):
        return address["scheme"] + address["host"]
    if _DATA.match(source):
        return f"{shown(source[:_SHOWN_OF_DATA])}…"
    return shown(source)
