"""The system's library that vLLM on the CPU needs."""

import importlib.metadata
import os
from pathlib import Path

import pytest

from tools import libnuma


@pytest.fixture
def apt(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """What apt-get was told to do, in a file that is there once it was called."""
    log = tmp_path / "apt.log"
    for name, text in (("apt-get", f'echo "$*" >> {log}'), ("sudo", '[ "$1" = -n ] && shift && exec "$@"')):
        (tmp_path / name).write_text(f"#!/bin/sh\n{text}\n", encoding="utf-8")
        (tmp_path / name).chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    return log


def unloadable(name: str) -> None:
    raise OSError(f"{name}: cannot open shared object file: No such file or directory")


@pytest.mark.parametrize("user", [0, 1000])
def test_it_is_installed_without_asking_where_it_is_missing(
    user: int, apt: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("os.geteuid", lambda: user)
    monkeypatch.setattr("ctypes.CDLL", unloadable)
    libnuma.main()
    assert apt.read_text().splitlines()[-1].endswith("install --yes --no-install-recommends libnuma1")
    assert len(capsys.readouterr().err.splitlines()) == 1


def test_nothing_is_installed_where_it_is_there(apt: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ctypes.CDLL", lambda name: name)
    libnuma.main()
    assert not apt.exists()


def test_nothing_is_installed_for_another_build_of_vllm(apt: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ctypes.CDLL", unloadable)
    real = importlib.metadata.version
    monkeypatch.setattr(libnuma, "version", lambda _: real("no-such-package"))
    libnuma.main()
    assert not apt.exists()


def test_without_apt_the_engine_is_left_to_say_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr("ctypes.CDLL", unloadable)
    libnuma.main()
    assert not libnuma.succeeds(libnuma.with_apt("libnuma1"))
