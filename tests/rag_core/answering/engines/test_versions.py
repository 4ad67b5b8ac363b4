"""What vLLM is started with."""

from pathlib import Path
from typing import Any

import pytest

from rag_core.answering.engines import VllmOptions
from rag_core.answering.engines._versions import CoreSettings, _arguments


def _told(options: VllmOptions, *, gpu: bool) -> dict[str, Any]:
    return _arguments(CoreSettings(Path("model"), context_tokens=2048, gpu=gpu, max_running=4, options=options))


def test_on_a_gpu_a_step_of_one_token_is_compiled_for_itself() -> None:
    assert _told(VllmOptions(), gpu=True)["compilation_config"] == {"compile_sizes": [1]}


@pytest.mark.parametrize(
    "options", [VllmOptions(speculation=4), VllmOptions(quantization="fp8"), VllmOptions(tensor_parallel=2)]
)
def test_where_such_kernels_bring_nothing_there_are_none(options: VllmOptions) -> None:
    assert "compilation_config" not in _told(options, gpu=True)


@pytest.mark.parametrize("gpu", [True, False])
def test_guesses_are_copied_from_the_prompt(gpu: bool) -> None:
    told = _told(VllmOptions(speculation=4), gpu=gpu)["speculative_config"]
    assert (told["method"], told["num_speculative_tokens"]) == ("ngram", 4)


def test_without_a_gpu_nothing_is_compiled() -> None:
    told = _told(VllmOptions(), gpu=False)
    assert told["enforce_eager"]
    assert "compilation_config" not in told
