"""From the flags of `co compat` to its body: everything that they name is read here."""

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from cohere_cli.options.compat import CompatFlags
from cohere_cli.terminal import Terminal

if TYPE_CHECKING:
    from cohere_cli.api.bodies import CompatBody, OtherBody
    from cohere_cli.compose.body_file import BodyFile
    from cohere_cli.documents.images import Image

_WORDS = ("text", "json_object")


def composed(
    prompt: str,
    flags: CompatFlags,
    terminal: Terminal,
    *,
    model: str,
    cohere: bool,
    file: "BodyFile | None",
) -> dict[str, Any]:
    """Read images, tools and schema, and put the body together, unchecked.

    *model* is for when nobody says one; *cohere*: it is for Cohere's endpoint.
    """
    from cohere_cli.compose.compat import unchecked_body

    wanted = _response_format(flags.response_format, terminal, cohere=cohere)
    return unchecked_body(
        prompt,
        system=flags.system,
        images=_images(flags, terminal),
        tools=_tools(flags, terminal),
        flags=flags.fields() | {"response_format": wanted},
        default_model=model,
        file=file,
    )


def for_cohere(
    data: Mapping[str, Any], file: "BodyFile | None", terminal: Terminal
) -> "CompatBody":
    """Return the body as Cohere's endpoint takes it; say what became of it."""
    from cohere_cli.compose.compat import compat_body
    from cohere_cli.compose.openai.for_cohere import fitted

    fit = fitted(data)
    for note in fit.notes:
        terminal.note(f"co: {note}")
    return compat_body(fit.data, file)


def for_another(
    data: Mapping[str, Any],
    file: "BodyFile | None",
    terminal: Terminal,
    *,
    usage: bool,
) -> "OtherBody":
    """Return the body as it is; say which fields this server alone may know.

    *usage*: it is to tell the tokens, too.
    """
    from cohere_cli.compose.compat import other_body, unknown_fields

    if unknown := unknown_fields(data):
        terminal.note(f"co: sent as they are, unknown here: {', '.join(unknown)}")
    return other_body(data, file, usage=usage)


def _images(flags: CompatFlags, terminal: Terminal) -> "tuple[Image, ...]":
    if not flags.image:
        return ()
    from cohere_cli.documents.images import read_images

    return read_images(flags.image, terminal.stdin.buffer)


def _tools(flags: CompatFlags, terminal: Terminal) -> Iterator[Mapping[str, Any]]:
    if not flags.tools:
        return
    from cohere_cli.compose.tools import declarations
    from cohere_cli.documents.readers import read_value

    for source in flags.tools:
        yield from declarations(read_value(source, terminal.stdin.buffer), source)


def _response_format(
    said: str | None, terminal: Terminal, *, cohere: bool
) -> Mapping[str, Any] | None:
    if said is None:
        return None
    if said in _WORDS:
        return {"type": said}
    from cohere_cli.compose.openai.for_cohere import format_of

    if said.lstrip().startswith("{"):
        from cohere_cli.compose.schema import schema_from_json

        where = "--response-format"
        return format_of(schema_from_json(said, where), where, cohere=cohere)
    from cohere_cli.documents.readers import read_mapping

    return format_of(read_mapping(said, terminal.stdin.buffer), said, cohere=cohere)
