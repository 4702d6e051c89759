"""A random sample of records, of an input of any length."""

import random
from collections.abc import Iterable
from typing import NamedTuple

from cohere_cli.documents.document import Document


class Sample(NamedTuple):
    """Records with their numbers from 0, in the order of the input; and `total`."""

    records: list[tuple[int, Document]]
    total: int

    @property
    def is_part(self) -> bool:
        """Whether some records of the input were left out."""
        return len(self.records) < self.total


def draw_sample(records: Iterable[Document], size: int) -> Sample:
    """Read all *records*, and return *size* of them, each with the same chance.

    Holds no more than *size* records (algorithm R of Vitter, 1985).
    """
    kept: list[tuple[int, Document]] = []
    count = 0
    for index, record in enumerate(records):
        count += 1
        if len(kept) < size:
            kept.append((index, record))
        elif (place := random.randrange(count)) < size:  # noqa: S311 - no secret
            kept[place] = (index, record)
    return Sample(sorted(kept, key=lambda one: one[0]), count)
