"""The flags of `co ask`: those of `co chat`, and which passages are sent."""

from typing import Annotated, ClassVar

from cohere_cli.commands.flags.base import ONE_CALL, SETTING, given_flag, model_flag
from cohere_cli.commands.flags.chat import GroundedFlags
from cohere_cli.commands.flags.retrieval import RetrievalFlags
from cohere_cli.record import value_class


@value_class
class AskFlags(RetrievalFlags, GroundedFlags):
    """The flags of `co ask`."""

    command: ClassVar = "ask"

    # No flags here: the API cannot ground a JSON answer in documents.
    schema: None = None
    json_object: bool = False

    document: Annotated[
        list[str] | None,
        given_flag(
            "--document",
            "-d",
            metavar="FILE",
            input_file=True,
            text="File, folder or pattern that is always sent, beside the passages "
            "found; - is standard input, mcp://NAME/URI a resource of an MCP server. "
            "Repeatable.",
            no_default=ONE_CALL,
        ),
    ] = None
    passages: Annotated[
        int,
        given_flag(
            "--passages",
            "-n",
            metavar="N",
            min=1,
            is_common=True,
            text="Send the best N passages.",
        ),
    ] = 20
    rerank_model: Annotated[
        str | None,
        model_flag(
            "--rerank-model",
            metavar="NAME",
            text="Name of the rerank model.",
            no_default=SETTING.format("rerank_model"),
            show_default="the profile's",
        ),
    ] = None
