import re
import runpy
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

pytestmark = pytest.mark.pty

ROOT = Path(__file__).parent.parent
FOLDER = ROOT / "docs/pictures"
DRAW = runpy.run_path(str(FOLDER / "draw.py"))
PICTURES = DRAW["PICTURES"]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
ANEW = "python docs/pictures/draw.py draws the pictures anew"


@pytest.mark.parametrize("name", PICTURES)
def test_a_picture_shows_what_the_program_shows(name):
    drawn = DRAW["picture"](PICTURES[name])
    assert FOLDER.joinpath(name).read_text("utf-8") == drawn, ANEW


def test_there_are_no_other_pictures():
    assert {file.name for file in FOLDER.glob("*.svg")} == set(PICTURES)


@pytest.mark.parametrize("name", PICTURES)
def test_a_picture_is_well_formed_and_fetches_nothing(name):
    text = FOLDER.joinpath(name).read_text("utf-8")
    assert ET.fromstring(text).tag == "{http://www.w3.org/2000/svg}svg"
    assert re.findall(r"url\(|href|@import|@font-face|<script", text) == []


@pytest.mark.parametrize("name", PICTURES)
def test_a_picture_is_shown_and_described_in_words(name):
    shown = re.compile(rf"!\[([^\]]+)\]\(([\w./]*{re.escape(name)})\)")
    found = [
        (page, words, path)
        for page in PAGES
        for words, path in shown.findall(page.read_text("utf-8"))
    ]
    assert found
    for page, words, path in found:
        assert (page.parent / path).resolve() == FOLDER / name
        assert len(words.split()) > 5


def test_a_cell_keeps_its_place_its_look_and_its_markup_as_text():
    screen = DRAW["Screen"](88, 2)
    screen.draw("a ")
    screen.select_graphic_rendition(1, 2, 36)
    screen.draw(" <&")
    row = [screen.buffer[0][x] for x in range(88)]
    assert list(DRAW["texts"](row, 1)) == [
        '<text x="0" y="35" textLength="8.4" lengthAdjust="spacingAndGlyphs">a</text>',
        '<text class="bold faint cyan" x="16.8" y="35" textLength="25.2" lengthAdjust="spacingAndGlyphs"> &lt;&amp;</text>',
    ]


def test_a_command_that_fails_draws_nothing():
    with pytest.raises(SystemExit, match="exit code 2: co chat --nonsense\n"):
        DRAW["picture"]("co chat --nonsense")
