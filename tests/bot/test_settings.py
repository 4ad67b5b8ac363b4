"""What is set wrongly is refused, in a sentence that names it."""

import os
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.problems import EXIT_USAGE, Problem
from bot.settings import Settings, load_settings, setting_names


@pytest.fixture(autouse=True)
def nothing_set(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in set(os.environ) & set(setting_names()):
        monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)


def refused() -> str:
    with pytest.raises(Problem) as caught:
        load_settings()
    assert caught.value.exit_code == EXIT_USAGE
    return str(caught.value)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("CRAWL_RATE", "fast"),
        ("CRAWL_RATE", "0"),
        ("RECRAWL_CRON", "every day"),
        ("OPERATOR_IDS", "ada"),
        ("ENGINE", "gpt"),
        ("ENGINE_CONTEXT_TOKENS", "12"),
        ("START_TIMEOUT", "-1"),
        ("RETENTION_DAYS", "-1"),
        ("HASH_USERS", "perhaps"),
        ("HASH_KEY", "too short"),
        ("LOG_LEVEL", "loud"),
        ("WEB_ADDRESS", "8080"),
        ("WEB_ADDRESS", "here:70000"),
        ("MILVUS_URI", "milvus"),
        ("MILVUS_URI", "./milvus.db"),
        ("MILVUS_URI", "http://host:port"),
        ("ENGINE_URL", "gpu-1:8000/v1"),
        ("ENGINE_URL", "http://[::1"),
        ("DISCORD_API_URL", "wss://discord.example"),
        ("DISCORD_GATEWAY_URL", "https://discord.example"),
    ],
)
def test_a_value_that_is_not_usable_costs_one_sentence(name: str, value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(name, value)
    sentence = refused()
    assert sentence.startswith(f"{name} is not usable: ")
    assert "\n" not in sentence


def test_every_wrong_setting_gets_its_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CRAWL_RATE", "fast")
    monkeypatch.setenv("ENGINE", "gpt")
    assert [line.split()[0] for line in refused().splitlines()] == ["CRAWL_RATE", "ENGINE"]


@pytest.mark.parametrize(
    ("name", "meant"),
    [("DISCORD_TOKNE", "DISCORD_TOKEN"), ("milvus_url", "MILVUS_URI"), ("DATABASE_URI", "DATABASE_URL")],
)
def test_a_misspelt_setting_in_the_environment_is_not_ignored(
    name: str, meant: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(name, "x")
    assert refused() == f"{name} in the environment is not a setting. Did you mean {meant}?"


def test_an_unknown_setting_in_the_file_is_refused() -> None:
    Path(".env").write_text("COLOUR=blue\n", encoding="utf-8")
    assert refused() == "COLOUR in .env is not a setting. The README lists all settings; remove this one."


def test_what_else_stands_in_the_environment_is_none_of_our_business(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("MILVUS_PORT", "MILVUS_SERVICE_HOST", "XDG_DATA_DIRS", "ENGINEER", "COLOUR"):
        monkeypatch.setenv(name, "x")
    assert load_settings() == Settings()


@pytest.mark.parametrize("content", [b"DISCORD_TOKEN=\xff\xfe\n", "LOG_LEVEL=größer\n".encode("latin-1")])
def test_a_file_that_is_no_text_is_refused(content: bytes) -> None:
    Path(".env").write_bytes(content)
    assert refused().startswith(".env is not readable as UTF-8")


def test_the_environment_wins_over_the_file(monkeypatch: pytest.MonkeyPatch) -> None:
    Path(".env").write_text("LOG_LEVEL=debug\nCRAWL_RATE=2\n", encoding="utf-8")
    monkeypatch.setenv("LOG_LEVEL", "error")
    settings = load_settings()
    assert (settings.log_level, settings.crawl_rate) == ("error", 2)


def test_an_engine_server_needs_an_address(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ENGINE", "server")
    assert "ENGINE_URL" in refused()


@pytest.mark.parametrize(
    ("engine", "url", "writer"),
    [("auto", "", "vllm"), ("auto", "http://gpu-1:8000/v1", "server"), ("none", "http://gpu-1:8000/v1", "none")],
)
def test_who_writes(engine: str, url: str, writer: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ENGINE", engine)
    monkeypatch.setenv("ENGINE_URL", url)
    assert load_settings().writer == writer


@pytest.mark.parametrize(("name", "instead"), [("MILVUS_URI", "MILVUS_TOKEN"), ("ENGINE_URL", "ENGINE_API_KEY")])
def test_a_password_in_an_address_is_refused_without_repeating_it(
    name: str, instead: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(name, "http://root:hunter22@host:19530")
    sentence = refused()
    assert instead in sentence
    assert "hunter22" not in sentence


def test_secrets_are_not_shown_by_accident(monkeypatch: pytest.MonkeyPatch) -> None:
    names = ("DISCORD_TOKEN", "MILVUS_TOKEN", "ENGINE_API_KEY", "HF_TOKEN")
    for number, name in enumerate(names):
        monkeypatch.setenv(name, f"hunter2{number}")
    settings = load_settings()
    assert settings.secrets == ("hunter20", "hunter21", "hunter22", "hunter23")
    assert "hunter2" not in f"{settings!r}{settings}"


def test_a_key_that_is_none_is_no_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ENGINE_API_KEY", "EMPTY")
    assert load_settings().secrets == ()


def test_a_blank_token_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DISCORD_TOKEN", "  ")
    assert load_settings().discord_token is None


def test_what_was_typed_wins_and_is_checked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DOCS_VERSIONS", "v2.4.x")
    settings = load_settings()
    changed = settings.overridden({"docs_versions": "latest, v2.6.x", "crawl_rate": 1.5})
    assert (changed.docs_versions, changed.crawl_rate) == (("latest", "v2.6.x"), 1.5)
    assert changed.model_fields_set == {"docs_versions", "crawl_rate"}
    with pytest.raises(Problem, match=r"CRAWL_RATE is not usable: .* greater than 0"):
        settings.overridden({"crawl_rate": 0})


@given(st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=30))
def test_no_address_breaks_the_check(text: str) -> None:
    with suppress(Problem):
        Settings().overridden(
            {"milvus_uri": text, "engine_url": text, "discord_gateway_url": text, "web_address": text}
        )
