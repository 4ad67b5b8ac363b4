"""The type of every column that says who."""

from weakref import WeakKeyDictionary

from sqlalchemy import BigInteger, Dialect
from sqlalchemy.types import TypeDecorator

from rag_core.records.pseudonyms import Pseudonyms

_USED_BY: "WeakKeyDictionary[Dialect, Pseudonyms]" = WeakKeyDictionary()
"""A column knows no database, but each engine has a dialect of its own."""


class PersonId(TypeDecorator[int]):
    """Discord's id of a person, or the number that stands for them.

    What is written and what is looked for turn into that number alike where everybody is hidden. So no code can keep
    an id by oversight, and whoever looks for a person finds them.
    """

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: int | None, dialect: Dialect) -> int | None:
        """Hide the person, where everybody is to be hidden."""
        pseudonyms = _USED_BY.get(dialect)
        return value if value is None or pseudonyms is None else pseudonyms.on_record(value)


def hide_people(dialect: Dialect, pseudonyms: Pseudonyms) -> None:
    """From now on, queries with this dialect take people as `pseudonyms` has them."""
    _USED_BY[dialect] = pseudonyms
