"""The end of old records, by the clock."""

from datetime import timedelta

from structlog.testing import capture_logs

from bot.privacy import Retention
from rag_core.records.model import Origin
from tests.fakes.book import FakeBook
from tests.fakes.personal import FakePersonalData
from tests.rag_core.records.samples import NOW, a_question


async def test_deletes_what_is_older_than_so_many_days() -> None:
    book = FakeBook()
    for days in (31, 29):
        book.now = NOW - timedelta(days=days)
        await book.save_question(a_question(f"{days} days ago"), Origin("discord", 1))
    with capture_logs() as logs:
        await Retention(FakePersonalData(book), 30, clock=lambda: NOW)()
    assert [question.text for question in book.questions.values()] == ["29 days ago"]
    assert [(each["event"], each["count"]) for each in logs] == [("old questions were deleted", 1)]
