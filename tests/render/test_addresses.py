import re

import pytest

from cohere_cli.api.protocol.events import Source
from cohere_cli.render.links import LinkTarget, file_link, web_link

FILES = {"a.md": "/w/a.md", "b c'\".md": "/w/b c'\".md", "x:3": "/w/x:3"}


def locate(name):
    return FILES.get(name, "")


def source(id_="", **content):
    return Source({"id": id_, "document": content})


@pytest.mark.parametrize(
    ("source", "uri", "place"),
    [
        (source("a.md"), "file://box/w/a.md", "a.md"),
        (source("a.md:12-40"), "file://box/w/a.md#L12", "a.md:12-40"),
        (source("a.md:7"), "file://box/w/a.md#L7", "a.md:7"),
        (source("a.md:7-7#2"), "file://box/w/a.md#L7", "a.md:7-7#2"),
        (source("a.md:p3"), "file://box/w/a.md#page=3", "a.md:p3"),
        (source("a.md:p3#2"), "file://box/w/a.md#page=3", "a.md:p3#2"),
        (source("a.md:slide3"), "file://box/w/a.md", "a.md:slide3"),
        (source("a.md:cell3-7"), "file://box/w/a.md", "a.md:cell3-7"),
        (source("x:3"), "file://box/w/x%3A3", "x:3"),
        (source("1", path="a.md"), "file://box/w/a.md", "a.md"),
        (source("b c'\".md"), "file://box/w/b%20c%27%22.md", "b c'\".md"),
    ],
)
def test_a_source_that_names_a_file_leads_to_it(source, uri, place):
    assert file_link(source, locate, "box") == LinkTarget(uri, place)


@pytest.mark.parametrize("id_", ["", "gone.md", "gone.md:3", "a.md:x", "a.md:"])
def test_a_source_that_names_no_file_leads_nowhere(id_):
    assert file_link(source(id_, path=3), locate, "box") is None


@pytest.mark.parametrize(
    ("content", "uri", "host"),
    [
        ({"url": "https://b.example/x?q=1#y"}, "https://b.example/x?q=1#y", "b.example"),
        ({"link": "HTTP://B.example"}, "HTTP://B.example", "b.example"),
        ({"url": "x", "source": "http://[::1]:8/"}, "http://[::1]:8/", "::1"),
        ({"url": "http://good@evil.example/"}, "http://good@evil.example/", "evil.example"),
        ({"url": "http://e.example\\@good.example"}, "http://e.example%5C@good.example", "good.example"),
        ({"url": "http://b.example/\x1b]8;;\x07'\"<>é"}, "http://b.example/%1B]8;;%07%27%22%3C%3E%C3%A9", "b.example"),
    ],
)  # fmt: skip
def test_a_web_address_is_shown_with_its_true_host(content, uri, host):
    found = web_link(source(**content))
    assert found == LinkTarget(uri, host)
    assert re.fullmatch(r"[!#-&(-;=?-~]+", uri)


@pytest.mark.parametrize(
    "url",
    ["ftp://b.example", "javascript:x", "https:b", "http://", "http://[b", "http://b\u0456.example", "http://b.example/\n" + "x" * 2100, 7, None],
)  # fmt: skip
def test_what_is_no_address_on_the_web_leads_nowhere(url):
    assert web_link(source(url=url)) is None
