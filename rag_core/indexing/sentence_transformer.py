"""Embeddings by sentence-transformers, on the CPU or a GPU, in one thread of their own."""

import asyncio
import queue
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any, Literal, TypeVar

import numpy as np
import structlog

from rag_core.errors import IndexingError, ModelNotFound
from rag_core.indexing.embedder import Vectors
from rag_core.indexing.query_vectors import QueryVectors
from rag_core.right_of_way import RightOfWay

Precision = Literal["float32", "bfloat16"]

_log = structlog.get_logger(__name__)

_BATCH = 32
"""Texts a batch: a query that arrives in the middle of indexing waits for at most one batch."""

_BGE_PROMPT = "Represent this sentence for searching relevant passages: "
"""What the English BGE models want before a query, for weights whose own configuration does not say it.

Source: the model cards of BAAI/bge-*-en and BAAI/bge-*-en-v1.5.
"""

_URGENT, _LATER, _LAST = 0, 1, 2
_loading = threading.Lock()
"""transformers sets torch's default precision for the whole process while it loads: two at once get mixed weights."""

_CLOSED = "The embedding model was closed."

_Result = TypeVar("_Result")


class SentenceTransformerEmbedder:
    """Implements `Embedder` with the weights in a local folder.

    `name` is what the model is called in the index, `device` torch's name of where it runs (None: a GPU if there is
    one), `precision` that of the weights (None: bfloat16 where the hardware computes with it). Of all-MiniLM-L6-v2,
    bfloat16 gives vectors within a cosine of .9998 of float32's, at three times the speed on two CPU cores. Passages
    wait for `right_of_way` before each batch; queries never do.
    """

    def __init__(
        self,
        folder: Path,
        *,
        name: str,
        device: str | None = None,
        precision: Precision | None = None,
        right_of_way: RightOfWay | None = None,
    ) -> None:
        self._folder = folder
        self._name = name
        self._device = device
        self._precision = precision
        self._right_of_way = right_of_way or RightOfWay()
        self._worker = _Worker("embedder")
        self._weights: Any = None
        self._tokenizer: Any = None
        self._prompt = ""
        self._queries = QueryVectors(lambda texts: self._embed(_URGENT, texts))

    @property
    def model(self) -> str:
        """The model's name, as recorded with every generation of the index."""
        return self._name

    @property
    def dimension(self) -> int:
        """Components of a vector."""
        return int(self._loaded().get_embedding_dimension())

    @property
    def max_tokens(self) -> int:
        """Tokens of a text that the model reads; what follows is cut off."""
        return int(self._loaded().max_seq_length)

    async def start(self) -> None:
        """Load the weights. A second call does nothing.

        Raises:
            ModelNotFound: the folder holds no model that sentence-transformers can read.
        """
        if self._weights is not None:
            return
        self._worker.start()
        self._weights = await self._worker.submit(_URGENT, self._load)
        self._prompt = self._query_prompt()
        _log.info("Embedding model loaded", model=self._name, device=str(self._weights.device))

    async def close(self) -> None:
        """Let go of the weights and the thread. Texts that still wait are not embedded any more."""
        await asyncio.to_thread(self._worker.stop)
        self._weights = self._tokenizer = None

    async def embed_passages(self, texts: Sequence[str]) -> Vectors:
        """Shape (len(texts), dimension).

        Texts of like length share a batch, since a batch is padded to its longest.
        """
        vectors = np.empty((len(texts), self.dimension), dtype=np.float32)
        order = sorted(range(len(texts)), key=lambda index: len(texts[index]), reverse=True)
        for start in range(0, len(order), _BATCH):
            batch = order[start : start + _BATCH]
            await self._right_of_way.free()
            vectors[batch] = await self._embed(_LATER, [texts[index] for index in batch])
        return vectors

    async def embed_query(self, text: str) -> Vectors:
        """Shape (dimension,), read-only. Goes before passages that wait; queries that come at once share a batch."""
        self._loaded()
        return await self._queries.of(self._prompt + text)

    def count_tokens(self, text: str) -> int:
        """Tokens of `text` for this model."""
        self._loaded()
        return len(self._tokenizer.encode(text).ids)

    def _embed(self, urgency: int, texts: list[str]) -> "asyncio.Future[Vectors]":
        model = self._loaded()

        def encode() -> Vectors:
            found = model.encode(texts, batch_size=_BATCH, prompt="", show_progress_bar=False)
            return _normalised(np.asarray(found, dtype=np.float32))

        return self._worker.submit(urgency, encode)

    def _load(self) -> Any:
        import torch  # it takes seconds to import: the worker's time, not the event loop's
        from sentence_transformers import SentenceTransformer
        from tokenizers import Tokenizer
        from transformers.utils import logging as transformers_logging

        transformers_logging.disable_progress_bar()  # a bar of 0.1 s, in the middle of our own progress
        precision = self._precision or ("bfloat16" if _computes_bfloat16(self._device) else "float32")
        try:
            with _loading:
                model = SentenceTransformer(
                    str(self._folder),
                    device=self._device,
                    local_files_only=True,
                    model_kwargs={"dtype": getattr(torch, precision)},
                )
            # A tokenizer of its own: the model's is busy in the worker, cuts texts off, and must not be shared.
            self._tokenizer = Tokenizer.from_str(model.tokenizer.backend_tokenizer.to_str())
        except (OSError, ValueError, AttributeError) as error:
            message = f"The folder {self._folder} holds no embedding model that can be read: {error}"
            raise ModelNotFound(message, self._name) from error
        self._tokenizer.no_truncation()
        self._tokenizer.no_padding()
        return model.eval()

    def _query_prompt(self) -> str:
        own = self._loaded().prompts.get("query", "")
        is_english_bge = "bge-" in self._name.lower() and "-en" in self._name.lower()
        return own or (_BGE_PROMPT if is_english_bge else "")

    def _loaded(self) -> Any:
        if self._weights is None:
            raise IndexingError("The embedding model is not loaded: it was not started yet, or was closed.")
        return self._weights


def _computes_bfloat16(device: str | None) -> bool:
    """Whether the hardware does; elsewhere bfloat16 is emulated, which is slower than float32."""
    import torch

    if device != "cpu" and torch.cuda.is_available():
        return bool(torch.cuda.is_bf16_supported())
    return bool(torch.cpu._is_avx512_bf16_supported())  # torch has no public way to ask


def _normalised(vectors: Vectors) -> Vectors:
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    return np.asarray(vectors / np.maximum(lengths, np.finfo(np.float32).tiny), dtype=np.float32)


@dataclass(order=True, slots=True)
class _Job:
    urgency: int
    number: int
    work: Callable[[], Any] = field(compare=False)
    result: "Future[Any]" = field(compare=False)


class _Worker:
    """One thread that does jobs by urgency, then in their order. A cancelled job that still waits is skipped."""

    def __init__(self, name: str) -> None:
        self._jobs: queue.PriorityQueue[_Job] = queue.PriorityQueue()
        self._numbers = count()
        self._name = name
        self._thread: threading.Thread | None = None
        self._stopping = threading.Event()

    def start(self) -> None:
        if self._thread is None:
            self._stopping.clear()
            self._thread = threading.Thread(target=self._work, name=self._name, daemon=True)
            self._thread.start()

    def stop(self) -> None:
        """Refuse what waits, and wait for the job that runs."""
        if self._thread is None:
            return
        self._stopping.set()
        self._put(_LAST, lambda: None)
        self._thread.join()
        self._thread = None

    def submit(self, urgency: int, work: Callable[[], _Result]) -> "asyncio.Future[_Result]":
        """Have `work` done in the thread.

        Raises:
            IndexingError: the worker was stopped.
        """
        if self._thread is None or self._stopping.is_set():
            raise IndexingError(_CLOSED)
        return asyncio.wrap_future(self._put(urgency, work))

    def _put(self, urgency: int, work: Callable[[], _Result]) -> "Future[_Result]":
        job = _Job(urgency, next(self._numbers), work, Future())
        self._jobs.put(job)
        return job.result

    def _work(self) -> None:
        while not (self._stopping.is_set() and self._jobs.empty()):
            job = self._jobs.get()
            if not job.result.set_running_or_notify_cancel():
                continue
            if self._stopping.is_set():
                job.result.set_exception(IndexingError(_CLOSED))
            else:
                self._do(job)

    @staticmethod
    def _do(job: _Job) -> None:
        try:
            job.result.set_result(job.work())
        except BaseException as error:  # noqa: BLE001  # the thread's border: whoever asked gets the error
            job.result.set_exception(error)
