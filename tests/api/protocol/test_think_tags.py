import json

import pytest

from cohere_cli.api.protocol.compat import CompatDecoder, decode_completion
from cohere_cli.api.protocol.reply import accumulate
from cohere_cli.api.protocol.stream import decode_stream


def chunk(delta, finish=None):
    return json.dumps({"choices": [{"delta": delta, "finish_reason": finish}]})


def read(text, size, *, think_tags=True):
    """Return the thinking and the answer of *text*, in pieces of *size*."""
    pieces = [text[at : at + size] for at in range(0, len(text), size)]
    datas = [*(chunk({"content": piece}) for piece in pieces), chunk({}, "stop")]
    decoder = CompatDecoder(think_tags=think_tags)
    *_, (_, reply) = accumulate(decode_stream(datas, decoder))
    return reply.thinking, reply.text


@pytest.mark.parametrize("size", [1, 3, 8, 99])
@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("<think>Hm</think>Hi", ("Hm", "Hi")),
        ("\n<think>\nHm\n</think>\n\nHi you", ("\nHm\n", "Hi you")),
        ("<think>a </thin </ b</think>Hi", ("a </thin </ b", "Hi")),
        ("<think>Hm</think>Hi <think>x</think>", ("Hm", "Hi <think>x</think>")),
        ("<think></think>Hi", ("", "Hi")),
        ("<think>Hm", ("Hm", "")),
        ("<think>Hm</thi", ("Hm</thi", "")),
        ("<thi", ("", "<thi")),
        ("  Hi <think>x</think>", ("", "  Hi <think>x</think>")),
        ("<b>Hi</b>", ("", "<b>Hi</b>")),
        (" ", ("", " ")),
    ],
)
def test_think_tags_at_the_start_of_an_answer_are_thinking(text, expected, size):
    assert read(text, size) == expected
    assert read(text, size, think_tags=False) == ("", text)


def test_think_tags_of_an_answer_in_one_piece_are_thinking():
    message = {"role": "assistant", "content": "<think>Hm</think>Hi"}
    completion = {"choices": [{"message": message, "finish_reason": "stop"}]}
    *_, (_, reply) = accumulate(decode_completion(completion))
    assert (reply.thinking, reply.text) == ("Hm", "Hi")
    *_, (_, reply) = accumulate(decode_completion(completion, think_tags=False))
    assert (reply.thinking, reply.text) == ("", "<think>Hm</think>Hi")


def test_text_before_a_tool_call_is_not_kept_for_a_tag():
    call = {"id": "a", "function": {"name": "f", "arguments": "{}"}}
    datas = [chunk({"content": "<"}), chunk({"tool_calls": [call]}), "[DONE]"]
    *_, (_, reply) = accumulate(decode_stream(datas, CompatDecoder()))
    assert (reply.text, [*reply.tool_calls]) == ("<", [0])
