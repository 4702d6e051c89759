import json
import os

import pytest

from cohere_cli.api.protocol.events import (
    ContentDelta,
    GarbledEvent,
    MessageEnd,
    MessageStart,
    UnknownEvent,
)
from cohere_cli.api.protocol.reply import Reply
from cohere_cli.errors import AnswerIncomplete, NotAuthenticated
from cohere_cli.render.json import EventsRenderer, JsonRenderer
from cohere_cli.terminal import Terminal


def shape(reply: Reply):
    return {"id": reply.id, "text": reply.text}


def reply(text="é"):
    return [MessageStart(id="x"), ContentDelta(text=text), MessageEnd()]


def test_json_is_one_line_in_a_pipe(play):
    terminal = Terminal.fake()
    play(JsonRenderer(terminal, shape=shape), reply())
    assert terminal.written.decode() == '{"id": "x", "text": "é"}\n'


def test_json_is_indented_on_a_terminal(play):
    terminal = Terminal.fake(tty=True)
    play(JsonRenderer(terminal, shape=shape), reply())
    assert terminal.written.decode() == '{\n  "id": "x",\n  "text": "é"\n}\n'


HOSTILE = "\x1b]52;c;x\x07\x7f\x9b2J\u202e\u2028\u200b\U000e0041\U0001f642"


def test_json_on_a_terminal_escapes_what_could_drive_it(play):
    terminal = Terminal.fake(tty=True)
    play(JsonRenderer(terminal, shape=shape), reply(HOSTILE))
    written = terminal.written.decode()
    assert '"\\u001b]52;c;x\\u0007\\u007f\\u009b2J\\u202e\\u2028' in written
    assert "\\u200b\\udb40\\udc41\U0001f642" in written
    assert json.loads(written)["text"] == HOSTILE


def test_json_in_a_pipe_holds_the_models_characters(play):
    terminal = Terminal.fake()
    play(JsonRenderer(terminal, shape=shape), reply("\x9b\u202e\u2028"))
    assert terminal.written.decode() == '{"id": "x", "text": "\x9b\u202e\u2028"}\n'


def test_a_lone_surrogate_is_escaped(play):
    terminal = Terminal.fake()
    play(JsonRenderer(terminal, shape=shape), reply("a\ud800é"))
    assert terminal.written.decode() == '{"id": "x", "text": "a\\ud800é"}\n'


@pytest.mark.parametrize("tty", [False, True])
def test_a_byte_of_a_name_that_is_not_utf_8_is_a_replacement_character(play, tty):
    terminal = Terminal.fake(tty=tty)
    play(JsonRenderer(terminal, shape=shape), reply(os.fsdecode(b"caf\xe9.txt")))
    assert json.loads(terminal.written) == {"id": "x", "text": "caf\ufffd.txt"}


@pytest.mark.parametrize(
    ("error", "shown"),
    [
        (
            AnswerIncomplete("it was cut", where="id 7"),
            {
                "exit": 18,
                "kind": "incomplete",
                "message": "it was cut (id 7)",
                "where": "id 7",
            },
        ),
        (KeyboardInterrupt(), {"message": "interrupted", "exit": 130}),
        (RuntimeError("secret"), {"message": "a bug in co", "exit": 1}),
    ],
)
def test_json_of_a_cut_reply_says_so(play, error, shown):
    def cut():
        yield ContentDelta(text="half")
        raise error

    terminal = Terminal.fake()
    with pytest.raises(type(error)):
        play(JsonRenderer(terminal, shape=shape), cut())
    assert json.loads(terminal.written) == {
        "id": "",
        "text": "half",
        "complete": False,
        "error": shown,
    }


def test_where_nothing_came_json_writes_nothing(play):
    def refused():
        raise NotAuthenticated("no key")
        yield

    terminal = Terminal.fake()
    with pytest.raises(NotAuthenticated):
        play(JsonRenderer(terminal, shape=shape), refused())
    assert terminal.written == b""


def test_events_are_the_servers_own_text(play):
    raw = '{"type":"x",  "n": 1.50, "s":"\\u00e9\u2028"}'
    events = [
        UnknownEvent(type="x", raw=raw),
        MessageEnd(),
        GarbledEvent(raw='{"a":\n 1,\r\n"b": 2}'),
    ]
    terminal = Terminal.fake()
    play(EventsRenderer(terminal), events)
    assert terminal.written.decode() == f'{raw}\n{{"a":  1,  "b": 2}}\n'


def test_events_on_a_terminal_are_clean(play):
    terminal = Terminal.fake(tty=True)
    play(EventsRenderer(terminal), [GarbledEvent(raw="\x1b[2J\u202e")])
    assert terminal.written == b"\\u001b[2J\\u202e\n"


def test_an_event_on_a_terminal_is_still_the_same_object(play):
    terminal = Terminal.fake(tty=True)
    value = {"text": "क्\u200dष a\u200bb \u202e\U000e0061\x7f"}
    play(
        EventsRenderer(terminal),
        [GarbledEvent(raw=json.dumps(value, ensure_ascii=False))],
    )
    shown = terminal.written.decode()
    assert json.loads(shown) == value
    assert "क्\u200dष a\\u200bb \\u202e\\udb40\\udc61\\u007f" in shown
