"""The body of each record's request: pieces of JSON, and the record's values."""

import re
import secrets
from collections.abc import Callable, Sequence
from hashlib import sha256
from json.encoder import encode_basestring_ascii
from typing import NamedTuple

from cohere_cli.api.protocol.requests import ChatBody, EncodedBody, encoded
from cohere_cli.documents.document import Document
from cohere_cli.errors import CoError
from cohere_cli.mapping.template import Segments, Slot, slot_text


class Tokens:
    """Words that stand for slots in a body until it is cut at them.

    They are random, so that nothing else in the body is taken for one.
    """

    def __init__(self) -> None:
        self._word = f"slot{secrets.token_hex(12)}n"
        self._pattern = re.compile(rf"(?:http://{self._word}i|{self._word}t)(\d+)e")
        self._templates: dict[tuple[Segments, bool], int] = {}

    def text(self, segments: Segments) -> str:
        """Return the text of *segments* with a token for each slot."""
        return "".join(
            one if isinstance(one, str) else f"{self._word}t{self._number((one,))}e"
            for one in segments
        )

    def image(self, segments: Segments) -> str:
        """Return a URL that stands for that of the image which *segments* name."""
        return f"http://{self._word}i{self._number(segments, is_image=True)}e"

    def _number(self, segments: Segments, *, is_image: bool = False) -> int:
        return self._templates.setdefault((segments, is_image), len(self._templates))

    @property
    def slots(self) -> tuple[str, ...]:
        """The names of all slots, each once."""
        found = (one for segments, _ in self._templates for one in segments)
        return tuple(dict.fromkeys(one.name for one in found if isinstance(one, Slot)))

    @property
    def values(self) -> tuple[tuple[Segments, bool], ...]:
        """What each token stands for, by its number, and whether it is an image."""
        return tuple(self._templates)

    def cut(self, body: ChatBody) -> "Cut":
        """Return the JSON of *body*, cut at its tokens."""
        parts = self._pattern.split(encoded(body).decode())
        return Cut(body.model, tuple(parts[::2]), tuple(map(int, parts[1::2])))


class Cut(NamedTuple):
    """A body as JSON in ASCII: its pieces, and the numbers of the values between."""

    model: str
    pieces: tuple[str, ...]
    numbers: tuple[int, ...]

    def filled(self, values: Sequence[str]) -> bytes:
        """Return the JSON with *values*, which are encoded, between the pieces."""
        parts = [self.pieces[0]]
        for number, piece in zip(self.numbers, self.pieces[1:], strict=True):
            parts += (values[number], piece)
        return "".join(parts).encode()


class RecordRequest(NamedTuple):
    """A record, its number from 0, and a body for each model.

    `keys` identify the requests in every run. Without bodies, `error` is why.
    """

    index: int  # type: ignore[assignment]  # tuples have a method of this name
    record: Document
    bodies: tuple[EncodedBody, ...] = ()
    keys: tuple[str, ...] = ()
    error: CoError | None = None


class RequestTemplate:
    """Makes the requests of a record: one body for each model.

    *cuts* are those of the models, with the values of *tokens*. *read_image* returns
    the URL of the image that a name stands for. *url* is a part of the keys.
    """

    def __init__(
        self,
        tokens: Tokens,
        cuts: Sequence[Cut],
        url: str,
        fields: Sequence[str] = (),
        read_image: Callable[[str], str] = str,
    ) -> None:
        self._values = tokens.values
        self._cuts = tuple(cuts)
        self._fields = tuple(fields)
        self._read_image = read_image
        self._start = sha256(url.encode())

    @property
    def identity(self) -> str:
        """What tells this template from any other: its texts and its slots."""
        parts = [
            (cut.pieces, [self._values[at] for at in cut.numbers]) for cut in self._cuts
        ]
        return repr((parts, self._fields))

    def request(self, index: int, record: Document) -> RecordRequest:
        """Return the request of *record*, number *index* from 0."""
        try:
            values = [self._encoded(*one, record, index + 1) for one in self._values]
        except CoError as error:
            return RecordRequest(index, record, error=error)
        bodies = tuple(EncodedBody(cut.model, cut.filled(values)) for cut in self._cuts)
        return RecordRequest(index, record, bodies, tuple(map(self._key, bodies)))

    def _encoded(
        self, segments: Segments, is_image: bool, record: Document, number: int
    ) -> str:
        """Return the JSON of a value without its quotes."""
        text = "".join(
            one
            if isinstance(one, str)
            else slot_text(one.name, record, number, self._fields)
            for one in segments
        )
        if is_image:
            text = self._read_image(text)
        return encode_basestring_ascii(text)[1:-1]

    def _key(self, body: EncodedBody) -> str:
        # The model is a part of the body.
        digest = self._start.copy()
        digest.update(body.content)
        return digest.hexdigest()[:32]
