"""What the README and `.env.example` say about settings is what the code does."""

import os
from pathlib import Path

import pytest
from dotenv import dotenv_values

from bot._settings_table import END, START, env_example, in_readme, settings_table
from bot.settings import Settings, setting_names

ROOT = Path(__file__).parents[2]
RENEW = "run `python -m bot._settings_table`"


def test_readme_table_is_that_of_the_settings() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert readme.count(START) == 1
    assert in_readme(readme) == readme, RENEW


def test_env_example_is_that_of_the_settings() -> None:
    assert (ROOT / ".env.example").read_text(encoding="utf-8") == env_example(), RENEW


def test_table_has_one_row_of_three_cells_for_every_setting() -> None:
    rows = settings_table().splitlines()[2:]
    assert [row.split("`")[1] for row in rows] == setting_names()
    assert all(row.count("|") == 4 and not row.endswith("|  |") for row in rows)


def test_env_example_sets_exactly_the_defaults(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in set(os.environ) & set(setting_names()):
        monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)
    defaults = Settings()
    lines = (ROOT / ".env.example").read_text(encoding="utf-8").splitlines()
    uncommented = [line[1:] if line[1:].split("=")[0].isupper() else line for line in lines]
    Path(".env").write_text("\n".join(uncommented), encoding="utf-8")
    assert list(dotenv_values(".env")) == setting_names()
    assert Settings() == defaults


def test_table_keeps_what_stands_around_it() -> None:
    assert in_readme(f"before\n{START}old\n{END}after\n") == f"before\n{START}{settings_table()}{END}after\n"


def test_readme_without_marks_is_refused() -> None:
    with pytest.raises(ValueError, match="put both back"):
        in_readme(f"before\n{START}no end")
