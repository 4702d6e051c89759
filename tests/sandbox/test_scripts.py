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
    sent = {"model": "command-a-03-2025", "messages": turns, **body}
    status, text = client.post(path, sent)
    return status, json.loads(text) if not body.get("stream") else text


def reply_text(client, message="Hi", **body):
    status, payload = ask(client, message, **body)
    assert status == 200, payload
    return payload["message"]["content"][-1]["text"]


def test_a_rule_without_conditions_answers_every_chat(serve):
    client = serve(script=[{"reply": "It rains."}])
    assert reply_text(client) == "It rains."
    status, payload = ask(client, path=COMPAT)
    assert (status, payload["choices"][0]["message"]["content"]) == (200, "It rains.")
    rerank = {"model": "rerank-v3.5", "query": "q", "documents": ["d"]}
    assert "results" in client.post(RERANK, rerank)[1]


def test_a_scripted_reply_is_streamed(serve):
    client = serve(script=[{"reply": "It rains."}])
    _, text = ask(client, stream=True)
    events = [json.loads(b.partition("data: ")[2]) for b in text.split("\n\n")[:-2]]
    pieces = [
        event["delta"]["message"]["content"]["text"]
        for event in events
        if event["type"] == "content-delta"
    ]
    assert pieces == ["It", " rains", "."]


def test_the_first_rule_that_matches_is_used(serve):
    script = [
        {"match": {"message": "(?i)weather"}, "reply": "It rains."},
        {"match": {"model": "big"}, "reply": "Big."},
        {"match": {"endpoint": "compat"}, "reply": "Compat."},
        {"match": {"stream": True}, "reply": "Streamed."},
    ]
    client = serve(script=script)
    assert reply_text(client, "The Weather?") == "It rains."
    assert reply_text(client, "The weather?", model="big") == "It rains."
    assert reply_text(client, model="big") == "Big."
    assert "Compat." in str(ask(client, path=COMPAT))
    assert "Streamed" in ask(client, stream=True)[1]
    assert reply_text(client).startswith(PLAIN)


def test_a_message_of_blocks_is_searched(serve):
    client = serve(script=[{"match": {"message": "b$"}, "reply": "Found."}])
    blocks = [{"type": "text", "text": "a"}, {"type": "text", "text": "b"}]
    assert reply_text(client, blocks) == "Found."


def test_only_the_last_message_is_searched(serve):
    client = serve(script=[{"match": {"message": "weather"}, "reply": "Found."}])
    turns = [{"role": "user", "content": each} for each in ("weather", "thanks")]
    assert reply_text(client, messages=turns).startswith(PLAIN)


def test_nth_counts_the_requests_of_each_rule(serve):
    script = [
        {"match": {"message": "x", "nth": 1}, "reply": "one"},
        {"match": {"message": "x", "nth": 2}, "reply": "two"},
        {"match": {"message": "x"}, "reply": "many"},
    ]
    client = serve(script=script)
    assert reply_text(client, "y").startswith(PLAIN)
    assert [reply_text(client, "x") for _ in range(4)] == ["one", "two", "many", "many"]


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
    _, payload = ask(client, documents=[policy])
    one = {
        "type": "document",
        "id": "policy",
        "document": {"id": "policy", "text": "Within 14 days."},
    }
    unseen = {"type": "document", "id": "other", "document": {"id": "other"}}
    assert payload["message"]["citations"] == [
        {"start": 13, "end": 20, "text": "14 days", "sources": [one], "type": "TEXT_CONTENT"},
        {"start": 22, "end": 24, "text": "14", "sources": [one, unseen], "type": "TEXT_CONTENT"},
    ]  # fmt: skip


def test_citations_after_thinking_have_the_index_of_the_text(serve):
    citations = [{"text": "Yes", "sources": ["d"]}]
    reply = {"thinking": "Hm.", "text": "Yes.", "citations": citations}
    _, payload = ask(serve(script=[{"reply": reply}]))
    assert [block["type"] for block in payload["message"]["content"]] == [
        "thinking",
        "text",
    ]
    assert payload["message"]["citations"][0]["content_index"] == 1


def test_a_reply_calls_tools(serve):
    calls = [{"name": "weather", "arguments": {"city": "Köln"}}, {"name": "now"}]
    reply = {"tool_plan": "I look.", "tool_calls": calls}
    _, payload = ask(serve(script=[{"reply": reply}]))
    assert payload["finish_reason"] == "TOOL_CALL"
    assert payload["message"]["tool_plan"] == "I look."
    called = [call["function"] for call in payload["message"]["tool_calls"]]
    assert called == [
        {"name": "weather", "arguments": '{"city": "Köln"}'},
        {"name": "now", "arguments": "null"},
    ]


def test_a_scripted_reply_is_truncated_to_max_tokens(serve):
    client = serve(script=[{"reply": {"text": "one two three"}}])
    _, payload = ask(client, max_tokens=2)
    assert payload["message"]["content"][0]["text"] == "one two"
    assert payload["finish_reason"] == "MAX_TOKENS"


def test_a_reply_can_set_its_finish_reason(serve):
    reply = {"text": "No.", "finish_reason": "ERROR"}
    assert ask(serve(script=[{"reply": reply}]))[1]["finish_reason"] == "ERROR"


def test_an_invalid_request_is_rejected_despite_a_rule(serve):
    client = serve(script=[{"reply": "Fine."}])
    assert ask(client, nope=1)[0] == 422


def test_a_json_body_is_sent_unchanged(serve):
    script = [{"match": {"endpoint": "rerank"}, "json": {"results": [], "ü": None}}]
    got = serve(script=script).post(RERANK, {"anything": 1})
    assert got == (200, '{"results":[],"ü":null}')


def test_an_error_has_the_message_of_the_script(serve):
    error = {"status": 422, "message": "no", "error_type": "X", "retry_after": 3}
    client = serve(script=[{"error": error}])
    status, headers, text = client.send("POST", CHAT, b"{}", Authorization="Bearer k")
    payload = json.loads(text)
    assert (status, headers["retry-after"]) == (422, "3")
    assert (payload["message"], payload["error_type"]) == ("no", "X")


def test_an_error_without_a_message_has_the_api_s(serve):
    status, payload = ask(serve(script=[{"error": {"status": 503}}]))
    message = "the service is overloaded, please try again later"
    assert (status, payload["message"]) == (503, message)


def test_a_file_is_sent_byte_for_byte(serve, tmp_path, monkeypatch):
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
    assert reply_text(client) == "Late."
    assert time.monotonic() - began >= 0.2


def test_faults_of_each_rule_are_counted_separately(serve):
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
        ("x", "a rule must be an object", "the shortest rule is `- reply: TEXT`"),
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
        ({"reply": "x", "error": {"status": 500}}, "reply and error cannot be combined in one rule", ""),
        ({"error": {"status": 200}}, "field 'error.status' must be greater than or equal to 400", ""),
        ({"error": {}}, "field 'error.status' is missing", ""),
        ({"delay": -1}, "field 'delay' must be greater than or equal to 0", ""),
        ({"fault": "ct"}, "unknown fault 'ct'", "did you mean cut?"),
        (
            {"match": {"endpoint": "rerank"}, "reply": "x"},
            "reply does not apply to the endpoint rerank",
            "`json` sets the body of any endpoint",
        ),
        (
            {"reply": {"text": "x", "tool_calls": [{"name": "f"}]}},
            "a reply cannot have both text and a tool plan or tool calls",
            "",
        ),
        (
            {"reply": {"text": "ab", "citations": [{"text": "b", "sources": ["d"]}, {"text": "a", "sources": ["d"]}]}},
            "cited text 'a' is missing or out of order",
            "",
        ),
        ({"file": "nowhere.sse"}, "nowhere.sse cannot be read: no such file or directory", ""),
        ({"file": "."}, ". is not a regular file", ""),
    ],
)  # fmt: skip
def test_an_invalid_rule_is_rejected(rule, what, hint):
    with pytest.raises(InputProblem) as caught, running(script=[{}, rule]):
        pass
    problem = caught.value
    assert (problem.what, problem.where, problem.hint) == (what, "rule 2", hint)
