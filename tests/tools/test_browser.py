"""Which browser is found, and how one is installed where none is."""

import os
import shutil
from pathlib import Path

import pytest

from tools import browser

RUNS, RUNS_NOT = "#!/bin/sh\necho Chromium 1\n", "#!/bin/sh\necho 'needs the chromium snap' >&2\nexit 1\n"


@pytest.fixture
def programs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The only folder on the PATH, with a shell and no browser in it."""
    folder = tmp_path / "bin"
    folder.mkdir()
    for name in ("sh", "env", "cp"):
        (folder / name).symlink_to(str(shutil.which(name)))
    monkeypatch.setenv("PATH", str(folder))
    monkeypatch.setenv("PLAYWRIGHT_BROWSERS_PATH", str(tmp_path / "playwright"))
    for name in ("CHROMIUM", "CI"):
        monkeypatch.delenv(name, raising=False)
    return folder


def program(path: Path, text: str = RUNS) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    path.chmod(0o755)
    return path


def installer(programs: Path, browser_text: str, ends_with: int = 0) -> str:
    """An apt-get or a Python that leaves a browser on the PATH."""
    source = program(programs.parent / "from-the-archive", browser_text)
    return f'#!/bin/sh\ncase "$*" in *install*) cp {source} {programs}/chromium; exit {ends_with};; esac\n'


@pytest.mark.parametrize("name", browser.NAMES)
def test_one_on_the_path_is_found(name: str, programs: Path) -> None:
    assert browser.find_browser() is None
    program(programs / name)
    assert browser.find_browser() == programs / name


def test_one_that_does_not_run_is_passed_over(programs: Path) -> None:
    program(programs / "chromium", RUNS_NOT)
    assert browser.find_browser() is None
    program(programs / "google-chrome")
    assert browser.find_browser() == programs / "google-chrome"


def test_playwrights_own_comes_last_and_the_newest_first(programs: Path, tmp_path: Path) -> None:
    for number in (1254, 1255):
        program(tmp_path / "playwright" / f"chromium-{number}" / "chrome-linux64" / "chrome")
    found = browser.find_browser()
    assert found is not None
    assert found.parts[-3] == "chromium-1255"
    program(programs / "chromium")
    assert browser.find_browser() == programs / "chromium"


def test_the_one_that_is_named_counts_alone(programs: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program(programs / "chromium")
    monkeypatch.setenv("CHROMIUM", str(tmp_path / "mine"))
    assert browser.find_browser() is None
    program(tmp_path / "mine")
    assert browser.find_browser() == tmp_path / "mine"


def test_what_is_there_is_not_installed_again(programs: Path, capsys: pytest.CaptureFixture[str]) -> None:
    program(programs / "chromium")
    browser.main()
    assert capsys.readouterr() == ("", "")


@pytest.mark.parametrize("root", [True, False])
def test_apt_installs_one_without_asking(
    root: bool, programs: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    program(programs / "apt-get", installer(programs, RUNS))
    program(programs / "sudo", '#!/bin/sh\n[ "$1" = -n ] || exit 1\nshift\nexec "$@"\n')
    monkeypatch.setattr(os, "geteuid", lambda: 0 if root else 1000)
    browser.main()
    assert browser.find_browser() == programs / "chromium"
    assert len(capsys.readouterr().err.splitlines()) == 1


@pytest.mark.parametrize("ends_with", [0, 100])
def test_playwright_installs_one_where_apt_brings_none_that_runs(
    ends_with: int, programs: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program(programs / "apt-get", installer(programs, RUNS_NOT, ends_with))
    monkeypatch.setattr("sys.executable", str(program(programs / "python", installer(programs, RUNS))))
    browser.main()
    assert browser.find_browser() == programs / "chromium"


def test_where_none_can_be_had_one_line_says_how_and_in_ci_that_is_an_error(
    programs: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.executable", str(program(programs / "python", RUNS_NOT)))
    browser.main()
    assert capsys.readouterr().err.splitlines()[1:] == [browser.HOW_TO_GET]
    monkeypatch.setenv("CI", "true")
    with pytest.raises(SystemExit, match="No Chromium was found"):
        browser.main()
