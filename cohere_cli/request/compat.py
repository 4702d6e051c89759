"""The body of a chat in OpenAI's shape, for Cohere's endpoint or for any other."""

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from cohere_cli.api.protocol.requests import CompatBody, RawCompatBody, to_json
from cohere_cli.api.protocol.validation import InvalidBody, Violation, validate
from cohere_cli.errors import InputProblem
from cohere_cli.request.body_file import (
    BodyFile,
    extend_list,
    merge_messages,
    user_message,
)
from cohere_cli.request.openai.fields import field_at, is_known

if TYPE_CHECKING:
    from cohere_cli.documents.images import Image

_KNOWN = frozenset(CompatBody.field_names())


def unchecked_body(
    prompt: str,
    *,
    system: str | None = None,
    images: Iterable["Image"] = (),
    tools: Iterable[Mapping[str, Any]] = (),
    flags: Mapping[str, Any],
    default_model: str,
    file: BodyFile | None = None,
) -> dict[str, Any]:
    """Return, as JSON types, the body that all of these make together.

    Tools are added to those of the file. *flags* has OpenAI's field names; None
    means "not said". A file's model goes before *default_model*. Raises
    `UsageProblem` when there is no prompt.
    """
    file = file or BodyFile()
    said = {name: to_json(value) for name, value in flags.items() if value is not None}
    data = {"model": None, "messages": None, **file.data, **said}
    data["model"] = data["model"] or default_model
    if tools := tuple(tools):
        data["tools"] = extend_list(file, "tools", tools)
    turn = to_json(user_message(prompt, images))
    data["messages"] = merge_messages(data["messages"], system, turn)
    return data


def compat_body(said: Mapping[str, Any], file: BodyFile | None = None) -> CompatBody:
    """Return what is *said* as a body for Cohere's endpoint; streamed, unless it says.

    Raises `InputProblem` where what *file* says makes it no such body. Without a
    file it is from flags, which have been checked.
    """
    data = {"stream": True, **said}
    if file is None:
        return CompatBody(**{name: _frozen(value) for name, value in data.items()})
    try:
        return validate(CompatBody, data)
    except InvalidBody as exc:
        path = exc.violation.path
        where = file.where(str(path[0])) if path else ""
        raise InputProblem(str(exc), where=where, hint=_hint(exc.violation)) from exc


def raw_compat_body(
    data: Mapping[str, Any], file: BodyFile | None = None, *, usage: bool
) -> RawCompatBody:
    """Return *data* as a body for another server; streamed, unless it says.

    With *usage*, a stream is asked to end on it: only Cohere's does so by itself.
    Fields that Cohere's endpoint has are checked as for `compat_body`; any other is
    the server's own.
    """
    compat_body({name: data[name] for name in data if name in _KNOWN}, file)
    body = RawCompatBody(data)
    body.setdefault("stream", True)
    if usage and body.stream:
        body.setdefault("stream_options", {"include_usage": True})
    return body


def unknown_fields(data: Mapping[str, Any]) -> list[str]:
    """Return the fields of *data* that neither OpenAI nor Cohere is known to have."""
    return [name for name in data if not is_known((name,))]


def _frozen(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value


def _hint(flaw: Violation) -> str:
    """Say what to do instead of what does not go."""
    if flaw.fault == "unknown" and is_known(flaw.path):
        field = field_at(flaw.path, "")
        return f"{field.why}; instead: {field.instead}" if field.instead else field.why
    return f"did you mean {flaw.nearest!r}?" if flaw.nearest else ""
