import base64
import io
import os
import struct
import zlib
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cohere_cli.documents.image_types import UnsupportedImage, detect_media_type
from cohere_cli.documents.images import Image, read_images
from cohere_cli.errors import InputProblem

pytestmark = pytest.mark.timeout(20)

MB = 10**6
TAKEN = "not a png, jpeg, webp or gif image"
SAVE_AGAIN = "open it and save it again as png"
SMALLER = "scale images down, or send them in several requests"


def png(width=3, height=2):
    rows = (b"\0" + b"\1\2\3" * width) * height
    header = struct.pack(">II5B", width, height, 8, 2, 0, 0, 0)
    parts = (b"IHDR", header), (b"IDAT", zlib.compress(rows)), (b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + b"".join(map(chunk, *zip(*parts, strict=True)))


def chunk(name, data):
    return (
        struct.pack(">I", len(data))
        + name
        + data
        + struct.pack(">I", zlib.crc32(name + data))
    )


def jpeg(before_frame=b"", width=3, height=2):
    frame = struct.pack(">BHHBBBB", 8, height, width, 1, 1, 0x11, 0)
    tables = segment(0xDB, b"\0" + b"\xff" * 64)
    codes = b"\xff\xc4\0\x14\0\1" + bytes(15) + b"\3"
    codes += b"\xff\xc4\0\x14\x10\1" + bytes(16)
    scan = segment(0xDA, bytes.fromhex("010100003f00")) + b"\x37"
    start = b"\xff\xd8" + before_frame + tables
    return start + segment(0xC0, frame) + codes + scan + b"\xff\xd9"


def segment(code, data):
    return b"\xff" + bytes([code]) + struct.pack(">H", 2 + len(data)) + data


def riff(*chunks):
    body = b"WEBP" + b"".join(
        name + struct.pack("<I", len(data)) + data + b"\0" * (len(data) % 2)
        for name, data in chunks
    )
    return b"RIFF" + struct.pack("<I", len(body)) + body


LOSSY = bytes.fromhex("3001009d012a0300020001402625a400037000fefd3735682800")
LOSSLESS = bytes.fromhex("2f02400000071019fd0f4444ff03")


def extended(flags=0):
    return riff((b"VP8X", bytes([flags, 0, 0, 0, 2, 0, 0, 1, 0, 0])), (b"VP8 ", LOSSY))


PICTURE = bytes.fromhex("2c00000000030002000008060001081c181000")
COLOURS = bytes(12)


def gif(*blocks, version=b"GIF89a", screen=(3, 2), end=b";"):
    start = version + struct.pack("<HHBBB", *screen, 0x81, 0, 0) + COLOURS
    return start + b"".join(blocks) + end


IMAGES = {
    "png": png(),
    "jpeg": jpeg(),
    "webp": riff((b"VP8 ", LOSSY)),
    "gif": gif(PICTURE),
}
KINDS = pytest.mark.parametrize("name", IMAGES)


def uri(data, media="image/png"):
    return f"data:{media};base64,{base64.b64encode(data).decode()}"


def read(*sources, stdin=b""):
    return read_images(sources, io.BytesIO(stdin))


def says(data):
    with pytest.raises(UnsupportedImage) as caught:
        detect_media_type(data)
    return str(caught.value), caught.value.hint


@KINDS
def test_a_file_becomes_a_data_uri_whatever_its_name_is(folder, name):
    data = IMAGES[name]
    (folder / "photo.txt").write_bytes(data)
    kind = f"image/{name}"
    assert read("photo.txt") == (
        Image(uri(data, kind), None, "photo.txt", kind, len(data)),
    )


def test_images_keep_their_order_and_what_their_cameras_wrote(folder):
    camera = jpeg(segment(0xE1, b"Exif\0\0\xff\xd9\xff\xc0" + bytes(9)))
    (folder / "one").write_bytes(camera)
    one, two = read("one", "-", stdin=png())
    assert one.url == uri(camera, "image/jpeg")
    assert two == Image(uri(png()), None, "-", "image/png", len(png()))


@pytest.mark.parametrize(
    "data",
    [
        jpeg(b"\xff\xff\xff" + segment(0xFE, b"fill bytes stand before a marker")),
        jpeg().replace(b"\xff\xc0", b"\xff\xc2"),
        *(jpeg(segment(code, bytes(17))) for code in (0xC4, 0xC8, 0xCC)),
        riff((b"VP8L", LOSSLESS)),
        extended(),
        extended(flags=0xFD),
        riff((b"VP8 ", LOSSY)) + b"and more",
        # Its length has the byte of a line end.
        riff((b"VP8 ", LOSSY), (b"EXIF", bytes(220))),
        gif(PICTURE, version=b"GIF87a"),
        gif(b"\x21\xfe\x02,,\x00\x21\xf9\x04\0\0\0\0\0", PICTURE),
        gif(PICTURE, end=b""),
        gif(PICTURE[:9] + b"\x84" + bytes(96) + PICTURE[10:]),
        gif(PICTURE) + PICTURE,
    ],
    ids=lambda data: repr(data[:4]),
)
def test_every_make_of_an_image_is_taken(data):
    assert detect_media_type(data) in {"image/jpeg", "image/webp", "image/gif"}


def test_a_second_picture_makes_an_animation():
    pause = b"\x21\xf9\x04\0\x0a\0\0\0"
    loop = b"\x21\xff\x0bNETSCAPE2.0\x03\1\0\0\0"
    frames = [loop, pause, PICTURE, pause, PICTURE, b"\0"]
    for data in gif(PICTURE, PICTURE), gif(*frames):
        assert says(data) == (
            "is an animated gif image, not a still one",
            "extract one frame, for instance: magick 'moving.gif[0]' still.png",
        )
    assert says(extended(flags=0x02)) == (
        "is an animated webp image, not a still one",
        "extract one frame, for instance: webpmux -get frame 1 moving.webp -o still.webp",
    )


@pytest.mark.parametrize(
    ("data", "what", "remedy"),
    [
        (
            b"%PDF-1.7\n",
            "a PDF",
            "pdftoppm -png -r 150 a.pdf page; or send its text: `co chat QUESTION -d a.pdf`",
        ),
        (
            b"\xef\xbb\xbf\n<svg xmlns=''/>",
            "an SVG drawing",
            "rsvg-convert drawing.svg -o drawing.png",
        ),
        (
            b"<?xml version='1.0'?>\n<!-- -->\n<svg/>",
            "an SVG drawing",
            "rsvg-convert drawing.svg -o drawing.png",
        ),
        (b"BM\x42\0\0\0\0\0\0\0", "a BMP image", "magick image.bmp image.png"),
        (b"MM\0*\0\0\0\x08", "a TIFF image", "magick image.tiff image.png"),
        (
            b"\0\0\0\x18ftypheic",
            "a HEIC or AVIF image",
            "heif-convert photo.heic photo.png",
        ),
        (
            b"\0\0\0\x18ftypisom",
            "a video",
            "ffmpeg -i video.mp4 -frames:v 1 frame.png",
        ),
        (b"\0\0\1\0", "of an unknown type", "magick image image.png"),
        (b"RIFF\4\0\0\0WAVE\0\xff", "of an unknown type", "magick image image.png"),
    ],
)
def test_another_file_type_is_refused_with_the_command_to_convert_it(
    data, what, remedy
):
    assert says(data) == (f"is {what}, {TAKEN}", f"convert it, for instance: {remedy}")


@pytest.mark.parametrize(
    ("data", "what"),
    [
        (b"", "empty"),
        (b"<!DOCTYPE html>\n<p><svg/>", "an HTML page"),
        (b"<html lang=en>", "an HTML page"),
        (b"PK\x03\x04", "an archive or an office file"),
        (b"BM is how it begins", "text"),
    ],
)
def test_a_file_that_cannot_be_converted_is_refused(data, what):
    assert says(data) == (f"is {what}, {TAKEN}", "name an image")


@pytest.mark.parametrize(
    ("data", "says_what"),
    [
        (png().replace(b"\r\n", b"\n"), "png image: its signature was changed"),
        (
            png().replace(b"\0\0\0\3\0\0\0\2", b"\x80\0\0\0\0\0\0\2"),
            "png image: it claims to have 2,147,483,648 x 2 pixels",
        ),
        (
            png().replace(b"IHDR", b"CgBI"),
            "png image: its header chunk does not come first",
        ),
        (jpeg(b"\0"), "jpeg image: no frame header up to byte 2"),
        (jpeg(b"\xff\xe0\0\0"), "jpeg image: no frame header up to byte 4"),
        (jpeg(b"\xff\xd0"), "jpeg image: no frame header up to byte 3"),
        (jpeg(b"\xff\xd9"), "jpeg image: no frame header up to byte 3"),
        (jpeg(b"\xff\xda"), "jpeg image: no frame header up to byte 3"),
        (
            riff((b"ALPH", LOSSY)),
            "webp image: it does not begin with an image",
        ),
        (
            riff((b"VP8 ", bytes(24))),
            "webp image: it does not begin with a lossy image",
        ),
        (
            riff((b"VP8L", b"\x2e" + LOSSLESS[1:])),
            "webp image: it does not begin with a lossless image",
        ),
        (
            riff((b"VP8L", b"\x2f\0\0\0\x20" + LOSSLESS[5:])),
            "webp image: it does not begin with a lossless image",
        ),
        (
            gif(PICTURE, version=b"GIF88a"),
            "gif image: its version is neither 87a nor 89a",
        ),
        (gif(), "gif image: it contains no image"),
        (gif(PICTURE, b"\0", PICTURE), "gif image: no block begins at byte 44"),
    ],
)
def test_a_broken_image_is_refused(data, says_what):
    assert says(data) == (f"is a broken {says_what}", SAVE_AGAIN)


@pytest.mark.parametrize(
    ("data", "name"),
    [
        (png(width=0), "png"),
        (png(height=0), "png"),
        (jpeg(width=0), "jpeg"),
        (jpeg(height=0), "jpeg"),
        (riff((b"VP8 ", LOSSY.replace(b"\x2a\3\0", b"\x2a\0\0"))), "webp"),
        # Two bits of a size are for scaling: they do not make it more than nothing.
        (riff((b"VP8 ", LOSSY.replace(b"\3\0\2\0", b"\3\0\0\x40"))), "webp"),
        (riff((b"VP8 ", LOSSY.replace(b"\3\0\2\0", b"\0\x40\2\0"))), "webp"),
        (gif(PICTURE, screen=(0, 2)), "gif"),
        (gif(PICTURE[:5] + bytes(2) + PICTURE[7:]), "gif"),
    ],
)
def test_an_image_without_extent_is_none(data, name):
    assert says(data) == (f"is a {name} image without width or height", SAVE_AGAIN)


@pytest.mark.parametrize(
    ("name", "least"),
    [
        ("png", 33),
        ("jpeg", 2 + 69 + 9),
        ("webp", len(IMAGES["webp"])),
        # The trailer is the one thing that a GIF may lack.
        ("gif", len(IMAGES["gif"]) - 1),
    ],
)
def test_a_header_that_is_cut_anywhere_is_refused(name, least):
    data = IMAGES[name]
    assert [n for n in range(len(data) + 1) if is_taken(data[:n])] == list(
        range(least, len(data) + 1)
    )
    assert says(data[: least - 1]) == (f"is a {name} image that is cut off", SAVE_AGAIN)


def is_taken(data):
    try:
        return detect_media_type(data).startswith("image/")
    except UnsupportedImage:
        return False


@given(
    st.sampled_from([*IMAGES.values(), extended(), riff((b"VP8L", LOSSLESS))]),
    st.integers(0, 60),
    st.binary(max_size=40),
    st.integers(0, 20),
)
def test_no_bytes_at_all_raise_anything_else(data, at, put, removed):
    is_taken(put)
    is_taken(data[:at] + put + data[at + removed :])


@given(
    st.text(st.characters(codec="utf-8")),
    st.sampled_from(["", "https://", "data:;base64,"]),
)
def test_no_source_at_all_raises_anything_else(source, before):
    with suppress(InputProblem):
        read(before + source)


@pytest.mark.parametrize("detail", ["low", "high", "auto"])
def test_a_detail_may_follow_every_kind_of_source(folder, detail):
    (folder / "a.png").write_bytes(png())
    sources = ["a.png", "-", uri(png()), "https://example.com:8080/a?b=c:d"]
    found = read(*(f"{source}:{detail}" for source in sources), stdin=png())
    urls = [uri(png())] * 3 + [sources[-1]]
    assert [(image.url, image.detail) for image in found] == [
        (url, detail) for url in urls
    ]
    assert [image.source for image in found] == [f"{one}:{detail}" for one in sources]


def test_a_file_of_exactly_that_name_wins(folder):
    (folder / "a:low").write_bytes(png())
    (folder / "a").write_bytes(jpeg())
    one, two = read("a:low", "a:low:high")
    assert (one.kind, one.detail) == ("image/png", None)
    assert (two.kind, two.detail) == ("image/png", "high")


def test_another_word_after_a_colon_belongs_to_the_name(folder, refusal):
    (folder / "a.png").write_bytes(png())
    hint = "did you mean a.png?"
    assert refusal(read, "a.png:hi") == ("no such file", "a.png:hi", hint)
    assert refusal(read, ":low") == (
        "no such file",
        ":low",
        f"the current folder is {folder}",
    )


@pytest.mark.parametrize(
    "address",
    [
        "https://example.com",
        "HTTPS://example.com:8080",
        "http://[FE80::1]:80/a.png",
        "https://example.com/@a/b?c=@d#e",
        "https://example.com/K\u00e4se.png",
    ],
)
def test_an_address_is_passed_on_unread(address):
    assert read(address) == (Image(address, None, address, "", 0),)


@pytest.mark.parametrize(
    ("address", "where"),
    [
        ("https://", "https://"),
        ("https:///a.png", "https://"),
        ("http://:80/a.png", "http://:80"),
        ("http://[]/a.png", "http://[]"),
        ("http://a:b/a.png", "http://a:b"),
        ("http://a\\b/a.png", "http://a\\b"),
    ],
)
def test_an_address_without_a_host_is_refused(refusal, address, where):
    assert refusal(read, address) == (
        "an image's URL must have a host",
        where,
        "for instance https://example.com/image.png",
    )


@pytest.mark.parametrize("user", ["me:secret@", "@", "a@b@"])
def test_an_address_with_a_password_is_refused_and_not_repeated(refusal, user):
    assert refusal(read, f"https://{user}example.com/?key=secret") == (
        "an image's URL must not contain a user name or password",
        "https://example.com",
        "download the image and name its file",
    )


@pytest.mark.parametrize("character", [" ", "\n", "\0", "\x1b", "\x9b", "\u202e"])
def test_an_address_that_could_deceive_is_refused(refusal, character):
    assert refusal(read, f"https://example.com/{character}a.png") == (
        "an image's URL must not contain spaces or control characters",
        "https://example.com",
        "write a space as %20",
    )


def test_a_data_uri_is_written_anew_from_its_bytes():
    lines = base64.encodebytes(png()).decode()
    for source in uri(png(), "image/jpeg"), f"DATA:;BASE64,\n{lines}":
        expected = Image(uri(png()), None, source, "image/png", len(png()))
        assert read(source) == (expected,)


@pytest.mark.parametrize("media", ["image/png", "image/svg+xml;utf8", ""])
def test_a_data_uri_must_be_base64(refusal, media):
    assert refusal(read, f"data:{media},<svg/>") == (
        "an image's data URI must be base64",
        f"data:{media},<svg/>"[:30] + "\u2026",
        "name the image file instead",
    )


@pytest.mark.parametrize("text", ["iVBORw0", "iVB*Rw0K", "iVBORw==iVBO", "\u00e9"])
def test_broken_base64_is_refused(refusal, text):
    assert refusal(read, f"data:;base64,{text}") == (
        "an image's data URI is invalid base64",
        f"data:;base64,{text}\u2026",
        "name the image file instead",
    )


def test_what_a_data_uri_holds_is_looked_at(refusal):
    what, where, hint = refusal(read, uri(b"<svg/>", "image/png"))
    assert what == f"is an SVG drawing, {TAKEN}"
    assert where == "data:image/png;base64,PHN2Zy8+\u2026"
    assert hint.endswith("rsvg-convert drawing.svg -o drawing.png")


def test_a_file_that_is_not_an_image_is_named_in_the_error(folder, refusal):
    (folder / "photo.png").write_bytes(b"<html>")
    assert refusal(read, "photo.png:low") == (
        f"is an HTML page, {TAKEN}",
        "photo.png",
        "name an image",
    )
    assert refusal(read, "-") == (f"is empty, {TAKEN}", "stdin", "name an image")


def test_standard_input_holds_one_image(refusal):
    assert refusal(read, "-", "-:low") == (
        "standard input is named twice",
        "",
        "name `-` once",
    )


def test_a_request_has_twenty_images_at_most(refusal):
    addresses = [f"https://example.com/{n}.png" for n in range(21)]
    assert len(read(*addresses[:20])) == 20
    assert refusal(read, *addresses) == (
        "21 images, more than the 20 of a request",
        "",
        "send them in several requests",
    )


def test_a_request_has_twenty_million_bytes_of_images_at_most(folder, refusal):
    for name, size in {
        "half": 10 * MB,
        "rest": 10 * MB,
        "more": 1 + len(png()),
    }.items():
        (folder / name).write_bytes(png())
        os.truncate(folder / name, size)
    (folder / "all").write_bytes(png())
    os.truncate(folder / "all", 20 * MB)
    assert read("all")[0].size == 20 * MB
    found = read("half", "https://example.com/a.png", "rest")
    assert [image.size for image in found] == [10 * MB, 0, 10 * MB]
    assert refusal(read, "half", "rest", "more") == (
        f"with this image the request has 20,000,0{1 + len(png())} bytes, more than the 20,000,000",
        "more",
        SMALLER,
    )


def test_an_image_of_more_than_a_request_may_have_is_not_read_to_its_end(refusal):
    endless = io.BytesIO(png() + bytes(20 * MB + 100))
    assert refusal(read_images, ["-"], endless) == (
        "is larger than the 20,000,000 bytes of a request",
        "stdin",
        SMALLER,
    )
    assert endless.tell() == 20 * MB + 1


def test_only_regular_files_are_opened(folder, refusal):
    os.mkfifo(folder / "pipe")
    assert refusal(read, "pipe")[0] == "is a pipe, not a regular file"
    assert refusal(read, "/dev/zero:low")[0] == "is a device, not a regular file"
    assert refusal(read, str(folder))[:2] == (
        "is a folder, not a regular file",
        str(folder),
    )


def test_a_read_error_is_reported(refusal):
    class Broken(io.RawIOBase):
        def read(self, size=-1):
            raise OSError(5, "Input/output error")

    problem = refusal(read_images, ["-"], Broken())
    assert problem == ("cannot be read: input/output error", "stdin", "")
