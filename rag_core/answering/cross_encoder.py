"""Natural-language inference by a cross-encoder of sentence-transformers."""

import asyncio
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import structlog

from rag_core.errors import ModelError, ModelNotFound

_ENTAILED = "entailment"

_log = structlog.get_logger(__name__)


class CrossEncoderEntailment:
    """Implements `Entailment` with the weights in a local folder, such as those of cross-encoder/nli-deberta-v3-base.

    The folder's configuration names the classes (`id2label`); one of them must be "entailment", in whatever case.
    `device` is torch's name of where it runs; None: a GPU if there is one.
    """

    def __init__(self, folder: Path, *, name: str, device: str | None = None) -> None:
        self._folder = folder
        self._name = name
        self._device = device
        self._thread = ThreadPoolExecutor(1, "entailment")
        self._model: Any = None
        self._column = 0

    async def start(self) -> None:
        """Load the weights.

        Raises:
            ModelNotFound: the folder holds no model that sentence-transformers can read.
            ModelError: the model's classes are not those of natural-language inference.
        """
        self._model = await self._run(self._load)
        _log.info("Entailment model loaded", model=self._name, device=str(self._model.device))

    async def close(self) -> None:
        """Let go of the weights and the thread."""
        await asyncio.to_thread(self._thread.shutdown, cancel_futures=True)
        self._model = None

    async def follows(self, premises: Sequence[str], hypothesis: str) -> list[float]:
        """For each premise the probability, from 0 to 1, that the hypothesis follows from it."""
        if self._model is None:
            raise ModelError("The entailment model is not loaded: start it before use.", self._name)
        pairs = [(premise, hypothesis) for premise in premises]
        return await self._run(self._predict, pairs) if pairs else []

    async def _run(self, work: Any, *arguments: Any) -> Any:
        return await asyncio.get_running_loop().run_in_executor(self._thread, work, *arguments)

    def _predict(self, pairs: list[tuple[str, str]]) -> list[float]:
        scores = self._model.predict(pairs, apply_softmax=True, show_progress_bar=False)
        return [float(score) for score in scores[:, self._column]]

    def _load(self) -> Any:
        from sentence_transformers import CrossEncoder  # it takes seconds to import: the thread's time, not the loop's
        from transformers.utils import logging as transformers_logging

        transformers_logging.disable_progress_bar()  # type: ignore[no-untyped-call]  # it would stand in the middle of our own progress
        try:
            model = CrossEncoder(str(self._folder), device=self._device, local_files_only=True)
        except (OSError, ValueError) as error:
            message = f"The folder {self._folder} holds no cross-encoder that can be read: {error}"
            raise ModelNotFound(message, self._name) from error
        labels = {str(label).casefold(): int(column) for column, label in model.config.id2label.items()}
        if _ENTAILED not in labels:
            raise ModelError(f"{self._name} is no model for entailment: its classes are {sorted(labels)}.", self._name)
        self._column = labels[_ENTAILED]
        return model.eval()
