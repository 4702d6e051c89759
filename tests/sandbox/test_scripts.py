import json
import time
from pathlib import Path

import pytest

from cohere_cli.errors import InputProblem
from cohere_cli.sandbox import running

CHAT = "/v2/chat"
COMPAT = "/compatibility/v1/chat/completions"
RERANK = "/v2/rerank"
PLAIN = "This is the sandbox"


def ask(client, message="Hi", path=CHAT, **body):
    turns = [{"role": "user", "content": message}]
    sent = {"model": "m", "messages": turns, **body}
    status, text = client.post(path, sent)
    return status, json.loads(text) if not body.get("stream") else text


def told(client, message="Hi", **body):
    status, said = ask(client, message, **body)
    assert status == 200, said
    return said["message"]["content"][-1]["text"]


def test_a_reply_is_given_to_every_chat(serve):
    client = serve(script=[{"reply": "It rains."}])
    assert told(client) == "It rains."
    status, said = ask(client, path=COMPAT)
    assert (status, said["choices"][0]["message"]["content"]) == (200, "It rains.")
    rerank = {"model": "m", "query": "q", "documents": ["d"]}
    assert "results" in client.post(RERANK, rerank)[1]


def test_a_reply_streams_as_the_sandbox_s_own_do(serve):
    client = serve(script=[{"reply": "It rains."}])
    _, text = ask(client, stream=True)
    events = [json.loads(b.partition("data: ")[2]) for b in text.split("\n\n")[:-2]]
    pieces = [
        event["delta"]["message"]["content"]["text"]
        for event in events
        if event["type"] == "content-delta"
    ]
    assert pieces == ["It", " rains", "."]


def test_the_first_rule_that_fits_is_the_one(serve):
    script = [
        {"match": {"message": "(?i)weather"}, "reply": "It rains."},
        {"match": {"model": "big"}, "reply": "Big."},
        {"match": {"endpoint": "compat"}, "reply": "Compat."},
        {"match": {"stream": True}, "reply": "Streamed."},
    ]
    client = serve(script=script)
    assert told(client, "The Weather?") == "It rains."
    assert told(client, "The weather?", model="big") == "It rains."
    assert told(client, model="big") == "Big."
    assert "Compat." in str(ask(client, path=COMPAT))
    assert "Streamed" in ask(client, stream=True)[1]
    assert told(client).startswith(PLAIN)


def test_a_message_of_blocks_is_searched_too(serve):
    client = serve(script=[{"match": {"message": "b$"}, "reply": "Found."}])
    blocks = [{"type": "text", "text": "a"}, {"type": "text", "text": "b"}]
    assert told(client, blocks) == "Found."


def test_only_the_last_message_is_searched(serve):
    client = serve(script=[{"match": {"message": "weather"}, "reply": "Found."}])
    turns = [{"role": "user", "content": each} for each in ("weather", "thanks")]
    assert told(client, messages=turns).startswith(PLAIN)


def test_calls_are_counted_rule_by_rule(serve):
    script = [
        {"match": {"message": "x", "nth": 1}, "reply": "one"},
        {"match": {"message": "x", "nth": 2}, "reply": "two"},
        {"match": {"message": "x"}, "reply": "many"},
    ]
    client = serve(script=script)
    assert told(client, "y").startswith(PLAIN)
    assert [told(client, "x") for _ in range(4)] == ["one", "two", "many", "many"]


def test_a_reply_cites_the_request_s_documents(serve):
    reply = {
        "text": "Refunds take 14 days, 14 in all.",
        "citations": [
            {"text": "14 days", "sources": ["policy"]},
            {"text": "14", "sources": ["policy", "other"]},
        ],
    }
    policy = {"id": "policy", "data": {"text": "Within 14 days."}}
    client = serve(script=[{"reply": reply}])
    _, said = ask(client, documents=[policy])
    one = {
        "type": "document",
        "id": "policy",
        "document": {"id": "policy", "text": "Within 14 days."},
    }
    unseen = {"type": "document", "id": "other", "document": {"id": "other"}}
    assert said["message"]["citations"] == [
        {"start": 13, "end": 20, "text": "14 days", "sources": [one], "type": "TEXT_CONTENT"},
        {"start": 22, "end": 24, "text": "14", "sources": [one, unseen], "type": "TEXT_CONTENT"},
    ]  # fmt: skip


def test_thinking_comes_first_and_citations_know_it(serve):
    citations = [{"text": "Yes", "sources": ["d"]}]
    reply = {"thinking": "Hm.", "text": "Yes.", "citations": citations}
    _, said = ask(serve(script=[{"reply": reply}]))
    assert [block["type"] for block in said["message"]["content"]] == [
        "thinking",
        "text",
    ]
    assert said["message"]["citations"][0]["content_index"] == 1


def test_a_reply_calls_tools(serve):
    calls = [{"name": "weather", "arguments": {"city": "Köln"}}, {"name": "now"}]
    reply = {"tool_plan": "I look.", "tool_calls": calls}
    _, said = ask(serve(script=[{"reply": reply}]))
    assert said["finish_reason"] == "TOOL_CALL"
    assert said["message"]["tool_plan"] == "I look."
    called = [call["function"] for call in said["message"]["tool_calls"]]
    assert called == [
        {"name": "weather", "arguments": '{"city": "Köln"}'},
        {"name": "now", "arguments": "null"},
    ]


def test_limits_of_the_request_hold_for_a_reply(serve):
    client = serve(script=[{"reply": {"text": "one two three"}}])
    _, said = ask(client, max_tokens=2)
    assert said["message"]["content"][0]["text"] == "one two"
    assert said["finish_reason"] == "MAX_TOKENS"


def test_a_reply_may_end_as_it_likes(serve):
    reply = {"text": "No.", "finish_reason": "ERROR"}
    assert ask(serve(script=[{"reply": reply}]))[1]["finish_reason"] == "ERROR"


def test_what_the_api_refuses_is_refused_for_all_replies(serve):
    client = serve(script=[{"reply": "Fine."}])
    assert ask(client, nope=1)[0] == 422


def test_json_is_given_as_it_is(serve):
    script = [{"match": {"endpoint": "rerank"}, "json": {"results": [], "ü": None}}]
    got = serve(script=script).post(RERANK, {"anything": 1})
    assert got == (200, '{"results":[],"ü":null}')


def test_an_error_is_given_in_the_script_s_words(serve):
    error = {"status": 422, "message": "no", "error_type": "X", "retry_after": 3}
    client = serve(script=[{"error": error}])
    status, headers, text = client.send("POST", CHAT, b"{}", Authorization="Bearer k")
    said = json.loads(text)
    assert (status, headers["retry-after"]) == (422, "3")
    assert (said["message"], said["error_type"]) == ("no", "X")


def test_an_error_without_words_has_the_api_s(serve):
    status, said = ask(serve(script=[{"error": {"status": 503}}]))
    message = "the service is overloaded, please try again later"
    assert (status, said["message"]) == (503, message)


def test_a_file_is_given_byte_for_byte(serve, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    stream = b"event: x\r\ndata: 1\r\n\r\n: \xff\n\ndata: [DONE]\n\ndata: unended"
    Path("x.sse").write_bytes(stream)
    client = serve(script=[{"file": "x.sse"}])
    sent = ("POST", CHAT, b"{}")
    status, headers, body = client.send(*sent, Authorization="Bearer k")
    assert (status, body) == (200, stream)
    assert headers["content-type"] == "text/event-stream"


def test_a_delay_comes_before_the_head(serve):
    client = serve(script=[{"reply": "Late.", "delay": 0.2}])
    began = time.monotonic()
    assert told(client) == "Late."
    assert time.monotonic() - began >= 0.2


def test_a_rule_s_fault_counts_by_itself(serve):
    fault = "status=503;times=1"
    script = [
        {"match": {"message": "a"}, "reply": "A.", "fault": fault},
        {"fault": fault},
    ]
    client = serve(script=script)
    asked = [ask(client, message)[0] for message in ("a", "b", "a", "b")]
    assert asked == [503, 503, 200, 200]


@pytest.mark.parametrize(
    ("rule", "what", "hint"),
    [
        ("x", "a rule must be an object", ""),
        ({"repl": "x"}, "unknown field 'repl'", "did you mean reply?"),
        ({"match": {"modle": "x"}}, "unknown field 'match.modle'", "did you mean model?"),
        ({"match": {"nth": 0}}, "field 'match.nth' must be greater than or equal to 1", ""),
        (
            {"match": {"endpoint": "embed"}},
            "field 'match.endpoint' must be 'chat', 'rerank', 'compat', 'models', 'tokenize' or 'check-api-key'",
            "",
        ),
        (
            {"match": {"message": "("}},
            "match.message is not a regular expression: missing ), unterminated subpattern at position 0",
            "",
        ),
        ({"reply": {"txt": "x"}}, "unknown field 'reply.txt'", "did you mean text?"),
        ({"reply": "x", "error": {"status": 500}}, "a rule gives one thing, not reply and error", ""),
        ({"error": {"status": 200}}, "field 'error.status' must be greater than or equal to 400", ""),
        ({"error": {}}, "field 'error.status' is missing", ""),
        ({"delay": -1}, "field 'delay' must be greater than or equal to 0", ""),
        ({"fault": "ct"}, "no fault is called 'ct'", "did you mean cut?"),
        (
            {"match": {"endpoint": "rerank"}, "reply": "x"},
            "a reply is not an answer of rerank",
            "`json` gives any endpoint's body",
        ),
        (
            {"reply": {"text": "x", "tool_calls": [{"name": "f"}]}},
            "a reply has text, or a plan and tool calls, not both",
            "",
        ),
        (
            {"reply": {"text": "ab", "citations": [{"text": "b", "sources": ["d"]}, {"text": "a", "sources": ["d"]}]}},
            "the text has no 'a' to cite, or not in this order",
            "",
        ),
        ({"file": "nowhere.sse"}, "nowhere.sse cannot be read: no such file or directory", ""),
        ({"file": "."}, ". is not a regular file", ""),
    ],
)  # fmt: skip
def test_a_rule_that_makes_no_sense_is_refused(rule, what, hint):
    with pytest.raises(InputProblem) as caught, running(script=[{}, rule]):
        pass
    problem = caught.value
    assert (problem.what, problem.where, problem.hint) == (what, "rule 2", hint)
