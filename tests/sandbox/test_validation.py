import json
import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cohere_cli.api.protocol.requests import ChatBody
from cohere_cli.api.protocol.validation import InvalidBody, validate
from cohere_cli.sandbox.messages import ApiError
from cohere_cli.sandbox.validation import parse_chat_body, violation_error
from cohere_cli.strict_json import loads

TEXTS = st.one_of(st.text(max_size=3), st.sampled_from([None, 1, [], {}, ["a"], True]))
ROLES = st.sampled_from(["system", "user", "user", "assistant", "tool", "x", None])
MESSAGES = st.fixed_dictionaries(
    {"role": ROLES, "content": TEXTS}, optional={"more": TEXTS}
)
BODIES = st.fixed_dictionaries(
    {
        "messages": st.one_of(st.lists(MESSAGES, max_size=3), TEXTS),
        "stream": st.sampled_from([True, False, 1, "true", None]),
    },
    optional={"model": TEXTS, "seed": st.sampled_from([None, 1, -1])},
)


def outcome(read):
    """Return the body that *read* returns, or the error that it raises."""
    try:
        return read()
    except ApiError as exc:
        return exc.status, str(exc)


@given(BODIES)
def test_a_body_of_texts_is_read_as_pydantic_reads_it(data):
    sent = json.dumps(data).encode()

    def read_by_pydantic():
        present = {key: one for key, one in loads(sent).items() if one is not None}
        try:
            return validate(ChatBody, present)
        except InvalidBody as exc:
            raise violation_error(exc.violation, "reference/chat") from exc

    assert outcome(lambda: parse_chat_body(sent)) == outcome(read_by_pydantic)


LOADED = """
import json, sys
from cohere_cli.sandbox.validation import parse_chat_body
parse_chat_body(sys.argv[1].encode())
print("pydantic" in sys.modules)
"""


@pytest.mark.parametrize(
    ("more", "loads_pydantic"),
    [({}, False), ({"seed": 1}, True)],
    ids=["texts", "seed"],
)
def test_pydantic_is_loaded_only_for_a_body_with_more_than_texts(more, loads_pydantic):
    turns = [{"role": "system", "content": "a"}, {"role": "user", "content": "b"}]
    body = json.dumps({"model": "m", "messages": turns, "stream": True, **more})
    run = subprocess.run(
        [sys.executable, "-c", LOADED, body], capture_output=True, text=True, check=True
    )
    assert run.stdout == f"{loads_pydantic}\n"
