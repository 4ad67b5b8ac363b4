"""The lock files: whole, of hashes alone, and of what pyproject.toml asks for."""

import re
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tools.bootstrap import ROOT
from tools.lock import NOT_ON_A_CPU, pinned

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
LOCKS = sorted(ROOT.glob("requirements-*.lock"))
EXTRAS, GROUPS = PROJECT["project"]["optional-dependencies"], PROJECT["dependency-groups"]
NEEDS = PROJECT["project"]["dependencies"]
each_lock = pytest.mark.parametrize("path", LOCKS, ids=lambda path: path.stem)


def versions(name: str) -> dict[str, str]:
    return {canonicalize_name(package): version for package, version in pinned(named(name)).items()}


def named(name: str) -> Path:
    return ROOT / f"requirements-{name}.lock"


@each_lock
def test_every_requirement_has_one_version_and_hashes(path: Path) -> None:
    lines = [line for line in path.read_text(encoding="utf-8").splitlines() if not line.startswith("#")]
    text = "\n".join(lines) + "\n"
    entry = r"[\w.-]+==\S+(?: \\\n    --hash=sha256:[0-9a-f]{64})+\n"
    assert re.fullmatch(f"(?:{entry})+", text)
    assert len(re.findall(entry, text)) == len(pinned(path)), "a package is locked twice"


@each_lock
def test_no_address_stands_in_a_lock(path: Path) -> None:
    assert not re.search(r"https?:|--(?:index|extra|find)", path.read_text(encoding="utf-8"))


@pytest.mark.parametrize(
    ("name", "asked"),
    [
        ("uv", GROUPS["uv"]),
        ("cpu", [*NEEDS, *GROUPS["cpu"]]),
        ("gpu", [*NEEDS, *EXTRAS["gpu"]]),
        ("playground", EXTRAS["playground"]),
    ],
)
def test_a_lock_fits_what_is_asked_for(name: str, asked: list[str]) -> None:
    locked = versions(name)
    for requirement in map(Requirement, asked):
        assert requirement.specifier.contains(locked[canonicalize_name(requirement.name)]), requirement


def test_test_tools_are_locked_here_or_with_the_bot() -> None:
    locked = versions("cpu") | versions("test")
    for requirement in map(Requirement, GROUPS["test"]):
        assert requirement.specifier.contains(locked[canonicalize_name(requirement.name)]), requirement


def test_the_cpu_set_holds_nothing_that_breaks_it() -> None:
    assert not versions("cpu").keys() & NOT_ON_A_CPU.keys()


def test_what_comes_on_top_changes_nothing_below() -> None:
    for name in ("playground", "test"):
        assert not versions(name).keys() & (versions("cpu").keys() | versions("gpu").keys())
