"""The pause: a gate that lets nobody through."""

from bot.asking import Asker
from bot.texts import Texts
from rag_core.records.operating_cache import Operating


class Paused:
    """`Gate` that turns every question away while operators have paused the bot."""

    def __init__(self, operating: Operating) -> None:
        self._operating = operating

    async def refusal(self, asker: Asker, texts: Texts) -> str | None:
        """A sentence during a pause, from moderators and operators too: what is paused is the bot."""
        return texts.operating.paused if self._operating.state.paused else None
