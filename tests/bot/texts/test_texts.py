"""Both languages say the same, as far as a program can tell."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import fields
from typing import Any

import pytest

from bot.texts import CHINESE, ENGLISH, IN, LANGUAGES
from rag_core.answering.model import Notice

CHINESE_CHARACTER = re.compile(r"[\u4e00-\u9fff]")


def _sentences(texts: Any, place: str = "") -> Iterator[tuple[str, str]]:
    if isinstance(texts, str):
        yield place, texts
        return
    parts = texts.items() if isinstance(texts, Mapping) else ((f.name, getattr(texts, f.name)) for f in fields(texts))
    for name, part in parts:
        yield from _sentences(part, f"{place}.{name}")


PAIRS = list(zip(_sentences(ENGLISH), _sentences(CHINESE), strict=True))


def test_every_language_has_texts() -> None:
    assert tuple(IN) == LANGUAGES


@pytest.mark.parametrize(("english", "chinese"), PAIRS, ids=[place for (place, _), _ in PAIRS])
def test_a_sentence_stands_at_the_same_place_with_the_same_blanks(
    english: tuple[str, str], chinese: tuple[str, str]
) -> None:
    assert english[0] == chinese[0]
    assert english[1]
    assert chinese[1]
    blanks = re.compile(r"\{(\w+)[^}]*\}")
    assert sorted(blanks.findall(english[1])) == sorted(blanks.findall(chinese[1]))


@pytest.mark.parametrize(("english", "chinese"), PAIRS, ids=[place for (place, _), _ in PAIRS])
def test_each_is_in_its_own_language(english: tuple[str, str], chinese: tuple[str, str]) -> None:
    if ".moderation.languages" in english[0]:  # each language is called by its own name
        return
    assert not CHINESE_CHARACTER.search(english[1])
    assert CHINESE_CHARACTER.search(chinese[1])


def test_a_notice_names_the_language_in_the_readers_own() -> None:
    about = Notice("language_unwritten", "ja")
    assert "Japanese" in ENGLISH.asking.notice(about)
    assert "日语" in CHINESE.asking.notice(about)


def test_help_fits_into_a_message() -> None:
    assert max(len(texts.asking.help) for texts in IN.values()) <= 2000
