"""How fast the answers in a fake book came."""

from dataclasses import dataclass
from statistics import median

from rag_core.errors import RecordsUnavailable
from rag_core.records.speeds import Speeds
from tests.fakes.book import FakeBook


@dataclass(slots=True)
class FakeSpeedBook:
    """Implements `SpeedBook`. With `down` in the book, it raises."""

    book: FakeBook

    async def speeds(self, guild_id: int | None) -> Speeds:
        if self.book.down:
            raise RecordsUnavailable("The fake database is down.")
        mine = [
            answer
            for answer in self.book.answers.values()
            if answer.outcome == "answered" and answer.times.first_shown is not None
            if guild_id is None or self.book.origins[answer.question_id].guild_id == guild_id
        ]
        shown = [answer.times.first_shown for answer in mine if answer.times.first_shown is not None]
        rates = [
            (answer.usage.completion - 1) / (answer.times.total - answer.times.first_token)
            for answer in mine
            if answer.times.first_token is not None
            if answer.usage.completion > 1 and answer.times.total > answer.times.first_token
        ]
        return Speeds(len(mine), median(shown) if shown else None, median(rates) if rates else None)
