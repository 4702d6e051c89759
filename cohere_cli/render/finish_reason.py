"""What a person is told once the answer is over: how it ended, and what it rests on."""

import re

from cohere_cli.api.protocol.reply import Reply
from cohere_cli.terminal import Terminal

# Kana and Chinese signs have a word's weight each.
_SIGNS = "\u3040-\u30ff\u3400-\u9fff"
_WORD = re.compile(f"[{_SIGNS}]|[^\\s{_SIGNS}]+")

NO_LOGPROBS = "the model gave no log probabilities (co chat --logprobs asks for them)"
LOGPROBS_NEED_TERMINAL = (
    "log probabilities are drawn on a terminal only (-o json has them)"
)


def finish_note(reply: Reply) -> str:
    """Return what is worth a note about the way *reply* ended, or nothing."""
    match reply.finish_reason:
        case "" | "COMPLETE" | "STOP_SEQUENCE" | "TOOL_CALL":
            return ""
        case "MAX_TOKENS" if _only_thought(reply):
            return (
                "max_tokens counts thinking too, which left nothing for the answer "
                "(raise --max-tokens or set --thinking-budget)"
            )
        case "MAX_TOKENS":
            return "the answer was cut at max_tokens"
        case reason:
            why = f": {reply.error}" if reply.error else ""
            return f"the answer ended with {reason}{why}"


def report_finish(terminal: Terminal, reply: Reply) -> None:
    """Say how *reply* ended where that matters, in every format and also with -q."""
    if end := finish_note(reply):
        terminal.say(f"co: {end}")


def count_words(text: str) -> int:
    """Count words: what blanks divide; each sign of scripts that use no blanks."""
    return len(_WORD.findall(text))


def summarize_tool_calls(reply: Reply) -> str:
    """Return which tools *reply* asks for, or nothing."""
    names = [call.name for _, call in sorted(reply.tool_calls.items())]
    if not names:
        return ""
    calls = "1 tool call" if len(names) == 1 else f"{len(names)} tool calls"
    return f"the model asks for {calls}: {', '.join(names)}"


def _only_thought(reply: Reply) -> bool:
    return bool(reply.thinking) and not (reply.text.strip() or reply.tool_calls)
