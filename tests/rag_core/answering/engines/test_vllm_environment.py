import json
import logging.config
import os
import subprocess
import sys
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import pytest

from rag_core.answering.engines._vllm_environment import prepare
from rag_core.errors import EngineUnavailable


@pytest.fixture(autouse=True)
def environment() -> Iterator[None]:
    before = dict(os.environ)
    yield
    os.environ.clear()
    os.environ.update(before)


@pytest.fixture(autouse=True)
def _nothing_set(environment: None, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.startswith(("VLLM", "HF_HUB", "SPT"))]:
        monkeypatch.delenv(name)


def test_on_the_cpu_every_core_of_this_process_computes(tmp_path: Path) -> None:
    prepare(gpu=False, log_file=tmp_path / "vllm.log")
    cores = {int(core) for core in os.environ["VLLM_CPU_OMP_THREADS_BIND"].split(",")}
    assert cores == os.sched_getaffinity(0)
    assert os.environ["VLLM_CPU_KVCACHE_SPACE"] == "1"


def test_what_an_operator_set_wins(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VLLM_CPU_KVCACHE_SPACE", "4")
    prepare(gpu=False, log_file=tmp_path / "vllm.log")
    assert os.environ["VLLM_CPU_KVCACHE_SPACE"] == "4"


def test_on_a_gpu_the_cpu_is_left_alone(tmp_path: Path) -> None:
    prepare(gpu=True, log_file=tmp_path / "vllm.log")
    assert not [name for name in os.environ if name.startswith("VLLM_CPU")]


def test_a_missing_library_of_the_cpu_build_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(name: str) -> None:
        raise OSError(f"{name}: cannot open shared object file: No such file or directory")

    monkeypatch.setattr("ctypes.CDLL", missing)
    with pytest.raises(EngineUnavailable, match=r"libnuma\.so\.1: cannot open.*apt install libnuma1"):
        prepare(gpu=False, log_file=tmp_path / "vllm.log")
    prepare(gpu=True, log_file=tmp_path / "vllm.log")


def test_the_sampler_of_flashinfer_is_off_only_where_it_is_missing(tmp_path: Path) -> None:
    prepare(gpu=True, log_file=tmp_path / "vllm.log")
    missing = find_spec("flashinfer") is None
    assert os.environ.get("VLLM_USE_FLASHINFER_SAMPLER") == ("0" if missing else None)


def test_vllm_logs_to_a_file_that_each_start_begins_anew(tmp_path: Path) -> None:
    log_file = tmp_path / "logs" / "vllm.log"
    log_file.parent.mkdir()
    log_file.write_text("the last start\n")
    prepare(gpu=True, log_file=log_file)
    logging.config.dictConfig(json.loads(Path(os.environ["VLLM_LOGGING_CONFIG_PATH"]).read_text()))
    vllm = logging.getLogger("vllm")
    try:
        vllm.info("Loading weights.")
        assert log_file.read_text().endswith("vllm: Loading weights.\n")
        assert "the last start" not in log_file.read_text()
    finally:
        vllm.handlers[0].close()
        vllm.handlers.clear()


def test_an_operator_who_configures_logging_is_not_disturbed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VLLM_CONFIGURE_LOGGING", "0")
    prepare(gpu=True, log_file=tmp_path / "vllm.log")
    assert "VLLM_LOGGING_CONFIG_PATH" not in os.environ


@pytest.mark.real
def test_torch_keeps_to_itself_what_it_tries_while_it_compiles(tmp_path: Path) -> None:
    prepare(gpu=True, log_file=tmp_path / "vllm.log")
    names = "autotune_num_choices_displayed", "max_autotune_report_choices_stats"
    asked = f"from torch._inductor import config; print(*[getattr(config, name) for name in {names}])"
    told = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True)
    assert told.stdout == "0 False\n"
