"""The body of `/chat/completions`, for Cohere's endpoint or another server."""

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from cohere_cli.api.protocol.requests import CompatBody, RawCompatBody, to_json
from cohere_cli.api.protocol.validation import InvalidBody, Violation, validate
from cohere_cli.request.body_file import (
    BodyFile,
    extend_list,
    merge_messages,
    user_message,
)
from cohere_cli.request.openai.fields import field_at, is_known
from cohere_cli.text import nearest

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
    """Return the body in JSON types, without validating it.

    Tools extend those of the file. *flags* has OpenAI's field names; None means
    unset. The file's model precedes *default_model*. Raises `UsageProblem` when
    there is no prompt.
    """
    file = file or BodyFile()
    set_flags = {
        name: to_json(value) for name, value in flags.items() if value is not None
    }
    data = {"model": None, "messages": None, **file.data, **set_flags}
    data["model"] = data["model"] or default_model
    if tools := tuple(tools):
        data["tools"] = extend_list(file, "tools", tools)
    message = to_json(user_message(prompt, images))
    if not (message or data["messages"]):
        _check_messages_name(file)
    data["messages"] = merge_messages(data["messages"], system, message)
    return data


def compat_body(fields: Mapping[str, Any], file: BodyFile | None = None) -> CompatBody:
    """Return *fields* as a body for Cohere's endpoint, streamed by default.

    Raises `InputProblem` where a field of *file* is invalid. Without a file, all
    fields come from flags, which are valid already.
    """
    data = {"stream": True, **fields}
    if file is None:
        return CompatBody(**{name: _frozen(value) for name, value in data.items()})
    try:
        return validate(CompatBody, data)
    except InvalidBody as exc:
        raise file.problem(exc.violation, _hint(exc.violation)) from exc


def check_compat_fields(file: BodyFile) -> None:
    """Raise `InputProblem` for the first field of *file* that Cohere refuses by name.

    Fields that Cohere's endpoint ignores pass: `adapt_body` leaves them out.
    """
    for name, value in file.data.items():
        verdict = field_at((name,), value).verdict
        if verdict == "refused" and name not in _KNOWN:
            violation = Violation((name,), "unknown", nearest=nearest(name, _KNOWN))
            raise file.problem(violation, _hint(violation))


def raw_compat_body(
    data: Mapping[str, Any], file: BodyFile | None = None, *, usage: bool
) -> RawCompatBody:
    """Return *data* as a body for another server, streamed by default.

    With *usage*, request token usage at the end of a stream: only Cohere's endpoint
    sends it unasked. Fields of Cohere's endpoint are validated as in `compat_body`;
    others are passed through.
    """
    compat_body({name: data[name] for name in data if name in _KNOWN}, file)
    body = RawCompatBody(data)
    body.setdefault("stream", True)
    if usage and body.stream:
        body.setdefault("stream_options", {"include_usage": True})
    return body


def _check_messages_name(file: BodyFile) -> None:
    """Raise `InputProblem` if a field of *file* is a misspelt `messages`."""
    for name in unknown_fields(file.data):
        if near := nearest(name, ("messages",)):
            raise file.problem(Violation((name,), "unknown", nearest=near))


def unknown_fields(data: Mapping[str, Any]) -> list[str]:
    """Return the fields of *data* that are known neither of OpenAI nor of Cohere."""
    return [name for name in data if name not in _KNOWN and not is_known((name,))]


def _frozen(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value


def _hint(violation: Violation) -> str:
    """Return why a known field is refused, and what to use instead."""
    if violation.fault == "unknown" and is_known(violation.path):
        field = field_at(violation.path, "")
        return f"{field.why}; instead: {field.instead}" if field.instead else field.why
    return ""
