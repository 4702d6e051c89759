"""Going on with conversations: what the next request holds, and what is kept of it."""

import json
import sqlite3
import time

import pytest
from raw_server import http

PLACE = ".local/share/co/history/history.sqlite"
KEY = "a-key-of-no-one-at-all"
PNG = (
    "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR4"
    "2mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)


def answer(text, *, reason="COMPLETE", **more):
    content = [{"type": "text", "text": text}]
    message = {"role": "assistant", "content": content, **more}
    reply = {"id": "1", "finish_reason": reason, "message": message}
    return http(json.dumps(reply).encode(), kind="application/json")


def completion(text):
    message = {"role": "assistant", "content": text}
    reply = {"choices": [{"message": message, "finish_reason": "stop"}]}
    return http(json.dumps(reply).encode(), kind="application/json")


def refused(message):
    body = json.dumps({"message": message}).encode()
    return http(body, "400 Bad Request", "application/json")


@pytest.fixture
def talk(co, serve, tmp_path):
    """Serve replies to one `co` after another; return what each of them sent."""
    co.environ["CO_API_KEY"] = KEY

    class Talk:
        def __init__(self):
            self.home = tmp_path
            self.server = None

        def serve(self, *replies):
            self.server = serve(*replies)
            co.environ["CO_API_URL"] = self.server.url

        def __call__(self, *words, code=0, **more):
            self.run = co(*words, **more)
            assert self.run.returncode == code, self.run.stderr
            return self.run.stdout.decode()

        @property
        def sent(self):
            return json.loads(self.server.requests[-1].body)

        @property
        def messages(self):
            return [
                (one["role"], plain(one["content"])) for one in self.sent["messages"]
            ]

        @property
        def noted(self):
            return self.run.stderr.decode()

        def rows(self, columns):
            with sqlite3.connect(tmp_path / PLACE) as database:
                query = f"SELECT {columns} FROM turns ORDER BY key"
                return database.execute(query).fetchall()

    return Talk()


def plain(content):
    return content if isinstance(content, str) else content[0]["text"]


def test_the_next_turn_has_the_turns_before_and_what_they_set(talk, tmp_path):
    note = tmp_path / "note.md"
    note.write_text("The fox is red.")
    talk.serve(answer("Red."), answer("Blue."))
    flags = ["-m", "m1", "-s", "Be brief.", "-T", "0.3", "--citations", "fast"]
    talk("chat", "Which?", *flags, "-d", str(note))
    first = talk.sent
    talk("chat", "-c", "Sure?")
    assert talk.messages == [
        ("system", "Be brief."),
        ("user", "Which?"),
        ("assistant", "Red."),
        ("user", "Sure?"),
    ]
    assert {**talk.sent, "messages": 0} == {**first, "messages": 0}


def test_a_flag_or_a_body_file_replaces_what_the_turn_before_set(talk, tmp_path):
    body = tmp_path / "body.yaml"
    body.write_text("temperature: 0.9\nmessages: [{role: user, content: Also}]\n")
    talk.serve(*[answer("Yes.")] * 3)
    talk("chat", "One", "-m", "m1", "-s", "Be brief.", "-T", "0.3")
    talk("chat", "-c", "Two", "-s", "Be long.", "-f", str(body), "-m", "m2")
    assert talk.messages == [
        ("system", "Be long."),
        ("user", "One"),
        ("assistant", "Yes."),
        ("user", "Also"),
        ("user", "Two"),
    ]
    assert (talk.sent["temperature"], talk.sent["model"]) == (0.9, "m2")
    talk("chat", "-c", "Three", "--without", "temperature")
    assert "temperature" not in talk.sent
    assert talk.messages[0] == ("system", "Be long.")


def test_a_document_that_is_read_again_replaces_the_earlier_one(talk, tmp_path):
    note, more = tmp_path / "note.md", tmp_path / "more.md"
    note.write_text("red")
    more.write_text("blue")
    talk.serve(*[answer("Yes.")] * 2)
    talk("chat", "One", "-d", str(note), "-d", str(more))
    note.write_text("green")
    talk("chat", "-c", "Two", "-d", str(note))
    texts = [one["data"]["text"] for one in talk.sent["documents"]]
    assert texts == ["blue", "green"]


def test_documents_that_are_texts_stay(talk, tmp_path):
    body, note = tmp_path / "body.json", tmp_path / "note.md"
    body.write_text('{"documents": ["red", {"data": {"a": "b"}}]}')
    note.write_text("green")
    talk.serve(*[answer("Yes.")] * 2)
    talk("chat", "One", "-f", str(body))
    talk("chat", "-c", "Two", "-d", str(note))
    assert talk.sent["documents"][:2] == ["red", {"data": {"a": "b"}}]
    assert len(talk.sent["documents"]) == 3


@pytest.mark.parametrize(
    ("reply", "status", "code"),
    [
        (refused("bad image"), "error", 5),
        (http(b'data: {"type":"message-start","id":"1"}\n\n'), "error", 18),
        (
            http(
                b'data: {"type":"content-delta","index":0,'
                b'"delta":{"message":{"content":{"text":"Half"}}}}\n\n'
            ),
            "incomplete",
            18,
        ),
    ],
    ids=["refused", "empty", "cut"],
)
def test_a_turn_that_failed_is_kept_but_not_sent_again(talk, reply, status, code):
    talk.serve(answer("One."), reply, answer("Three."))
    talk("chat", "First")
    talk("chat", "-c", "Second", code=code)
    talk("chat", "-c", "Third")
    assert talk.messages == [
        ("user", "First"),
        ("assistant", "One."),
        ("user", "Third"),
    ]
    assert [row[0] for row in talk.rows("status")] == ["complete", status, "complete"]
    assert ("turn 2 is incomplete and left out" in talk.noted) is (status != "error")


def test_an_answer_that_was_cut_goes_on_when_asked(talk):
    cut = answer("Once upon", reason="MAX_TOKENS")
    talk.serve(cut, answer(" a time."), answer("Yes."))
    talk("chat", "Tell me")
    assert talk("chat", "--finish") == " a time.\n"
    finish = "Go on exactly where your answer ends, and repeat nothing of it."
    assert talk.messages[1:] == [("assistant", "Once upon"), ("user", finish)]
    talk("chat", "--finish", code=2)
    assert "the answer of turn 2" in talk.noted


def test_at_edit_and_undo_begin_branches(talk):
    talk.serve(*[answer(f"A{at}") for at in range(1, 7)])
    for at in (1, 2, 3):
        talk("chat", *(["-c"] if at > 1 else []), f"Q{at}")
    talk("chat", "--at", "1", "Q4")
    assert [text for _, text in talk.messages] == ["Q1", "A1", "Q4"]
    talk("chat", "-c", "Q5")
    assert [text for _, text in talk.messages] == ["Q1", "A1", "Q4", "A4", "Q5"]
    talk("chat", "--edit", "2", "Q6")
    assert [text for _, text in talk.messages] == ["Q1", "A1", "Q6"]
    talk("chat", "--undo")
    assert "turn 6 of " in talk.noted
    body = json.loads(talk("chat", "-c", "Q7", "--dry-run"))
    assert [plain(one["content"]) for one in body["messages"]] == ["Q1", "A1", "Q7"]
    assert talk.rows("number, parent") == [
        (1, 0),
        (2, 1),
        (3, 2),
        (4, 1),
        (5, 4),
        (6, 1),
    ]


def test_the_editor_opens_the_prompt_that_is_edited(talk):
    talk.serve(answer("A1"), answer("A2"))
    talk("chat", "Where is @home?")
    talk(
        "chat", "--edit", "1", env={"VISUAL": "", "EDITOR": "sed -i 1s/^Where/@Where/"}
    )
    assert talk.messages == [("user", "@Where is @home?")]
    talk("chat", "--edit", "1", code=3, env={"VISUAL": "", "EDITOR": "false"})
    assert talk.noted.startswith("co: the editor failed with exit code 1 (false)\n")


def test_an_edited_prompt_keeps_its_images(talk):
    talk.serve(answer("A1"), answer("A2"))
    talk("chat", "What?", "-i", f"{PNG}:low")
    first = talk.sent["messages"][0]["content"]
    talk("chat", "--edit", "1", "Who?")
    assert talk.sent["messages"][0]["content"] == [
        {"type": "text", "text": "Who?"},
        *first[1:],
    ]


def test_an_image_of_a_later_turn_has_a_model_with_vision_unless_one_was_chosen(talk):
    talk.serve(*[answer("Yes.")] * 4)
    talk("chat", "One")
    talk("chat", "-c", "What?", "-i", PNG)
    assert talk.sent["model"] == "command-a-vision-07-2025"
    assert talk.noted == "co: using command-a-vision-07-2025 for images\n"
    talk("chat", "Two", "-m", "command-r-08-2024")
    talk("chat", "-c", "What?", "-i", PNG, code=2)
    assert talk.noted.startswith("co: command-r-08-2024 does not accept images\n")


def test_a_conversation_is_named_and_found_by_its_name(talk):
    talk.serve(*[answer("Yes.")] * 4)
    talk("chat", "One", "--name", "trip")
    talk("chat", "Two")
    talk("chat", "--resume", "trip", "Three")
    assert [text for _, text in talk.messages] == ["One", "Yes.", "Three"]
    talk("chat", "Four", "--name", "trip", code=2)
    assert "another conversation is named 'trip'" in talk.noted
    talk("chat", "Four", "--resume", "tripp", code=2)
    assert "did you mean 'trip'?" in talk.noted


def test_going_on_after_a_turn_of_a_sandbox_says_what_would_have_kept_it(co):
    co("chat", "Hi", "-p", "sandbox")
    run = co("chat", "-c", "More", "-p", "sandbox")
    assert (run.returncode, run.stdout) == (2, b"")
    assert run.stderr.decode() == (
        "co: there is no conversation to go on with\n"
        "hint: `co history list` lists those that are kept; of a sandbox, with --name\n"
    )
    co("chat", "Hi", "-p", "sandbox", "--name", "trip")
    assert co("chat", "-c", "More", "-p", "sandbox").returncode == 0


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["-c"], "there is no conversation to go on with"),
        (["--resume", "x"], "no such conversation: 'x'"),
        (["--at", "1", "--undo"], "--at and --undo cannot be combined"),
        (["-c", "--resume", "x"], "--continue and --resume name two conversations"),
        (["--name", " "], "--name takes a text of printable characters"),
    ],
)
def test_what_cannot_go_on_is_refused_before_anything_is_sent(talk, words, message):
    talk.serve()
    talk("chat", *words, "Hi", code=2)
    assert talk.noted.startswith(f"co: {message}\n")
    assert talk.server.requests == []


def test_compat_goes_on_with_its_own_conversations(talk, co):
    talk.serve(completion("A1"), completion("A2"))
    co.environ["CO_API_URL"] = ""
    flags = ["--base-url", talk.server.url, "-m", "m"]
    talk("compat", "Q1", *flags, "-s", "Be brief.")
    talk("chat", "-c", "Q2", code=2)
    # The base URL and the model stay.
    talk("compat", "-c", "Q2")
    assert talk.sent["messages"] == [
        {"role": "system", "content": "Be brief."},
        {"role": "user", "content": "Q1"},
        {"role": "assistant", "content": "A1"},
        {"role": "user", "content": "Q2"},
    ]
    assert talk.sent["model"] == "m"


def test_the_next_question_is_searched_for_with_those_before(talk, tmp_path):
    folder = tmp_path / "notes"
    folder.mkdir()
    (folder / "travel.md").write_text("Travel abroad is approved by the head.")
    (folder / "food.md").write_text("Lunch is at noon.")
    talk.serve(answer("The head."), answer("Yes."))
    talk("ask", "Who approves travel?", str(folder), "--lexical")
    ids = [one["id"] for one in talk.sent["documents"]]
    talk("ask", "-c", "And always?", "--lexical", cwd=tmp_path)
    assert [one["id"] for one in talk.sent["documents"]] == ids
    assert [text for _, text in talk.messages] == [
        "Who approves travel?",
        "The head.",
        "And always?",
    ]
    # `co chat` has the passages as documents.
    body = json.loads(talk("chat", "-c", "Sure?", "--dry-run"))
    assert len(body["documents"]) == 1


def test_the_oldest_turns_are_left_out_where_the_context_is_full(talk):
    talk.serve(*[answer("word " * 40_000)] * 3, answer("Yes."))
    talk("chat", "Q0", "-m", "command-r7b-12-2024")
    for at in (1, 2):
        talk("chat", "-c", f"Q{at}")
    talk("chat", "-c", "Q3")
    assert [text[:2] for _, text in talk.messages] == ["Q1", "wo", "Q2", "wo", "Q3"]
    assert talk.noted == (
        "co: the oldest 1 turn left out: the context of command-r7b-12-2024 is full\n"
    )
    assert talk.rows("number, first")[-1] == (4, 2)


def test_plans_and_tool_calls_are_sent_back_as_the_api_wants_them(talk, tmp_path):
    call = {
        "id": "t1",
        "type": "function",
        "function": {"name": "f", "arguments": "{}"},
    }
    called = answer("", reason="TOOL_CALL", tool_plan="I will.", tool_calls=[call])
    results = tmp_path / "results.json"
    result = {"role": "tool", "tool_call_id": "t1", "content": "5"}
    results.write_text(json.dumps({"messages": [result]}))
    talk.serve(called, answer("Five."))
    tools = tmp_path / "tools.json"
    tools.write_text(
        '{"name": "f", "description": "Counts.", "parameters": {"type": "object"}}'
    )
    talk("chat", "How many?", "-t", str(tools))
    talk("chat", "-c", "-f", str(results))
    assert talk.sent["messages"] == [
        {"role": "user", "content": "How many?"},
        {"role": "assistant", "tool_plan": "I will.", "tool_calls": [call]},
        result,
    ]
    assert talk.sent["tools"]


def test_an_empty_name_resumes_nothing(talk):
    talk.serve(answer("Yes."))
    talk("chat", "Hi")
    talk("chat", "--resume", "", "More", code=2)
    assert talk.noted.splitlines()[0] == "co: --resume takes an id or a name"
    assert len(talk.server.requests) == 1


def test_without_takes_a_field_that_can_be_left_out(talk):
    talk.serve(answer("Yes."))
    talk("chat", "Hi", "-T", "0.3")
    talk("chat", "-c", "More", "--without", "messages", code=2)
    assert talk.noted == (
        "co: --without messages: the conversation has no such field\n"
        "hint: it has temperature\n"
    )


def test_the_profile_stays_unless_another_is_named(talk, co, serve):
    folder = talk.home / "config"
    folder.mkdir()
    one, two = serve(answer("A1"), answer("A2")), serve(answer("B1"))
    profile = '[profiles.{}]\nbase_url = "{}"\nallow_http = true\n'
    profiles = [profile.format(*each) for each in (("one", one.url), ("two", two.url))]
    (folder / "config.toml").write_text("".join(profiles))
    del co.environ["CO_API_KEY"]
    (folder / "keys.toml").write_text(
        "".join(
            f'[profiles.{name}]\nkey = "{KEY}"\nbase_url = "{server.url}"\n'
            for name, server in (("one", one), ("two", two))
        )
    )
    (folder / "keys.toml").chmod(0o600)
    talk("chat", "Q1", "-p", "one")
    talk("chat", "-c", "Q2")
    talk("chat", "-c", "Q3", "-p", "two")
    assert [len(one.requests), len(two.requests)] == [2, 1]


def test_the_talk_goes_to_no_other_server_unasked(talk, co):
    talk.serve(answer("Yes."), answer("No."))
    talk("chat", "Hi", "--name", "trip")
    first = talk.server.url
    del co.environ["CO_API_URL"]
    for words in (["More"], ["More", "--dry-run"]):
        talk("chat", "--resume", "trip", *words, code=2)
    id_ = json.loads(co("history", "export", "trip", "-o", "json").stdout)["id"]
    cohere = "https://api.cohere.com"
    assert talk.noted == (
        f"co: turn 1 of {id_} was asked at {first}, and the server is {cohere} now\n"
        f"hint: `--base-url {first}` goes on there, `--base-url {cohere}` here\n"
    )
    talk("chat", "-c", "More", "--base-url", first)
    assert (talk.messages[0], talk.noted) == (("user", "Hi"), "")


def test_a_server_that_is_named_gets_the_talk_with_a_note(talk):
    talk.serve(answer("Yes."))
    talk("chat", "Hi")
    first = talk.server.url
    talk.serve(answer("No."), answer("No."))
    talk("chat", "-c", "More")
    where = f"was asked at {first}; what follows, and the talk so far, at"
    assert f"{where} {talk.server.url}\n" in talk.noted
    talk("chat", "-c", "More")
    assert talk.noted == ""


def test_what_another_process_does_meanwhile_is_noted(talk, co, serve):
    other = serve(answer("B1"), answer("B2"))

    def ask(*words):
        assert co("chat", *words, "--base-url", other.url).returncode == 0

    talk.serve(answer("A1"))
    talk("chat", "Hi", "--name", "trip")
    ((id_,),) = talk.rows("(SELECT id FROM conversations)")
    talk.serve([lambda _: ask("--resume", id_, "Beside"), answer("A2")])
    talk("chat", "--resume", id_, "More")
    assert f"co: another process asked in {id_} meanwhile: turn 3 is" in talk.noted
    talk.serve([lambda _: ask("--name", "same", "Beside"), answer("A3")])
    talk("chat", "--name", "same", "More")
    assert "another conversation took the name 'same' meanwhile" in talk.noted


def test_a_blank_answer_is_not_sent_back(talk):
    talk.serve(answer("  \n"), answer("Yes."))
    talk("chat", "One")
    talk("chat", "-c", "Two")
    assert talk.messages == [("user", "One"), ("user", "Two")]


def test_a_turn_is_kept_with_all_that_it_was_and_without_the_key(talk, tmp_path):
    talk.serve(answer(f"Your key is {KEY}."))
    began = time.time()
    talk("chat", f"My key is {KEY}", "--no-stream")
    (row,) = talk.rows("command, status, model, prompt, answer, request, reply, error")
    assert row[:5] == (
        "chat",
        "complete",
        "command-a-03-2025",
        "My key is ***",
        "Your key is ***.",
    )
    assert json.loads(row[5]) == {
        "model": "command-a-03-2025",
        "messages": [{"role": "user", "content": "My key is ***"}],
        "stream": False,
    }
    assert json.loads(row[6])["finish_reason"] == "COMPLETE"
    assert json.loads(row[7]) == {}
    ((when, seconds, profile, url),) = talk.rows("began, seconds, profile, base_url")
    assert began <= when <= time.time()
    assert 0 <= seconds < 60
    assert (profile, url) == ("", talk.server.url)
    for path in (tmp_path / PLACE).parent.iterdir():
        assert KEY.encode() not in path.read_bytes()


@pytest.mark.parametrize(
    ("words", "config", "count"),
    [
        ([], "", 1),
        (["--no-history"], "", 0),
        ([], "history = false\n", 0),
        (["--history"], "history = false\n", 1),
        (["--dry-run"], "", 0),
        (["-p", "sandbox"], "", 0),
        (["-p", "sandbox", "--history"], "", 1),
        (["-p", "sandbox", "--name", "x"], "", 1),
    ],
)
def test_a_turn_is_kept_if_it_is_wanted(talk, words, config, count):
    folder = talk.home / "config"
    folder.mkdir()
    (folder / "config.toml").write_text(f'active = "a"\n[profiles.a]\n{config}')
    talk.serve(answer("Yes."))
    talk("chat", "Hi", *words)
    kept = talk.rows("number") if (talk.home / PLACE).exists() else []
    assert len(kept) == count


def test_the_history_is_opened_only_when_the_answer_has_begun(co, serve, tmp_path):
    head = http(
        b'data: {"type":"content-delta","index":0,'
        b'"delta":{"message":{"content":{"text":"Hi"}}}}\n\n'
    )
    end = b'data: {"type":"message-end","delta":{"finish_reason":"COMPLETE"}}\n\n'
    seen = []

    def wait(_):
        time.sleep(0.5)
        seen.append((tmp_path / PLACE).exists())

    co.environ["CO_API_KEY"] = KEY
    run = co("chat", "Hi", "--base-url", serve([head, wait, end]).url)
    assert (run.stdout, seen) == (b"Hi\n", [False])
    assert (tmp_path / PLACE).exists()


def test_an_answer_without_the_code_that_is_wanted_is_an_answer(talk):
    talk.serve(answer("No code."), answer("Yes."))
    talk("chat", "Hi", "-x", code=18)
    assert talk.rows("status, answer") == [("complete", "No code.")]
