"""Which version of the documentation a question means.

Documentation is kept by minor version ("v2.4.x"), so that "2.4.5" means that one. A bare number is taken for a version
only where the words around it say so: "in 2.4" does, "CUDA 12.2", "2.4 GB" and "since 2.4" do not.
"""

import re
from collections.abc import Iterable, Sequence

Version = tuple[int, int]

_UNITS = r"[KMGT]i?B|[mnµ]?s|sec(?:ond)?s?|min(?:ute)?s?|h|hours?|days?|million|billion|times|dimensions?|percent|bytes"
_NUMBER = (
    r"(?P<major>\d{1,2})\.(?P<minor>\d{1,2})(?:\.(?:\d{1,3}|x))?"
    rf"(?![\w.]*\d|%|\s*(?:{_UNITS})\b)"
)
_NAMED = r"(?:milvus(?:[ -](?:lite|standalone|distributed|cluster))?|pymilvus|releases?|versi(?:on|ón|one)|versão)"
_PLACED = r"(?:in|on|for|under|using|with|from|to|and|en|em|im|dans|auf|mit)"
_EXPLICIT = re.compile(rf"\b{_NAMED}[ :=]*(?:is |of )?v?{_NUMBER}", re.IGNORECASE)
_IMPLIED = (
    re.compile(rf"\b{_PLACED} (?:the )?v?{_NUMBER}", re.IGNORECASE),
    re.compile(rf"(?<![\w.])(?:在|于|從|从|到)?\s*v?{_NUMBER}\s*(?:版|中|里|裡|の|で|에서)", re.IGNORECASE),
)
_ALONE = re.compile(rf"^\W*v?{_NUMBER}\W*$", re.IGNORECASE)


def named_version(text: str, indexed: Sequence[str]) -> Version | None:
    """The version that a question names, the newest where it names several.

    `indexed` are the versions there are: without the word "Milvus" or "version" beside it, a number of another major
    version is none of Milvus's.
    """
    majors = {version[0] for name in indexed if (version := parse_version(name)) is not None}
    explicit = _found((_EXPLICIT, _ALONE), text)
    implied = [
        version for version in _found(_IMPLIED, text) if version[0] in majors or version[0] < max(majors, default=0)
    ]
    return max([*explicit, *implied], default=None)


def parse_version(name: str) -> Version | None:
    """Major and minor of "v2.4.x", "2.4", "2.4.5"; None where that is no version."""
    numbers = re.match(r"\D{0,2}(\d+)\.(\d+)", name.strip())
    return (int(numbers[1]), int(numbers[2])) if numbers else None


def indexed_version(wanted: Version, indexed: Iterable[str]) -> str | None:
    """The documentation's own name of a version, where it is indexed."""
    return next((name for name in indexed if parse_version(name) == wanted), None)


def version_order(name: str) -> list[int]:
    """What sorts versions by their numbers, the newest last."""
    return [int(number) for number in re.findall(r"\d+", name)]


def _found(patterns: Iterable[re.Pattern[str]], text: str) -> list[Version]:
    return [(int(match["major"]), int(match["minor"])) for pattern in patterns for match in pattern.finditer(text)]
