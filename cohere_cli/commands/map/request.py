"""The request of `co map`: its body, built once for each model, and its slots."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any, NamedTuple

from cohere_cli.commands.call.inputs import (
    chat_request,
    read_body_files,
    read_flag_documents,
    unrun_tools,
    without_fields_of,
)
from cohere_cli.commands.call.prompt import read_argument
from cohere_cli.commands.call.session import resolve_settings
from cohere_cli.commands.flags.map import MapFlags
from cohere_cli.errors import InputProblem, UsageProblem
from cohere_cli.mapping.body import Cut, RequestTemplate, Tokens
from cohere_cli.mapping.template import Segments, Slot, parse_template
from cohere_cli.terminal import Terminal

if TYPE_CHECKING:
    from cohere_cli.api.protocol.requests import ChatBody
    from cohere_cli.config.settings import Settings
    from cohere_cli.request.body_file import BodyFile

_RECORD: Segments = (Slot("record"),)


class MapRequest(NamedTuple):
    """The settings, the body for each model with tokens in it, and the template."""

    settings: "Settings"
    bodies: tuple["ChatBody", ...]
    slots: tuple[str, ...]
    template: RequestTemplate

    @property
    def models(self) -> tuple[str, ...]:
        """The models, in the order of -m."""
        return tuple(one.model for one in self.bodies)

    @property
    def schema(self) -> Mapping[str, Any] | None:
        """The schema of the JSON that is required; None if any text will do."""
        form = self.bodies[0].response_format
        if form is None or form.type != "json_object":
            return None
        return form.required_schema or {"type": "object"}


def map_request(prompt: str | None, flags: MapFlags, terminal: Terminal) -> MapRequest:
    """Read what the request needs, and build its body for each model.

    Raises `UsageProblem` or `InputProblem`, also for a brace that is no slot.
    """
    from cohere_cli.api.protocol.requests import ChatBody
    from cohere_cli.request.body_file import check_fields

    file = read_body_files(flags, terminal)
    if file:
        check_fields(ChatBody, file)
        flags = without_fields_of(flags, file)
    models: Sequence[str | None] = flags.model or [None]
    settings = resolve_settings(flags, terminal, model=models[0])
    _require_different(flags.model or ())
    _note_choices(flags, terminal)
    tokens = Tokens()
    text, flags, file = _with_tokens(prompt, flags, file, tokens, terminal)
    documents = read_flag_documents(
        flags.for_model(models[0]), models[0] or settings.model, file, terminal
    )
    tools = unrun_tools(flags, "map", terminal)
    bodies = []
    for model in models:
        own = settings if model is None else replace(settings, model=model)
        body = chat_request(
            text,
            flags.for_model(model),
            own,
            file,
            terminal,
            documents=documents,
            tools=tools,
        )
        bodies.append(body.replace(stream=False))
    cuts: list[Cut] = [tokens.cut(one) for one in bodies]
    template = RequestTemplate(
        tokens,
        cuts,
        f"{settings.base_url}/v2/chat",
        tuple(flags.field or ()),
        lambda name: _image_url(name, terminal),
    )
    return MapRequest(settings, tuple(bodies), tokens.slots, template)


def _note_choices(flags: MapFlags, terminal: Terminal) -> None:
    """Note where --schema probably has choices after a colon: they are fields."""
    from cohere_cli.request.schema.parse import colon_list

    if flags.schema and (found := colon_list(flags.schema)):
        what = f"--schema: {found.text!r} is a description, then further fields"
        terminal.note(f"co: {what}; choices are '{found.choices}'")


def _require_different(models: Sequence[str]) -> None:
    repeated = [name for name in models if models.count(name) > 1]
    if repeated:
        hint = "name each model once"
        raise UsageProblem(f"-m {repeated[0]} is given twice", hint=hint)


def _with_tokens(
    prompt: str | None,
    flags: MapFlags,
    file: "BodyFile | None",
    tokens: Tokens,
    terminal: Terminal,
) -> "tuple[str, MapFlags, BodyFile | None]":
    """Return the prompt, the flags and the file with tokens for their slots.

    Without any slot, the record follows the prompt; without a prompt, after --system,
    it is the prompt.
    """
    text: Segments = ("",)
    if prompt:
        text = parse_template(read_argument(prompt, terminal), "the prompt")
    if flags.system is not None:
        system = parse_template(read_argument(flags.system, terminal), "--system")
        flags = replace(flags, system=tokens.text(system))
    if file is not None:
        file = _file_with_tokens(file, tokens)
    flags = replace(flags, image=_images(flags.image, tokens))
    is_alone = not any(text) and file is None and not flags.image
    if is_alone:
        text = _RECORD
    elif not tokens.slots and not any(isinstance(one, Slot) for one in text):
        text = (*text, "\n\n", *_RECORD) if any(text) else _RECORD
    return tokens.text(text), flags, file


def _file_with_tokens(file: "BodyFile", tokens: Tokens) -> "BodyFile":
    messages = file.data.get("messages")
    if not isinstance(messages, list):
        return file
    where = file.where("messages")

    def with_tokens(content: Any) -> Any:
        match content:
            case str():
                return tokens.text(parse_template(content, "a message", where))
            case list():
                return [with_tokens(one) for one in content]
            case {"text": str() as text}:
                return {**content, "text": with_tokens(text)}
            case _:
                return content

    filled = [
        {**one, "content": with_tokens(one["content"])}
        if isinstance(one, dict) and "content" in one
        else one
        for one in messages
    ]
    return replace(file, data={**file.data, "messages": filled})


_DETAILS = (":low", ":high", ":auto")


def _images(given: list[str] | None, tokens: Tokens) -> list[str] | None:
    """Return the images, with a URL of a token for each that has slots."""
    return given and [_image(one, tokens) for one in given]


def _image(name: str, tokens: Tokens) -> str:
    segments = parse_template(name, "--image")
    if not any(isinstance(one, Slot) for one in segments):
        return "".join(map(str, segments))
    detail = next((one for one in _DETAILS if name.endswith(one)), "")
    return f"{tokens.image(segments)}{detail}"


def _image_url(name: str, terminal: Terminal) -> str:
    from cohere_cli.documents.images import is_stdin, read_images

    if is_stdin(name):
        what = "a record cannot have standard input for its image"
        raise InputProblem(what, where=name, hint="name a file, ./- for one called -")
    (image,) = read_images([name], terminal.stdin.buffer)
    return image.url
