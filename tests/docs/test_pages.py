"""The pages for contributors name files, settings and sentences that exist."""

import re
from dataclasses import fields
from pathlib import Path

import pytest

from bot.settings import setting_names
from bot.texts import ENGLISH
from tests.bot.scene import scene

ROOT = Path(__file__).parents[2]
PAGES = [ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").glob("*.md"))]
DISCORD = ROOT / "docs" / "discord.md"
ARCHITECTURE = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
each_page = pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)


@each_page
def test_every_path_exists(page: Path) -> None:
    folders = "bot|rag_core|tests|docker|docs|benchmarks|migrations|tools"
    paths = re.findall(rf"`((?:{folders})/[\w./-]*)`", page.read_text(encoding="utf-8"))
    assert paths or page.parent != ROOT
    assert not [path for path in paths if not (ROOT / path).exists()]


@each_page
def test_every_link_into_the_project_leads_somewhere(page: Path) -> None:
    links = re.findall(r"\]\((?!https?:|#)([^)#]+)", page.read_text(encoding="utf-8"))
    assert not [link for link in links if not (page.parent / link).exists()]


def test_every_setting_named_is_one() -> None:
    named = set(re.findall(r"`([A-Z]+(?:_[A-Z]+)+)`", ARCHITECTURE))
    assert named
    assert named <= set(setting_names())


def test_what_a_member_sees_is_what_the_bot_says() -> None:
    own = ENGLISH.asking
    said = [getattr(own, field.name) for field in fields(own)] + list(own.reasons.values())
    quoted = re.findall(r'"([A-Z][^"]+\.)"', ARCHITECTURE)
    assert len(quoted) >= 6
    assert not [sentence for sentence in quoted if not any(sentence in text for text in said if isinstance(text, str))]


def test_every_port_named_is_a_protocol_in_that_file() -> None:
    ports = re.findall(r"`(\w+)` in `([\w./]+\.py)`", ARCHITECTURE)
    assert len(ports) == 8
    for name, path in ports:
        assert f"class {name}(Protocol):" in (ROOT / path).read_text(encoding="utf-8")


@each_page
def test_every_test_named_is_one(page: Path) -> None:
    named = re.findall(r"`(tests/[\w/]+\.py)::(\w+)`", page.read_text(encoding="utf-8"))
    assert named or page != DISCORD
    files = {path: (ROOT / path).read_text(encoding="utf-8") for path, _ in named}
    assert not [f"{path}::{name}" for path, name in named if f"def {name}(" not in files[path]]


async def test_every_command_in_discord_is_shown_and_no_other() -> None:
    async with scene() as it:
        offered = {f"/{name}" for name in it.here.moderator.available_commands(it.here.channel)}
    named = set(re.findall(r"`(/(?!admin`)[a-z][a-z -]*)`", DISCORD.read_text(encoding="utf-8")))
    assert named == offered
