"""What went wrong with the database, told apart: is it away, does it refuse this one record, or is access denied?"""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import DataError, DBAPIError, IntegrityError, SQLAlchemyError, StatementError

from rag_core.errors import RecordRefused, RecordsError, RecordsUnavailable
from rag_core.records.address import Address

# Classes of SQLSTATE, https://www.postgresql.org/docs/current/errcodes-appendix.html
_REFUSED = {"22", "23", "54"}  # bad data, broken constraint, over a limit of the program
_DENIED = {"28", "3D", "42501"}  # user or password, no such database, not allowed


@contextmanager
def translated(address: Address) -> Iterator[None]:
    """Turn the driver's errors into ours.

    Raises:
        RecordsUnavailable: the database does not answer, or can't work at present.
        RecordRefused: it answers, but does not take this record; another try would end the same.
        RecordsError: it does not let us in.
    """
    try:
        yield
    except (SQLAlchemyError, OSError, OverflowError) as error:  # OSError covers TimeoutError
        raise _translate(error, address) from error


def _translate(error: Exception, address: Address) -> RecordsError:
    state = getattr(getattr(error, "orig", None), "sqlstate", None) or ""
    reason = _reason(error)
    if state in _DENIED or state[:2] in _DENIED:
        return RecordsError(f"The database at {address.shown} does not let us in: {reason}")
    if state[:2] in _REFUSED or _is_refusal(error):
        return RecordRefused(f"The database at {address.shown} does not take this record: {reason}")
    return RecordsUnavailable(f"The database at {address.shown} does not answer: {reason}")


def _is_refusal(error: Exception) -> bool:
    if isinstance(error, DBAPIError):
        return isinstance(error, IntegrityError | DataError)
    return isinstance(error, StatementError | OverflowError)


def _reason(error: Exception) -> str:
    """The first line of the driver's own words: what follows, and what SQLAlchemy adds, may repeat the values."""
    cause = getattr(error, "orig", None) or error
    lines = str(cause).rpartition("'>: ")[2].splitlines()
    return (lines[0] if lines else type(cause).__name__).rstrip(".") + "."
