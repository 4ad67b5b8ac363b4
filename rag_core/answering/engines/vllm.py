"""vLLM inside this process tree: its API here, its engine in processes of its own."""

import asyncio
import threading
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from dataclasses import dataclass
from pathlib import Path

import structlog

from rag_core import children
from rag_core.answering.engines import _versions, _vllm_environment
from rag_core.answering.engines._deadline import within
from rag_core.answering.engines._line import Line, told
from rag_core.answering.engines._prompts import PromptEncoder
from rag_core.answering.engines._versions import Step, VllmOptions
from rag_core.answering.engines._warm_up import batches, warm_up
from rag_core.answering.engines.engine import Delta, Message, Request
from rag_core.answering.model import Usage
from rag_core.errors import EngineUnavailable, ModelNotFound, PromptTooLong
from rag_core.models.hardware import gpu_present
from rag_core.progress import Progress, ProgressHandler, ignore_progress

_log = structlog.get_logger(__name__)

_STEPS = 4
_MAX_RUNNING_CPU = 32
_MAX_RUNNING_GPU = 256


@dataclass(frozen=True, slots=True)
class _Prompt:
    """A request in tokens: its messages, what is begun of the answer, and how many tokens may still come."""

    messages: list[int]
    begun: list[int]
    left: int


class VllmEngine:
    """The `Engine` that runs a model on this machine.

    An engine whose processes died stays dead: every call raises `EngineUnavailable` until `close` and `start`.

    Args:
        model_path: folder with weights, tokenizer and chat template, as transformers writes them.
        name: the model's name for the records.
        context_tokens: of prompt and answer together; less where the model has less.
        log_file: where vLLM's own log goes; each start begins it anew.
        gpu: whether to run on the GPU; None to look.
        options: what else an operator may set about vLLM.
        max_waiting: requests that may wait beyond those that are generated at once.
    """

    writes = True

    def __init__(
        self,
        model_path: Path,
        *,
        name: str,
        context_tokens: int,
        log_file: Path,
        on_progress: ProgressHandler = ignore_progress,
        gpu: bool | None = None,
        options: VllmOptions | None = None,
        max_waiting: int = 256,
    ) -> None:
        self.model = name
        self._log_file = log_file
        self._on_progress = on_progress
        self._gpu = gpu
        self._context_tokens = context_tokens
        self._model_path = model_path
        self._options = options or VllmOptions()
        self._max_waiting = max_waiting
        self._line = Line(0, 0)
        self._core: _versions.Core | None = None
        self._encoder: PromptEncoder | None = None

    @property
    def context_tokens(self) -> int:
        """Tokens that prompt and answer may have together; the model's own limit is known once it runs."""
        return self._core.context_tokens if self._core else self._context_tokens

    @property
    def running(self) -> int:
        """Requests that vLLM holds now, generated or waiting."""
        return self._core.unfinished if self._core else 0

    async def start(self) -> None:
        """Load weights and tokenizer, start the processes, and run what will come once.

        Raises:
            ModelNotFound: the folder holds no model with a chat template.
            EngineUnavailable: vLLM is not installed, or does not start.
        """
        children.guard()
        self._report(0)
        settings = await asyncio.to_thread(self._prepare)
        self._encoder = await asyncio.to_thread(self._load_encoder)
        self._report(1)
        await asyncio.to_thread(_versions.load)
        self._report(2)
        self._core = await _start_core(settings)
        self._line = Line(settings.max_running, self._max_waiting)
        self._report(3)
        try:
            await self._warm_up(self._core, settings)
        except BaseException:
            await self.close()
            raise
        self._report(_STEPS)
        _log.info("The engine is ready.", model=self.model, context_tokens=self.context_tokens)

    async def close(self) -> None:
        """Fail what is under way, and end the engine's processes."""
        core, self._core = self._core, None
        if core is not None:
            core.fail_all()
            await asyncio.to_thread(core.shut_down)

    async def check(self) -> None:
        """Cheap: do the engine's processes live?

        Raises:
            EngineUnavailable: they don't, or were never started.
        """
        await self._started().check()

    def count_tokens(self, messages: Sequence[Message]) -> int:
        """Tokens of the prompt with the model's chat template, exactly.

        Raises:
            EngineUnavailable: the tokenizer is not loaded before `start`.
        """
        if self._encoder is None:
            raise EngineUnavailable("The engine has not been started.")
        return len(self._encoder.encode(messages))

    async def stream(self, request: Request) -> AsyncGenerator[Delta, None]:
        """Generate; see `Engine.stream`."""
        prompt = await asyncio.to_thread(self._fitting, request)
        core, usage = self._started(), Usage()  # after the wait, in which it may have been closed
        if not prompt.left:
            yield Delta("", "length", Usage(len(prompt.messages), len(prompt.begun)))
            return
        with self._line.joined(patient=request.patient) as place:
            steps = within(request.timeout, core.generate(prompt.messages + prompt.begun, request, prompt.left))
            async with aclosing(steps), aclosing(told(place, self._line, steps)) as items:
                async for item in items:
                    if isinstance(item, int):
                        yield Delta("", ahead=item)
                        continue
                    usage = _added(usage, item)
                    if item.finish_reason:
                        whole = Usage(len(prompt.messages), usage.completion + len(prompt.begun), usage.cached)
                        yield Delta(item.text, item.finish_reason, whole, item.times)
                    elif item.text:
                        yield Delta(item.text)

    def _started(self) -> _versions.Core:
        if self._core is None:
            raise EngineUnavailable("The engine has not been started.")
        return self._core

    def _fitting(self, request: Request) -> _Prompt:
        if self._encoder is None:
            raise EngineUnavailable("The engine has not been started.")
        messages, begun = self._encoder.encode(request.messages), self._encoder.encode_text(request.begun)
        room = self.context_tokens - request.max_tokens
        if len(messages) > room:
            raise PromptTooLong(f"The prompt has {len(messages)} tokens, and {room} fit beside the answer's.")
        return _Prompt(messages, begun, max(0, request.max_tokens - len(begun)))

    def _prepare(self) -> _versions.CoreSettings:
        gpu = gpu_present() if self._gpu is None else self._gpu
        _vllm_environment.prepare(gpu=gpu, log_file=self._log_file)
        max_running = _MAX_RUNNING_GPU if gpu else _MAX_RUNNING_CPU
        return _versions.CoreSettings(self._model_path, self._context_tokens, gpu, max_running, self._options)

    def _load_encoder(self) -> PromptEncoder:
        try:
            return PromptEncoder(self._model_path)
        except (OSError, ValueError) as error:
            raise ModelNotFound(f"{self.model} can't be used for chat: {error}", self.model) from error

    async def _warm_up(self, core: _versions.Core, settings: _versions.CoreSettings) -> None:
        planned = batches(settings.max_running, core.context_tokens, gpu=settings.gpu)
        some_tokens = self._encoder.encode((Message("user", "Say hello."),)) if self._encoder else []
        await warm_up(core, some_tokens, planned)

    def _report(self, done: int) -> None:
        self._on_progress(Progress(f"Starting {self.model}", done, _STEPS))


def _added(usage: Usage, step: Step) -> Usage:
    return Usage(usage.prompt, usage.completion + step.tokens, max(usage.cached, step.cached))


async def _start_core(settings: _versions.CoreSettings) -> _versions.Core:
    """Start vLLM in a thread. A thread can't be cancelled: what it starts after that is ended in it."""
    others = _versions.processes()
    abandoned = threading.Event()
    starting = asyncio.create_task(asyncio.to_thread(_start_unless, abandoned, settings))
    try:
        return await asyncio.shield(starting)
    except asyncio.CancelledError:
        abandoned.set()
        for process in _versions.processes() - others:
            process.kill()
        starting.add_done_callback(lambda task: task.cancelled() or task.exception())
        raise


def _start_unless(abandoned: threading.Event, settings: _versions.CoreSettings) -> _versions.Core:
    core = _versions.start(settings)
    if abandoned.is_set():
        core.shut_down()
    return core
