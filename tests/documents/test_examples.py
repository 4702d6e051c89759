import io
import zlib
from base64 import b64decode
from pathlib import Path

import pytest

from cohere_cli.api.protocol.requests import ChatBody, ImageContent
from cohere_cli.api.protocol.validation import validate
from cohere_cli.documents.reader import read_documents, read_mapping, read_records
from cohere_cli.request.body_file import merge_files

EXAMPLES = Path(__file__).parent.parent.parent / "examples"


def example(name):
    return str(EXAMPLES / name)


@pytest.mark.parametrize("name", ["tools.yaml", "image.json"])
def test_the_bodies_are_valid(name):
    file = merge_files([(name, read_mapping(example(name), io.BytesIO()))])
    assert validate(ChatBody, file.data).stream is None


def test_the_image_is_a_real_one():
    body = validate(ChatBody, read_mapping(example("image.json"), io.BytesIO()))
    (image,) = [
        part for part in body.messages[0].content if isinstance(part, ImageContent)
    ]
    png = b64decode(image.image_url.url.removeprefix("data:image/png;base64,"))
    start = png.index(b"IDAT") + 4
    size = int.from_bytes(png[start - 8 : start - 4])
    # Sixteen rows of a filter byte and sixteen pixels of red, green and blue.
    assert len(zlib.decompress(png[start : start + size])) == 16 * (1 + 16 * 3)


@pytest.mark.parametrize(
    ("name", "count"),
    [("boy-bands.yaml", 4), ("records.jsonl", 6), ("products.csv", 7)],
)
def test_the_records_are_read(name, count):
    assert len(list(read_documents([example(name)], io.BytesIO()))) == count
    assert len(list(read_records([example(name)], io.BytesIO()))) == count


def test_the_capitals_are_five_lines():
    found = list(read_records([example("capitals.txt")], io.BytesIO()))
    data = (EXAMPLES / "capitals.txt").read_bytes()
    assert b"".join(each.raw + b"\n" for each in found) == data
    assert len(found) == 5
