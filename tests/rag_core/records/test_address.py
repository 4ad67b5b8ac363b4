"""Addresses as people write them."""

from pathlib import Path

import pytest

from rag_core.errors import RecordsError
from rag_core.records.address import parse_address


@pytest.mark.parametrize(
    ("text", "path"),
    [
        ("sqlite:///data/records.db", Path("data/records.db")),
        ("sqlite:////var/lib/bot/records.db", Path("/var/lib/bot/records.db")),
        ("sqlite+aiosqlite:///data/records.db", Path("data/records.db")),
    ],
)
def test_sqlite(text: str, path: Path) -> None:
    address = parse_address(text)
    assert address.path == path
    assert address.url.drivername == "sqlite+aiosqlite"
    assert address.shown == f"sqlite:///{path}"


def test_a_path_may_have_any_characters() -> None:
    address = parse_address("sqlite:///my data/50%25 #1.db")
    assert address.path == Path("my data/50% #1.db")
    assert address.url.database == "file:my%20data/50%25%20%231.db"


@pytest.mark.parametrize("scheme", ["postgresql", "postgres", "postgresql+asyncpg", "postgresql+psycopg"])
def test_postgresql(scheme: str) -> None:
    address = parse_address(f"{scheme}://me:p%40ss@db.example:5433/records?sslmode=require")
    assert address.path is None
    assert address.url.render_as_string(hide_password=False) == (
        "postgresql+asyncpg://me:p%40ss@db.example:5433/records?ssl=require"
    )
    assert address.shown == "postgresql://db.example:5433/records"


def test_a_socket_is_named_by_its_folder() -> None:
    assert parse_address("postgresql://me@/records?host=/run/pg").shown == "postgresql:///run/pg/records"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "can't be read"),
        ("secret", "can't be read"),
        ("postgresql://me:secret@host:port/records", "can't be read"),
        ("mysql://me:secret@host/records", "mysql are not supported"),
        ("postgresql://me:secret@host", "names no database"),
        ("postgresql://me@host/records?password=secret&sslmode=disable", "not supported: password"),
        ("sqlite://", "names a file"),
        ("sqlite:///:memory:", "names a file"),
        ("sqlite://data/records.db", "names a file"),
        ("sqlite:///records.db?mode=ro", "names a file"),
    ],
)
def test_anything_else_is_told_in_a_sentence_without_secrets(text: str, said: str) -> None:
    with pytest.raises(RecordsError, match=said) as caught:
        parse_address(text)
    assert "secret" not in str(caught.value)
    assert caught.value.__cause__ is None
