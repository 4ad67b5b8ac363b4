"""The rows of one question as data."""

from rag_core.answering.model import Question, Turn
from rag_core.records.book import Exchange
from rag_core.records.model import Feedback, Origin, Reply
from rag_core.records.tables import AnswerRow, FeedbackRow, QuestionRow, ReplyRow


def question_of(row: QuestionRow) -> Question:
    """What was asked."""
    history = tuple(Turn(turn["question"], turn["answer"]) for turn in row.history)
    return Question(row.id, row.text, history, row.version, row.language)


def origin_of(row: QuestionRow) -> Origin:
    """Who asked, and where."""
    return Origin(
        row.platform, row.user_id, row.guild_id, row.channel_id, row.message_id, row.interaction_id, row.private
    )


def reply_of(row: ReplyRow | None) -> Reply | None:
    """The messages that carry the answer."""
    return Reply(row.channel_id, row.message_id, tuple(row.below)) if row else None


def feedback_of(row: FeedbackRow) -> Feedback:
    """One person's rating of the answer."""
    return Feedback(row.question_id, row.user_id, row.rating, row.at, row.reason, row.comment)


def exchange_of(row: QuestionRow, reply: ReplyRow | None, answer: AnswerRow | None) -> Exchange:
    """A question and how it was answered."""
    outcome, text = (answer.outcome, answer.text) if answer else (None, "")
    return Exchange(question_of(row), origin_of(row), reply_of(reply), outcome, text)
