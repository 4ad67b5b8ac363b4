"""What each reader asked before, and where, so that follow-ups can be understood."""

import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

from rag_core.answering.model import Answer, Question, Turn
from rag_core.answering.offers import accepts
from rag_core.answering.retriever import estimate_tokens
from rag_core.answering.transcript import Clock

MOST_TOKENS = 1000
LONGEST_AGE = 15 * 60.0
_MOST_CONVERSATIONS = 10_000


@dataclass(frozen=True, slots=True)
class ConversationKey:
    """A conversation is one reader's, in one place: a channel, a thread, a terminal."""

    place: int
    reader: int


@dataclass(frozen=True, slots=True)
class _Conversation:
    turns: tuple[Turn, ...]
    last: float


class Conversations:
    """Keeps conversations in memory.

    Args:
        most_tokens: what the turns of one conversation may have together; beyond that the oldest fall out. The last
            one always stays.
        longest_age: seconds after its last turn in which a conversation goes on.
        count_tokens: of a text.
        clock: seconds that only ever grow.
    """

    def __init__(
        self,
        most_tokens: int = MOST_TOKENS,
        longest_age: float = LONGEST_AGE,
        count_tokens: Callable[[str], int] = estimate_tokens,
        clock: Clock = time.monotonic,
    ) -> None:
        self._most_tokens = most_tokens
        self._longest_age = longest_age
        self._count_tokens = count_tokens
        self._clock = clock
        self._kept: OrderedDict[ConversationKey, _Conversation] = OrderedDict()

    def turns(self, key: ConversationKey) -> tuple[Turn, ...]:
        """What was said so far, the oldest first; nothing where the last turn is too long ago."""
        self._forget_old()
        conversation = self._kept.get(key)
        return conversation.turns if conversation else ()

    def add(self, key: ConversationKey, turn: Turn) -> None:
        """Go on with a conversation, or begin one."""
        turns = self._within_budget((*self.turns(key), turn))
        self._kept[key] = _Conversation(turns, self._clock())
        self._kept.move_to_end(key)
        if len(self._kept) > _MOST_CONVERSATIONS:
            self._kept.popitem(last=False)

    def forget(self, key: ConversationKey) -> None:
        """End a conversation."""
        self._kept.pop(key, None)

    def forget_reader(self, reader: int) -> None:
        """End all conversations of one reader."""
        for key in [key for key in self._kept if key.reader == reader]:
            del self._kept[key]

    def _within_budget(self, turns: tuple[Turn, ...]) -> tuple[Turn, ...]:
        while len(turns) > 1 and sum(map(self._cost, turns)) > self._most_tokens:
            turns = turns[1:]
        return turns

    def _cost(self, turn: Turn) -> int:
        return self._count_tokens(turn.question) + self._count_tokens(turn.answer)

    def _forget_old(self) -> None:
        """Conversations stand in the order of their last turns."""
        oldest = self._clock() - self._longest_age
        while self._kept and next(iter(self._kept.values())).last < oldest:
            self._kept.popitem(last=False)


def turn_of(question: Question, answer: Answer) -> Turn | None:
    """What a conversation keeps of an answer; nothing of one that failed or was stopped before anything was shown.

    Of a reply such as "yes, please", what it stood for is kept.
    """
    if answer.outcome not in {"answered", "refused", "quoted"} and not answer.text:
        return None
    return Turn(answer.query if accepts(question.text) else question.text, answer.text)
