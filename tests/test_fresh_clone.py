"""The README's commands as a newcomer types them: in a fresh clone, with an empty HOME and empty caches."""

import os
import subprocess
from pathlib import Path

import pytest

from bot.settings import setting_names

pytestmark = [pytest.mark.real, pytest.mark.long, pytest.mark.timeout(3600)]
ROOT = Path(__file__).parents[1]
QUESTION = "What do the parameters for HNSW mean?\n"


@pytest.fixture(scope="module")
def clone(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What is committed, and nothing else."""
    folder = tmp_path_factory.mktemp("fresh") / "clone"
    subprocess.run(["git", "clone", "--quiet", ROOT, folder], check=True)
    return folder


def make(target: str, clone: Path, stdin: str = "") -> subprocess.CompletedProcess[str]:
    """Run `make` with nothing of a developer's own: no settings, no caches, no virtual environment."""
    own = {"VIRTUAL_ENV", "PYTHONPATH", "XDG_CACHE_HOME", "CI", "TEST_MODEL_CACHE", *setting_names()}
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_") and name not in own}
    venv = os.environ.get("VIRTUAL_ENV", str(ROOT / ".venv"))
    path = os.pathsep.join(entry for entry in kept["PATH"].split(os.pathsep) if not entry.startswith(venv))
    home = clone.parent / "home"
    home.mkdir(exist_ok=True)
    return subprocess.run(
        ["make", target],
        cwd=clone,
        env=kept | {"HOME": str(home), "PATH": path},
        input=stdin,
        capture_output=True,
        text=True,
        check=False,
    )


def test_make_run_installs_all_and_answers_with_a_source(clone: Path) -> None:
    done = make("run", clone, QUESTION)
    assert done.returncode == 0, done.stderr
    assert "Installing the" in done.stderr
    assert "https://milvus.io/docs/hnsw.md" in done.stdout


def test_make_test_passes(clone: Path) -> None:
    done = make("test", clone)
    assert done.returncode == 0, done.stdout[-20_000:] + done.stderr[-5_000:]
    assert " passed" in done.stdout
