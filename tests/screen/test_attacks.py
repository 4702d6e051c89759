import base64
import json
import re
import unicodedata
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import get_args

import pyte
import pytest
from attacks import ARGUMENT, ATTACKS, HEADER, HOSTILE, ON_ONE_LINE, without
from co_program import on_terminal
from raw_server import http

from cohere_cli.commands.flags.answer import ReplyFormat

pytestmark = pytest.mark.pty

# The line that tells of waiting, on a slow machine.
WAITING = (
    r"\x1b\[\?7l\r\x1b\[2mwaiting(?: [0-9]+ s)?\x1b\[0m\x1b\[K\r\x1b\[\?7h|\r\x1b\[K|"
)
# All that our own renderers may draw with: styles, wrapping off and on, back to the
# start of the few rows that may change, and the line ends of a terminal.
# A progress line, on a busy machine, comes first.
OURS = re.compile(
    WAITING + r"\x1b\[\?7l\rreranking[^\r]*\r\x1b\[\?7h|\r\x1b\[K|"
    r"\x1b\[[0-9]+(?:;[0-9]+)*m|\x1b\[\?7[lh]|\r(?:\x1b\[[1-8]A)?\x1b\[J|\r\n|\t"
)
A_LINK = re.compile(r"\x1b\]8;;((?:(?:https?|file)://[!#-&(-~]+)?)\x1b\\")
UNSEEN = {*"\u034f\u115f\u1160\u17b4\u17b5\u180b\u2800\u3164\ufe00\ufe0f\uffa0"}
UNSEEN |= {*map(chr, (0xFDD0, 0xFFFF, *range(0xE0100, 0xE01F0)))}
PIXEL = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGNgAAAAAgABSK+kcQAAAABJRU5ErkJggg=="
)


def acting(text: str) -> set[str]:
    """What is left in *text* that a terminal obeys or a reader does not see."""
    kinds = ("Cc", "Cf", "Co", "Zl", "Zp", "Cs")
    return {one for one in text if unicodedata.category(one) in kinds or one in UNSEEN}


class Stage:
    """A terminal of 50 rows and 250 columns, for programs that are lied to."""

    def __init__(self, co, serve, folder: Path) -> None:
        self.folder = folder
        self._serve = serve
        self._environ = {**co.environ, "CO_API_KEY": "k" * 9, "COLUMNS": "250"}

    def watch(self, *words: str, **environ: str) -> str:
        """Run `co` to its end, and return all that it wrote to the terminal."""
        return on_terminal(
            words, {**self._environ, **environ}, self.folder, (50, 250)
        ).decode()

    def replay(self, *events: object, words: tuple[str, ...] = (), **environ) -> str:
        """Show a recording of *events*."""
        (self.folder / "recorded").write_bytes(stream(*events))
        return self.watch("replay", "recorded", *words, **environ)

    def ask(self, *replies: bytes, words: tuple[str, ...] = (), **environ) -> str:
        """Ask a server that has these *replies*."""
        server = self._serve(*replies)
        tries = ("--retries", str(len(replies) - 1))
        asked = ("chat", "Hi", "--base-url", server.url, *tries, *words)
        return self.watch(*asked, **environ)

    def rank(self, output: str) -> str:
        """Have the hostile lines ranked."""
        shown = (json.dumps({"text": line}, ensure_ascii=False) for line in HOSTILE)
        records = "".join(f"{one}\n" for one in shown)
        (self.folder / "records.jsonl").write_text(records)
        return self._ranked("records.jsonl", output)

    def rank_names(self, output: str) -> str:
        """Have files ranked whose names are hostile."""
        self.write_files()
        return self._ranked("d", output)

    def write_files(self) -> list[str]:
        """Write a file for each hostile name, and return the names."""
        (self.folder / "d").mkdir()
        names = ["d/" + without("/\x00", line) for line in HOSTILE]
        for at, name in enumerate(names):
            (self.folder / name).write_text(f"x {at}\n")  # equal ones are sent once
        return names

    def _ranked(self, source: str, output: str) -> str:
        results = [{"index": at, "relevance_score": 0.5} for at in range(len(HOSTILE))]
        reply = json.dumps({"id": ON_ONE_LINE, "results": results}).encode()
        server = self._serve(http(reply, "200 OK", "application/json"))
        asked = ("-q", "x", "--base-url", server.url, "-o", output)
        return self.watch("rerank", source, *asked)


Sink = Callable[[Stage], str]
SINKS: dict[str, Sink] = {}


def sink(show: Sink) -> Sink:
    SINKS[show.__name__] = show
    return show


@pytest.fixture
def stage(co, serve, tmp_path):
    return Stage(co, serve, tmp_path)


def stream(*events: object) -> bytes:
    # Unescaped: what JSON lets stand as it is, comes as it is.
    shown = (json.dumps(event, ensure_ascii=False) for event in events)
    return "".join(f"data: {event}\n\n" for event in shown).encode()


def message(kind: str, at: int = 0, **noted: object) -> dict[str, object]:
    return {"type": kind, "index": at, "delta": {"message": noted}}


def pieces(noted: str, size: int = 3) -> list[str]:
    """Cut so small that every attack is split over deltas."""
    return [noted[at : at + size] for at in range(0, len(noted), size)]


def content(noted: str, kind: str = "text", at: int = 0) -> list[object]:
    start = message("content-start", at, content={"type": kind, kind: ""})
    deltas = (message("content-delta", at, content={kind: c}) for c in pieces(noted))
    return [start, *deltas]


def call(at: int, name: str, arguments: str) -> list[object]:
    function = {"name": name, "arguments": ""}
    start = {"id": "1", "type": "function", "function": function}
    return [
        message("tool-call-start", at, tool_calls=start),
        *(
            message("tool-call-delta", at, tool_calls={"function": {"arguments": c}})
            for c in pieces(arguments)
        ),
        message("tool-call-end", at),
    ]


def citations(*sources: dict[str, object], text: str = "Hi") -> list[object]:
    shown = [
        {"start": 0, "end": 2, "text": text, "sources": [source]} for source in sources
    ]
    cited = [
        message("citation-start", at, citations=one) for at, one in enumerate(shown)
    ]
    return [*content("Hi there"), *cited]


def end(reason: str = "COMPLETE", **noted: object) -> dict[str, object]:
    return {"type": "message-end", "delta": {"finish_reason": reason, **noted}}


EVERYTHING = [
    *content("\n\n".join(HOSTILE), "thinking", 0),
    message("content-start", 1, content={"type": "text", "text": ""}),
    *(message("content-delta", 1, content={"text": f"{one}\n"}) for one in HOSTILE),
    message("tool-plan-delta", tool_plan=ON_ONE_LINE),
    *call(0, ON_ONE_LINE, json.dumps({"x": ON_ONE_LINE})),
    {"type": ON_ONE_LINE},
    end(),
]


@sink
def an_answer(stage):
    return stage.replay(*content("\n\n".join(HOSTILE)), end())


@sink
def an_answer_of_lists_tables_and_links(stage):
    items = "".join(f"- {one}\n" for one in HOSTILE)
    table = "| a |\n|---|\n" + "".join(f"| {one} |\n" for one in HOSTILE)
    links = "\n\n".join(f"# [{one}](<http://x/{one}>)" for one in HOSTILE)
    return stage.replay(*content(f"{items}\n{table}\n{links}\n"), end())


@sink
def an_answer_of_code(stage):
    lines = "\n".join(HOSTILE)
    fence = f"```{ON_ONE_LINE}\n{lines}\n```\n"
    python = f"```python\n{lines}\n```\n"
    inline = "\n\n".join(f"`{one}`" for one in HOSTILE)
    return stage.replay(*content(f"{fence}{python}{inline}\n"), end())


@sink
def an_answer_from_a_server(stage):
    return stage.ask(http(stream(*content("\n\n".join(HOSTILE)), end())))


@sink
def an_answer_token_by_token(stage):
    odds = {"logprobs": {"logprobs": [-0.5]}}
    tokens = [message("content-delta", content={"text": one}) | odds for one in HOSTILE]
    return stage.ask(http(stream(*tokens, end())), words=("--show", "logprobs"))


@sink
def an_answer_on_a_dumb_terminal(stage):
    return stage.replay(*EVERYTHING, TERM="dumb")


@sink
def thinking(stage):
    reply = http(stream(*content("\n".join(HOSTILE), "thinking"), end()))
    return stage.ask(reply, words=("--show", "thinking"))


@sink
def thinking_aloud_on_a_dumb_terminal(stage):
    reply = http(stream(*content("\n".join(HOSTILE), "thinking"), end()))
    return stage.ask(reply, words=("--show", "thinking"), TERM="dumb")


@sink
def a_plan(stage):
    noted = pieces("\n".join(HOSTILE), 1)
    plan = (message("tool-plan-delta", tool_plan=one) for one in noted)
    return stage.replay(*plan, end())


@sink
def a_tools_name(stage):
    calls = [one for at, name in enumerate(HOSTILE) for one in call(at, name, "")]
    return stage.replay(*calls, end("TOOL_CALL"))


@sink
def a_tools_arguments(stage):
    arguments = json.dumps(dict.fromkeys(HOSTILE, 1), ensure_ascii=False)
    return stage.replay(*call(0, "f", arguments), end("TOOL_CALL"))


@sink
def a_tools_arguments_that_are_no_json(stage):
    return stage.replay(*call(0, "f", "\n".join(HOSTILE)), end("TOOL_CALL"))


@sink
def the_words_of_a_citation(stage):
    cited = [
        one
        for at, words in enumerate(HOSTILE)
        for one in citations({"type": "document", "id": str(at)}, text=words)[-1:]
    ]
    # Only words of the answer are quoted.
    return stage.replay(*content("\n\n".join(HOSTILE)), *cited, end())


@sink
def the_title_of_a_document(stage):
    sources = ({"id": one, "document": {"title": one}} for one in HOSTILE)
    return stage.replay(*citations(*sources), end())


@sink
def the_id_of_a_document(stage):
    return stage.replay(*citations(*({"id": one} for one in HOSTILE)), end())


@sink
def the_url_of_a_document_on_a_dumb_terminal(stage):
    sources = ({"type": "document", "document": {"url": one}} for one in HOSTILE)
    return stage.replay(*citations(*sources), end(), TERM="dumb")


@sink
def the_output_of_a_tool(stage):
    sources = ({"type": "tool", "tool_output": {"name": one}} for one in HOSTILE)
    return stage.replay(*citations(*sources), end())


@sink
def the_type_of_a_source(stage):
    return stage.replay(*citations({"type": ON_ONE_LINE}), end())


@sink
def the_error_that_ended_an_answer(stage):
    why = {"error": ON_ONE_LINE, "error_type": ON_ONE_LINE}
    return stage.replay(*content("Hi"), end("ERROR", **why))


@sink
def the_reason_that_ended_an_answer(stage):
    return stage.replay(*content("Hi"), end(ON_ONE_LINE))


@sink
def the_usage(stage):
    used = dict.fromkeys(("input_tokens", "output_tokens"), ON_ONE_LINE)
    shown = {"tokens": used, "billed_units": used, "cached_tokens": ON_ONE_LINE}
    reply = stream(*content("Hi"), end(ON_ONE_LINE, usage=shown | {ON_ONE_LINE: 1}))
    return stage.ask(http(reply), words=("--usage",))


def a_reply_as(output, stage):
    return stage.replay(*EVERYTHING, words=("-o", output))


SINKS |= {
    f"a reply as {one}": partial(a_reply_as, one) for one in get_args(ReplyFormat)
}


@sink
def events_that_are_no_json(stage):
    raw = ON_ONE_LINE.replace("\r", "").encode()
    reply = b'data: {"type":"' + raw + b'"\n\n'
    return stage.ask(http(reply + stream(end())), words=("-o", "events"))


@sink
def the_body_of_an_error_that_is_tried_again(stage):
    some = [" ".join(HOSTILE[at : at + 8]) for at in range(0, len(HOSTILE), 8)]
    shown = (json.dumps({"message": one}).encode() for one in some)
    failed = ("503 Service Unavailable", "application/json", "Retry-After: 0")
    return stage.ask(*(http(one, *failed) for one in shown))


@sink
def the_body_of_a_web_page(stage):
    some = [" ".join(HOSTILE[at : at + 8]) for at in range(0, len(HOSTILE), 8)]
    pages = (f"<title>{one.replace('<', '')}</title>".encode() for one in some)
    failed = ("503 Service Unavailable", "text/html", "Retry-After: 0")
    return stage.ask(*(http(one, *failed) for one in pages))


@sink
def the_place_that_a_server_redirects_to(stage):
    # An address with an ASCII control is refused before anybody tells of it.
    to = "Location: " + without("\x00-\x1f\x7f")
    return stage.ask(http(b"", "307 Temporary Redirect", "text/plain", to))


@sink
def the_id_of_a_request(stage):
    id_ = f"x-debug-trace-id: {HEADER}"
    return stage.ask(http(b"no", "400 Bad Request", "text/plain", id_))


@sink
def the_type_of_a_reply(stage):
    return stage.ask(http(b"no", "200 OK", without(";", HEADER)))


@sink
def the_encoding_of_a_stream(stage):
    encoding = f"Content-Encoding: {HEADER}"
    return stage.ask(http(b"", "200 OK", "text/event-stream", encoding))


@sink
def the_name_of_a_file_that_is_not_there(stage):
    return stage.watch("chat", "Hi", "-d", ARGUMENT)


@sink
def the_name_of_a_profile(stage):
    return stage.watch("chat", "Hi", "-p", ARGUMENT)


@sink
def the_name_of_a_profile_in_the_environment(stage):
    return stage.watch("auth", "status", CO_PROFILE=ARGUMENT)


@sink
def the_folder_of_the_settings(stage):
    folder = "/".join(without("/\x00", line) for line in HOSTILE)
    return stage.watch("auth", "status", CO_CONFIG_DIR=f"{stage.folder}/{folder}")


@sink
def the_name_of_a_model_that_is_blind(stage):
    (stage.folder / "i.png").write_bytes(PIXEL)
    return stage.watch("chat", "Hi", "-i", "i.png", "-m", f"command-r{ARGUMENT}")


@sink
def the_address_of_an_image(stage):
    return stage.watch("chat", "Hi", "-i", "https://" + without("/?#@", ARGUMENT))


@sink
def a_flag_that_is_not_there(stage):
    return stage.watch("chat", f"--{without('=', ARGUMENT)}")


@sink
def a_command_that_is_not_there(stage):
    return stage.watch(ARGUMENT)


@sink
def a_format_that_is_not_there(stage):
    return stage.watch("chat", "Hi", "-o", ARGUMENT)


@sink
def a_channel_that_is_not_there(stage):
    return stage.watch("chat", "Hi", "--show", without(",", ARGUMENT))


@sink
def a_trace_for_those_who_mend_co(stage):
    return stage.watch("replay", ARGUMENT, CO_DEBUG="1")


@sink
def a_request_to_look_at(stage):
    return stage.watch("chat", ARGUMENT, "--dry-run")


@sink
def a_request_to_look_at_as_yaml(stage):
    return stage.watch("chat", ARGUMENT, "--dry-run", "-o", "yaml")


@sink
def a_request_for_curl(stage):
    return stage.watch("chat", ARGUMENT, "--curl")


@sink
def records_in_a_table(stage):
    return stage.rank("table")


@sink
def records_as_text(stage):
    return stage.rank("text")


@sink
def records_as_json(stage):
    return stage.rank("json")


@sink
def records_as_lines_of_json(stage):
    return stage.rank("jsonl")


@sink
def the_names_of_files_in_a_table(stage):
    return stage.rank_names("table")


@sink
def the_names_of_files_in_lines_of_json(stage):
    return stage.rank_names("jsonl")


def assert_harmless(raw: str) -> None:
    """Nothing acts in *raw*, though all that is hostile was seen in it."""
    seen = OURS.sub("", raw)
    assert acting(seen) == set()
    for at, attack in enumerate(ATTACKS.values()):
        assert f"a{at:02}" in seen
        assert attack not in raw or not acting(attack)


def assert_untouched(raw: str) -> None:
    """A terminal that was sent *raw* is as it was before."""
    screen = pyte.Screen(250, 50)
    modes = set(screen.mode)
    pyte.Stream(screen).feed(raw)
    assert (screen.title, screen.icon_name, screen.margins) == ("", "", None)
    assert screen.mode == modes


@pytest.mark.parametrize("show", SINKS.values(), ids=SINKS.keys())
def test_nothing_from_outside_drives_the_terminal(show, stage):
    raw = show(stage)
    assert_harmless(raw)
    assert_untouched(raw)


def test_links_to_the_web_hold_printable_ascii_alone(stage):
    urls = [f"https://example.com/{one}" for one in HOSTILE]
    sources = [{"id": url, "document": {"title": url, "url": url}} for url in urls]
    raw = stage.replay(*citations(*sources), end(), FORCE_HYPERLINK="1")
    assert {lead[:20] for lead in A_LINK.findall(raw)} == {"https://example.com/", ""}
    assert_harmless(A_LINK.sub("", raw))


def test_links_to_files_hold_printable_ascii_alone(stage):
    sources = [{"id": name} for name in stage.write_files()]
    raw = stage.replay(*citations(*sources), end(), FORCE_HYPERLINK="1")
    assert {lead[:7] for lead in A_LINK.findall(raw)} == {"file://", ""}
    assert_harmless(A_LINK.sub("", raw))


def test_there_are_enough_attacks_and_places_for_them():
    assert len(ATTACKS) >= 40
    assert len(set(ATTACKS.values())) == len(ATTACKS)
    assert len(SINKS) >= 20
