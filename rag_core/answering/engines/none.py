"""No model at all: answers are quoted passages."""

from collections.abc import AsyncGenerator, Sequence

from rag_core.answering.engines.engine import Delta, Message, Request
from rag_core.errors import EngineUnavailable


class NoEngine:
    """The `Engine` that writes nothing."""

    model = "none"
    writes = False
    context_tokens = 0

    async def start(self) -> None:
        """There is nothing to start."""

    async def close(self) -> None:
        """There is nothing to end."""

    async def check(self) -> None:
        """It is always as there as it can be."""

    def count_tokens(self, messages: Sequence[Message]) -> int:
        """No model, no tokens."""
        return 0

    async def stream(self, request: Request) -> AsyncGenerator[Delta, None]:
        """Refuse.

        Raises:
            EngineUnavailable: always; ask `writes` first.
        """
        raise EngineUnavailable("No engine is set up to write answers.")
        yield Delta("")  # never reached: it makes this function a generator
