"""Messages about how a reply ended, imported only when one is needed."""

from cohere_cli.api.protocol.reply import Reply
from cohere_cli.text import plural

NO_LOGPROBS = (
    "the model returned no log probabilities (co chat --logprobs requests them)"
)
LOGPROBS_NEED_TERMINAL = (
    "log probabilities are shown only on a terminal (-o json includes them)"
)

_ROOM = "raise --max-tokens or set --thinking-budget"
_ONLY_THINKING = {
    True: f"thinking used all of max_tokens ({_ROOM})",
    False: f"the reply has only thinking (--show thinking prints it; {_ROOM})",
}
_MOST_NAMES = 10
_ONLY_PLAN = "the reply has only a tool plan (-o json includes it)"


def finish_note(reply: Reply, *, is_cut_off: bool) -> str:
    """Return the message about an answer that is cut off or missing."""
    if reply.thinking and reply.lacks_answer:
        return f"no answer: {_ONLY_THINKING[is_cut_off]}"
    if is_cut_off:
        return "the answer was cut off at max_tokens"
    return f"no answer: {_ONLY_PLAN if reply.tool_plan else 'the text is blank'}"


def others_note(reply: Reply) -> str:
    """Return the message about the answers after the first."""
    count = plural(len(reply.others) + 1, "answer")
    return f"the server sent {count}; this is the first (-o json includes all)"


def summarize_tool_calls(reply: Reply) -> str:
    """Return which tools *reply* calls: "the model requests 2 tool calls: a, b"."""
    names = [call.name for _, call in sorted(reply.tool_calls.items())]
    more = len(names) - _MOST_NAMES
    shown = [*names[:_MOST_NAMES], *([f"and {more:,} more"] if more > 0 else [])]
    return f"the model requests {plural(len(names), 'tool call')}: {', '.join(shown)}"
