"""From a model's name to a folder with its weights."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path

import structlog

from rag_core.errors import ModelNotFound
from rag_core.models import packaged
from rag_core.models.hardware import gpu_present
from rag_core.models.hub import Hub, HubUnreachable
from rag_core.progress import ProgressHandler, ignore_progress

_log = structlog.get_logger(__name__)

_GPU_SENTENCE_MODEL = "BAAI/bge-large-en-v1.5"
_GPU_LANGUAGE_MODEL = "meta-llama/Llama-3.1-8B-Instruct"

_Packaged = Callable[[], Awaitable[Path | None]]


@dataclass(frozen=True, slots=True)
class Located:
    """Weights on this machine. `note` is a sentence where they are not those that one would expect, else empty."""

    name: str
    path: Path
    note: str = ""


class Locator:
    """Finds weights: a local folder as it is, else the hub's cache, else the hub, else the packages.

    An empty name means the model that fits the hardware; if the hub can't be reached then, a package serves. A model
    that was asked for by name is never replaced by another.

    Args:
        cache_dir: where converted models are kept.
        hf_token: for models behind a licence.
        gpu: whether to choose for a GPU; None to look.
        hub: the hub, where it is not the usual one.
    """

    def __init__(
        self,
        cache_dir: Path,
        hf_token: str = "",
        *,
        on_progress: ProgressHandler = ignore_progress,
        gpu: bool | None = None,
        hub: Hub | None = None,
    ) -> None:
        self._cache_dir = cache_dir
        self._on_progress = on_progress
        self._gpu = gpu
        self._hub = hub or Hub(hf_token)

    async def sentence_model(self, name: str = "") -> Located:
        """Weights for sentence-transformers.

        Raises:
            ModelNotFound: no such folder or model, or the hub can't be reached and no package carries it.
            ModelGated: its licence must be accepted first.
        """
        preferred = _GPU_SENTENCE_MODEL if await self._on_gpu() else packaged.SENTENCE_MODEL
        return await self._locate(name, preferred, packaged.SENTENCE_MODEL, self._packaged_sentence_model)

    async def language_model(self, name: str = "") -> Located:
        """Weights and tokenizer for the engine.

        Raises:
            ModelNotFound: no such folder or model, or the hub can't be reached and no package carries it.
            ModelGated: its licence must be accepted first.
        """
        preferred = _GPU_LANGUAGE_MODEL if await self._on_gpu() else packaged.LANGUAGE_MODEL
        return await self._locate(name, preferred, packaged.LANGUAGE_MODEL, self._packaged_language_model)

    async def _on_gpu(self) -> bool:
        if self._gpu is None:
            self._gpu = await asyncio.to_thread(gpu_present)
        return self._gpu

    async def _locate(self, name: str, preferred: str, carried: str, package: _Packaged) -> Located:
        """`preferred` is what the hardware chooses, `carried` what `package` gives."""
        if (name or preferred) == carried and (path := await package()):
            return Located(carried, path)
        try:
            return await self._named(name or preferred)
        except HubUnreachable as error:
            path = None if name else await package()
            if path is None:
                raise _not_to_be_had(name or preferred, error) from error
            note = f"{preferred} could not be had from the model hub, so {carried} serves, which a package carries."
            _log.info(note)
            return Located(carried, path, note)

    async def _named(self, name: str) -> Located:
        if folder := await asyncio.to_thread(_local, name):
            return Located(folder.name, folder)
        cached = await self._hub.cached(name)
        return Located(name, cached or await self._hub.fetch(name, self._on_progress))

    async def _packaged_sentence_model(self) -> Path | None:
        return await asyncio.to_thread(packaged.sentence_model)

    async def _packaged_language_model(self) -> Path | None:
        return await packaged.language_model(self._cache_dir, self._on_progress)


def _local(name: str) -> Path | None:
    folder = Path(name).expanduser().resolve()
    if folder.is_dir():
        return folder
    if name.startswith((".", "/", "~")):
        raise ModelNotFound(f"There is no folder {folder}: name one with a model's weights.", name)
    return None


def _not_to_be_had(model: str, error: HubUnreachable) -> ModelNotFound:
    return ModelNotFound(
        f"{model} is not on this machine and the model hub can't be reached ({error}): name a folder with its weights, "
        "or a network that reaches the hub.",
        model,
    )
