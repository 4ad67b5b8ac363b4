from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag_core.answering.conversations import ConversationKey, Conversations, turn_of
from rag_core.answering.model import Answer, AnswerOutcome, Question, Turn

HERE = ConversationKey(1, 7)
FIRST, SECOND, THIRD = (Turn(f"Question {number}?", f"Answer {number}.") for number in range(3))


@dataclass
class Clock:
    now: float = 0.0

    def __call__(self) -> float:
        return self.now


def words(text: str) -> int:
    return len(text.split())


def test_turns_come_back_in_their_order() -> None:
    conversations = Conversations()
    conversations.add(HERE, FIRST)
    conversations.add(HERE, SECOND)
    assert conversations.turns(HERE) == (FIRST, SECOND)


def test_another_place_and_another_reader_have_their_own_conversation() -> None:
    conversations = Conversations()
    conversations.add(HERE, FIRST)
    assert conversations.turns(ConversationKey(2, 7)) == ()
    assert conversations.turns(ConversationKey(1, 8)) == ()


def test_the_oldest_turns_fall_out_of_the_budget() -> None:
    conversations = Conversations(most_tokens=8, count_tokens=words)
    for turn in (FIRST, SECOND, THIRD):
        conversations.add(HERE, turn)
    assert conversations.turns(HERE) == (SECOND, THIRD)


def test_a_conversation_ends_with_its_age_and_goes_on_with_every_turn() -> None:
    clock = Clock()
    conversations = Conversations(longest_age=60, clock=clock)
    conversations.add(HERE, FIRST)
    clock.now = 50
    conversations.add(HERE, SECOND)
    clock.now = 110
    assert conversations.turns(HERE) == (FIRST, SECOND)
    clock.now = 110.1
    assert conversations.turns(HERE) == ()


def test_one_that_went_on_outlives_an_older_one_that_did_not() -> None:
    clock = Clock()
    conversations = Conversations(longest_age=60, clock=clock)
    other = ConversationKey(2, 7)
    conversations.add(HERE, FIRST)
    conversations.add(other, FIRST)
    clock.now = 50
    conversations.add(HERE, SECOND)
    clock.now = 100
    assert (conversations.turns(HERE), conversations.turns(other)) == ((FIRST, SECOND), ())


def test_what_is_forgotten_is_gone() -> None:
    conversations = Conversations()
    conversations.add(HERE, FIRST)
    conversations.forget(HERE)
    conversations.forget(HERE)
    assert conversations.turns(HERE) == ()


@given(st.lists(st.builds(Turn, st.text(max_size=80), st.text(max_size=400)), min_size=1, max_size=8))
def test_the_last_turn_always_stays_and_the_others_keep_to_the_budget(turns: list[Turn]) -> None:
    conversations = Conversations(most_tokens=40, count_tokens=len)
    for turn in turns:
        conversations.add(HERE, turn)
    kept = conversations.turns(HERE)
    assert list(kept) == turns[-len(kept) :]
    assert len(kept) == 1 or sum(len(turn.question) + len(turn.answer) for turn in kept) <= 40


def test_of_a_yes_what_it_stood_for_is_kept() -> None:
    answer = Answer("1" * 32, "answered", "So.", "How to drop it?")
    assert turn_of(Question("1" * 32, "yes, please"), answer) == Turn("How to drop it?", "So.")


@pytest.mark.parametrize(
    ("outcome", "text", "kept"),
    [("answered", "So.", True), ("quoted", "", True), ("failed", "", False), ("cancelled", "", False)],
)
def test_of_an_answer_that_nobody_saw_nothing_is_kept(outcome: AnswerOutcome, text: str, kept: bool) -> None:
    question = Question("1" * 32, "And now?")
    found = turn_of(question, Answer(question.id, outcome, text, "And now?"))
    assert found == (Turn("And now?", text) if kept else None)


def test_all_conversations_of_one_reader_end() -> None:
    conversations = Conversations()
    for key in (HERE, ConversationKey(2, 7), ConversationKey(1, 8)):
        conversations.add(key, FIRST)
    conversations.forget_reader(7)
    assert conversations.turns(HERE) == conversations.turns(ConversationKey(2, 7)) == ()
    assert conversations.turns(ConversationKey(1, 8)) == (FIRST,)
