"""The exported page of the history in Chromium: each citation opens its passage."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from co_program import Co

from cohere_cli.conversation.store import opened_history
from tests.conversation.test_store import turn
from tests.process.test_history import CITIES, RIVERS, citation, reply
from tests.real.chromium import Page, browsing

pytestmark = pytest.mark.real

ANSWER = """\
# Rivers

The **Seine** flows through *Paris*, see [a page](https://example.com/a).

| river | length |
|-------|--------|
| Loire | 1,006 km |

<script>document.title = "taken"</script> <img src=x onerror="document.title='taken'">
![beacon](https://example.com/beacon.png) [run](javascript:document.title='taken')
"""
HOSTILE = '"><script>document.title="taken"</script><b id=forged>'

CITATIONS = """\
[...document.querySelectorAll("a.cite")].map(a => a.getAttribute("href"))"""
CLOSE = 'document.querySelectorAll("details").forEach(one => one.open = false)'
PLACE = """\
(() => {{
  const link = document.querySelectorAll("a.cite")[{}];
  link.scrollIntoView({{block: "center"}});
  const box = link.getBoundingClientRect();
  const at = [box.x + box.width / 2, box.y + box.height / 2];
  return document.elementFromPoint(...at) === link ? at : null;
}})()"""
OPENED = """\
(() => {{
  const passage = document.getElementById({});
  const box = passage.getBoundingClientRect();
  return [passage.checkVisibility({{contentVisibilityAuto: true}}), box.height > 0,
    box.top >= 0 && box.top < innerHeight, passage.innerText.split("\\n")[0],
    [...document.querySelectorAll("details[open]")].length];
}})()"""


@pytest.fixture
def page(tmp_path) -> Iterator[Page]:
    if not (program := shutil.which("chromium")):
        pytest.skip("there is no chromium here: apt-get install chromium")
    co = Co(tmp_path)
    co.environ["CO_DATA_DIR"] = str(tmp_path / "data")
    fill(tmp_path / "data" / "history" / "history.sqlite")
    exported = tmp_path / "history.html"
    exported.write_bytes(co("history", "export", "--all", "-o", "html").stdout)
    with browsing(program, tmp_path / "profile") as opened:
        opened.open(exported.as_uri())
        yield opened


def fill(path: Path) -> None:
    hostile = {"id": HOSTILE, "title": HOSTILE, "text": HOSTILE, HOSTILE: HOSTILE}
    cited = [
        citation(ANSWER, "Seine", RIVERS, CITIES),
        citation(ANSWER, "Paris", CITIES),
        citation(ANSWER, "1,006 km", hostile),
    ]
    with opened_history(path) as history:
        one = turn("Rivers?", ANSWER, reply=reply(ANSWER, cited))
        history.add("w3k9zq2m", one, name=HOSTILE)
        history.add("w3k9zq2m", one._replace(prompt=HOSTILE, parent=1, model=HOSTILE))
        history.add("abcdefgh", one)


def test_each_citation_is_clickable_and_opens_its_passage(page):
    links = page.value(CITATIONS)
    firsts = {"s1": RIVERS["url"], "s2": CITIES["text"], "s3": HOSTILE}
    assert [link.rsplit("-", 1)[1] for link in links] == ["s1", "s2", "s2", "s3"] * 3
    for at, link in enumerate(links):
        page.value(CLOSE)
        place = page.value(PLACE.format(at))
        assert place, link
        page.click(*place)
        assert page.value("location.hash") == link
        first = firsts[link.rsplit("-", 1)[1]]
        opened = page.value(OPENED.format(repr(link[1:])))
        assert opened == [True, True, True, first, 1]


def test_a_page_runs_no_script_and_loads_nothing(page):
    assert page.value("document.title") == "2 conversations"
    assert page.value("document.getElementById('forged')") is None
    loaded = [
        one["params"]["request"]["url"]
        for one in page.seen
        if one["method"] == "Network.requestWillBeSent"
    ]
    assert [url for url in loaded if not url.endswith("/history.html")] == []
    hrefs = "new Set([...document.links].map(one => one.protocol))"
    assert page.value(f"[...{hrefs}].sort()") == ["file:", "https:"]
    assert page.value("document.scripts.length + document.images.length") == 0
