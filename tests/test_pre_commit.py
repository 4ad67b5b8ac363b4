"""The checks before a commit: valid, and without a download, so that they work where no network is."""

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

CONFIG = Path(__file__).parents[1] / ".pre-commit-config.yaml"
REPOSITORIES = yaml.safe_load(CONFIG.read_text(encoding="utf-8"))["repos"]
HOOKS: list[dict[str, Any]] = [hook for repository in REPOSITORIES for hook in repository["hooks"]]


def test_configuration_is_valid() -> None:
    command = [sys.executable, "-m", "pre_commit", "validate-config", str(CONFIG)]
    run = subprocess.run(command, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stdout + run.stderr


def test_nothing_is_downloaded() -> None:
    assert [repository["repo"] for repository in REPOSITORIES] == ["local"]
    assert {hook["language"] for hook in HOOKS} == {"unsupported", "pygrep"}
    assert not any("additional_dependencies" in hook for hook in HOOKS)


@pytest.mark.parametrize(
    "hook", [hook for hook in HOOKS if hook["language"] == "unsupported"], ids=lambda hook: hook["id"]
)
def test_tool_is_installed(hook: dict[str, Any]) -> None:
    tool = Path(hook["entry"].split()[0])
    if tool.name != "git":
        assert tool.parent == Path(".venv/bin")
        assert Path(sys.executable).with_name(tool.name).exists()
