"""Gates keep questions from being answered, whichever way they were asked."""

import asyncio
from dataclasses import dataclass, field

from bot.asking import Asker
from bot.texts import ENGLISH, Texts
from tests.bot.asking.world import WHOLE, world

SENTENCE = "Not now."


@dataclass
class FakeGate:
    """Says `sentence` to everybody, after so many `seconds`."""

    sentence: str | None = None
    seconds: float = 0.0
    asked: list[tuple[Asker, Texts]] = field(default_factory=list)

    async def refusal(self, asker: Asker, texts: Texts) -> str | None:
        self.asked.append((asker, texts))
        await asyncio.sleep(self.seconds)
        return self.sentence


async def test_a_gate_learns_who_asks_and_where_and_lets_the_question_through() -> None:
    gate = FakeGate()
    async with world(WHOLE, [gate]) as it:
        await it.ask()
        asker = Asker(it.alice.id, it.env.guild.id, it.channel.id, None, frozenset({it.env.guild.id}), manages=False)
        assert gate.asked == [(asker, ENGLISH)]
        assert len(it.book.answers) == 1


async def test_what_a_gate_refuses_is_told_in_private_and_not_on_record() -> None:
    last = FakeGate()
    async with world(WHOLE, [FakeGate(), FakeGate(SENTENCE), last]) as it:
        result = await it.ask()
        assert result.ephemeral
        assert result.response is not None
        assert result.response.content == SENTENCE
        assert it.book.questions == {}
        assert last.asked == []


async def test_a_slow_gate_does_not_keep_the_question_from_being_acknowledged() -> None:
    async with world(WHOLE, [FakeGate(SENTENCE, seconds=10)]) as it:
        result = await it.ask()
        await it.env.advance_time(2)
        assert [each.json for each in it.env.http_requests if each.path.endswith("/callback")] == [{"type": 5}]
        await it.env.advance_time(10)
        assert result.response is not None
        assert result.response.content == SENTENCE
        assert it.book.questions == {}


async def test_a_gate_that_is_only_slow_lets_the_question_through_in_the_end() -> None:
    async with world(WHOLE, [FakeGate(seconds=10)]) as it:
        await it.ask()
        await it.env.advance_time(15)
        assert len(it.book.answers) == 1
