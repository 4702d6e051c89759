"""Answers in steps, in the history and in the sources of the last one."""

import json
import re
import sys
from pathlib import Path

import pexpect
import pytest
from attacks import HOSTILE
from co_program import ROOT

from cohere_cli.conversation.dates import local_time
from cohere_cli.conversation.store import opened_history
from tests.conversation.test_store import turn

CALLS = [
    {
        "id": f"stock_{number}",
        "type": "function",
        "function": {"name": "stock", "arguments": json.dumps({"of": of})},
    }
    for number, of in enumerate(["tea", "<b>"])
]
ROWS = [
    {"id": "stock_0:T-1", "data": {"name": "Green tea", "count": 4}},
    {"id": "stock_0:1", "data": {"url": "https://example.com/t2", "count": 0}},
]
ANSWER = "Four are left."
LISTED = '> How much tea?\n\n│ I will look.\n→ stock(of="tea")\n→ stock(of="<b>")\n'


def result(id_, content):
    return {"role": "tool", "tool_call_id": id_, "content": content}


@pytest.fixture
def kept(co):
    """`co`, with a conversation of a question that took two steps, and one more."""
    path = Path(co.environ["HOME"]) / "data"
    co.environ["CO_DATA_DIR"] = str(path)
    calling = {"role": "assistant", "tool_plan": "I will look.", "tool_calls": CALLS}
    documents = [{"type": "document", "document": one} for one in ROWS]
    failed = [{"type": "document", "document": {"data": {"error": "not found"}}}]
    sources = [
        {"type": "tool", "id": one["id"], "tool_output": one["data"]} for one in ROWS
    ]
    cited = {"start": 0, "end": 4, "text": "Four", "sources": sources}
    text = [{"type": "text", "text": ANSWER}]
    answer = {"role": "assistant", "content": text, "citations": [cited]}
    first = turn("How much tea?", "")._replace(
        reply={"id": "1", "finish_reason": "TOOL_CALL", "message": calling}
    )
    messages = [result("stock_0", documents), result("stock_1", failed)]
    second = turn("", ANSWER, parent=1, began=200.0)._replace(
        request={"model": "m", "messages": messages},
        reply={"id": "2", "finish_reason": "COMPLETE", "message": answer},
    )
    with opened_history(path / "history" / "history.sqlite") as history:
        for each in (first, second):
            history.add("w3k9zq2m", each)
    return co


def output(run) -> str:
    assert (run.returncode, run.stderr.decode()) == (0, "")
    return run.stdout.decode()


def test_steps_are_shown_as_plan_calls_results_and_answer(kept):
    assert output(kept("history", "show")) == (
        f"w3k9zq2m:1  {local_time(100)}  m\n{LISTED}\n"
        f"w3k9zq2m:2  {local_time(200)}  m  step 2\n"
        '← stock(of="tea"): 2 rows\n'
        "    T-1 · name: Green tea, count: 4\n"
        "    row 1 · url: https://example.com/t2, count: 0\n"
        '← stock(of="<b>"): not found\n'
        f"\n{ANSWER}\n"
    )


def test_one_step_alone_names_the_calls_of_the_step_before(kept):
    shown = output(kept("history", "show", "w3:2"))
    assert shown.count("← stock(of=") == 2
    assert ">" not in shown.replace('"<b>"', "")


def test_steps_are_objects_with_their_numbers(kept):
    lines = output(kept("history", "export", "w3", "-o", "jsonl")).splitlines()
    turns = [json.loads(line) for line in lines]
    assert [(one["prompt"], one["step"]) for one in turns] == [
        ("How much tea?", 1),
        ("", 2),
    ]


def test_steps_are_exported_as_markdown_with_folded_results(kept):
    exported = output(kept("history", "export", "w3"))
    assert (
        exported
        == f"""\
# w3k9zq2m

## 1 · {local_time(100)} · m

> How much tea?

Plan: I will look.

Tool calls:

```
stock({{"of": "tea"}})
stock({{"of": "<b>"}})
```

## 2 · {local_time(200)} · m · step 2

<details>
<summary>stock(of=&quot;tea&quot;): 2 rows</summary>

```json
{{"id": "T-1", "name": "Green tea", "count": 4}}
{{"url": "https://example.com/t2", "count": 0}}
```

</details>

<details>
<summary>stock(of=&quot;&lt;b&gt;&quot;): not found</summary>

```json
{{"error": "not found"}}
```

</details>

Four[^2-1][^2-2] are left.

[^2-1]: stock(of="tea") · T-1 · Green tea — “Four”
[^2-2]: stock(of="tea") · row 1 · https://example.com/t2, <https://example.com/t2> — “Four”
"""
    )


def test_a_citation_leads_to_the_row_in_the_results_of_its_step(kept):
    page = output(kept("history", "export", "w3", "-o", "html"))
    links = re.findall('class="cite" href="#([^"]+)"', page)
    assert links == ["w3k9zq2m-2-r0-0", "w3k9zq2m-2-r0-1"]
    assert [page.count(f'id="{link}"') for link in links] == [1, 1]
    row = page.partition(f'id="{links[0]}">')[2].partition("</div>")[0]
    assert row == (
        "\n<p><b>T-1</b></p>\n<dl><dt>name</dt><dd>Green tea</dd><dt>count</dt>"
        '<dd>4</dd></dl>\n<p><a href="#w3k9zq2m-2-c1">back to the text</a></p>'
    )
    assert 'href="https://example.com/t2">https://example.com/t2</a>' in page
    assert "<summary>stock(of=&quot;&lt;b&gt;&quot;): not found</summary>" in page
    assert "<summary>tool call: stock(of=&quot;tea&quot;)</summary>" in page
    # The second step has no prompt.
    assert page.count('<div class="prompt">') == 1


def test_a_page_of_the_last_step_alone_has_its_rows_too(kept):
    page = output(kept("history", "export", "w3:2", "-o", "html"))
    for link in re.findall('href="#([^"]+)"', page):
        assert f'id="{link}"' in page


def test_hostile_calls_and_rows_do_not_act_on_a_page_or_a_screen(kept):
    path = Path(kept.environ["CO_DATA_DIR"]) / "history" / "history.sqlite"
    text = "\n".join(["<script>", *HOSTILE])
    function = {"name": text, "arguments": f'{{"a": {json.dumps(text)}'}
    message = {"tool_calls": [{"id": text, "function": function}]}
    calling = {"id": "1", "finish_reason": "TOOL_CALL", "message": message}
    row = {"type": "document", "document": {"id": text, "data": {text: text}}}
    request = {"messages": [result(text, [row, row, text, 1, None])]}
    with opened_history(path) as history:
        history.add("abcdefgh", turn("Hi", "")._replace(reply=calling))
        history.add("abcdefgh", turn("", "x", parent=1)._replace(request=request))
    page = output(kept("history", "export", "abc", "-o", "html"))
    assert "<script" not in page
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202e]", page)
    screen = pexpect.run(
        f"{sys.executable} -m cohere_cli history show abc --color never",
        env={**kept.environ, "TERM": "dumb"},
        cwd=str(ROOT),
    )
    assert not re.search(rb"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]", screen)


def test_the_prompts_that_are_recalled_are_those_that_a_person_wrote(kept):
    path = Path(kept.environ["CO_DATA_DIR"]) / "history" / "history.sqlite"
    with opened_history(path) as history:
        assert history.prompts(9) == ["How much tea?"]
