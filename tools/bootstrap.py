"""Make the virtual environment `.venv` and install what this machine needs. Standard library only: it runs first.

    python3 -I tools/bootstrap.py [run | playground | test]

pip installs uv, and uv all the rest from lock files with hashes: `requirements-gpu.lock` where there is an NVIDIA GPU,
`requirements-cpu.lock` elsewhere, and what the playground and the tests need besides. Indexes, certificates and proxies
are those that pip is set up with. Nothing is done where the environment already fits the files it was made from.
"""

import argparse
import ast
import hashlib
import os
import platform
import re
import shutil
import subprocess
import sys
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
LOG = VENV / "install.log"
TORCH_INDEX = "https://download.pytorch.org/whl/cpu"

PURPOSES = ("run", "playground", "test")
"""What an environment is for; each holds what those before it need."""

UV_NAMES = {
    "index-url": "UV_DEFAULT_INDEX",
    "extra-index-url": "UV_INDEX",
    "find-links": "UV_FIND_LINKS",
    "no-index": "UV_NO_INDEX",
    "trusted-host": "UV_INSECURE_HOST",
    "timeout": "UV_HTTP_TIMEOUT",
    "default-timeout": "UV_HTTP_TIMEOUT",
    "cert": "SSL_CERT_FILE",
    "client-cert": "SSL_CLIENT_CERT",
    "proxy": "ALL_PROXY",
}
"""pip's options that say where packages come from and how, and the variables by which uv is told the same."""


def main() -> None:
    """Install what is missing."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("purpose", nargs="?", choices=PURPOSES, default="run", help="what for, as in `make test`")
    purpose = parser.parse_args().purpose
    hardware = "gpu" if has_gpu() else "cpu"
    if problem := unsuitable(sys.version_info[:2], platform.system(), platform.machine(), hardware):
        sys.exit(problem)
    try:
        install_missing(hardware, purpose)
    except OSError as error:
        sys.exit(f"\nInstalling stopped: {error}. Mend that (is the disk full?) and run the same command again.")
    except KeyboardInterrupt:
        sys.exit("\nInstalling was interrupted; the same command goes on where it stopped.")


def has_gpu() -> bool:
    """Whether NVIDIA's driver is there and sees a card."""
    smi = shutil.which("nvidia-smi")
    if smi is None:
        return False
    found = subprocess.run([smi, "-L"], capture_output=True, text=True, check=False)
    return found.returncode == 0 and "GPU" in found.stdout


def unsuitable(python: tuple[int, int], system: str, machine: str, hardware: str) -> str:
    """Why this machine can't run the bot, in a sentence; empty where it can."""
    if (system, machine) != ("Linux", "x86_64"):
        return f"Linux on x86-64 is needed, and this is {system} on {machine}: docker/ has an image to run elsewhere."
    fitting = ("3.11", "3.12") if hardware == "gpu" else ("3.11",)
    this = ".".join(map(str, python))
    if this not in fitting:
        needed = " or ".join(fitting)
        return f"Python {needed} is needed, and this is {this}: name one, as in `make run PYTHON=python3.11`."
    return ""


def install_missing(hardware: str, purpose: str) -> None:
    """Bring `.venv` to what the lock files say, where it is not there yet."""
    wanted = fingerprint(hardware)
    enough = [VENV / f".installed-{name}" for name in PURPOSES[PURPOSES.index(purpose) :]]
    if any(stamp.is_file() and stamp.read_text() == wanted for stamp in enough):
        return
    say(f"Installing the {hardware} set into .venv, once. Details: {LOG.relative_to(ROOT)}")
    make_environment()
    locked = ["--require-hashes", "--no-deps"]
    run("uv", ["-m", "pip", "install", *locked, "-r", str(lock("uv"))])
    install = ["-m", "uv", "pip", "install", "--python", str(PYTHON)]
    install += ["--index-strategy", "unsafe-best-match"]  # safe with hashes, and what pip does with several indexes
    if hardware == "cpu":  # a mirror or a folder of wheels may hold torch+cpu, as PyTorch's own index does
        alone = VENV / "torch.lock"
        alone.write_text("".join(re.findall(r"^torch==(?:.*\\\n)*.*\n", lock("cpu").read_text(), re.MULTILINE)))
        torch = [*install, *locked, "-r", str(alone)]
        run("PyTorch", torch, [*torch, "--default-index", TORCH_INDEX])
    files = [option for name in locks_for(hardware, purpose) for option in ("-r", str(lock(name)))]
    run("the libraries", [*install, *locked, *files])
    run("the bot", [*install, "--no-deps", "--no-build-isolation", "-e", str(ROOT)])
    enough[0].write_text(wanted)


def fingerprint(hardware: str) -> str:
    """Changes with everything that decides what is installed, and with the place that it is installed from."""
    files = (ROOT / "pyproject.toml", *(lock(name) for name in ("uv", *locks_for(hardware, PURPOSES[-1]))))
    parts = (str(ROOT).encode(), *(path.read_bytes() for path in files))
    return f"{hardware} {hashlib.sha256(b''.join(parts)).hexdigest()}"


def locks_for(hardware: str, purpose: str) -> tuple[str, ...]:
    """The names of the lock files."""
    return (hardware, *PURPOSES[1 : PURPOSES.index(purpose) + 1])


def lock(name: str) -> Path:
    """The lock file of a set."""
    return ROOT / f"requirements-{name}.lock"


def make_environment() -> None:
    """Make `.venv` with pip in it, anew where an earlier try left it without."""
    if (
        PYTHON.exists()
        and subprocess.run([PYTHON, "-m", "pip", "-V"], capture_output=True, check=False).returncode == 0
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


def run(what: str, *attempts: list[str]) -> None:
    """Run the environment's Python with each of these arguments until one succeeds; exits where none does."""
    if any(succeeds(what, [str(PYTHON), *arguments]) for arguments in attempts):
        return show(f"{what}: done", end="\n")
    tail = "".join(LOG.read_text().splitlines(keepends=True)[-15:])
    sys.exit(f"\nInstalling {what} failed. The last words were:\n{tail}\nMend that and run the same command again.")


def succeeds(what: str, command: list[str]) -> bool:
    """Run a command, its output going to the log, and show how far it is."""
    with (
        LOG.open("a") as log,
        subprocess.Popen(
            command,
            env=uv_environment(),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        ) as process,
    ):
        for line in process.stdout or ():
            print(line, end="", file=log)
            if line.startswith(("Resolved", "Downloading", "Building", "Prepared", "Collecting")):
                show(f"{what}: {line.strip()}")
    return process.returncode == 0


def uv_environment() -> dict[str, str]:
    """This process's environment, in which uv finds what pip is set up with, where uv is not told otherwise."""
    asked = subprocess.run([PYTHON, "-m", "pip", "config", "list"], capture_output=True, text=True, check=False)
    told: dict[str, str] = {}
    for kind in ("global", "install", ":env:"):  # what stands later in this order wins
        for option, value in re.findall(rf"^{kind}\.([\w-]+)=(.+)$", asked.stdout, re.MULTILINE):
            if option in UV_NAMES:
                comma = "," if option == "find-links" else " "
                told[UV_NAMES[option]] = comma.join(ast.literal_eval(value).split())
    return told | os.environ


def show(progress: str, end: str = "") -> None:
    """One line that changes on a terminal; elsewhere a line each."""
    if sys.stderr.isatty():
        width = shutil.get_terminal_size().columns
        print(f"\r\033[K  {progress[: width - 3]}", end=end, file=sys.stderr, flush=True)
    else:
        say(f"  {progress}")


def say(line: str) -> None:
    """To standard error: standard output is the bot's."""
    print(line, file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
