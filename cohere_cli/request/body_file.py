"""Body files (`-f`): merged, overridden by flags and validated."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import field
from typing import TYPE_CHECKING, Any, TypeVar

from cohere_cli.api.protocol.requests import (
    ImageContent,
    ImageUrl,
    TextContent,
    UserMessage,
    to_json,
)
from cohere_cli.errors import InputProblem, UsageProblem
from cohere_cli.record import Record, value_class
from cohere_cli.text import nearest, shown_source

if TYPE_CHECKING:
    from cohere_cli.api.protocol.validation import Violation
    from cohere_cli.documents.images import Image

BodyT = TypeVar("BodyT")


@value_class
class BodyFile:
    """The merged fields of body files, and the file that each field comes from.

    `replaceable` are the ids of documents of earlier turns: one of the same id takes
    its place. `taken_over` are the names of the fields that earlier turns leave.
    """

    data: Mapping[str, Any] = field(default_factory=dict)
    sources: Mapping[str, str] = field(default_factory=dict)
    replaceable: frozenset[str] = frozenset()
    taken_over: frozenset[str] = frozenset()

    @property
    def document_ids(self) -> tuple[str, ...]:
        """The ids of its documents, without those that are replaceable."""
        documents = self.data.get("documents")
        found = documents if isinstance(documents, list) else ()
        ids = (one.get("id") for one in found if isinstance(one, Mapping))
        texts = (id_ for id_ in ids if isinstance(id_, str))
        return tuple(id_ for id_ in texts if id_ not in self.replaceable)

    def where(self, name: str) -> str:
        """Return the file that the field *name* comes from, or all files."""
        files = dict.fromkeys(self.sources.values())
        return self.sources.get(name, " + ".join(files))

    def problem(self, violation: "Violation", hint: str = "") -> InputProblem:
        """Return the error for *violation*, with the file and the nearest name."""
        near = violation.nearest
        where = self.where(str(violation.path[0])) if violation.path else ""
        hint = hint or (f"did you mean {near!r}?" if near else "")
        return InputProblem(str(violation), where=where, hint=hint)


def merge_files(files: Iterable[tuple[str, Mapping[str, Any]]]) -> BodyFile:
    """Merge body files, each a name and a mapping; a later file wins by field.

    Of tools, only what the API takes is kept: not the command that runs one.
    """
    data: dict[str, Any] = {}
    sources: dict[str, str] = {}
    for source, mapping in files:
        data |= mapping
        sources |= dict.fromkeys(mapping, shown_source(source))
    if "tools" in data:
        from cohere_cli.request.tools import without_run_fields

        data["tools"] = without_run_fields(data["tools"])
    return BodyFile(data, sources)


def go_on(earlier: BodyFile, file: BodyFile | None) -> BodyFile:
    """Return *file* as the next request after *earlier*, the body of the turns before.

    Its messages follow those, and its other fields replace theirs. A system message
    replaces all others.
    """
    more = file or BodyFile()
    messages, added = earlier.data["messages"], more.data.get("messages")
    if isinstance(added, list):
        if any(map(_is_system, added)):
            messages = [each for each in messages if not _is_system(each)]
        system = [each for each in added if _is_system(each)]
        talk = (each for each in added if not _is_system(each))
        added = [*system, *messages, *talk]
    data = {**earlier.data, **more.data, "messages": added or messages}
    sources = {**earlier.sources, **more.sources}
    replaceable = frozenset() if "documents" in more.data else earlier.replaceable
    taken_over = frozenset(earlier.data.keys() - more.data.keys())
    return BodyFile(data, sources, replaceable, taken_over)


def check_fields(kind: type[Record], file: BodyFile) -> None:
    """Raise `InputProblem` for the first field that a body of *kind* does not have.

    Only names are checked, at any depth: a flag may still add or replace values.
    """
    from cohere_cli.api.protocol.validation import InvalidBody, Violation, validate

    names = kind.field_names()
    for name in file.data:
        if name not in names:
            raise file.problem(
                Violation((name,), "unknown", nearest=nearest(name, names))
            )
    try:
        validate(kind, file.data)
    except InvalidBody as exc:
        if exc.violation.fault == "unknown":
            raise file.problem(exc.violation) from exc


def with_defaults(
    flags: Mapping[str, Any], file: BodyFile, *, default_model: str
) -> dict[str, Any]:
    """Return the *flags* that are set, and a model and `stream` in any case.

    *flags* has the API's field names; None means unset. The file's values precede
    *default_model* and streaming.
    """
    fields = {name: value for name, value in flags.items() if value is not None}
    fields.setdefault("model", file.data.get("model") or default_model)
    fields.setdefault("stream", file.data.get("stream", True))
    return fields


def apply_flags(
    kind: type[BodyT],
    file: BodyFile,
    flags: Mapping[str, Any],
    *,
    system: str | None,
    message: Any,
) -> BodyT:
    """Return *file* as a body of *kind*, with its fields overridden by *flags*.

    *message* is appended to the messages, unless it is None. Raises `InputProblem`
    with the file and the field when the result is not a body of *kind*.
    """
    from cohere_cli.api.protocol.validation import InvalidBody, validate

    messages = merge_messages(file.data.get("messages"), system, to_json(message))
    fields = {name: to_json(value) for name, value in flags.items()}
    try:
        return validate(kind, {**file.data, **fields, "messages": messages})
    except InvalidBody as exc:
        raise file.problem(exc.violation) from exc


def extend_list(file: BodyFile, name: str, more: Iterable[Any]) -> Any:
    """Return the list *name* of *file* with *more* appended, in JSON types."""
    earlier = file.data.get(name)
    # Anything but a list is returned as it is: validation reports it by name.
    if earlier is not None and not isinstance(earlier, list):
        return earlier
    return [*(earlier or ()), *map(to_json, more)]


def join_prompt(words: Sequence[str], piped: str = "") -> str:
    """Join the words of the command line; piped text follows after a blank line."""
    parts = (" ".join(words), piped.strip("\n"))
    return "\n\n".join(part for part in parts if part.strip())


def user_message(prompt: str, images: Iterable["Image"]) -> UserMessage | None:
    """Return the user's message, or None if there is neither prompt nor image."""
    blocks = [ImageContent(ImageUrl(image.url, image.detail)) for image in images]
    if not blocks:
        return UserMessage(prompt) if prompt else None
    text = (TextContent(prompt),) if prompt else ()
    return UserMessage((*text, *blocks))


def merge_messages(
    earlier: Any, system: str | None, message: Mapping[str, Any] | None
) -> list[Any]:
    """Return the *earlier* messages with *system* first and *message* last.

    Raises `UsageProblem` when no message is left to answer.
    """
    # Anything but a list is kept as one entry: validation reports it by name.
    messages = earlier if isinstance(earlier, list) else [earlier] if earlier else []
    if system is not None:
        others = (each for each in messages if not _is_system(each))
        messages = [{"role": "system", "content": system}, *others]
    if message:
        return [*messages, message]
    if not earlier:
        raise missing_prompt()
    return messages


def missing_prompt() -> UsageProblem:
    """Return the error for a request without a prompt."""
    hint = "pass it as an argument, in a body file (-f) or on standard input"
    return UsageProblem("there is no prompt", hint=hint)


def _is_system(candidate: object) -> bool:
    return isinstance(candidate, dict) and candidate.get("role") == "system"
