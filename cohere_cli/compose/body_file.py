"""A body from a file, with what the flags say laid over it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

from cohere_cli.api.validate import InvalidBody, validate
from cohere_cli.compose.messages import laid_over
from cohere_cli.errors import InputProblem

BodyT = TypeVar("BodyT")


@dataclass(frozen=True, slots=True)
class BodyFile:
    """The mapping that a body file holds, and where it was read."""

    data: Mapping[str, Any] = field(default_factory=dict)
    source: str = ""


def filled(
    flags: Mapping[str, Any], file: BodyFile, *, default_model: str
) -> dict[str, Any]:
    """Return what *flags* say, and what a call cannot do without.

    *flags* has the API's field names; None means "not said". A file's own word
    goes before *default_model*, and before streaming.
    """
    said = {name: value for name, value in flags.items() if value is not None}
    said.setdefault("model", file.data.get("model") or default_model)
    said.setdefault("stream", file.data.get("stream", True))
    return said


def overlaid(
    kind: type[BodyT],
    file: BodyFile,
    said: Mapping[str, Any],
    *,
    system: str | None,
    prompt: str,
) -> BodyT:
    """Return the body of *file* in which what is *said*, in JSON types, takes over.

    Raises `InputProblem` that names the field when the whole is no body of *kind*.
    """
    messages = laid_over(file.data.get("messages"), system, prompt)
    try:
        return validate(kind, {**file.data, **said, "messages": messages})
    except InvalidBody as exc:
        near = exc.flaw.nearest
        hint = f"did you mean {near!r}?" if near else ""
        raise InputProblem(str(exc), where=file.source, hint=hint) from exc
