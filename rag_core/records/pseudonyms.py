"""Numbers that stand for people without telling who they are.

Whoever has the key can tell whether a number stands for a person whom they know already; nobody can tell whom it
stands for otherwise. Discord's ids are positive and these numbers negative, so that none is taken for the other.
"""

import hashlib
import hmac
import os
import secrets
from pathlib import Path
from typing import Final

_KEY_BYTES: Final = 32


class Pseudonyms:
    """Hides people behind numbers made with a key (HMAC-SHA256, cut to 63 bits: what a BIGINT holds).

    Args:
        key: the secret. Another one would make everybody somebody else.
        everybody: whether all who come are to be hidden, or only those who asked for it.
    """

    def __init__(self, key: bytes, *, everybody: bool = False) -> None:
        self._key = key
        self.everybody = everybody

    def hidden(self, person: int) -> int:
        """The number that stands for a person; one that does so already stays as it is."""
        if person <= 0:
            return person
        digest = hmac.digest(self._key, b"person %d" % person, hashlib.sha256)
        return -1 - (int.from_bytes(digest[:8], "big") >> 1)

    def on_record(self, person: int) -> int:
        """The number under which somebody is kept who did not ask to be hidden."""
        return self.hidden(person) if self.everybody else person

    def all_of(self, person: int) -> tuple[int, ...]:
        """Every number under which a person may be on record."""
        return tuple(dict.fromkeys((person, self.hidden(person))))


def kept_key(path: Path) -> bytes:
    """The key in a file, made at the first call. Asks the disk.

    Raises:
        OSError: it can be neither read nor written.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    if not path.exists():
        _make_key(path)
    return bytes.fromhex(path.read_text(encoding="ascii"))


def _make_key(path: Path) -> None:
    """Whole or not at all; where another process was first, its key counts."""
    fresh = path.with_name(f"{path.name}.{secrets.token_hex(4)}")
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="ascii") as file:
        file.write(secrets.token_hex(_KEY_BYTES))
        file.flush()
        os.fsync(file.fileno())
    try:
        path.hardlink_to(fresh)
    except FileExistsError:
        pass
    finally:
        fresh.unlink()
