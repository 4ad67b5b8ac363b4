"""The Dockerfile, linted and read without a Docker engine."""

import json
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from bot.settings import setting_names

ROOT = Path(__file__).parents[2]
DOCKERFILE = ROOT / "docker" / "Dockerfile"
TEXT = DOCKERFILE.read_text(encoding="utf-8").replace("\\\n", " ")

OWN_VARIABLES = {
    "PATH": "so that the virtual environment's python comes first",
    "PYTHONUNBUFFERED": "so that the last log lines before an end are not lost",
    "NVIDIA_VISIBLE_DEVICES": "read by NVIDIA's container toolkit",
    "NVIDIA_DRIVER_CAPABILITIES": "read by NVIDIA's container toolkit",
    "VLLM_USE_FLASHINFER_SAMPLER": "read by vLLM",
    "UV_PYTHON": "read by uv: where to install",
    "UV_NO_CACHE": "read by uv: what it keeps would only make the layer larger",
}


def stage(name: str) -> str:
    """A stage's instructions with those of the stages that it is made from."""
    found = re.search(rf"^FROM (\S+) AS {name}\n(.*?)(?=^FROM |\Z)", TEXT, re.MULTILINE | re.DOTALL)
    assert found, f"the Dockerfile has no stage {name}"
    return found[2] if ":" in found[1] else stage(found[1]) + found[2]


def variables(instructions: str) -> dict[str, str]:
    lines = re.findall(r"^ENV (.+)$", instructions, re.MULTILINE)
    return dict(word.split("=", 1) for line in lines for word in shlex.split(line))


def copied() -> set[str]:
    """What is taken from the repository (not from another stage)."""
    lines = re.findall(r"^COPY (?!--from)(.+)$", TEXT, re.MULTILINE)
    return {source for line in lines for source in line.split()[:-1]}


def test_hadolint_has_nothing_to_say() -> None:
    hadolint = Path(sys.executable).with_name("hadolint")
    run = subprocess.run([hadolint, DOCKERFILE], capture_output=True, text=True, check=False)
    assert (run.returncode, run.stdout) == (0, ""), run.stdout + run.stderr


def test_both_targets_run_the_bot_without_a_shell_as_an_ordinary_user() -> None:
    for target in ("cpu", "gpu"):
        instructions = stage(target)
        commands = re.findall(r"^CMD (.+)$", instructions, re.MULTILINE)
        assert [json.loads(command) for command in commands] == [["python", "-m", "bot", "run"]]
        assert re.findall(r"^USER (\S+)$", instructions, re.MULTILINE) == ["10001"]
        assert re.findall(r"^VOLUME (\S+)$", instructions, re.MULTILINE) == [variables(instructions)["DATA_DIR"]]


def test_health_is_asked_where_the_bot_answers() -> None:
    check = json.loads(re.findall(r"^HEALTHCHECK .*? CMD (\[.+\])$", stage("base"), re.MULTILINE)[0])
    assert check[:2] == ["python", "-c"]
    compile(check[2], "HEALTHCHECK", "exec")
    port = variables(stage("base"))["WEB_ADDRESS"].rpartition(":")[2]
    assert f"'127.0.0.1', {port}," in check[2]
    assert "'/health'" in check[2]
    assert f"EXPOSE {port}\n" in stage("base")


def test_every_variable_is_a_setting_or_explained() -> None:
    unknown = set(variables(stage("cpu")) | variables(stage("gpu")) | variables(stage("build")))
    assert unknown - set(setting_names()) == set(OWN_VARIABLES)


@pytest.mark.parametrize("hardware", ["cpu", "gpu"])
def test_sets_are_installed_as_locked_before_the_code_comes(hardware: str) -> None:
    instructions = stage(f"{hardware}-build")
    *locks, bot = re.findall(r"pip install (.+?)(?: +&&|$)", instructions, re.MULTILINE)
    torch = ["torch.lock"] if hardware == "cpu" else []
    names = [install.split()[-1] for install in locks]
    assert names == ["requirements-uv.lock", *torch, f"requirements-{hardware}.lock"]
    assert all("--require-hashes" in install and "--no-deps" in install for install in locks)
    assert bot == "--no-deps --no-build-isolation ."
    assert instructions.index(f"requirements-{hardware}.lock") < instructions.index("COPY bot ")


def test_build_gets_what_it_copies_and_nothing_else() -> None:
    ignored = (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
    assert "*" in ignored, "what is not named would be sent to the builder, secrets too"
    assert {line[1:] for line in ignored if line.startswith("!")} == copied()
    assert all((ROOT / source).exists() for source in copied())
