"""What vLLM reads from the environment, as this project needs it. A variable that an operator has set wins."""

import ctypes
import importlib
import json
import os
from importlib.util import find_spec
from pathlib import Path

from rag_core.errors import EngineUnavailable


def prepare(*, gpu: bool, log_file: Path) -> None:
    """Set the variables, for this process and for the engine's; must run before vLLM is imported.

    Raises:
        EngineUnavailable: a library is missing that vLLM's build for the CPU takes from the system.
    """
    if not gpu:
        _need_libnuma()
    # It reads HF_HUB_OFFLINE once, at its import: this process may still have other models to fetch.
    importlib.import_module("huggingface_hub.constants")
    for name, value in (_COMMON | ({} if gpu else _cpu()) | _sampler() | _logging(log_file)).items():
        os.environ.setdefault(name, value)


_COMMON = {
    # A forked child would not carry the mark by which `rag_core.children` finds it.
    "VLLM_WORKER_MULTIPROC_METHOD": "spawn",
    # Its own bars would be drawn over ours.
    "TQDM_DISABLE": "1",
    "VLLM_NO_USAGE_STATS": "1",
    "DO_NOT_TRACK": "1",
    # The weights are on this machine by now.
    "HF_HUB_OFFLINE": "1",
    # What torch and Python warn of in the engine's processes is written past every log.
    "TORCH_CPP_LOG_LEVEL": "ERROR",
    "TORCH_LOGS": "-all",
    "PYTHONWARNINGS": "ignore::FutureWarning,ignore:TypedStorage is deprecated:UserWarning",
    # So is what its compiler makes of each kernel that it tries.
    "TORCHINDUCTOR_AUTOTUNE_NUM_CHOICES_DISPLAYED": "0",
    "TORCHINDUCTOR_MAX_AUTOTUNE_REPORT_CHOICES_STATS": "0",
}


def _need_libnuma() -> None:
    # Without it vLLM goes on without its kernels, and ends a minute later in one of its processes.
    try:
        ctypes.CDLL("libnuma.so.1")
    except OSError as error:
        raise EngineUnavailable(
            f"vLLM's build for the CPU needs a library of the system: {error}. Install it (on Debian and Ubuntu: "
            "apt install libnuma1)."
        ) from error


def _cpu() -> dict[str, str]:
    return {
        "VLLM_CPU_KVCACHE_SPACE": "1",
        # By itself vLLM keeps one core back, which is half the speed on two.
        "VLLM_CPU_OMP_THREADS_BIND": ",".join(map(str, sorted(os.sched_getaffinity(0)))),
    }


def _sampler() -> dict[str, str]:
    return {} if find_spec("flashinfer") else {"VLLM_USE_FLASHINFER_SAMPLER": "0"}


def _logging(log_file: Path) -> dict[str, str]:
    """Send the log, a hundred lines at each start, to a file that holds this start's only."""
    if os.environ.get("VLLM_CONFIGURE_LOGGING") == "0":
        return {}
    log_file.parent.mkdir(parents=True, exist_ok=True)
    log_file.write_text("")
    config = log_file.with_suffix(".logging.json")
    config.write_text(json.dumps(_log_config(log_file)))
    return {"VLLM_LOGGING_CONFIG_PATH": str(config)}


def _log_config(log_file: Path) -> dict[str, object]:
    line = "%(asctime)s %(levelname)s pid=%(process)d %(name)s: %(message)s"
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"line": {"format": line}},
        "handlers": {"file": {"class": "logging.FileHandler", "filename": str(log_file), "formatter": "line"}},
        "loggers": {"vllm": {"handlers": ["file"], "level": "INFO", "propagate": False}},
    }
