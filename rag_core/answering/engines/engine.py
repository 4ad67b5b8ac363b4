"""The port to what writes text."""

from collections.abc import AsyncGenerator, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

from rag_core.answering.model import EngineTimes, Usage

FinishReason = Literal["stop", "length"]


@dataclass(frozen=True, slots=True)
class Message:
    """One message of a chat prompt."""

    role: Literal["system", "user", "assistant"]
    content: str


@dataclass(frozen=True, slots=True)
class Request:
    """One generation. `id` is the question's, for logs; the engine makes its own unique one of it.

    `temperature` 0 means greedy. `timeout` is in seconds, for the whole generation. A `patient` request is one that
    nobody waits for, such as a digest: everybody else's go first. `begun` is what is written of the answer already, by
    an engine that died: the deltas go on behind it, and `max_tokens` counts it in.
    """

    id: str
    messages: tuple[Message, ...]
    max_tokens: int = 400
    temperature: float = 0.0
    stop: tuple[str, ...] = ()
    timeout: float = 120.0
    patient: bool = False
    begun: str = ""


@dataclass(frozen=True, slots=True)
class Delta:
    """New text since the last delta. The last one of a stream carries `finish_reason`, `usage` and `times`.

    Before the first text, one without any may tell how many requests are `ahead`: so many must end before this begins.
    """

    text: str
    finish_reason: FinishReason | None = None
    usage: Usage | None = None
    times: EngineTimes | None = None
    ahead: int = 0


class Engine(Protocol):
    """Writes text from a chat prompt, as a stream."""

    @property
    def model(self) -> str:
        """The model's name, as recorded with every answer."""

    @property
    def writes(self) -> bool:
        """False for the engine that has no model: answers are quoted passages then."""

    @property
    def context_tokens(self) -> int:
        """Tokens that prompt and answer may have together."""

    async def start(self) -> None:
        """Load the weights or reach the address, and warm up; ready when it returns.

        Raises:
            ModelError: the weights can't be had.
            EngineUnavailable: it does not start or answer.
        """

    async def close(self) -> None:
        """End it and every process of it."""

    def stream(self, request: Request) -> AsyncGenerator[Delta, None]:
        """Generate. Closing the generator (`aclosing`) or cancelling its reader aborts the request in the engine.

        Raises:
            EngineUnavailable, EngineOverloaded, PromptTooLong: at the first or any later step.
        """

    def count_tokens(self, messages: Sequence[Message]) -> int:
        """Tokens of the prompt with the model's chat template, exact or rounded up."""

    async def check(self) -> None:
        """Cheap: is it there now?

        Raises:
            EngineUnavailable: it is not.
        """
