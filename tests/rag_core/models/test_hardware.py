from importlib import metadata

import pytest

from rag_core.models.hardware import gpu_present


def test_a_torch_for_the_cpu_has_no_gpu_to_use() -> None:
    if "+cpu" in metadata.version("torch"):
        assert not gpu_present()


def test_a_gpu_that_is_hidden_is_not_present(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "")
    assert not gpu_present()
