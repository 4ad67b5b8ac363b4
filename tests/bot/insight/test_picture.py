"""The picture of figures: every day is in it, once, and it can always be drawn."""

import io
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from bot.insight._picture import Bar, bars, draw
from rag_core.records.insight import Day

TODAY = date(2026, 1, 1)
BLUE, ORANGE, WHITE = (0x55, 0xAC, 0xEE), (0xF4, 0x90, 0x0C), (0xE6, 0xE7, 0xE8)


def _colours(picture: bytes) -> dict[tuple[int, ...], int]:
    image = Image.open(io.BytesIO(picture))
    return {colour: count for count, colour in image.getcolors(10**6) or () if isinstance(colour, tuple)}


@pytest.mark.parametrize(("days", "shown"), [(1, 1), (7, 7), (30, 30), (31, 31), (32, 5), (90, 13), (365, 14)])
def test_bars_stand_for_days_weeks_or_four_weeks(days: int, shown: int) -> None:
    first = TODAY - timedelta(days=days - 1)
    made = bars([], first, TODAY)
    assert len(made) == shown
    assert made[0].first == first


@given(days=st.integers(1, 365), ago=st.sets(st.integers(0, 364), max_size=9))
def test_every_question_is_in_one_bar(days: int, ago: set[int]) -> None:
    asked = [Day(TODAY - timedelta(days=each), {"answered": 1, "refused": 2, None: 3}) for each in ago if each < days]
    made = bars(asked, TODAY - timedelta(days=days - 1), TODAY)
    totals = [sum(part) for part in zip(*(bar.parts for bar in made), strict=True)]
    assert totals == [len(asked), 2 * len(asked), 3 * len(asked)]


def test_colours_are_those_of_the_squares_in_the_text() -> None:
    counts = _colours(draw([Bar(TODAY, 10, 5, 5), Bar(TODAY, 10, 0, 0)]))
    assert counts[BLUE] > 3 * counts[ORANGE] > 0
    assert counts[ORANGE] == pytest.approx(counts[WHITE], rel=0.1)


@pytest.mark.parametrize("most", [0, 1, 3, 7, 10, 11, 99, 101, 123_456])
def test_the_highest_bar_stays_within_the_picture(most: int) -> None:
    image = Image.open(io.BytesIO(draw([Bar(TODAY, most)])))
    assert image.size == (1100, 420)
    assert not [x for x in range(1100) if image.getpixel((x, 20)) == BLUE]
