"""Makes a follow-up stand alone for the search.

Without a model: where a question leans on what was asked before, the questions it leans on are put in front of it.
Both searches then see the subject ("partition key") beside what is asked now ("how many by default"). Only questions
are joined: answers are longer and would drown them. The result depends on the conversation alone.
"""

from rag_core.answering.model import Question
from rag_core.answering.offers import accepts, offer_in
from rag_core.query.leaning import leans_on_history
from rag_core.query.reading import read

_MOST_TURNS = 3


def stand_alone(question: Question) -> str:
    """The query to search: the question on one line, led by the earlier questions that it leans on."""
    return " ".join(filter(None, (read(text).query for text in written(question))))


def written(question: Question) -> tuple[str, ...]:
    """The question as it was written, behind the earlier ones that it leans on."""
    texts = [question.text]
    for turn in list(reversed(question.history))[:_MOST_TURNS]:
        if not leans_on_history(read(texts[0]).query):
            break
        texts.insert(0, turn.question)
    return tuple(texts)


def taken_offer(question: Question) -> str:
    """What a reply such as "yes, please" asks for: the offer at the end of the last answer, which stands alone.

    Empty where the question is no such reply or nothing was offered.
    """
    if not question.history or not accepts(question.text):
        return ""
    last = question.history[-1]
    offered = offer_in(last.answer)
    return f"{read(last.question).query} {offered}" if offered and leans_on_history(offered) else offered
