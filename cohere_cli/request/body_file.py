"""A body from files, with what the flags say laid over it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeVar

from cohere_cli.api.protocol.requests import (
    ImageContent,
    ImageUrl,
    TextContent,
    UserMessage,
    to_json,
)
from cohere_cli.api.protocol.validation import InvalidBody, validate
from cohere_cli.errors import InputProblem, UsageProblem

if TYPE_CHECKING:
    from cohere_cli.documents.images import Image

BodyT = TypeVar("BodyT")


@dataclass(frozen=True, slots=True)
class BodyFile:
    """What body files hold together, and which of them each field is from."""

    data: Mapping[str, Any] = field(default_factory=dict)
    sources: Mapping[str, str] = field(default_factory=dict)

    def where(self, name: str) -> str:
        """Return the file that the field *name* is from; all, if it is from none."""
        files = dict.fromkeys(self.sources.values())
        return self.sources.get(name, " + ".join(files))


def merge_files(files: Iterable[tuple[str, Mapping[str, Any]]]) -> BodyFile:
    """Return body files, a name and a mapping each, as one: a later one wins."""
    data: dict[str, Any] = {}
    sources: dict[str, str] = {}
    for source, mapping in files:
        data |= mapping
        sources |= dict.fromkeys(mapping, source)
    return BodyFile(data, sources)


def with_defaults(
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


def apply_flags(
    kind: type[BodyT],
    file: BodyFile,
    said: Mapping[str, Any],
    *,
    system: str | None,
    turn: Any,
) -> BodyT:
    """Return the body of *file* in which what is *said* takes over.

    *turn* is one more message, or None. Raises `InputProblem` that names file and
    field when the whole is no body of *kind*.
    """
    messages = merge_messages(file.data.get("messages"), system, to_json(turn))
    flags = {name: to_json(value) for name, value in said.items()}
    try:
        return validate(kind, {**file.data, **flags, "messages": messages})
    except InvalidBody as exc:
        near = exc.violation.nearest
        hint = f"did you mean {near!r}?" if near else ""
        where = file.where(str(exc.violation.path[0])) if exc.violation.path else ""
        raise InputProblem(str(exc), where=where, hint=hint) from exc


def extend_list(file: BodyFile, name: str, more: Iterable[Any]) -> Any:
    """Return the list *name* of *file* with *more* added at its end, as JSON."""
    earlier = file.data.get(name)
    # What is no list is kept, to be refused by name when the body is checked.
    if earlier is not None and not isinstance(earlier, list):
        return earlier
    return [*(earlier or ()), *map(to_json, more)]


def join_prompt(words: Sequence[str], piped: str = "") -> str:
    """Join the words of the command line, and what was piped in after a blank line."""
    parts = (" ".join(words), piped.strip("\n"))
    return "\n\n".join(part for part in parts if part.strip())


def user_message(prompt: str, images: Iterable["Image"]) -> UserMessage | None:
    """Return what the user says and shows, None where it is nothing."""
    blocks = [ImageContent(ImageUrl(image.url, image.detail)) for image in images]
    if not blocks:
        return UserMessage(prompt) if prompt else None
    text = (TextContent(prompt),) if prompt else ()
    return UserMessage((*text, *blocks))


def merge_messages(
    earlier: Any, system: str | None, turn: Mapping[str, Any] | None
) -> list[Any]:
    """Return the *earlier* messages with *system* as the first, *turn* as the last.

    Raises `UsageProblem` when there is nothing to answer.
    """
    # What is no list is kept, to be refused by name when the body is checked.
    messages = earlier if isinstance(earlier, list) else [earlier] if earlier else []
    if system is not None:
        others = (each for each in messages if not _is_system(each))
        messages = [{"role": "system", "content": system}, *others]
    if turn:
        return [*messages, turn]
    if not earlier:
        raise missing_prompt()
    return messages


def missing_prompt() -> UsageProblem:
    """Return the problem of a call in which nobody asks anything."""
    hint = "give it as words, in a body file (-f), or pipe it in"
    return UsageProblem("there is no prompt", hint=hint)


def _is_system(candidate: object) -> bool:
    return isinstance(candidate, dict) and candidate.get("role") == "system"
