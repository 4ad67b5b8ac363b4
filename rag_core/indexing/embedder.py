"""The port through which texts become vectors."""

from collections.abc import Sequence
from typing import Protocol

import numpy as np
import numpy.typing as npt

Vectors = npt.NDArray[np.float32]


class Embedder(Protocol):
    """An embedding model.

    All vectors are float32 and of length 1, so that the inner product is the cosine. Model calls run in a thread: the
    event loop stays free.
    """

    @property
    def model(self) -> str:
        """The model's name, as recorded with every generation of the index."""

    @property
    def dimension(self) -> int:
        """Components of a vector."""

    @property
    def max_tokens(self) -> int:
        """Tokens of a text that the model reads; what follows is cut off."""

    async def start(self) -> None:
        """Load the weights.

        Raises:
            ModelError: the weights can't be had.
        """

    async def close(self) -> None:
        """Let go of the weights and the thread."""

    async def embed_passages(self, texts: Sequence[str]) -> Vectors:
        """Shape (len(texts), dimension)."""

    async def embed_query(self, text: str) -> Vectors:
        """Shape (dimension,)."""

    def count_tokens(self, text: str) -> int:
        """Tokens of `text` for this model."""
