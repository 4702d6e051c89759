"""The body of `/v2/chat`, from flags, body files and documents."""

from collections.abc import Callable, Iterable, Mapping
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
            fields["documents"] = _without_replaced(fields["documents"], _document_id)
        if added["tools"]:
            fields["tools"] = _without_replaced(fields["tools"], _tool_name)
        body = apply_flags(ChatBody, file, fields, system=system, message=message)
    check_conflicts(body)
    return body


def _without_replaced(items: Any, name_of: Callable[[Any], Any]) -> Any:
    """Return *items* without those that a later one of the same name replaces."""
    # Anything but a list is reported by its name later.
    if not isinstance(items, list):
        return items
    names = [name_of(one) for one in items]
    last = {name: at for at, name in enumerate(names)}
    pairs = enumerate(zip(items, names, strict=True))
    return [one for at, (one, name) in pairs if name is None or last[name] == at]


def _document_id(document: Any) -> Any:
    return document.get("id") if isinstance(document, dict) else None


def _tool_name(tool: Any) -> Any:
    function = tool.get("function") if isinstance(tool, dict) else None
    name = function.get("name") if isinstance(function, dict) else None
    return name if isinstance(name, str) else None


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
