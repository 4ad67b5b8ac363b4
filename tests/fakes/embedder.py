"""An embedder without a model: hashed bags of words, so that texts that share words are near each other."""

import hashlib
import re
from collections.abc import Sequence

import numpy as np

from rag_core.indexing.embedder import Vectors

_WORD = re.compile(r"\w+")


class FakeEmbedder:
    """Implements `Embedder`. `embedded` lists every passage text in the order in which it was asked for."""

    def __init__(self, model: str = "fake-words", dimension: int = 64, max_tokens: int = 256) -> None:
        self.embedded: list[str] = []
        self.queries: list[str] = []
        self.started = False
        self._model = model
        self._dimension = dimension
        self._max_tokens = max_tokens

    @property
    def model(self) -> str:
        return self._model

    @property
    def dimension(self) -> int:
        return self._dimension

    @property
    def max_tokens(self) -> int:
        return self._max_tokens

    async def start(self) -> None:
        self.started = True

    async def close(self) -> None:
        self.started = False

    async def embed_passages(self, texts: Sequence[str]) -> Vectors:
        self.embedded += texts
        if not texts:
            return np.zeros((0, self._dimension), dtype=np.float32)
        return np.stack([self._vector(text) for text in texts])

    async def embed_query(self, text: str) -> Vectors:
        self.queries.append(text)
        return self._vector(text)

    def count_tokens(self, text: str) -> int:
        return len(_WORD.findall(text))

    def _vector(self, text: str) -> Vectors:
        vector = np.zeros(self._dimension, dtype=np.float32)
        for word in _WORD.findall(text.lower()):
            digest = hashlib.blake2b(word.encode(), digest_size=8).digest()
            vector[int.from_bytes(digest[:4], "big") % self._dimension] += 1.0 if digest[4] % 2 else -1.0
        length = float(np.linalg.norm(vector))
        if length == 0.0:
            vector[0] = length = 1.0
        return vector / np.float32(length)
