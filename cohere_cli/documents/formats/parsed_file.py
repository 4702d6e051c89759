"""A value that was read from JSON or YAML, and where its parts stand in the file."""

from collections.abc import Sequence
from itertools import islice
from typing import Any, NamedTuple

from cohere_cli.documents.source import Text
from cohere_cli.errors import InputProblem

Path = Sequence[str | int]
"""Keys and indexes that lead to a part of a value."""


class ParsedFile(NamedTuple):
    """The one value that a file holds, in JSON types, and the text that it is of."""

    value: Any
    text: Text
    is_json: bool

    @property
    def name(self) -> str:
        """The name of the file for messages."""
        return self.text.name

    def error_at(self, what: str, path: Path = (), *, hint: str = "") -> InputProblem:
        """Return the error to raise for what is wrong at *path*, with its line.

        Of a part that is missing, it is the line of what would contain it.
        """
        find = _position_in_json if self.is_json else _position_in_yaml
        return self.text.error_at(what, find(self.text, path), hint=hint)


def _position_in_json(text: Text, path: Path) -> int:
    from cohere_cli.documents.formats.json import (
        iter_items,
        iter_members,
        located_shape,
    )
    from cohere_cli.strict_json import skip_space

    position = skip_space(text.content, 0)
    for step in path:
        if isinstance(step, int):
            items = iter_items(text, position, located_shape)
            found = next(islice(items, step, None), None)
        else:
            found = dict(iter_members(text, position)).get(step)
        if found is None:
            break
        position = found.start
    return position


def _position_in_yaml(text: Text, path: Path) -> int:
    # Here it is loaded already, if at all.
    import yaml

    loader = getattr(yaml, "CBaseLoader", yaml.BaseLoader)
    node: Any = yaml.compose(text.content, Loader=loader)
    position = node.start_mark.index
    for step in path:
        found = _child(node, step)
        if found is None:
            break
        position, node = found
    return int(position)


def _child(node: Any, step: str | int) -> tuple[int, Any] | None:
    """Return the part *step* of a node of YAML, and where it begins: at its key."""
    items = node.value if isinstance(node.value, list) else []
    if isinstance(step, int):
        return (
            (items[step].start_mark.index, items[step]) if step < len(items) else None
        )
    named = (pair for pair in items if isinstance(pair, tuple))
    return next(
        ((key.start_mark.index, one) for key, one in named if key.value == step), None
    )
