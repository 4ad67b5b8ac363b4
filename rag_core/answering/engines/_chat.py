"""The words of the OpenAI-compatible protocol: what is sent, what comes back, and what its errors mean."""

import json
import re
from collections.abc import Iterable, Iterator
from http import HTTPStatus
from typing import Any

from rag_core.answering.engines.engine import Delta, FinishReason, Request
from rag_core.answering.model import Usage
from rag_core.errors import EngineError, EngineOverloaded, EngineUnavailable, PromptTooLong

_TOO_LONG = re.compile(
    r"context.?(length|window|size)|maximum model length|too (long|large)|too many tokens", re.IGNORECASE
)


def body(request: Request, model: str) -> dict[str, object]:
    """The JSON body of a chat completion."""
    stop: dict[str, object] = {"stop": list(request.stop)} if request.stop else {}
    return {
        "model": model,
        "messages": [{"role": message.role, "content": message.content} for message in request.messages],
        "max_tokens": request.max_tokens,
        "temperature": request.temperature,
        "stream": True,
        "stream_options": {"include_usage": True},
        **stop,
    }


def failure(status: int, text: str, model: str) -> EngineError:
    """What an answer with an error status means."""
    reason = _reason(text)
    if status in {HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN}:
        return EngineUnavailable(f"The engine's server refuses the API key: {reason}")
    if status == HTTPStatus.NOT_FOUND:
        return EngineUnavailable(
            f"The engine's server has no model {model or '(none named)'} at this address: {reason}"
        )
    if status in {HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE}:
        return EngineOverloaded(f"The engine's server has too much to do: {reason}")
    if status in {HTTPStatus.BAD_REQUEST, HTTPStatus.REQUEST_ENTITY_TOO_LARGE} and _TOO_LONG.search(text):
        return PromptTooLong(f"The prompt is too long for the engine's server: {reason}")
    return EngineUnavailable(f"The engine's server answered with HTTP status {status}: {reason}")


class Reply:
    """Puts the chunks of one streamed completion together."""

    def __init__(self, model: str) -> None:
        self._model = model
        self._finish_reason: FinishReason | None = None
        self._usage: Usage | None = None

    def read(self, events: Iterable[str]) -> Iterator[str]:
        """The new text in each event that has some.

        Raises:
            EngineError: an event tells of an error, or is no chunk of a completion.
        """
        return (text for data in events if data != "[DONE]" and (text := self._read(data)))

    def _read(self, data: str) -> str:
        try:
            chunk = json.loads(data)
            if error := chunk.get("error"):
                raise failure(_status(error), data, self._model)
            self._usage = _usage(chunk.get("usage")) or self._usage
            return "".join(self._text(choice) for choice in chunk.get("choices") or ())
        except (ValueError, AttributeError, TypeError, KeyError) as error:
            raise EngineUnavailable("The engine's server sent something that is no chat completion.") from error

    def end(self) -> Delta:
        """The stream's last delta.

        Raises:
            EngineUnavailable: the stream ended before the answer did.
        """
        if self._finish_reason is None:
            raise EngineUnavailable("The engine's server broke off in the middle of the answer.")
        return Delta("", self._finish_reason, self._usage)

    def _text(self, choice: dict[str, Any]) -> str:
        if reason := choice.get("finish_reason"):
            self._finish_reason = "length" if reason == "length" else "stop"
        return str(choice.get("delta", {}).get("content") or "")


def _status(error: Any) -> int:
    code = error.get("code") if isinstance(error, dict) else None
    # A stream has begun with status 200, so the real one stands in the error; OpenAI's own codes are words.
    return code if isinstance(code, int) else HTTPStatus.BAD_REQUEST


def _usage(usage: dict[str, Any] | None) -> Usage | None:
    if not usage:
        return None
    details = usage.get("prompt_tokens_details") or {}
    return Usage(usage["prompt_tokens"], usage["completion_tokens"], details.get("cached_tokens") or 0)


def _reason(text: str) -> str:
    """The server's own words, from the shapes that servers wrap them in."""
    try:
        answer = json.loads(text)
    except ValueError:
        return text.strip()[:200] or "no reason given"
    error = answer.get("error", answer) if isinstance(answer, dict) else answer
    message = error.get("message") or error.get("detail") if isinstance(error, dict) else error
    return str(message or "no reason given")[:500]
