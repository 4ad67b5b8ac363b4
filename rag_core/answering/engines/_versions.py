"""vLLM as the engine uses it: the one place that imports it, for its versions 0.24 to 0.33.

The import takes 12 s and reads the environment: `_vllm_environment.prepare` comes first, and `load` belongs into a
thread. All of it is called in the same way from 0.24 to 0.33; where a version ever differs, the difference goes here.
"""

import importlib
import multiprocessing
import uuid
import warnings
from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import dataclass
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any

from rag_core.answering.engines.engine import FinishReason, Request
from rag_core.answering.model import EngineTimes
from rag_core.errors import EngineUnavailable

_CORE_NAME = "EngineCore"


@dataclass(frozen=True, slots=True)
class VllmOptions:
    """What an operator may set about vLLM.

    Args:
        dtype: of weights and cache: `auto` (as the model was saved), `bfloat16`, `float16` or `float32`.
        quantization: `fp8` halves the weights as they are loaded; empty for none.
        memory_share: of each GPU's memory, for weights and cache.
        tensor_parallel: GPUs to spread the model over.
        speculation: tokens to guess at once, copied from where the prompt has the same last words; 0 for none.
        load_format: `dummy` takes random weights of the model's shape, for measurements; `auto` what the folder has.
    """

    dtype: str = "auto"
    quantization: str = ""
    memory_share: float = 0.85
    tensor_parallel: int = 1
    speculation: int = 0
    load_format: str = "auto"


@dataclass(frozen=True, slots=True)
class CoreSettings:
    """How to start vLLM. `max_running` is how many requests are generated at once; further ones wait."""

    model_path: Path
    context_tokens: int
    gpu: bool
    max_running: int
    options: VllmOptions


@dataclass(frozen=True, slots=True)
class Step:
    """What vLLM wrote since the last step: text, its tokens, and of the prompt's tokens those that were cached.

    `times` come with `finish_reason`.
    """

    text: str
    tokens: int
    cached: int
    finish_reason: FinishReason | None
    times: EngineTimes | None = None


def load() -> None:
    """Import vLLM; blocks for seconds.

    Raises:
        EngineUnavailable: it is not installed.
    """
    # A newcomer's terminal is no place for what vLLM's authors still have to change in it.
    warnings.filterwarnings("ignore", category=FutureWarning, module=r"vllm\.")
    try:
        importlib.import_module("vllm.v1.engine.async_llm")
    except ImportError as error:
        raise EngineUnavailable(f"vLLM can't be imported ({error}): install it, or choose another engine.") from error


def start(settings: CoreSettings) -> "Core":
    """Start the engine's processes and load the weights; blocks for up to minutes.

    Raises:
        EngineUnavailable: it did not start.
    """
    from vllm.engine.arg_utils import AsyncEngineArgs
    from vllm.v1.engine.async_llm import AsyncLLM

    from rag_core.answering.engines._vllm_stats import StepStats

    try:
        return Core(AsyncLLM.from_engine_args(AsyncEngineArgs(**_arguments(settings)), stat_loggers=[StepStats]))
    # vLLM raises whatever went wrong in it, of any class: from here on it is one error with one sentence.
    except Exception as error:
        raise EngineUnavailable(f"vLLM could not start: {str(error).strip().partition(chr(10))[0]}") from error


def _arguments(settings: CoreSettings) -> dict[str, Any]:
    options = settings.options
    return {
        "model": str(settings.model_path),
        "load_format": options.load_format,
        "dtype": options.dtype,
        "quantization": options.quantization or None,
        "max_model_len": settings.context_tokens,
        "max_num_seqs": settings.max_running,
        "enable_prefix_caching": True,
        # A person who waits goes before a digest.
        "scheduling_policy": "priority",
        "gpu_memory_utilization": options.memory_share,
        "tensor_parallel_size": options.tensor_parallel,
        # What a model's author thinks of temperature and the like must not change what a request says.
        "generation_config": "vllm",
        "use_tqdm_on_load": False,
        # Its own loggers; the one that `start` adds makes it measure all the same.
        "disable_log_stats": True,
        **(_GPU if settings.gpu else _CPU),
        **(_ALONE if settings.gpu and _is_plain(options) else {}),
        **(_speculation(options.speculation) if options.speculation else {}),
    }


_GPU: dict[str, Any] = {
    # Prompt tokens of one step. vLLM's own server takes as many; inside a program it takes a quarter.
    "max_num_batched_tokens": 8192,
    # Readers see sentences: with fewer, larger deltas this process has less to do, and the first one comes at once.
    "stream_interval": 4,
}
_ALONE: dict[str, Any] = {
    # A step of one token, which is most of what a reader alone waits for, gets kernels of its own: 6.0 instead of
    # 6.5 ms on an H100.
    "compilation_config": {"compile_sizes": [1]},
}
_CPU: dict[str, Any] = {
    # Compiling on the CPU takes minutes and gains little; on the GPU CUDA graphs are three times as fast.
    "enforce_eager": True,
}


def _is_plain(options: VllmOptions) -> bool:
    """Whether kernels for one token help: with guessing a step has more, those for FP8 and several cards are vLLM's."""
    return not options.speculation and not options.quantization and options.tensor_parallel == 1


def _speculation(tokens: int) -> dict[str, Any]:
    """Guesses go on as the prompt went on after the same two to four tokens."""
    guessing = {"method": "ngram", "num_speculative_tokens": tokens, "prompt_lookup_min": 2, "prompt_lookup_max": 4}
    return {"speculative_config": guessing}


def processes() -> set[BaseProcess]:
    """Processes of engines in this program, running or starting. Killing one makes its `start` raise."""
    return {process for process in multiprocessing.active_children() if process.name.startswith(_CORE_NAME)}


class Core:
    """A running vLLM: its API in this process, its engine in others."""

    def __init__(self, llm: Any) -> None:
        self._llm = llm
        [self._stats] = llm.logger_manager.stat_loggers

    @property
    def unfinished(self) -> int:
        """Requests that vLLM still holds."""
        return int(self._llm.output_processor.get_num_unfinished_requests())

    @property
    def context_tokens(self) -> int:
        """Tokens of prompt and answer together that it takes."""
        return int(self._llm.model_config.max_model_len)

    @property
    def cache_in_use(self) -> float:
        """Share of the cache's blocks that requests held after the last step; those kept for later ones are free."""
        return float(self._stats.cache_in_use)

    async def check(self) -> None:
        """Raise EngineUnavailable if its processes have died."""
        from vllm.v1.engine.exceptions import EngineDeadError

        try:
            await self._llm.check_health()
        except EngineDeadError as error:
            raise _died() from error

    async def generate(self, tokens: list[int], request: Request, max_tokens: int) -> AsyncGenerator[Step, None]:
        """Generate at most `max_tokens` from token ids; closing the generator aborts.

        Raises:
            EngineUnavailable: its processes died, or this request failed in them.
        """
        from vllm.inputs import tokens_input
        from vllm.v1.engine.exceptions import EngineDeadError, EngineGenerateError

        # The question's id would not do: one question may ask the engine several times.
        name = f"{request.id}-{uuid.uuid4().hex}"
        outputs = self._llm.generate(
            tokens_input(tokens), _sampling(request, max_tokens), name, priority=int(request.patient)
        )
        try:
            async with aclosing(outputs):
                async for output in outputs:
                    yield _step(output)
        except EngineDeadError as error:
            raise _died() from error
        except EngineGenerateError as error:
            raise EngineUnavailable(f"The engine failed on this request: {error.__cause__ or error}") from error

    def fail_all(self) -> None:
        """Make every `generate` under way raise; call it on the event loop's thread."""
        from vllm.v1.engine.exceptions import EngineDeadError

        self._llm.output_processor.propagate_error(EngineDeadError())

    def shut_down(self) -> None:
        """End its processes; blocks until they have ended."""
        self._llm.shutdown()


def _sampling(request: Request, max_tokens: int) -> Any:
    from vllm import SamplingParams
    from vllm.sampling_params import RequestOutputKind

    return SamplingParams(
        max_tokens=max_tokens,
        temperature=request.temperature,
        stop=list(request.stop),
        output_kind=RequestOutputKind.DELTA,
    )


def _step(output: Any) -> Step:
    written = output.outputs[0]
    if written.finish_reason not in {None, "stop", "length"}:
        raise EngineUnavailable(f"The engine broke this request off ({written.finish_reason}).")
    times = _times(output.metrics) if written.finish_reason else None
    return Step(written.text, len(written.token_ids), output.num_cached_tokens or 0, written.finish_reason, times)


def _times(stats: Any) -> EngineTimes:
    """From the marks of the engine's own clock."""
    return EngineTimes(
        queued=stats.scheduled_ts - stats.queued_ts,
        prefill=stats.first_token_ts - stats.scheduled_ts,
        decode=stats.last_token_ts - stats.first_token_ts,
    )


def _died() -> EngineUnavailable:
    return EngineUnavailable("The engine's process has died: its log says why.")
