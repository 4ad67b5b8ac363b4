"""Every sentence that people read, in one place and in each language: one file an area.

A file holds the words of its commands and a frozen dataclass with one field a sentence, filled in once a language: a
sentence that is missing in one of them is an error of types.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal, get_args

from bot.texts import asking, general, listening, moderation, operating, searching
from bot.texts.asking import MAX_QUESTION, MAX_VERSION, AskingTexts
from bot.texts.general import GeneralTexts
from bot.texts.listening import ListeningTexts
from bot.texts.moderation import ModerationTexts
from bot.texts.operating import OperatingTexts
from bot.texts.searching import SearchingTexts

Language = Literal["en", "zh"]

LANGUAGES: Final[tuple[Language, ...]] = get_args(Language)


@dataclass(frozen=True, slots=True)
class Texts:
    """Everything that is said, in one language."""

    asking: AskingTexts
    general: GeneralTexts
    listening: ListeningTexts
    moderation: ModerationTexts
    searching: SearchingTexts
    operating: OperatingTexts


ENGLISH: Final = Texts(
    asking.ENGLISH, general.ENGLISH, listening.ENGLISH, moderation.ENGLISH, searching.ENGLISH, operating.ENGLISH
)
CHINESE: Final = Texts(
    asking.CHINESE, general.CHINESE, listening.CHINESE, moderation.CHINESE, searching.CHINESE, operating.CHINESE
)
IN: Final[Mapping[Language, Texts]] = {"en": ENGLISH, "zh": CHINESE}
"""By language."""

__all__ = ["CHINESE", "ENGLISH", "IN", "LANGUAGES", "MAX_QUESTION", "MAX_VERSION", "Language", "Texts"]
