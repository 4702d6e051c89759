"""Reads the inputs that flags name; builds the bodies of chat and compat."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cohere_cli.terminal import Terminal
from cohere_cli.text import RESOURCE, STDIN, is_file

if TYPE_CHECKING:
    from cohere_cli.api.protocol.requests import (
        ChatBody,
        CompatBody,
        RawCompatBody,
        ResponseFormat,
        Tool,
    )
    from cohere_cli.commands.flags.answer import RequestFlags
    from cohere_cli.commands.flags.chat import ChatRequestFlags
    from cohere_cli.commands.flags.compat import CompatFlags
    from cohere_cli.commands.flags.defaults import FlagsT
    from cohere_cli.config.settings import Settings
    from cohere_cli.documents.document import Document
    from cohere_cli.documents.images import Image
    from cohere_cli.request.body_file import BodyFile


# Of a command that a hint shows: characters of the question, and paths.
_LONGEST_QUESTION = 80
_MOST_PATHS = 3


def chat_request(
    prompt: str,
    flags: "ChatRequestFlags",
    settings: "Settings",
    file: "BodyFile | None",
    terminal: Terminal,
    *,
    documents: "Sequence[Document] | None" = None,
    tools: "Sequence[Tool] | None" = None,
) -> "ChatBody":
    """Read documents, images, tools and schema, and build the body of `/v2/chat`.

    *documents* and *tools* are those to send; by default they are read from the files
    of the flags.
    """
    from cohere_cli.request.chat import chat_body

    images = _read_images(flags, terminal)
    model = settings.model
    if images:
        file = _without_default_model(file, settings)
        model = _vision_model(flags, settings, file, terminal)
    if documents is None:
        hint = _ask_instead(prompt, flags.document or ())
        named = flags.model or model
        documents = read_flag_documents(flags, named, file, terminal, hint)
    body = chat_body(
        prompt,
        system=flags.system,
        documents=documents,
        images=images,
        tools=unrun_tools(flags, "ask", terminal) if tools is None else tools,
        flags=flags.fields()
        | {"response_format": chat_response_format(flags, terminal)},
        default_model=model,
        file=file,
    )
    if file and flags.schema is None:
        _check_schema(body, file)
    return body


def read_flag_documents(
    flags: "ChatRequestFlags",
    model: str,
    file: "BodyFile | None",
    terminal: Terminal,
    hint: str = "",
) -> "tuple[Document, ...]":
    """Read the documents; they must fit the context window of *model*.

    *hint* is what to do if they do not.
    """
    if not flags.document:
        return ()
    from cohere_cli.documents.reader import read_documents
    from cohere_cli.documents.totals import TokenCount, count_totals
    from cohere_cli.render.waiting import working_line
    from cohere_cli.request.model_capabilities import require_context

    count = TokenCount()

    def check(document: "Document") -> None:
        # At once: the rest of a large folder need not be read to be refused.
        if not flags.any_size:
            require_context(count.add(document), model, hint)

    taken = [*file.document_ids] if file else []
    resources = [one for one in flags.document if one.startswith(RESOURCE)]
    documents = read_documents(
        [one for one in flags.document if one not in resources],
        terminal.stdin.buffer,
        split=flags.split,
        taken=taken,
        notify=lambda line: terminal.note(f"co: {line}"),
        check=check,
    )
    # What is typed on standard input is not to be drawn over.
    typed = STDIN in flags.document
    with nullcontext() if typed else working_line(terminal, "reading files"):
        found = tuple(documents)
    if resources:
        from cohere_cli.commands.call.mcp_servers import resource_documents

        taken = [*taken, *(one.id for one in found)]
        found += resource_documents(resources, flags, terminal, taken, check)
    if terminal.shows_notes:
        terminal.note(f"co: {count_totals(found)}")
    return found


def _ask_instead(prompt: str, sources: Sequence[str]) -> str:
    """Return the command that sends only the passages which answer *prompt*."""
    import shlex

    # Standard input cannot be searched, and a long prompt is not worth reading again.
    question = "QUESTION" if len(prompt) > _LONGEST_QUESTION else shlex.quote(prompt)
    files = [one for one in sources if one != STDIN and not one.startswith(RESOURCE)]
    paths = " ".join(shlex.quote(one) for one in files[:_MOST_PATHS])
    if not paths:
        return ""
    more = " …" if len(files) > _MOST_PATHS else ""
    return f"send only the passages that answer: `co ask {question} {paths}{more}`"


def _read_images(flags: "RequestFlags", terminal: Terminal) -> "tuple[Image, ...]":
    if not flags.image:
        return ()
    from cohere_cli.documents.images import read_images

    return read_images(flags.image, terminal.stdin.buffer)


def _without_default_model(
    file: "BodyFile | None", settings: "Settings"
) -> "BodyFile | None":
    """Return *file* without the model of the turns before, if it was the default."""
    if file is None or "model" not in file.taken_over:
        return file
    if file.data["model"] != settings.model:
        return file
    data = {name: one for name, one in file.data.items() if name != "model"}
    return replace(file, data=data)


def _vision_model(
    flags: "ChatRequestFlags",
    settings: "Settings",
    file: "BodyFile | None",
    terminal: Terminal,
) -> str:
    """Pick a vision model, or check that the named model supports vision."""
    from cohere_cli.api.protocol.models import supports_vision
    from cohere_cli.request.model_capabilities import require_vision

    named = flags.model or (file and file.data.get("model"))
    if named:
        require_vision(str(named), settings.vision_model)
        return str(named)
    if supports_vision(settings.model):
        return settings.model
    terminal.note(f"co: using {settings.vision_model} for images")
    return settings.vision_model


def chat_tools(flags: "ChatRequestFlags", terminal: Terminal) -> "tuple[Tool, ...]":
    """Read the tools that the files of the flags declare."""
    if not flags.tools:
        return ()
    from cohere_cli.documents.reader import read_parsed
    from cohere_cli.request.tools import parse_tools

    stdin = terminal.stdin.buffer
    found = (parse_tools(read_parsed(source, stdin)) for source in flags.tools)
    return tuple(tool for tools in found for tool in tools)


def unrun_tools(
    flags: "ChatRequestFlags", command: str, terminal: Terminal
) -> "tuple[Tool, ...]":
    """Read the tools that *command* declares, and note that it runs none."""
    tools = chat_tools(flags, terminal)
    if tools:
        _note_unrun([tool.function.name for tool in tools], command, terminal)
    return tools


def _note_unrun(names: Sequence[str], command: str, terminal: Terminal) -> None:
    shown = ", ".join(names)
    terminal.note(f"co: `co {command}` declares tools and runs none: {shown}")
    terminal.note("hint: `co chat -t FILE` runs those that have a command")


def chat_response_format(
    flags: "ChatRequestFlags", terminal: Terminal
) -> "ResponseFormat | None":
    """Return what the flags require of the answer; None if it may be any text."""
    from cohere_cli.api.protocol.requests import ResponseFormat

    if flags.schema is None:
        return ResponseFormat("json_object") if flags.json_object else None
    from cohere_cli.request.schema.parse import schema_from_text
    from cohere_cli.request.schema.supported import check_schema

    if not _names_a_file(flags.schema):
        return ResponseFormat("json_object", schema_from_text(flags.schema))
    from cohere_cli.documents.reader import read_mapping

    schema = read_mapping(flags.schema, terminal.stdin.buffer)
    return ResponseFormat("json_object", check_schema(schema, flags.schema))


def _check_schema(body: "ChatBody", file: "BodyFile") -> None:
    """Check the schema in a body file by the rules of --schema."""
    wanted = body.response_format
    schema = wanted.required_schema if wanted else None
    if schema is None:
        return
    from cohere_cli.request.schema.supported import check_schema

    check_schema(schema, file.where("response_format"))


def _names_a_file(text: str) -> bool:
    """Whether the value of --schema is a file name, rather than JSON or fields."""
    if text.lstrip().startswith("{") or "\n" in text:
        return False
    return text == STDIN or Path(text).suffix in (".json", ".yaml", ".yml")


_FORMAT_TYPES = {"text": "text", "json": "json_object", "json_object": "json_object"}


def compat_request(
    prompt: str,
    flags: "CompatFlags",
    terminal: Terminal,
    *,
    model: str,
    cohere: bool,
    file: "BodyFile | None",
) -> dict[str, Any]:
    """Read images, tools and schema, and build a body without validation.

    *model* is the default model; *cohere*: the body is for Cohere's endpoint.
    """
    from cohere_cli.request.compat import unchecked_body
    from cohere_cli.request.tools import require_declared_tool

    wanted = _compat_response_format(flags.response_format, terminal, cohere=cohere)
    body = unchecked_body(
        prompt,
        system=flags.system,
        images=_read_images(flags, terminal),
        tools=_compat_tools(flags, terminal),
        flags=flags.fields() | {"response_format": wanted},
        default_model=model,
        file=file,
    )
    if flags.chosen_tool:
        require_declared_tool(flags.chosen_tool, body.get("tools"))
    return body


def cohere_compat_body(
    data: Mapping[str, Any], file: "BodyFile | None", terminal: Terminal
) -> "CompatBody":
    """Return the body adapted to Cohere's endpoint; print a note for each change."""
    from cohere_cli.request.compat import compat_body
    from cohere_cli.request.openai.adapt import adapt_body

    fit = adapt_body(data)
    for note in fit.notes:
        terminal.note(f"co: {note}")
    return compat_body(fit.data, file)


def other_server_body(
    data: Mapping[str, Any],
    file: "BodyFile | None",
    terminal: Terminal,
    *,
    usage: bool,
) -> "RawCompatBody":
    """Return the body unchanged; print a note on fields that OpenAI does not define.

    *usage*: request token counts from the server.
    """
    from cohere_cli.request.compat import raw_compat_body, unknown_fields

    if unknown := unknown_fields(data):
        terminal.note(f"co: unknown fields, sent unchanged: {', '.join(unknown)}")
    return raw_compat_body(data, file, usage=usage)


def _compat_tools(
    flags: "CompatFlags", terminal: Terminal
) -> Iterator[Mapping[str, Any]]:
    if not flags.tools:
        return
    from cohere_cli.documents.reader import read_parsed
    from cohere_cli.request.tools import declared_tools

    with_command = []
    for source in flags.tools:
        for each in declared_tools(read_parsed(source, terminal.stdin.buffer)):
            yield each.tool
            if each.run:
                with_command.append(_name_of(each.tool))
    if with_command:
        _note_unrun(with_command, "compat", terminal)


def _name_of(tool: Mapping[str, Any]) -> str:
    # OpenAI's endpoint judges it, so that it may have any shape.
    function = tool.get("function")
    return str(function.get("name")) if isinstance(function, Mapping) else "?"


def _compat_response_format(
    value: str | None, terminal: Terminal, *, cohere: bool
) -> Mapping[str, Any] | None:
    if value is None:
        return None
    if value in _FORMAT_TYPES:
        return {"type": _FORMAT_TYPES[value]}
    from cohere_cli.request.openai.adapt import response_format_from

    _refuse_unknown_format(value)
    if value.lstrip().startswith("{"):
        from cohere_cli.request.schema.parse import schema_from_json

        where = "--response-format"
        return response_format_from(
            schema_from_json(value, where), where, cohere=cohere
        )
    from cohere_cli.documents.reader import read_mapping

    return response_format_from(
        read_mapping(value, terminal.stdin.buffer), value, cohere=cohere
    )


def _refuse_unknown_format(value: str) -> None:
    """Raise `UsageProblem` for a word that is neither a format nor a file."""
    import re

    from cohere_cli.errors import UsageProblem
    from cohere_cli.text import did_you_mean

    if re.fullmatch(r"\w+", value) and not is_file(value):
        what = f"--response-format cannot be {value!r}"
        hint = "text, json_object, or a JSON Schema: a file, or JSON"
        raise UsageProblem(what, hint=did_you_mean(value, _FORMAT_TYPES, hint))


_BODY = "-f takes a request body; -d FILE sends a text, @FILE is the prompt of a file"


def read_body_files(
    flags: "RequestFlags", terminal: Terminal, earlier: "BodyFile | None" = None
) -> "BodyFile | None":
    """Read and merge presets, then body files; None without any.

    They go on from *earlier*, the body of the turns before.
    """
    if earlier is not None:
        from cohere_cli.request.body_file import go_on

        return go_on(earlier, read_body_files(flags, terminal))
    if not (flags.file or flags.preset or flags.param):
        return None
    from cohere_cli.documents.reader import read_mapping
    from cohere_cli.request.body_file import merge_files

    stdin = terminal.stdin.buffer
    presets = _presets(flags, terminal)
    files = ((one, read_mapping(one, stdin, _BODY)) for one in flags.file or ())
    return merge_files([*presets, *files])


def _presets(
    flags: "RequestFlags", terminal: Terminal
) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield the path and the body of each preset, its parameters filled in."""
    from cohere_cli.config.paths import preset_directory
    from cohere_cli.documents.reader import read_mapping, read_text
    from cohere_cli.request.preset import (
        filled,
        find_preset,
        parameters,
        parse_values,
        require_known,
    )

    values = parse_values(flags.param or [])
    folder = preset_directory(terminal.environ)
    stdin = terminal.stdin.buffer
    paths = [str(find_preset(folder, name)) for name in flags.preset or ()]
    texts = {path: read_text(path, stdin) for path in paths}
    known = {one.name for text in texts.values() for one in parameters(text)}
    require_known(values, known)
    for path, text in texts.items():
        yield path, filled(read_mapping(path, stdin, _BODY), text, values, path)


def without_fields_of(flags: "FlagsT", file: "BodyFile") -> "FlagsT":
    """Return the flags without the defaults of what the body file sets."""
    if not flags.defaulted:
        return flags
    from cohere_cli.commands.flags.defaults import without_fields

    return without_fields(flags, file.data)
