"""From the flags of `co chat` to its body: everything that they name is read here."""

from pathlib import Path
from typing import TYPE_CHECKING

from cohere_cli.options.chat import ChatFlags
from cohere_cli.terminal import Terminal

if TYPE_CHECKING:
    from cohere_cli.api.bodies import ChatBody, ResponseFormat, Tool
    from cohere_cli.compose.body_file import BodyFile
    from cohere_cli.config.settings import Settings
    from cohere_cli.documents.document import Document
    from cohere_cli.documents.images import Image


def composed(
    prompt: str,
    flags: ChatFlags,
    settings: "Settings",
    file: "BodyFile | None",
    terminal: Terminal,
) -> "ChatBody":
    """Read documents, images, tools and schema, and put the body together."""
    from cohere_cli.compose.chat import chat_body

    images = _images(flags, terminal)
    model = settings.model
    if images:
        model = _seeing_model(flags, settings, file, terminal)
    body = chat_body(
        prompt,
        system=flags.system,
        documents=_documents(flags, flags.model or model, terminal),
        images=images,
        tools=_tools(flags, terminal),
        flags=flags.fields() | {"response_format": _response_format(flags, terminal)},
        default_model=model,
        file=file,
    )
    if file and flags.schema is None:
        _check_schema(body, file)
    return body


def _documents(
    flags: ChatFlags, model: str, terminal: Terminal
) -> "tuple[Document, ...]":
    """Read the documents; say how much they are, and refuse what no model can read."""
    if not flags.document:
        return ()
    from cohere_cli.compose.size import refuse_oversize
    from cohere_cli.documents.readers import read_documents
    from cohere_cli.documents.summary import summary_of

    stdin = terminal.stdin.buffer
    found = tuple(
        read_documents(
            flags.document,
            stdin,
            split=flags.split,
            tell=lambda line: terminal.note(f"co: {line}"),
        )
    )
    summary = summary_of(found)
    if terminal.shows_notes:
        terminal.note(f"co: {summary}")
    if not flags.any_size:
        refuse_oversize(summary.tokens, model)
    return found


def _images(flags: ChatFlags, terminal: Terminal) -> "tuple[Image, ...]":
    if not flags.image:
        return ()
    from cohere_cli.documents.images import read_images

    return read_images(flags.image, terminal.stdin.buffer)


def _seeing_model(
    flags: ChatFlags,
    settings: "Settings",
    file: "BodyFile | None",
    terminal: Terminal,
) -> str:
    """Choose a model that sees, unless one was said; then it had better see."""
    from cohere_cli.compose.sight import refuse_blind, sees

    said = flags.model or (file and file.data.get("model"))
    if said:
        refuse_blind(str(said), settings.vision_model)
        return str(said)
    if sees(settings.model):
        return settings.model
    terminal.note(f"co: {settings.vision_model} looks at the images")
    return settings.vision_model


def _tools(flags: ChatFlags, terminal: Terminal) -> "tuple[Tool, ...]":
    if not flags.tools:
        return ()
    from cohere_cli.compose.tools import tools_of
    from cohere_cli.documents.readers import read_value

    stdin = terminal.stdin.buffer
    found = (tools_of(read_value(source, stdin), source) for source in flags.tools)
    return tuple(tool for tools in found for tool in tools)


def _response_format(flags: ChatFlags, terminal: Terminal) -> "ResponseFormat | None":
    from cohere_cli.api.bodies import ResponseFormat

    if flags.schema is None:
        return ResponseFormat("json_object") if flags.json_object else None
    from cohere_cli.compose.schema import schema_from_text
    from cohere_cli.compose.schema_subset import checked_schema

    if not _names_a_file(flags.schema):
        return ResponseFormat("json_object", schema_from_text(flags.schema))
    from cohere_cli.documents.readers import read_mapping

    schema = read_mapping(flags.schema, terminal.stdin.buffer)
    return ResponseFormat("json_object", checked_schema(schema, flags.schema))


def _check_schema(body: "ChatBody", file: "BodyFile") -> None:
    """Hold a body file's schema to the same rules as one of --schema."""
    wanted = body.response_format
    if wanted is None or wanted.json_schema is None:
        return
    from cohere_cli.compose.schema_subset import checked_schema

    checked_schema(wanted.json_schema, file.where("response_format"))


def _names_a_file(text: str) -> bool:
    """Whether the text of --schema is a file's name, rather than JSON or fields."""
    if text.lstrip().startswith("{") or "\n" in text:
        return False
    return text == "-" or Path(text).suffix in (".json", ".yaml", ".yml")
