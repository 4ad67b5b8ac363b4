"""Cross-encoders of sentence-transformers, which read two texts together: for entailment, and for reranking."""

import asyncio
from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, TypeVar

import structlog

from rag_core.errors import ModelError, ModelNotFound

_ENTAILED = "entailment"

_log = structlog.get_logger(__name__)
_Result = TypeVar("_Result")


class _CrossEncoder(ABC):
    """The weights in a local folder, used in a thread of their own.

    `device` is torch's name of where it runs; None: a GPU if there is one.
    """

    def __init__(self, folder: Path, *, name: str, device: str | None = None) -> None:
        self._folder = folder
        self._name = name
        self._device = device
        self._thread = ThreadPoolExecutor(1, "cross-encoder")
        self._model: Any = None

    async def start(self) -> None:
        """Load the weights.

        Raises:
            ModelNotFound: the folder holds no model that sentence-transformers can read.
            ModelError: it is a model of another kind.
        """
        model = await self._run(self._load)
        self._accept([str(model.config.id2label[column]) for column in sorted(model.config.id2label)])
        self._model = model
        _log.info("Cross-encoder loaded", model=self._name, device=str(model.device))

    async def close(self) -> None:
        """Let go of the weights and the thread."""
        await asyncio.to_thread(self._thread.shutdown, cancel_futures=True)
        self._model = None

    @abstractmethod
    def _accept(self, labels: Sequence[str]) -> None:
        """Look at the names of the model's classes. Raises ModelError where they are not those of its kind."""

    async def _predict(self, pairs: Sequence[tuple[str, str]], **options: Any) -> Any:
        """What the model makes of each pair, as an array. Raises ModelError before the start."""
        if self._model is None:
            raise ModelError(f"The model {self._name} is not loaded: start it before use.", self._name)
        model = self._model
        return await self._run(lambda: model.predict(list(pairs), show_progress_bar=False, **options))

    async def _run(self, work: Callable[[], _Result]) -> _Result:
        return await asyncio.get_running_loop().run_in_executor(self._thread, work)

    def _load(self) -> Any:
        from sentence_transformers import CrossEncoder  # it takes seconds to import: the thread's time, not the loop's
        from transformers.utils import logging as transformers_logging

        transformers_logging.disable_progress_bar()  # it would stand in the middle of our own progress
        try:
            return CrossEncoder(str(self._folder), device=self._device, local_files_only=True).eval()
        except (OSError, ValueError) as error:
            message = f"The folder {self._folder} holds no cross-encoder that can be read: {error}"
            raise ModelNotFound(message, self._name) from error


class CrossEncoderEntailment(_CrossEncoder):
    """Implements `Entailment`, with a model such as cross-encoder/nli-deberta-v3-base.

    Its configuration names the classes (`id2label`); one of them must be "entailment", in whatever case.
    """

    _column = 0

    async def follows(self, premises: Sequence[str], hypothesis: str) -> list[float]:
        """For each premise the probability, from 0 to 1, that the hypothesis follows from it."""
        pairs = [(premise, hypothesis) for premise in premises]
        if not pairs:
            return []
        return [float(score) for score in (await self._predict(pairs, apply_softmax=True))[:, self._column]]

    def _accept(self, labels: Sequence[str]) -> None:
        names = [label.casefold() for label in labels]
        if _ENTAILED not in names:
            raise ModelError(f"{self._name} is no model for entailment: its classes are {sorted(names)}.", self._name)
        self._column = names.index(_ENTAILED)


class CrossEncoderReranker(_CrossEncoder):
    """Implements `Reranker`, with a model of one output such as BAAI/bge-reranker-v2-m3."""

    async def relevance(self, query: str, texts: Sequence[str]) -> list[float]:
        """For each text how well it answers the query: the sigmoid of the model's output."""
        if not texts:
            return []
        return [float(score) for score in await self._predict([(query, text) for text in texts])]

    def _accept(self, labels: Sequence[str]) -> None:
        if len(labels) != 1:
            raise ModelError(f"{self._name} is no reranker: it has {len(labels)} outputs instead of one.", self._name)
