import json
import os
from pathlib import Path

import pytest

from cohere_cli.api.accumulate import Reply, accumulate
from cohere_cli.api.chat import ChatReader
from cohere_cli.api.compat import CompatReader
from cohere_cli.api.recorded import recorded
from cohere_cli.api.sse import data_of
from cohere_cli.api.stream import events_of
from cohere_cli.errors import AnswerIncomplete, InputProblem

DATA = Path(__file__).parent.parent / "data"
# A folder of streams as a server sent them; the tests own a few made by hand.
MORE = Path(os.environ.get("CO_RECORDINGS", DATA))
STREAMS = sorted(
    {*DATA.glob("*.sse"), *MORE.glob("*.sse"), *MORE.glob("*.chunks.jsonl")}
)


def folded(events):
    reply, said = Reply(), ""
    try:
        for _, reply in accumulate(events):  # noqa: B007 - the last one counts
            pass
    except AnswerIncomplete as exc:
        said = str(exc)
    return reply, said


@pytest.mark.parametrize("path", STREAMS, ids=lambda path: path.name)
def test_a_recorded_stream_gives_the_same_reply_at_any_chunk_size(path):
    stream = path.read_bytes()
    told, shape = recorded(stream.decode(), path.name)
    whole, said = folded(told)
    assert shape(whole)["id"]
    assert said.startswith("answer failed: ") == ("ERROR" in path.name)
    if path.suffix != ".sse":
        return
    for size in (1, 2, 7, 4096):
        chunks = (stream[at : at + size] for at in range(0, len(stream), size))
        reader = CompatReader() if whole.model else ChatReader()
        assert folded(events_of(data_of(chunks), reader)) == (whole, said)


@pytest.mark.parametrize("path", STREAMS, ids=lambda path: path.name)
def test_every_citation_covers_the_words_that_it_names(path):
    reply, _ = folded(recorded(path.read_text(), path.name)[0])
    for citation in reply.citations:
        text = str(reply.content[reply.content_index_of(citation)].text)
        assert text[citation.start : citation.end] == citation.text


@pytest.mark.parametrize("path", STREAMS, ids=lambda path: path.name)
def test_what_events_writes_is_read_again_to_the_same_reply(path):
    told, shape = recorded(path.read_text(), path.name)
    raws = []

    def noted():
        for event in told:
            if event.raw:
                raws.append(event.raw)
            yield event

    reply, said = folded(noted())
    again, shape_again = recorded("\n".join(raws), path.name)
    if shape is shape_again:
        assert folded(again) == (reply, said)
    assert all(json.loads(raw) for raw in raws)


@pytest.mark.parametrize("text", ["", "\n", "# README\n\nNot a stream.\n"])
def test_a_file_without_a_stream_is_refused_by_name(text):
    with pytest.raises(InputProblem, match=r"^holds no recorded stream \(x.sse\)$"):
        recorded(text, "x.sse")
