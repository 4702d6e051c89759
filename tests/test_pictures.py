import re
import sys
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from pyte.screens import Char

pytestmark = pytest.mark.pty

ROOT = Path(__file__).parent.parent
FOLDER = ROOT / "docs/pictures"
sys.path.insert(0, str(FOLDER))

import animate  # noqa: E402 - a script beside the pictures
import draw  # noqa: E402 - the same

PICTURES, RECORDINGS = draw.PICTURES, animate.RECORDINGS
SVG = "{http://www.w3.org/2000/svg}"
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
ANEW = "python docs/pictures/draw.py draws the pictures anew"


def timeless(picture):
    times = r">[0-9.]+/s<|>[0-9]:[0-9]{2} left<|; [0-9]+ s(?=<)"
    return re.sub(times, ">…<", picture)


@pytest.mark.parametrize("name", PICTURES)
def test_a_picture_shows_what_the_program_shows(name):
    drawn = draw.picture(PICTURES[name])
    assert timeless(FOLDER.joinpath(name).read_text("utf-8")) == timeless(drawn), ANEW


def test_there_are_no_other_pictures():
    assert {file.name for file in FOLDER.glob("*.svg")} == {*PICTURES, *RECORDINGS}


def rows_that_stay(svg):
    """The texts of a recording that are there at its end, each row one text."""
    rows = {}
    (screen,) = ET.fromstring(svg).findall(f"{SVG}g")
    for element in screen:
        if "past" not in element.get("class", "").split():
            for text in [element, *element] if element.tag == f"{SVG}text" else element:
                x = round(float(text.get("x")) / draw.WIDTH)
                row = rows.get(text.get("y"), "").ljust(x)
                rows[text.get("y")] = row[:x] + text.text
    return rows


@pytest.mark.parametrize("name", RECORDINGS)
def test_a_recording_ends_with_what_the_program_shows(name):
    svg = FOLDER.joinpath(name).read_text("utf-8")
    drawn = draw.picture(RECORDINGS[name].replace(" --speed 1", ""))
    ends = rows_that_stay(svg)
    assert ends.pop("15") == f"$ {RECORDINGS[name]}"
    assert {"15": f"$ {RECORDINGS[name]}"[: -len(" --speed 1")]} | ends == (
        rows_that_stay(drawn)
    )


@pytest.mark.parametrize("name", RECORDINGS)
def test_a_recording_stands_still_for_who_asks_for_less_motion(name):
    svg = FOLDER.joinpath(name).read_text("utf-8")
    calm = (
        "@media (prefers-reduced-motion: reduce) { g { animation: none !important } }"
    )
    assert calm in svg
    assert len(svg) < 40_000


def row_of(text):
    return [draw.Char(letter) for letter in text.ljust(draw.COLUMNS)]


def test_a_row_that_grows_keeps_its_beginning_and_one_that_changes_is_drawn_anew():
    frames = [(0, []), (2, [row_of("ab")]), (3, [row_of("ab c")]), (5, [row_of("x")])]
    parts = [
        (*re.findall(r">(.*?)<", part.elements), part.start, part.end)
        for part in animate.parts_of(0, frames)
    ]
    assert parts == [("ab", 2, 5), ("c", 3, 5), ("x", 5, None)]


def test_a_part_is_seen_from_its_start_to_its_end_in_each_round():
    assert animate.rule(20, 50, 10) == (
        ".t20-50 { animation: t20-50 10s step-end infinite }\n"
        "@keyframes t20-50 { 0.00% { visibility: hidden } "
        "20.00% { visibility: visible } 50.00% { visibility: hidden } }\n"
    )


@pytest.mark.parametrize("name", [*PICTURES, *RECORDINGS])
def test_a_picture_is_well_formed_and_fetches_nothing(name):
    text = FOLDER.joinpath(name).read_text("utf-8")
    assert ET.fromstring(text).tag == "{http://www.w3.org/2000/svg}svg"
    assert re.findall(r"url\(|href|@import|@font-face|<script", text) == []


@pytest.mark.parametrize("name", [*PICTURES, *RECORDINGS])
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
    screen = draw.Screen(88, 2)
    screen.draw("a ")
    screen.select_graphic_rendition(1, 2, 36)
    screen.draw(" <&")
    row = [screen.buffer[0][x] for x in range(88)]
    assert list(draw.texts(row, 1)) == [
        '<text x="0" y="35" textLength="8.4" lengthAdjust="spacingAndGlyphs">a</text>',
        '<text class="bold faint cyan" x="25.2" y="35" textLength="16.8" lengthAdjust="spacingAndGlyphs">&lt;&amp;</text>',
    ]


def test_no_text_has_spaces_that_a_browser_leaves_out():
    row = [Char(one) for one in "  a b   c  "]
    texts = [*draw.texts(row, 0)]
    assert [re.sub("<.*?>", "", one) for one in texts] == ["a b", "c"]
    assert [re.search('x="(.*?)"', one)[1] for one in texts] == ["16.8", "67.2"]


def test_a_command_that_fails_draws_nothing():
    with pytest.raises(SystemExit, match="exit code 2: co chat --nonsense\n"):
        draw.picture("co chat --nonsense")
