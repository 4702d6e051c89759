"""`co history`: what was asked and answered, as the installed program shows it."""

import json
import re
import shlex
import sqlite3
from pathlib import Path

import pexpect
import pytest
from attacks import HOSTILE

from cohere_cli.conversation.dates import local_time, utc_time
from cohere_cli.conversation.store import opened_history
from tests.conversation.test_store import turn

ANSWER = "Paris is the capital. The Seine flows through it."
CITIES = {"id": "cities.md:3", "title": "Cities", "text": "Paris is in France."}
RIVERS = {"id": "rivers.md:1", "url": "https://example.com/seine", "text": "Seine"}


def source(document):
    return {"type": "document", "id": document["id"], "document": document}


def reply(answer, citations=(), **more):
    message = {"role": "assistant", "content": [{"type": "text", "text": answer}]}
    if citations:
        message["citations"] = list(citations)
    return {"id": "r", "message": message, "finish_reason": "COMPLETE"} | more


def citation(answer, words, *documents):
    start = answer.index(words)
    sources = [source(one) for one in documents]
    place = {"start": start, "end": start + len(words), "text": words}
    return {**place, "sources": sources, "type": "TEXT_CONTENT"}


CITED = reply(
    ANSWER,
    [citation(ANSWER, "Paris", CITIES), citation(ANSWER, "Seine", RIVERS, CITIES)],
    usage={
        "billed_units": {"input_tokens": 12, "output_tokens": 30},
        "tokens": {"input_tokens": 512, "output_tokens": 31},
    },
)


@pytest.fixture
def data(co) -> Path:
    path = Path(co.environ["HOME"]) / "data"
    co.environ["CO_DATA_DIR"] = str(path)
    return path / "history" / "history.sqlite"


@pytest.fixture
def kept(co, data):
    """`co`, with a history of two conversations, one of which has two branches."""
    with opened_history(data) as history:
        first = turn("The capital\nof France?", ANSWER, reply=CITED, model="command-a")
        history.add("w3k9zq2m", first, name="trip")
        second = turn("And of Spain?", "Mad", parent=1, began=200.0)
        cut = reply("Mad")
        del cut["finish_reason"]
        history.add("w3k9zq2m", second._replace(status="interrupted", reply=cut))
        third = turn("And of Italy?", "Rome.", parent=1, began=300.0)
        history.add("w3k9zq2m", third._replace(reply=reply("Rome.")))
        refused = {"exit": 6, "kind": "rate_limited", "message": "too many requests"}
        failed = turn("Retry?", "", began=400.0, status="error", command="ask")
        history.add("abcdefgh", failed._replace(reply={}, error=refused))
    return co


def output(run) -> str:
    assert (run.returncode, run.stderr.decode()) == (0, "")
    return run.stdout.decode()


def failure(run) -> tuple[int, str]:
    assert run.stdout == b""
    return run.returncode, run.stderr.decode().splitlines()[0]


# List


def test_conversations_are_listed_with_the_last_one_first(kept):
    assert output(kept("history", "list")) == (
        f"abcdefgh\t\t{utc_time(400)}\t1\tm\terror\tRetry?\n"
        f"w3k9zq2m\ttrip\t{utc_time(300)}\t3\tcommand-a, m\tcomplete\t"
        "The capital of France?\n"
    )
    assert output(kept("history", "list", "-o", "table", "--width", "82")) == (
        f"abcdefgh        {local_time(400)}  1  m             error     Retry?\n"
        f"w3k9zq2m  trip  {local_time(300)}  3  command-a +1  complete  The capital of Franc…\n"
    )


def test_listed_conversations_are_objects_of_json(kept):
    listed = json.loads(output(kept("history", "list", "--json")))
    assert listed[1] == {
        "id": "w3k9zq2m",
        "name": "trip",
        "changed": "1970-01-01T00:05:00.000Z",
        "turns": 3,
        "head": 3,
        "models": ["command-a", "m"],
        "commands": ["chat"],
        "status": "complete",
        "prompt": "The capital\nof France?",
    }
    lines = output(kept("history", "list", "-o", "jsonl")).splitlines()
    assert [json.loads(line) for line in lines] == listed


@pytest.mark.parametrize(
    ("words", "ids"),
    [
        (["--since", "1970-01-01T00:06:00Z"], ["abcdefgh"]),
        (["--since", "1h"], []),
        (["--model", "command-a"], ["w3k9zq2m"]),
        (["--status", "interrupted"], ["w3k9zq2m"]),
        (["--search", "seine capital"], ["w3k9zq2m"]),
        (["--search", "spain", "--status", "complete"], []),
        (["-n", "1"], ["abcdefgh"]),
    ],
)
def test_filters_choose_conversations(kept, words, ids):
    run = kept("history", "list", "--json", *words)
    assert [one["id"] for one in json.loads(run.stdout)] == ids
    note = "" if ids else "co: no conversation has such a turn\n"
    assert (run.returncode, run.stderr.decode()) == (0, note)


@pytest.mark.parametrize(
    ("words", "what"),
    [
        (["list", "--since", "yesterday"], "--since 'yesterday' is not a time"),
        (["list", "--search", "?!"], "'?!' has no word to search for"),
        (["search", "?!"], "'?!' has no word to search for"),
        (["show", "tirp"], "no such conversation: 'tirp'"),
        (["show", "trip:0"], "no such conversation: 'trip:0'"),
        (["show", ""], "no such conversation: ''"),
        (["show", "trip:9"], "conversation w3k9zq2m has no turn 9"),
        (
            ["show", "trip", "-o", "events"],
            "-o events writes one turn, and w3k9zq2m has 2",
        ),
        (["show", "abc", "-o", "events"], "abcdefgh:1 has no reply"),
    ],
    ids=str,
)
def test_what_is_not_there_is_a_usage_error(kept, words, what):
    assert failure(kept("history", *words)) == (2, f"co: {what}")


def test_a_name_that_is_nearly_right_has_a_hint(kept):
    assert b"hint: did you mean 'trip'?" in kept("history", "show", "tirp").stderr


def test_an_ambiguous_beginning_of_an_id_is_refused_with_the_ids(kept, data):
    with opened_history(data) as history:
        history.add("w3zzzzzz", turn("Hi", "Ho"))
    run = kept("history", "show", "w3")
    what = "co: 'w3' begins the ids of 2 conversations"
    hint = "hint: name one of them: w3k9zq2m, w3zzzzzz"
    assert (run.returncode, run.stderr.decode()) == (2, f"{what}\n{hint}\n")


# Search


def test_a_search_shows_turn_and_text_of_each_match(kept):
    assert output(kept("history", "search", "capital", "france")) == (
        "w3k9zq2m:1:The capital of France?\n"
    )
    found = json.loads(output(kept("history", "search", "seine", "--json")))
    assert found == [
        {
            "conversation": "w3k9zq2m",
            "name": "trip",
            "turn": 1,
            "time": "1970-01-01T00:01:40.000Z",
            "text": ANSWER,
            "matches": [[26, 31]],
        }
    ]


def test_a_search_marks_words_where_styles_are_shown(kept):
    words = ["history", "search", "seine", "-o", "full", "--color", "always"]
    assert output(kept(*words)) == (
        f"\x1b[1mw3k9zq2m:1\x1b[0m\x1b[2m  {local_time(100)}  trip\x1b[0m\n"
        "  Paris is the capital. The \x1b[1;4mSeine\x1b[0m flows through it.\n"
    )


def test_a_search_names_that_more_turns_have_the_words(kept):
    run = kept("history", "search", "and", "-n", "1")
    assert len(run.stdout.splitlines()) == 1
    assert run.stderr == b"co: more turns have these words; -n 2 shows more\n"


def test_a_search_that_finds_nothing_is_exit_9_if_asked(kept):
    run = kept("history", "search", "nothing", "such")
    what = "co: no turn has all of these words\nhint: fewer words find more\n"
    assert (run.returncode, run.stdout, run.stderr.decode()) == (0, b"", what)
    run = kept("history", "search", "nothing", "such", "--exit-status")
    assert (run.returncode, run.stdout, run.stderr.decode()) == (9, b"", what)


# Show


SHOWN = f"""\
w3k9zq2m:1  {local_time(100)}  command-a  trip
> The capital
> of France?

{ANSWER}

w3k9zq2m:3  {local_time(300)}  m  trip
> And of Italy?

Rome.
"""


def test_a_conversation_is_shown_as_the_branch_that_the_next_turn_follows(kept):
    run = kept("history", "show", "trip")
    assert run.stdout.decode() == SHOWN
    note = "co: 1 turn of other branches left out; --all shows all\n"
    assert (run.returncode, run.stderr.decode()) == (0, note)


def test_all_turns_are_shown_with_the_turn_that_each_follows(kept):
    first, last = SHOWN.split("\nw3k9zq2m:3")
    middle = f"\nw3k9zq2m:2  {local_time(200)}  m  trip\n> And of Spain?\n\nMad\n[interrupted]\n"
    last = last.replace("m  trip", "m  trip  follows turn 1")
    shown = f"{first}{middle}\nw3k9zq2m:3{last}"
    assert output(kept("history", "show", "w3", "--all")) == shown


def test_without_an_id_the_last_conversation_is_shown(kept):
    assert output(kept("history", "show")) == (
        f"abcdefgh:1  {local_time(400)}  m\n> Retry?\n\n[error: too many requests]\n"
    )


def test_a_turn_is_shown_as_markdown_with_footnotes(kept):
    assert (
        output(kept("history", "show", "trip:1", "-o", "markdown"))
        == f"""\
# trip (w3k9zq2m)

## 1 · {local_time(100)} · command-a

> The capital
> of France?

Paris[^1-1] is the capital. The Seine[^1-2][^1-1] flows through it.

[^1-1]: Cities, cities.md:3 — “Paris”, “Seine”
[^1-2]: <https://example.com/seine> — “Seine”
"""
    )


def test_a_turn_is_an_object_with_request_and_reply(kept):
    shown = json.loads(output(kept("history", "show", "trip:1", "--json")))
    assert shown == {
        "conversation": "w3k9zq2m",
        "name": "trip",
        "turn": 1,
        "parent": None,
        "first_turn": None,
        "step": None,
        "time": "1970-01-01T00:01:40.000Z",
        "seconds": 1.5,
        "command": "chat",
        "status": "complete",
        "model": "command-a",
        "profile": None,
        "base_url": "https://api.example.com",
        "prompt": "The capital\nof France?",
        "answer": ANSWER,
        "request": {
            "model": "m",
            "messages": [{"role": "user", "content": "The capital\nof France?"}],
        },
        "reply": CITED,
        "error": None,
        "call": {},
    }
    whole = json.loads(output(kept("history", "show", "trip", "--all", "--json")))
    lines = output(kept("history", "show", "trip", "--all", "-o", "jsonl")).splitlines()
    place = {"conversation": "w3k9zq2m", "name": "trip"}
    assert [json.loads(line) for line in lines] == [
        {**place, **one} for one in whole["turns"]
    ]
    assert [one["turn"] for one in whole["turns"]] == [1, 2, 3]


def test_the_events_of_a_turn_can_be_replayed(kept):
    events = kept("history", "show", "trip:1", "-o", "events").stdout
    replayed = json.loads(output(kept("replay", "-", "-o", "json", stdin=events)))
    assert replayed == CITED
    events = kept("history", "show", "trip:2", "-o", "events").stdout
    run = kept("replay", "-", stdin=events)
    assert (run.returncode, run.stdout) == (18, b"Mad\n")


# Export


def test_all_conversations_are_exported_as_json(kept):
    exported = json.loads(output(kept("history", "export", "--all", "-o", "json")))
    assert [one["id"] for one in exported] == ["w3k9zq2m", "abcdefgh"]
    one = kept("history", "export", "trip", "-o", "json")
    assert json.loads(output(one)) == exported[0]
    assert exported[0]["turns"][0]["reply"] == CITED
    one = kept("history", "export", "trip:2", "-o", "json")
    place = {"conversation": "w3k9zq2m", "name": "trip"}
    assert json.loads(output(one)) == place | exported[0]["turns"][1]
    lines = output(kept("history", "export", "--all", "-o", "jsonl")).splitlines()
    turns = [json.loads(line)["turn"] for line in lines]
    assert turns == [1, 2, 3, 1]


def test_footnotes_of_several_conversations_have_labels_of_their_own(kept, data):
    with opened_history(data) as history:
        history.add("bbbbbbbb", turn("[^1]", ANSWER, reply=CITED, began=500.0))
    exported = output(kept("history", "export", "--all"))
    assert exported.startswith("# trip (w3k9zq2m)\n\n## 1 · ")
    assert exported.endswith(f"""\
# bbbbbbbb

## 1 · {local_time(500)} · m

> [^1]

Paris[^bbbbbbbb-1-1] is the capital. The Seine[^bbbbbbbb-1-2][^bbbbbbbb-1-1] flows through it.

[^bbbbbbbb-1-1]: Cities, cities.md:3 — “Paris”, “Seine”
[^bbbbbbbb-1-2]: <https://example.com/seine> — “Seine”
""")
    labels = re.findall(r"^\[\^(.+?)\]:", exported, re.MULTILINE)
    assert len(labels) == len(set(labels)) == 4
    assert f"## 3 · {local_time(300)} · m · follows turn 1\n" in exported
    assert "*[error: too many requests]*\n" in exported


def test_tool_calls_are_exported_in_a_fence_that_holds_them(kept, data):
    function = {"name": "run", "arguments": '{"text": "```"}'}
    message = {"role": "assistant", "tool_calls": [{"id": "1", "function": function}]}
    called = {"id": "r", "message": message, "finish_reason": "TOOL_CALL"}
    with opened_history(data) as history:
        history.add("cccccccc", turn("Run", "", reply=called))
    exported = output(kept("history", "export", "cccccccc"))
    assert exported.endswith(
        '> Run\n\nTool calls:\n\n````\nrun({"text": "```"})\n````\n'
    )


def test_a_page_links_each_citation_to_the_passage(kept):
    page = output(kept("history", "export", "trip", "-o", "html"))
    assert page.startswith('<!DOCTYPE html>\n<html lang="en">\n')
    assert 'content="default-src &#x27;none&#x27;; style-src' in page
    links = re.findall(r'class="cite" href="#([^"]+)"', page)
    assert links == ["w3k9zq2m-1-s1", "w3k9zq2m-1-s2", "w3k9zq2m-1-s1"]
    assert page[page.index('<div class="passage" id="w3k9zq2m-1-s1">') :].startswith(
        '<div class="passage" id="w3k9zq2m-1-s1">\n<p>Paris is in France.</p>\n'
        "<dl><dt>title</dt><dd>Cities</dd></dl>\n"
        '<p><a href="#w3k9zq2m-1-c1">back to the text</a></p></div></details>\n'
    )
    assert '<p class="ending">interrupted</p>' in page


def test_a_passage_that_the_reply_leaves_out_is_that_of_the_request(kept, data):
    bare = {"type": "document", "id": "cities.md:3"}
    cited = citation(ANSWER, "Paris") | {"sources": [bare]}
    request = {"documents": [{"id": "cities.md:3", "data": CITIES}]}
    with opened_history(data) as history:
        asked = turn("Hi", ANSWER, reply=reply(ANSWER, [cited]), request=request)
        history.add("cccccccc", asked)
    page = output(kept("history", "export", "cccccccc", "-o", "html"))
    assert "<p>Paris is in France.</p>" in page


@pytest.mark.parametrize("words", [[], ["trip", "--all"]], ids=str)
def test_an_export_is_of_one_conversation_or_of_all(kept, words):
    what = "co: name one conversation, or give --all"
    assert failure(kept("history", "export", *words)) == (2, what)


@pytest.mark.usefixtures("data")
@pytest.mark.parametrize(
    ("form", "empty"), [("json", "[]\n"), ("jsonl", ""), ("md", "")]
)
def test_an_empty_history_is_exported_as_nothing(co, form, empty):
    run = co("history", "export", "--all", "-o", form)
    assert (run.returncode, run.stdout.decode()) == (0, empty)
    assert run.stderr == b"co: the history is empty\n"


# Statistics


def test_tokens_are_counted_by_model_and_in_total(kept, data):
    usage = {"billed_units": {"search_units": 2}, "prompt_tokens": 1000}
    with opened_history(data) as history:
        history.add("abcdefgh", turn("Hi", "Ho", reply=reply("Ho", usage=usage)))
    note = "co: without the tokens of 3 turns: the server sent no usage\n"
    run = kept("history", "stats")
    assert (run.returncode, run.stderr.decode()) == (0, note)
    assert run.stdout.decode() == (
        "m\t2\t4\t1000\t0\t2\t3\t\ncommand-a\t1\t1\t12\t30\t0\t0\t\n"
    )
    run = kept("history", "stats", "--json")
    total = {"conversations": 2, "turns": 5, "input_tokens": 1012, "output_tokens": 30}
    assert json.loads(run.stdout) == {
        "since": None,
        "models": [
            {"model": "m", "conversations": 2, "turns": 4, "input_tokens": 1000}
            | {"output_tokens": 0, "search_units": 2, "without_usage": 3}
            | {"dollars": None},
            {"model": "command-a", "conversations": 1, "turns": 1, "input_tokens": 12}
            | {"output_tokens": 30, "search_units": 0, "without_usage": 0}
            | {"dollars": None},
        ],
        "total": total | {"search_units": 2, "without_usage": 3, "dollars": None},
    }
    shown = kept("history", "stats", "-o", "table").stdout.decode()
    assert shown == (
        "m                      2      4         1,000              0             2        -\n"
        "command-a              1      1            12             30             0        -\n"
        "total                  2      5         1,012             30             2        -\n"
    )


@pytest.mark.parametrize(("config", "dollars"), [("", 12.5), ("input=1,output=2", 3.0)])
def test_tokens_have_the_price_of_the_list_or_of_the_profile(co, data, config, dollars):
    model, tokens = "command-a-03-2025", {"input_tokens": 10**6, "output_tokens": 10**6}
    if config:
        co("config", "set", f"prices.{model}", config, "-p", "work")
        co.environ["CO_PROFILE"] = "work"
    whole = reply("Ho", usage={"billed_units": tokens})
    with opened_history(data) as history:
        history.add("abcdefgh", turn("Hi", "Ho", model=model, reply=whole))
    run = co("history", "stats", "--json")
    assert json.loads(run.stdout)["total"]["dollars"] == pytest.approx(dollars)


def test_old_turns_can_be_left_out_of_the_statistics(kept):
    since = "1970-01-01T00:06:00Z"
    run = kept("history", "stats", "--since", since, "--json")
    counted = json.loads(run.stdout)
    assert counted["since"] == "1970-01-01T00:06:00.000Z"
    assert [one["turns"] for one in counted["models"]] == [1]
    run = kept("history", "stats", "--since", "1d")
    assert (run.returncode, run.stdout, run.stderr) == (
        0,
        b"",
        b"co: no turn to count\n",
    )


# Delete and redact


def ids(co):
    return [one["id"] for one in json.loads(co("history", "list", "--json").stdout)]


@pytest.mark.parametrize(
    ("words", "counted", "left"),
    [
        (["trip"], "1 conversation with 3 turns", ["abcdefgh"]),
        (["trip", "w3k", "abc"], "2 conversations with 4 turns", []),
        (
            ["--older-than", "1970-01-01T00:05:30Z"],
            "1 conversation with 3 turns",
            ["abcdefgh"],
        ),
        (["--older-than", "1d"], "2 conversations with 4 turns", []),
        (["--all"], "2 conversations with 4 turns", []),
    ],
    ids=str,
)
def test_conversations_are_deleted_without_a_byte_left(
    kept, data, words, counted, left
):
    run = kept("history", "delete", *words, "--yes")
    assert (run.returncode, run.stdout) == (0, b"")
    assert run.stderr.decode() == f"co: {counted} deleted\n"
    assert ids(kept) == left
    stored = b"".join(one.read_bytes() for one in data.parent.iterdir())
    assert b"Seine" not in stored


def test_without_a_terminal_nothing_is_deleted_unless_yes(kept):
    assert failure(kept("history", "delete", "--all")) == (2, "co: nothing was deleted")
    assert ids(kept) == ["abcdefgh", "w3k9zq2m"]


@pytest.mark.pty
@pytest.mark.parametrize(
    ("key", "code", "left"), [("y", 0, ["abcdefgh"]), ("", 2, ["abcdefgh", "w3k9zq2m"])]
)
def test_a_terminal_is_asked_before_anything_is_deleted(kept, key, code, left):
    environ = {**kept.environ, "TERM": "dumb"}
    child = pexpect.spawn("co history delete trip", env=environ, timeout=20)
    child.expect_exact("co: delete 1 conversation with 3 turns? [y/N] ")
    child.sendline(key)
    child.expect(pexpect.EOF)
    child.close()
    assert (child.exitstatus, ids(kept)) == (code, left)


@pytest.mark.parametrize(
    ("words", "what"),
    [
        ([], "name conversations, or give --older-than or --all"),
        (["trip", "--all"], "name conversations, or give --older-than or --all"),
        (["trip:2", "-y"], "'trip:2' is one turn of a conversation"),
        (["trip", "nix", "-y"], "no such conversation: 'nix'"),
        (["--older-than", "old", "-y"], "--older-than 'old' is not a time"),
    ],
    ids=str,
)
def test_what_cannot_be_deleted_is_refused_before_anything_is(kept, words, what):
    assert failure(kept("history", "delete", *words)) == (2, f"co: {what}")
    assert ids(kept) == ["abcdefgh", "w3k9zq2m"]


def test_a_history_without_such_conversations_stays_as_it_is(kept):
    run = kept("history", "delete", "--older-than", "1970-01-01", "--yes")
    what = b"co: no conversation to delete\n"
    assert (run.returncode, run.stdout, run.stderr) == (0, b"", what)


def test_what_another_process_keeps_of_it_is_exit_3(kept, data):
    with sqlite3.connect(data) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM turns").fetchone()
        run = kept("history", "delete", "trip", "--yes")
        reader.execute("ROLLBACK")
    what = "a part of what was removed is still in the file: another process reads it"
    assert (run.returncode, run.stderr.decode().splitlines()) == (
        3,
        [
            "co: 1 conversation with 3 turns deleted",
            f"co: {what} ({data})",
            "hint: the next `co history delete` or `co history redact` overwrites it",
        ],
    )
    assert ids(kept) == ["abcdefgh"]


def test_a_text_is_redacted_wherever_a_conversation_has_it(kept, data, tmp_path):
    run = kept("history", "redact", "trip", "Seine")
    note = "co: 1 turn of w3k9zq2m redacted\n"
    assert (run.returncode, run.stdout, run.stderr.decode()) == (0, b"", note)
    secret = tmp_path / "secret.txt"
    secret.write_text("Paris\n")
    assert kept("history", "redact", "w3k", f"@{secret}").returncode == 0
    stored = b"".join(one.read_bytes() for one in data.parent.iterdir())
    assert not re.search(b"Seine|Paris|pari", stored)
    shown = json.loads(kept("history", "show", "trip:1", "--json").stdout)
    assert (
        shown["answer"] == "[redacted] is the capital. The [redacted] flows through it."
    )
    cited = shown["reply"]["message"]["citations"]
    assert [(one["start"], one["end"], one["text"]) for one in cited] == [
        (0, 10, "[redacted]"),
        (31, 41, "[redacted]"),
    ]


def test_a_name_with_the_text_is_removed(kept):
    run = kept("history", "redact", "trip", "trip")
    assert (run.returncode, run.stderr.decode().splitlines()) == (
        0,
        [
            "co: the name had the text; w3k9zq2m has none now",
            "co: 0 turns of w3k9zq2m redacted",
        ],
    )
    assert ids(kept) == ["abcdefgh", "w3k9zq2m"]


def test_a_text_that_is_nowhere_is_exit_9_and_is_not_repeated(kept):
    run = kept("history", "redact", "trip", "PELICAN")
    assert (run.returncode, run.stderr.decode()) == (
        9,
        "co: the text is nowhere in w3k9zq2m\nhint: upper and lower case differ\n",
    )


def test_a_name_of_the_api_that_has_the_text_stays_and_is_reported(kept, data):
    with opened_history(data) as history:
        history.add("cccccccc", turn("the user", "Hi"))
    run = kept("history", "redact", "cccccccc", "user")
    assert (run.returncode, run.stderr.decode().splitlines()) == (
        0,
        [
            "co: 1 turn of cccccccc redacted",
            "co: a name that the API prescribes has the text, too (1 turn)",
        ],
    )
    what = "co: only names that the API prescribes have the text in cccccccc"
    assert failure(kept("history", "redact", "cccccccc", "user")) == (9, what)
    shown = json.loads(kept("history", "show", "cccccccc:1", "--json").stdout)
    assert shown["request"]["messages"] == [
        {"role": "user", "content": "the [redacted]"}
    ]


# The store


def test_a_completion_script_gets_names_and_ids(kept, data):
    with opened_history(data) as history:
        history.add("badnames", turn("Hi", "Ho"), name="two\nlines")
    words = ["completion", "bash", "--names", "conversations"]
    assert output(kept(*words)) == "abcdefgh\ntrip\n"
    data.write_bytes(b"no database" * 100)
    assert output(kept(*words)) == ""


def test_a_history_that_is_missing_is_empty_and_stays_missing(co, data):
    run = co("history", "list", "--json")
    note = (
        "co: the history is empty: `co chat` keeps what is asked and answered; "
        "of a sandbox, with --name\n"
    )
    assert (run.returncode, run.stdout, run.stderr.decode()) == (0, b"[]\n", note)
    assert failure(co("history", "show")) == (2, "co: the history has no conversation")
    assert not data.parent.exists()


def test_a_history_that_cannot_be_used_is_one_line_and_exit_3(co, data):
    data.parent.mkdir(parents=True)
    data.write_bytes(b"no database" * 100)
    for words in (["list"], ["search", "x"], ["show"]):
        what = f"the history cannot be used: it is not a history of co ({data})"
        run = co("history", *words)
        assert failure(run) == (3, f"co: {what}")
        hint = "hint: a new history begins if this file is moved away"
        assert run.stderr.decode().splitlines()[1:] == [hint]


def test_a_closed_pipe_and_a_full_disk_are_not_errors_of_the_history(kept, data):
    with opened_history(data) as history:
        history.add("bbbbbbbb", turn("Hi", "Ho" * 200_000))
    line = "co history export --all -o jsonl | head -c 1; echo ${PIPESTATUS[0]}"
    run = kept.shell(line)
    assert (run.stdout, run.stderr) == (b"{141\n", b"")
    run = kept.shell("co history export --all -o jsonl > /dev/full")
    what = b"co: cannot write output: no space left on device\n"
    assert (run.returncode, run.stderr.splitlines(keepends=True)[0]) == (23, what)


def test_the_path_of_the_history_is_printed(co, data):
    assert output(co("history", "path")) == f"{data}\n"


# Bold, dim, italic, underlined and coloured; rows are drawn again.
OURS = re.compile(r"\r?\x1b\[(?:(?:[0-4]|[39]\d|[;])*m|\?7[lh]|\d*[AJ])")
HOSTILE_TEXT = "\n".join(HOSTILE)


@pytest.mark.pty
def test_no_text_of_the_history_can_drive_a_terminal(co, data):
    with opened_history(data) as history:
        hostile = turn(HOSTILE_TEXT, HOSTILE_TEXT, model=HOSTILE_TEXT, status="error")
        error = {"message": HOSTILE_TEXT}
        hostile = hostile._replace(error=error, reply=reply(HOSTILE_TEXT))
        history.add("abcdefgh", hostile, name=HOSTILE_TEXT)
    for words in (["list"], ["search", "a01"], ["show"], ["stats"], ["show", "n"]):
        for environ in (co.environ, {**co.environ, "TERM": "dumb"}):
            shown = pexpect.run(
                shlex.join(["co", "history", *words]),
                env=environ,
                dimensions=(24, 80),
                timeout=20,
            ).decode()
            shown = OURS.sub("", shown.replace("\r\n", "\n"))
            assert [one for one in shown if ord(one) < 32 and one not in "\n\t"] == []
            assert not set(shown) & set("\x7f\x9b\x9d\u202e\u2066\u200b")
