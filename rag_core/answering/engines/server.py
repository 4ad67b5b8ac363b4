"""An engine elsewhere: any server that speaks OpenAI's chat completions (vLLM's own, llama.cpp's, a gateway)."""

import asyncio
import json
import math
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from typing import Any

import aiohttp
import structlog
from yarl import URL

from rag_core.answering.engines import _chat
from rag_core.answering.engines._deadline import within
from rag_core.answering.engines._sse import EventReader
from rag_core.answering.engines.engine import Delta, Message, Request
from rag_core.errors import EngineUnavailable

_log = structlog.get_logger(__name__)

_BYTES_A_TOKEN = 3
_TOKENS_AROUND_A_MESSAGE = 8


class ServerEngine:
    """The `Engine` behind an OpenAI-compatible address, such as `http://gpu-1:8000/v1`.

    Args:
        url: the address, with the version in its path.
        model: the model to ask for; empty for the first that the server lists.
        api_key: sent as a bearer token; empty for none.
        context_tokens: of prompt and answer together; less where the server says less.
        check_timeout: seconds for the answer of `check`.
    """

    writes = True

    def __init__(
        self, url: str, model: str = "", api_key: str = "", *, context_tokens: int = 8192, check_timeout: float = 5.0
    ) -> None:
        self.model = model
        self.context_tokens = context_tokens
        self._url = URL(url)
        self._headers = {"Authorization": f"Bearer {api_key}"} if api_key else {}
        self._check_timeout = check_timeout
        self._session: aiohttp.ClientSession | None = None

    async def start(self) -> None:
        """Reach the address, and learn the model's name and context where the server tells.

        Raises:
            EngineUnavailable: it does not answer, refuses the key, or lists no model although none was named.
        """
        if self._session is None:
            # No limit on connections: the server knows how much it can take, and says so.
            connector = aiohttp.TCPConnector(limit=0)
            self._session = aiohttp.ClientSession(headers=self._headers, connector=connector, trust_env=True)
        models = await self._models()
        if not self.model and not models:
            raise EngineUnavailable(f"The engine's server at {self._place} lists no model: name one.")
        self.model = self.model or models[0]["id"]
        for model in models:
            if model["id"] == self.model and model.get("max_model_len"):
                self.context_tokens = min(self.context_tokens, int(model["max_model_len"]))
        _log.info("The engine's server is there.", url=self._place, model=self.model)

    async def close(self) -> None:
        """Close the connections, which aborts what is under way."""
        session, self._session = self._session, None
        if session is not None:
            await session.close()

    async def check(self) -> None:
        """Ask for the list of models.

        Raises:
            EngineUnavailable: no answer, or not one that says yes.
        """
        await self._models()

    def count_tokens(self, messages: Sequence[Message]) -> int:
        """Tokens of the prompt, rounded up: the tokenizer is the server's secret.

        English has more than four bytes a token, code and Chinese three or more; a token that an unusual text has
        above the estimate is caught by the server (`PromptTooLong`).
        """
        texts = sum(math.ceil(len(message.content.encode()) / _BYTES_A_TOKEN) for message in messages)
        return texts + _TOKENS_AROUND_A_MESSAGE * (len(messages) + 1)

    async def stream(self, request: Request) -> AsyncGenerator[Delta, None]:
        """Generate; see `Engine.stream`."""
        async with aclosing(within(request.timeout, self._deltas(request))) as deltas:
            async for delta in deltas:
                yield delta

    async def _deltas(self, request: Request) -> AsyncGenerator[Delta, None]:
        reply = _chat.Reply(self.model)
        session = self._started()
        try:
            # The deadline is the caller's; connecting has its own, since an address that is gone says nothing.
            timeout = aiohttp.ClientTimeout(total=None, sock_connect=self._check_timeout)
            body = _chat.body(request, self.model)
            async with session.post(self._url / "chat/completions", json=body, timeout=timeout) as response:
                if not response.ok:
                    raise _chat.failure(response.status, await response.text(errors="replace"), self.model)
                events = EventReader()
                async for chunk in response.content.iter_any():
                    for text in reply.read(events.feed(chunk)):
                        yield Delta(text)
                yield reply.end()
        except (aiohttp.ClientError, OSError) as error:
            raise self._unreachable(error) from error

    async def _models(self) -> list[dict[str, Any]]:
        session = self._started()
        try:
            async with asyncio.timeout(self._check_timeout), session.get(self._url / "models") as response:
                text = await response.text(errors="replace")
        except (aiohttp.ClientError, OSError) as error:
            raise self._unreachable(error) from error
        if not response.ok:
            raise EngineUnavailable(f"{_chat.failure(response.status, text, self.model)} ({self._place})")
        try:
            return [model for model in json.loads(text)["data"] if model["id"]]
        except (ValueError, TypeError, KeyError) as error:
            raise EngineUnavailable(f"What answers at {self._place} is no OpenAI-compatible server.") from error

    def _started(self) -> aiohttp.ClientSession:
        if self._session is None:
            raise EngineUnavailable("The engine has not been started.")
        return self._session

    @property
    def _place(self) -> str:
        """The address, without a password that may stand in it."""
        return str(self._url.with_user(None))

    def _unreachable(self, error: Exception) -> EngineUnavailable:
        reason = str(error) or type(error).__name__
        return EngineUnavailable(f"The engine's server at {self._place} can't be reached: {reason}")
