"""A question on its way to the desk, wherever it came from."""

from collections.abc import AsyncGenerator
from dataclasses import dataclass, field
from typing import Any, Protocol
from uuid import uuid4

import discord

from bot.asking.gates import Asker
from bot.texts import Texts
from rag_core.answering.model import AnswerEvent, IndexInfo, Question, Turn
from rag_core.records.model import Origin


class AsksDesk(Protocol):
    """The part of the desk that Discord needs."""

    def ask(self, question: Question, origin: Origin) -> AsyncGenerator[AnswerEvent, None]:
        """Answer; the last event is `Finished`. Cancelling the reader aborts the work."""

    def stop(self, question_id: str) -> bool:
        """Stop a running answer, whose stream then ends; False where it isn't running."""

    async def index_info(self) -> IndexInfo | None:
        """Which documentation answers come from."""


@dataclass(frozen=True, slots=True)
class Call:
    """What is asked, by whom, where from, and in which words it is answered.

    `history` None means what the asker said there before. With `when_sure`, an answer is shown only if the
    documentation has one. `can_thread` says that a thread can be opened under the answer.
    """

    text: str
    asker: Asker
    origin: Origin
    texts: Texts
    version: str | None = None
    history: tuple[Turn, ...] | None = None
    when_sure: bool = False
    can_thread: bool = False
    id: str = field(default_factory=lambda: uuid4().hex)


def origin_of(interaction: discord.Interaction[Any], *, private: bool) -> Origin:
    """Who asks by a command, a form or a button, and where."""
    return Origin(
        platform="discord",
        user_id=interaction.user.id,
        guild_id=interaction.guild_id,
        channel_id=interaction.channel_id,
        interaction_id=interaction.id,
        private=private,
    )
