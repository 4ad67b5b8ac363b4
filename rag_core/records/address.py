"""Where the records are: addresses as people write them, made into what the drivers understand."""

from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from sqlalchemy import URL, make_url
from sqlalchemy.exc import ArgumentError

from rag_core.errors import RecordsError

_OPTIONS = {"host": "host", "ssl": "ssl", "sslmode": "ssl"}
"""Options of a PostgreSQL address that we pass on, as libpq names them, and as asyncpg does."""


@dataclass(frozen=True, slots=True)
class Address:
    """A database. `shown` has no user, no password and no options: it may stand in messages and logs.

    `path` is the file of an SQLite database, None for PostgreSQL.
    """

    url: URL
    shown: str
    path: Path | None = None


def parse_address(text: str) -> Address:
    """Read `sqlite:///…`, `postgresql://…` or `postgres://…`.

    Raises:
        RecordsError: it is none of these, or not complete.
    """
    try:
        url = make_url(text)
    except (ArgumentError, ValueError):
        # Not chained: the cause may repeat the address, and with it the password.
        raise RecordsError("The database's address can't be read; it looks like postgresql://user@host/name.") from None
    kind = url.drivername.partition("+")[0]
    if kind == "sqlite":
        return _sqlite(url)
    if kind in {"postgresql", "postgres"}:
        return _postgresql(url)
    raise RecordsError(f"Databases of the kind {kind} are not supported; use sqlite:///… or postgresql://….")


def _sqlite(url: URL) -> Address:
    if url.host or not url.database or url.database == ":memory:" or url.query:
        raise RecordsError("An SQLite address names a file and nothing else, such as sqlite:///data/records.db.")
    # As a URI (https://www.sqlite.org/uri.html), which takes a mode, and of which SQLAlchemy asks nothing of the disk.
    uri = URL.create("sqlite+aiosqlite", database=f"file:{quote(url.database)}", query={"uri": "true"})
    return Address(uri, f"sqlite:///{url.database}", Path(url.database))


def _postgresql(url: URL) -> Address:
    if not url.database:
        raise RecordsError("The PostgreSQL address names no database; it looks like postgresql://user@host/name.")
    if unknown := sorted(url.query.keys() - _OPTIONS.keys()):
        raise RecordsError(f"The PostgreSQL address has options that are not supported: {', '.join(unknown)}.")
    query = {_OPTIONS[name]: value for name, value in url.query.items()}
    port = f":{url.port}" if url.port else ""
    host = url.host or query.get("host", "localhost")
    return Address(url.set(drivername="postgresql+asyncpg", query=query), f"postgresql://{host}{port}/{url.database}")
