"""Draws how many questions were asked, and how they ended, as a picture.

It holds nothing but bars, numbers and dates, which read the same in every language; colours are explained beside it.
Its own dark ground makes it readable on Discord's dark and light themes.
"""

import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from math import ceil
from typing import Final

from PIL import Image, ImageDraw, ImageFont

from rag_core.records.insight import Day

_SIZE: Final = (1100, 420)
_LEFT, _TOP, _RIGHT, _BOTTOM = 80, 36, 1064, 352
_WIDEST: Final = 80
_FINE: Final = 2
"""Drawn this much larger and then reduced, for smooth edges."""
_GROUND, _LINE, _INK = "#1e1f22", "#3f4248", "#dbdee1"
_COLOURS: Final = ("#55acee", "#f4900c", "#e6e7e8")
"""Of the squares 🟦, 🟧 and ⬜: answered, refused, other."""
_MOST_BARS: Final = 31
_STEPS: Final = (1, 7, 28)
"""Days of one bar."""


@dataclass(frozen=True, slots=True)
class Bar:
    """Questions from the day `first` on, until the next bar's."""

    first: date
    answered: int = 0
    refused: int = 0
    other: int = 0

    @property
    def parts(self) -> tuple[int, int, int]:
        """From the bottom up."""
        return self.answered, self.refused, self.other


def bars(days: Sequence[Day], first: date, last: date) -> list[Bar]:
    """Bars for all days from `first` to `last`, also those without questions; at most 31, of 1, 7 or 28 days each.

    The first may stand for fewer.
    """
    span = (last - first).days + 1
    step = next((each for each in _STEPS if ceil(span / each) <= _MOST_BARS), _STEPS[-1])
    # Counted from the end, so that the last bar is whole.
    starts = [last - timedelta(days=step * (number + 1) - 1) for number in range(ceil(span / step))]
    counted = [(start, [day for day in days if 0 <= (day.day - start).days < step]) for start in reversed(starts)]
    return [_bar(max(start, first), found) for start, found in counted]


def _bar(first: date, days: Sequence[Day]) -> Bar:
    answered = sum(day.outcomes.get("answered", 0) for day in days)
    refused = sum(day.outcomes.get("refused", 0) for day in days)
    return Bar(first, answered, refused, sum(day.questions for day in days) - answered - refused)


def draw(shown: Sequence[Bar]) -> bytes:
    """A PNG. Takes some hundredths of a second: to be called in a thread."""
    image = Image.new("RGB", (_SIZE[0] * _FINE, _SIZE[1] * _FINE), _GROUND)
    pen = _Pen(ImageDraw.Draw(image))
    top = _round_up(max(sum(bar.parts) for bar in shown))
    for value in (0, top) if top % 2 else (0, top // 2, top):
        height = _BOTTOM - (_BOTTOM - _TOP) * value / top
        pen.line(_LEFT, height, _RIGHT)
        pen.text(_LEFT - 14, height, str(value), "rm")
    width = (_RIGHT - _LEFT) / len(shown)
    for number, bar in enumerate(shown):
        _draw_bar(pen, bar, _LEFT + width * number, width, top)
    for number in sorted({0, len(shown) // 2, len(shown) - 1}):
        pen.text(_LEFT + width * (number + 0.5), _BOTTOM + 34, f"{shown[number].first:%m-%d}", "mm")
    file = io.BytesIO()
    image.resize(_SIZE, Image.Resampling.LANCZOS).save(file, "PNG")
    return file.getvalue()


def _draw_bar(pen: "_Pen", bar: Bar, left: float, width: float, top: int) -> None:
    gap = max(width * 0.15, (width - _WIDEST) / 2)
    height = float(_BOTTOM)
    for part, colour in zip(bar.parts, _COLOURS, strict=True):
        upper = height - (_BOTTOM - _TOP) * part / top
        if part:
            pen.box(left + gap, upper, left + width - gap, height, colour)
        height = upper


def _round_up(value: int) -> int:
    """A number that an axis may end with: 1, 2, 3, 4, 5, 6, 8, 10, 20, 30, and so on."""
    power = 1
    while value > 10 * power:
        power *= 10
    return next(each * power for each in (1, 2, 3, 4, 5, 6, 8, 10) if value <= each * power)


class _Pen:
    """Draws in the picture's own measures."""

    def __init__(self, canvas: ImageDraw.ImageDraw) -> None:
        self._canvas = canvas
        self._font = ImageFont.load_default(26 * _FINE)

    def line(self, left: float, height: float, right: float) -> None:
        self._canvas.line([left * _FINE, height * _FINE, right * _FINE, height * _FINE], _LINE, 2 * _FINE)

    def box(self, left: float, upper: float, right: float, lower: float, colour: str) -> None:
        self._canvas.rectangle([left * _FINE, upper * _FINE, right * _FINE, lower * _FINE], colour)

    def text(self, x: float, y: float, text: str, anchor: str) -> None:
        self._canvas.text((x * _FINE, y * _FINE), text, _INK, self._font, anchor)
