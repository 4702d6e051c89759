"""What cannot be asked for at once: the API would refuse it after it was sent."""

from cohere_cli.api.bodies import ChatBody
from cohere_cli.errors import UsageProblem

_MOST_STOPS = 5


def refuse_contradictions(body: ChatBody) -> None:
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
