"""Detects the type of an image by its bytes.

No image is decoded: a header is read as far as the image's size, a GIF as far as its
second frame. The file name is ignored.
"""

import re
import struct
from collections.abc import Iterator
from itertools import islice
from typing import Literal

from cohere_cli.text import BYTE_ORDER_MARK

_Name = Literal["png", "jpeg", "webp", "gif"]

_SIGNATURES: dict[_Name, bytes] = {
    "png": rb"\x89PNG",
    "jpeg": rb"\xff\xd8",
    "webp": rb"RIFF.{4}WEBP",
    "gif": rb"GIF8",
}
_SAVE_AGAIN = "open it and save it again as png"
# https://www.w3.org/TR/png-3/#11IHDR
_MAX_PNG_SIDE = 2**31 - 1
_JPEG_MARKER = 0xFF
# Frame headers: all of C0 to CF but the tables C4, CC and the extension C8.
_JPEG_FRAMES = {*range(0xC0, 0xD0)} - {0xC4, 0xC8, 0xCC}
# Markers without a segment, and the scan (DA): none comes before the frame header.
_JPEG_NOT_YET = {0x00, 0x01, *range(0xD0, 0xDB)}

# Enough for what an XML file has before its first element.
_HEAD_BYTES = 4096
_NON_IMAGE_SIGNATURES = {
    rb"%PDF-": (
        "a PDF",
        (
            "pdftoppm -png -r 150 a.pdf page; or send its text: "
            "`co chat QUESTION -d a.pdf`"
        ),
    ),
    rb"<(?:.*<)?(?:!doctype\s+)?html\b": ("an HTML page", ""),
    rb"<(?:.*<)?svg\b": ("an SVG drawing", "rsvg-convert drawing.svg -o drawing.png"),
    rb"BM.{4}\0{4}": ("a BMP image", "magick image.bmp image.png"),
    rb"II\*\0|MM\0\*": ("a TIFF image", "magick image.tiff image.png"),
    rb".{4}ftyp(?:hei|hev|mif1|msf1|avi[fs])": (
        "a HEIC or AVIF image",
        "heif-convert photo.heic photo.png",
    ),
    rb".{4}ftyp": ("a video", "ffmpeg -i video.mp4 -frames:v 1 frame.png"),
    rb"PK\x03\x04": ("an archive or an office file", ""),
}


class UnsupportedImage(Exception):
    """The API does not accept these bytes as an image; the message begins with "is"."""

    def __init__(self, message: str, hint: str = _SAVE_AGAIN) -> None:
        super().__init__(message)
        self.hint = hint


def detect_media_type(data: bytes) -> str:
    """Return the media type of the still image *data*; raises `UnsupportedImage`."""
    name = _name(data)
    try:
        sizes = _sizes(name, data)
    except (struct.error, IndexError) as exc:
        raise UnsupportedImage(f"is a {name} image that is cut off") from exc
    except ValueError as exc:
        raise UnsupportedImage(f"is a broken {name} image: {exc}") from exc
    if 0 in sizes:
        raise UnsupportedImage(f"is a {name} image without width or height")
    return f"image/{name}"


def _name(data: bytes) -> _Name:
    for name, signature in _SIGNATURES.items():
        if re.match(signature, data, re.DOTALL):
            return name
    what, remedy = _identify_non_image(data)
    hint = f"convert it, for instance: {remedy}" if remedy else "name an image"
    raise UnsupportedImage(f"is {what}, not a png, jpeg, webp or gif image", hint)


def _identify_non_image(data: bytes) -> tuple[str, str]:
    if not data:
        return "empty", ""
    head = data[:_HEAD_BYTES].removeprefix(BYTE_ORDER_MARK).lstrip()
    for signature, description in _NON_IMAGE_SIGNATURES.items():
        if re.match(signature, head, re.DOTALL | re.IGNORECASE):
            return description
    if _is_text(data):
        return "text", ""
    return "of an unknown type", "magick image image.png"


def _is_text(data: bytes) -> bool:
    try:
        return "\0" not in data.decode()
    except UnicodeDecodeError:
        return False


def _sizes(name: _Name, data: bytes) -> tuple[int, ...]:
    """Return the widths and heights in the header that may be 0.

    Raises `ValueError` for an invalid header, `IndexError` or `struct.error`
    where the bytes end too early.
    """
    match name:
        case "png":
            return _png(data)
        case "jpeg":
            return _jpeg(data)
        case "webp":
            return _webp(data)
        case "gif":
            return _gif(data)


def _png(data: bytes) -> tuple[int, ...]:
    # https://www.w3.org/TR/png-3/#5Chunk-layout: 8 + 8 bytes, 13 of IHDR, 4 of CRC.
    signature, opening, width, height = struct.unpack_from(">8s8sII9x", data)
    # A transfer as text changes the line ends that the signature has for that.
    if signature != b"\x89PNG\r\n\x1a\n":
        raise ValueError("its signature was changed")
    if opening != b"\0\0\0\x0dIHDR":
        raise ValueError("its header chunk does not come first")
    if max(width, height) > _MAX_PNG_SIDE:
        raise ValueError(f"it claims to have {width:,} x {height:,} pixels")
    return width, height


def _jpeg(data: bytes) -> tuple[int, ...]:
    # ITU T.81, B.1.1: a marker is FF, more FF to fill, a code; then its segment.
    position = 2
    while data[position] == _JPEG_MARKER:
        position += 1
        code = data[position]
        if code in _JPEG_FRAMES:
            height, width = struct.unpack_from(">HH", data, position + 4)
            return width, height
        if code in _JPEG_NOT_YET:
            break
        if code != _JPEG_MARKER:
            (length,) = struct.unpack_from(">H", data, position + 1)
            position += 1 + length
    raise ValueError(f"no frame header up to byte {position}")


def _webp(data: bytes) -> tuple[int, ...]:
    # https://developers.google.com/speed/webp/docs/riff_container
    length, chunk = struct.unpack_from("<4xI4x4s4x", data)
    if 8 + length > len(data):
        raise IndexError(length)
    match chunk:
        case b"VP8 ":
            return _webp_lossy(data)
        case b"VP8L":
            return _webp_lossless(data)
        case b"VP8X":
            return _webp_extended(data)
        case _:
            raise ValueError("it does not begin with an image")


def _webp_lossy(data: bytes) -> tuple[int, ...]:
    # RFC 6386, 9.1. The two highest bits of each size are for scaling.
    start, width, height = struct.unpack_from("<3sHH", data, 23)
    if start != b"\x9d\x01\x2a":
        raise ValueError("it does not begin with a lossy image")
    return width & 0x3FFF, height & 0x3FFF


def _webp_lossless(data: bytes) -> tuple[int, ...]:
    # RFC 9649, 3.4: sizes less one in 14 bits each, a bit for alpha, three of version.
    mark, sizes = struct.unpack_from("<cI", data, 20)
    if mark != b"\x2f" or sizes >> 29:
        raise ValueError("it does not begin with a lossless image")
    return ()


def _webp_extended(data: bytes) -> tuple[int, ...]:
    # RFC 9649, 2.7: flags, then sizes less one.
    (flags,) = struct.unpack_from("B9x", data, 20)
    if flags & 0x02:
        raise _animated("webp", "webpmux -get frame 1 moving.webp -o still.webp")
    return ()


def _gif(data: bytes) -> tuple[int, ...]:
    # https://www.w3.org/Graphics/GIF/spec-gif89a.txt
    version, width, height, packed = struct.unpack_from("<6sHHBxx", data)
    if version not in (b"GIF87a", b"GIF89a"):
        raise ValueError("its version is neither 87a nor 89a")
    frames = list(islice(_gif_frames(data, 13 + _colours(packed)), 2))
    if not frames:
        raise ValueError("it contains no image")
    if len(frames) > 1:
        raise _animated("gif", "magick 'moving.gif[0]' still.png")
    return width, height, *frames[0]


def _gif_frames(data: bytes, position: int) -> Iterator[tuple[int, int]]:
    """Yield the size of each frame among the blocks from *position* on."""
    # Many files lack the trailer; every viewer accepts them.
    while position < len(data):
        match data[position]:
            case 0x2C:
                width, height, packed = struct.unpack_from("<HHB", data, position + 5)
                yield width, height
                position = _after_blocks(data, position + 11 + _colours(packed))
            case 0x21:
                position = _after_blocks(data, position + 2)
            case 0x3B:
                return
            case _:
                raise ValueError(f"no block begins at byte {position}")


def _colours(packed: int) -> int:
    """Return the bytes of the colour table that follow a descriptor."""
    return 3 << (packed & 0x07) + 1 if packed & 0x80 else 0


def _after_blocks(data: bytes, position: int) -> int:
    while length := data[position]:
        position += 1 + length
    return position + 1


def _animated(name: _Name, remedy: str) -> UnsupportedImage:
    return UnsupportedImage(
        f"is an animated {name} image, not a still one",
        f"extract one frame, for instance: {remedy}",
    )
