"""Questions without what is nobody else's business."""

from dataclasses import replace

from rag_core.answering.model import Question, Turn
from rag_core.masking import masked


def discreet(question: Question) -> Question:
    """The question with secrets masked, in its text and in what was said before."""
    history = tuple(Turn(masked(turn.question), masked(turn.answer)) for turn in question.history)
    return replace(question, text=masked(question.text), history=history)
