"""What vLLM is started with."""

from pathlib import Path
from typing import Any

from rag_core.answering.engines import VllmOptions
from rag_core.answering.engines._versions import CoreSettings, _arguments


def _told(options: VllmOptions, *, gpu: bool) -> dict[str, Any]:
    return _arguments(CoreSettings(Path("model"), context_tokens=2048, gpu=gpu, max_running=4, options=options))


def test_on_a_gpu_a_step_of_one_token_is_compiled_for_itself() -> None:
    assert _told(VllmOptions(), gpu=True)["compilation_config"] == {"compile_sizes": [1]}


def test_where_tokens_are_guessed_no_step_has_a_single_one() -> None:
    told = _told(VllmOptions(speculation=4), gpu=True)
    assert "compilation_config" not in told
    assert told["speculative_config"]["num_speculative_tokens"] == 4


def test_without_a_gpu_nothing_is_compiled() -> None:
    told = _told(VllmOptions(), gpu=False)
    assert told["enforce_eager"]
    assert "compilation_config" not in told
