"""A GGUF file becomes a folder that vLLM and transformers read. Run as `python -m`, with file and folder.

The folder appears under its name only when it is complete, and processes that want the same one wait for each other:
killed at any point, or started twice, it leaves no half model. Each finished step is a number on standard output.
"""

import fcntl
import shutil
import sys
from pathlib import Path
from typing import IO

STEPS = 4


def main() -> None:
    """Convert the file of the first argument into the folder of the second."""
    gguf, target = map(Path, sys.argv[1:])
    target.parent.mkdir(parents=True, exist_ok=True)
    with target.with_name(f"{target.name}.lock").open("w") as file:
        _step(0)
        lock(file)
        if not target.is_dir():
            part = target.with_name(f"{target.name}.part")
            shutil.rmtree(part, ignore_errors=True)
            _convert(gguf, part)
            part.rename(target)
    _step(STEPS)


def lock(file: IO[str]) -> None:
    """Wait for the lock; closing the file gives it back, and so does the process's end, whatever that is."""
    fcntl.flock(file, fcntl.LOCK_EX)


def _convert(gguf: Path, folder: Path) -> None:
    import torch
    from transformers import AutoModelForCausalLM, AutoTokenizer, GgufConfig
    from transformers.utils.logging import disable_progress_bar

    disable_progress_bar()
    _step(1)
    tokenizer = AutoTokenizer.from_pretrained(gguf.parent, gguf_file=gguf.name)
    _step(2)
    unpacked = GgufConfig(dequantize=True)
    model = AutoModelForCausalLM.from_pretrained(
        gguf.parent, gguf_file=gguf.name, quantization_config=unpacked, dtype=torch.bfloat16
    )
    _step(3)
    model.save_pretrained(folder)
    tokenizer.save_pretrained(folder)


def _step(number: int) -> None:
    sys.stdout.write(f"{number}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
