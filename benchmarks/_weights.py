"""Real models to measure with, in folders that vLLM reads."""

import asyncio
from pathlib import Path

from rag_core.models import packaged
from rag_core.progress import ignore_progress


async def folder_of(model: Path | None, cache: Path) -> Path | None:
    """A folder as transformers writes them as it is, a GGUF file converted into `cache`; else the packaged small model.

    None where neither is there.
    """
    if model is None:
        return await packaged.language_model(cache, ignore_progress)
    if await asyncio.to_thread(model.is_dir):
        return model
    await packaged.convert(model, cache / model.stem, ignore_progress)
    return cache / model.stem
