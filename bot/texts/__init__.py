"""Every sentence that people read, in one place and in each language: one file an area.

A file holds the words of its commands and a frozen dataclass with one field a sentence, filled in once a language: a
sentence that is missing in one of them is an error of types.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal, get_args

from bot.texts import (
    asking,
    blocks,
    curated,
    general,
    insight,
    instructions,
    limits,
    listening,
    moderation,
    operating,
    playground,
    privacy,
    searching,
    support,
)
from bot.texts.asking import MAX_QUESTION, MAX_VERSION, AskingTexts
from bot.texts.blocks import BlockTexts
from bot.texts.curated import CuratedTexts
from bot.texts.general import GeneralTexts
from bot.texts.insight import InsightTexts
from bot.texts.instructions import InstructionTexts
from bot.texts.limits import LimitTexts
from bot.texts.listening import ListeningTexts
from bot.texts.moderation import ModerationTexts
from bot.texts.operating import OperatingTexts
from bot.texts.playground import PlaygroundTexts
from bot.texts.privacy import PrivacyTexts
from bot.texts.searching import SearchingTexts
from bot.texts.support import SupportTexts

Language = Literal["en", "zh"]

LANGUAGES: Final[tuple[Language, ...]] = get_args(Language)


@dataclass(frozen=True, slots=True, repr=False)  # tracebacks would show every sentence there is
class Texts:
    """Everything that is said, in one language."""

    asking: AskingTexts
    blocks: BlockTexts
    curated: CuratedTexts
    general: GeneralTexts
    insight: InsightTexts
    instructions: InstructionTexts
    limits: LimitTexts
    listening: ListeningTexts
    moderation: ModerationTexts
    privacy: PrivacyTexts
    searching: SearchingTexts
    operating: OperatingTexts
    playground: PlaygroundTexts
    support: SupportTexts


ENGLISH: Final = Texts(
    asking=asking.ENGLISH,
    blocks=blocks.ENGLISH,
    curated=curated.ENGLISH,
    general=general.ENGLISH,
    insight=insight.ENGLISH,
    instructions=instructions.ENGLISH,
    limits=limits.ENGLISH,
    listening=listening.ENGLISH,
    moderation=moderation.ENGLISH,
    operating=operating.ENGLISH,
    playground=playground.ENGLISH,
    privacy=privacy.ENGLISH,
    searching=searching.ENGLISH,
    support=support.ENGLISH,
)
CHINESE: Final = Texts(
    asking=asking.CHINESE,
    blocks=blocks.CHINESE,
    curated=curated.CHINESE,
    general=general.CHINESE,
    insight=insight.CHINESE,
    instructions=instructions.CHINESE,
    limits=limits.CHINESE,
    listening=listening.CHINESE,
    moderation=moderation.CHINESE,
    operating=operating.CHINESE,
    playground=playground.CHINESE,
    privacy=privacy.CHINESE,
    searching=searching.CHINESE,
    support=support.CHINESE,
)
IN: Final[Mapping[Language, Texts]] = {"en": ENGLISH, "zh": CHINESE}
"""By language."""

__all__ = ["CHINESE", "ENGLISH", "IN", "LANGUAGES", "MAX_QUESTION", "MAX_VERSION", "Language", "Texts"]
