"""A desk that counts."""

from collections.abc import AsyncGenerator
from contextlib import aclosing

from bot.web._metrics import Metrics
from rag_core.answering.desk import Desk
from rag_core.answering.model import AnswerEvent, Finished, IndexInfo, Question
from rag_core.records.model import Origin


class MeasuredDesk:
    """Passes everything on to a desk, and what passes to the metrics."""

    def __init__(self, desk: Desk, metrics: Metrics) -> None:
        self._desk = desk
        self._metrics = metrics

    async def ask(self, question: Question, origin: Origin) -> AsyncGenerator[AnswerEvent]:
        """As `Desk.ask`."""
        self._metrics.started()
        try:
            async with aclosing(self._desk.ask(question, origin)) as events:
                async for event in events:
                    if isinstance(event, Finished):
                        self._metrics.observe(event.answer)
                    yield event
        finally:
            self._metrics.ended()

    def stop(self, question_id: str) -> bool:
        """As `Desk.stop`."""
        return self._desk.stop(question_id)

    async def index_info(self) -> IndexInfo | None:
        """As `Desk.index_info`."""
        return await self._desk.index_info()
