"""Numbers with what they count: "200 million", "64 MB", "one byte"."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

_MAGNITUDES = {"hundred": 10**2, "thousand": 10**3, "million": 10**6, "billion": 10**9}
_UNITS = {
    "byte": "byte b",
    "bit": "bit",
    "kilobyte": "kb kib kilobyte",
    "megabyte": "mb mib megabyte",
    "gigabyte": "gb gib gigabyte",
    "terabyte": "tb tib terabyte",
    "millisecond": "ms millisecond",
    "second": "s sec second",
    "minute": "min minute",
    "hour": "h hour",
    "day": "day",
    "week": "week",
    "character": "character char",
    "percent": "% percent",
}
_UNIT_OF = {name: unit for unit, names in _UNITS.items() for name in names.split()}
_NUMERALS = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
_TENS = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
_VALUES = {word: number for number, word in enumerate(_NUMERALS, start=1)} | {
    word: 10 * tens for tens, word in enumerate(_TENS, start=2)
}
_QUANTITY = re.compile(
    r"(?<![\w.])(?:(?P<whole>\d{1,3}(?:,\d{3})+(?!\d)|\d+)(?P<fraction>\.\d+)?(?![\d]|\.\d)"
    rf"|(?P<word>{'|'.join(_VALUES)})\b)"
    rf"(?:[ -](?P<magnitude>{'|'.join(_MAGNITUDES)})\b)?"
    rf"(?:[ -]?(?P<unit>%|(?:{'|'.join(sorted(_UNIT_OF.keys() - {'%'}, key=len, reverse=True))})s?\b))?",
    re.IGNORECASE,
)
_SPELLED = _UNITS.keys() - {"second"}
_MEASURE = re.compile(rf"\b(?:(?:{'|'.join(sorted(_SPELLED))})s?|seconds|[KMGT]i?B|ms)\b")
"""Without "second", which is mostly a place in an order."""


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number without thousands' commas and trailing zeros, its unit (empty if none follows), and where it stands."""

    value: str
    unit: str
    at: int

    def met_by(self, other: "Quantity") -> bool:
        """Whether the other states the same; a unit that either leaves out is taken to be the same."""
        return self.value == other.value and (not self.unit or not other.unit or self.unit == other.unit)


def quantities(text: str) -> tuple[Quantity, ...]:
    """All numbers of a text, in digits or as a word, in order. "one" counts only with a unit or a magnitude."""
    return tuple(_read(text))


def possible_quantities(text: str) -> tuple[Quantity, ...]:
    """Like `quantities`, but "[1,163]" may also be two numbers."""
    split = re.sub(r"(?<=\d),(?=\d{3}(?!\d))", " ", text)
    return tuple(dict.fromkeys((*_read(text), *(_read(split) if split != text else ()))))


def is_unit(word: str) -> bool:
    """Whether it is the name of a unit, such as "MB"."""
    return word.casefold() in _UNIT_OF


def measures(text: str) -> frozenset[str]:
    """Units of a text, with or without a number: "the most bytes" is in bytes."""
    return frozenset(_unit(match) for match in _MEASURE.findall(text))


def _read(text: str) -> Iterator[Quantity]:
    for match in _QUANTITY.finditer(text):
        unit = (match["unit"] or "").casefold()
        magnitude = (match["magnitude"] or "").casefold()
        if match["word"] and match["word"].casefold() == "one" and not unit and not magnitude:
            continue
        yield Quantity(_value(match, _MAGNITUDES.get(magnitude, 1)), _unit(unit), match.start())


def _unit(word: str) -> str:
    name = word.casefold()
    return _UNIT_OF.get(name) or _UNIT_OF.get(name.removesuffix("s"), "")


def _value(match: re.Match[str], factor: int) -> str:
    if match["word"]:
        return str(_VALUES[match["word"].casefold()] * factor)
    digits = match["whole"].replace(",", "")
    if factor == 1:
        return (digits.lstrip("0") or "0") + (match["fraction"] or "").rstrip("0").rstrip(".")
    return f"{float(digits + (match['fraction'] or '')) * factor:g}" if match["fraction"] else str(int(digits) * factor)
