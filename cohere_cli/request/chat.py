"""The body of `/v2/chat`, from flags, body files and documents."""

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from cohere_cli.api.protocol.requests import (
    ChatBody,
    Document,
    SystemMessage,
    Tool,
    UserMessage,
)
from cohere_cli.errors import UsageProblem
from cohere_cli.request.body_file import (
    BodyFile,
    apply_flags,
    extend_list,
    missing_prompt,
    user_message,
    with_defaults,
)
from cohere_cli.text import plural

if TYPE_CHECKING:
    from cohere_cli.documents.document import Document as SourceDocument
    from cohere_cli.documents.images import Image


def chat_body(
    prompt: str,
    *,
    system: str | None = None,
    documents: Iterable["SourceDocument"] = (),
    images: Iterable["Image"] = (),
    tools: Iterable[Tool] = (),
    flags: Mapping[str, Any],
    default_model: str,
    file: BodyFile | None = None,
) -> ChatBody:
    """Return the body; lists extend those of the file, other values replace them.

    See `with_defaults` for *flags* and *default_model*. Raises `UsageProblem` when
    there is no prompt or two fields conflict, `InputProblem` when *file* is invalid.
    """
    fields = with_defaults(flags, file or BodyFile(), default_model=default_model)
    message = user_message(prompt, images)
    added: dict[str, tuple[Any, ...]] = {
        "documents": tuple(Document(one.data, one.id) for one in documents),
        "tools": tuple(tools),
        "stop_sequences": fields.pop("stop_sequences", ()),
    }
    if file is None:
        fields |= {name: items or None for name, items in added.items()}
        body = ChatBody(messages=_messages(system, message), **fields)
    else:
        longer = (name for name, items in added.items() if items)
        fields |= {name: extend_list(file, name, added[name]) for name in longer}
        if file.replaceable and added["documents"]:
            fields["documents"] = _without_replaced(fields["documents"])
        body = apply_flags(ChatBody, file, fields, system=system, message=message)
    check_conflicts(body)
    return body


def _without_replaced(documents: list[Any]) -> list[Any]:
    """Return *documents* without those that a later one of the same id replaces."""
    ids = [one.get("id") if isinstance(one, dict) else None for one in documents]
    last = {id_: at for at, id_ in enumerate(ids)}
    pairs = enumerate(zip(documents, ids, strict=True))
    return [one for at, (one, id_) in pairs if id_ is None or last[id_] == at]


def _messages(
    system: str | None, message: UserMessage | None
) -> tuple[SystemMessage | UserMessage, ...]:
    if message is None:
        raise missing_prompt()
    return (message,) if system is None else (SystemMessage(system), message)


MAX_STOP_SEQUENCES = 5


def check_conflicts(body: ChatBody) -> None:
    """Raise `UsageProblem` where two fields of *body* conflict."""
    wants_json = body.response_format and body.response_format.type == "json_object"
    if wants_json and body.documents:
        hint = "put the documents' text in the prompt, or leave out the format"
        raise UsageProblem(
            "a JSON answer cannot be grounded in documents: the API refuses both "
            "at once",
            hint=hint,
        )
    if body.tool_choice == "REQUIRED" and not body.tools:
        hint = "declare tools with -t FILE"
        raise UsageProblem("a tool is required, but none is declared", hint=hint)
    if len(body.stop_sequences or ()) > MAX_STOP_SEQUENCES:
        hint = f"the API takes at most {MAX_STOP_SEQUENCES}"
        count = plural(len(body.stop_sequences or ()), "stop sequence")
        raise UsageProblem(f"there are {count}", hint=hint)
