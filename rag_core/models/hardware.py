"""What this machine computes on, found out without importing torch."""

import ctypes
import os
from importlib import metadata


def gpu_present() -> bool:
    """Whether there is an NVIDIA GPU that the installed torch can use and this process may see."""
    return _torch_has_cuda() and os.environ.get("CUDA_VISIBLE_DEVICES", "all") not in {"", "-1"} and _gpus() > 0


def _torch_has_cuda() -> bool:
    try:
        return "+cpu" not in metadata.version("torch")
    except metadata.PackageNotFoundError:
        return False


def _gpus() -> int:
    """GPUs that the driver lists. NVML and not /dev/nvidia*, since WSL has no such files."""
    try:
        nvml = ctypes.CDLL("libnvidia-ml.so.1")
    except OSError:
        return 0
    count = ctypes.c_uint(0)
    if nvml.nvmlInit_v2() != 0:
        return 0
    nvml.nvmlDeviceGetCount_v2(ctypes.byref(count))
    nvml.nvmlShutdown()
    return count.value
