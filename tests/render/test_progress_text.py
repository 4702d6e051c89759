from dataclasses import replace

import pytest

from cohere_cli.render.progress import ProgressState, progress_line

NOW = ProgressState(412_000, share=0.38, speed=9_200, left=72)


def line(now, width=79):
    return progress_line(now, width, colour=False)


def test_all_that_is_known_is_on_the_line():
    assert line(NOW) == (
        "reranking  ━━━━━━━━━───────────────  412,000 records  38 %  9,200/s  1:12 left"
    )


def test_a_wait_stands_in_the_place_of_the_speed_and_outlasts_the_rest():
    waiting = replace(NOW, waiting="waiting 3 s: rate limit")
    assert line(waiting) == (
        "reranking  ━━━╸─────  412,000 records  38 %  1:12 left  waiting 3 s: rate limit"
    )
    assert line(waiting, 60) == (
        "reranking  412,000 records  38 %  waiting 3 s: rate limit"
    )
    assert line(waiting, 30) == "38 %  waiting 3 s: rate limit"


def test_without_a_total_there_is_no_bar():
    assert (
        line(ProgressState(412_000, speed=9_200))
        == "reranking  412,000 records  9,200/s"
    )


def test_at_first_there_is_no_speed():
    assert (
        line(ProgressState(1, share=0.0), 40)
        == "reranking  ──────────────  1 record  0 %"
    )


def test_a_bar_has_the_colours_of_done_and_to_do():
    coloured = progress_line(ProgressState(1, share=0.5), 38, colour=True)
    assert coloured == ("reranking  \x1b[36m━━━━━╸\x1b[2m─────\x1b[0m  1 record  50 %")


@pytest.mark.parametrize(
    ("width", "expected"),
    [
        (62, "reranking  ━━━─────  412,000 records  38 %  9,200/s  1:12 left"),
        (61, "reranking  412,000 records  38 %  9,200/s  1:12 left"),
        (50, "reranking  412,000 records  38 %  1:12 left"),
        (40, "412,000 records  38 %  1:12 left"),
        (20, "38 %  1:12 left"),
        (10, "1:12 left"),
        (4, "1:12"),
        (0, ""),
        (-1, ""),
    ],
)
def test_what_says_least_goes_first(width, expected):
    assert line(NOW, width) == expected


@pytest.mark.parametrize("width", range(100))
def test_no_line_is_wider_than_the_screen(width):
    assert len(line(NOW, width)) <= width


@pytest.mark.parametrize(
    ("seconds", "expected"),
    [(0.2, "0:00"), (59.6, "1:00"), (3_599, "59:59"), (3_600, "1:00:00")],
)
def test_time_left_is_shown_as_on_a_clock(seconds, expected):
    assert (
        line(ProgressState(2, left=seconds)) == f"reranking  2 records  {expected} left"
    )


def test_too_much_time_left_is_not_shown():
    assert line(ProgressState(2, left=1e9)) == "reranking  2 records"


@pytest.mark.parametrize(
    ("speed", "expected"), [(0.04, "0.0"), (9.96, "10.0"), (12_345.6, "12,346")]
)
def test_a_low_speed_has_a_decimal(speed, expected):
    assert line(ProgressState(2, speed=speed)) == f"reranking  2 records  {expected}/s"
