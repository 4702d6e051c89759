"""The columns of a table that answers add, and their cells for each record."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from itertools import count
from typing import Any, NamedTuple

from cohere_cli.mapping.result import Outcome, Result
from cohere_cli.render.tables.ranking_rows import cell_text

ANSWER, ERROR = "answer", "error"


class AnswerColumns(NamedTuple):
    """The columns of answers, one for each of `fields` and model, then of errors.

    `fields` are those of the schema, none for an answer that is one cell. With several
    models each name has the model's after it.
    """

    fields: tuple[str, ...]
    models: tuple[str, ...]
    has_json: bool

    @property
    def names(self) -> list[str]:
        """The names of the columns, in order."""
        wanted = (*(self.fields or (ANSWER,)), ERROR)
        if len(self.models) == 1:
            return [*wanted]
        return [f"{name} ({model})" for name in wanted for model in self.models]

    def cells(self, result: Result) -> Iterator[str]:
        """Yield the texts of the cells; those of a failed answer are empty."""
        for field in self.fields or (None,):
            for one in result.outcomes:
                yield "" if one.error else self._answer(one, field)
        for one in result.outcomes:
            yield str(one.error or "")

    def _answer(self, one: Outcome, field: str | None) -> str:
        if not self.has_json:
            return one.text
        if field is None:
            return cell_text(one.value)
        value = one.value
        return cell_text(value.get(field) if isinstance(value, Mapping) else None)


def schema_fields(schema: Mapping[str, Any] | None) -> tuple[str, ...]:
    """Return the fields of the object that *schema* requires; none of another value."""
    properties = (schema or {}).get("properties")
    return tuple(properties) if isinstance(properties, Mapping) else ()


def renamed(names: Sequence[str], taken: Collection[str]) -> list[str]:
    """Return what *names* are called beside *taken*, and beside each other.

    A reader of the table could not tell two columns of one name apart: the later gets
    a number.
    """
    used = {*taken}
    found: list[str] = []
    for name in names:
        numbered = (f"{name}_{number}" for number in count(2))
        free = name not in used
        new = name if free else next(n for n in numbered if n not in {*used, *names})
        used.add(new)
        found.append(new)
    return found
