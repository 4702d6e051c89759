"""The body of a chat."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
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
    """Return the body that all of these make together.

    Lists are added to those of the file; see `filled` for *flags* and
    *default_model*. Raises `UsageProblem` when there is no prompt or when two
    things cannot be asked at once, `InputProblem` when the file is no body.
    """
    said = with_defaults(flags, file or BodyFile(), default_model=default_model)
    turn = user_message(prompt, images)
    added: dict[str, tuple[Any, ...]] = {
        "documents": tuple(Document(one.data, one.id) for one in documents),
        "tools": tuple(tools),
        "stop_sequences": said.pop("stop_sequences", ()),
    }
    if file is None:
        said |= {name: items or None for name, items in added.items()}
        body = ChatBody(messages=_messages(system, turn), **said)
    else:
        longer = (name for name, items in added.items() if items)
        said |= {name: extend_list(file, name, added[name]) for name in longer}
        file = replace(file, data=_in_capitals(file.data))
        body = apply_flags(ChatBody, file, said, system=system, turn=turn)
    check_conflicts(body)
    return body


def _in_capitals(data: Mapping[str, Any]) -> dict[str, Any]:
    """Write the words of a mode as the reference does: the API takes small ones too."""
    told = dict(data)
    for name in ("safety_mode", "tool_choice"):
        if isinstance(told.get(name), str):
            told[name] = told[name].upper()
    options = told.get("citation_options")
    if isinstance(options, dict) and isinstance(options.get("mode"), str):
        told["citation_options"] = {**options, "mode": options["mode"].upper()}
    return told


def _messages(
    system: str | None, turn: UserMessage | None
) -> tuple[SystemMessage | UserMessage, ...]:
    if turn is None:
        raise missing_prompt()
    return (turn,) if system is None else (SystemMessage(system), turn)


_MOST_STOPS = 5


def check_conflicts(body: ChatBody) -> None:
    """Raise `UsageProblem` where two parts of *body* do not go together."""
    wants_json = body.response_format and body.response_format.type == "json_object"
    if wants_json and body.documents:
        hint = "put the documents' text in the prompt, or leave out the format"
        raise UsageProblem(
            "a JSON answer cannot be grounded in documents: the API refuses both "
            "at once",
            hint=hint,
        )
    if body.tool_choice == "REQUIRED" and not body.tools:
        hint = "declare some with -t FILE"
        raise UsageProblem("a tool is required, but none is declared", hint=hint)
    if len(body.stop_sequences or ()) > _MOST_STOPS:
        hint = f"the API takes {_MOST_STOPS} at most"
        raise UsageProblem(f"{len(body.stop_sequences or ())} stop texts", hint=hint)
