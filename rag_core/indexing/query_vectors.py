"""Vectors of queries: those that come while others are embedded share the next batch, and the newest are kept."""

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable

from rag_core.indexing.embedder import Vectors

_AT_ONCE = 32
_KEPT = 512
"""Vectors of the last queries: under 1 MB with 384 dimensions. A retry, a follow-up's search in two languages or a
question that everybody asks today needs no second look."""

Embed = Callable[[list[str]], Awaitable[Vectors]]


class QueryVectors:
    """Asks `embed` for vectors, of shape (texts, dimension), one batch at a time and each text once.

    What is given away is read-only, since several askers may hold it.
    """

    def __init__(self, embed: Embed) -> None:
        self._embed = embed
        self._kept: OrderedDict[str, Vectors] = OrderedDict()
        self._waiting: dict[str, asyncio.Future[Vectors]] = {}
        self._embedding: asyncio.Task[None] | None = None

    async def of(self, text: str) -> Vectors:
        """Shape (dimension,). Raises as `embed` does; a text that failed is asked anew the next time."""
        if text in self._kept:
            self._kept.move_to_end(text)
            return self._kept[text]
        if text not in self._waiting:
            self._waiting[text] = asyncio.get_running_loop().create_future()
            if self._embedding is None or self._embedding.done():
                self._embedding = asyncio.create_task(self._embed_all())
        # Shielded, since others may wait for the same text.
        return await asyncio.shield(self._waiting[text])

    async def _embed_all(self) -> None:
        while self._waiting:
            await self._embed_batch(list(self._waiting)[:_AT_ONCE])

    async def _embed_batch(self, texts: list[str]) -> None:
        try:
            vectors = await self._embed(texts)
        except Exception as error:  # noqa: BLE001  # whoever asked gets the error
            for text in texts:
                _fail(self._waiting.pop(text), error)
            return
        for text, vector in zip(texts, vectors, strict=True):
            vector.flags.writeable = False
            self._keep(text, vector)
            self._waiting.pop(text).set_result(vector)

    def _keep(self, text: str, vector: Vectors) -> None:
        self._kept[text] = vector
        if len(self._kept) > _KEPT:
            self._kept.popitem(last=False)


def _fail(future: "asyncio.Future[Vectors]", error: Exception) -> None:
    future.set_exception(error)
    future.exception()  # asked for here, so that a text whose asker is gone is no error that nobody saw
