"""Messages about how a reply ended, imported only when one is needed."""

from cohere_cli.api.protocol.reply import Reply
from cohere_cli.text import plural

NO_LOGPROBS = (
    "the model returned no log probabilities (co chat --logprobs requests them)"
)
LOGPROBS_NEED_TERMINAL = (
    "log probabilities are shown only on a terminal (-o json includes them)"
)


def finish_note(reply: Reply) -> str:
    """Return the message about an unusual finish reason."""
    if reply.finish_reason != "MAX_TOKENS":
        reason = f": {reply.error}" if reply.error else ""
        return f"the answer ended with {reply.finish_reason}{reason}"
    if reply.thinking and not (reply.text.strip() or reply.tool_calls):
        return (
            "no answer: thinking used all of max_tokens "
            "(raise --max-tokens or set --thinking-budget)"
        )
    return "the answer was cut off at max_tokens"


def others_note(reply: Reply) -> str:
    """Return the message about the answers after the first."""
    count = plural(len(reply.others) + 1, "answer")
    return f"the server sent {count}; this is the first (-o json includes all)"


def summarize_tool_calls(reply: Reply) -> str:
    """Return which tools *reply* calls: "the model requests 2 tool calls: a, b"."""
    names = [call.name for _, call in sorted(reply.tool_calls.items())]
    return f"the model requests {plural(len(names), 'tool call')}: {', '.join(names)}"
