"""Makes a follow-up stand alone for the search.

Without a model: where a question leans on what was asked before, the questions it leans on are put in front of it.
Both searches then see the subject ("partition key") beside what is asked now ("how many by default"). Only questions
are joined: answers are longer and would drown them. The result depends on the conversation alone.
"""

import re

from rag_core.answering.model import Question
from rag_core.answering.offers import accepts, offer_in
from rag_core.answering.pasted import reduced
from rag_core.answering.wording import words

_MOST_TURNS = 3
_FEW_WORDS = 3
_LEANS = re.compile(
    r"^(?:and|but|or|so|also|then|yes|no|ok(?:ay)?|sure|please|why|what about|how about|what if|what else)\b"
    r"|\b(?:it|its|they|them|their|this|that|these|those|there|then|one|ones|same|instead|another|other|too|either|"
    r"above|former|latter|previous|again)\b",
    re.IGNORECASE,
)


def stand_alone(question: Question) -> str:
    """The query to search: the question on one line, led by the earlier questions that it leans on."""
    parts = [reduced(question.text)]
    for turn in list(reversed(question.history))[:_MOST_TURNS]:
        if not leans_on_history(parts[0]):
            break
        parts.insert(0, reduced(turn.question))
    return " ".join(parts)


def taken_offer(question: Question) -> str:
    """What a reply such as "yes, please" asks for: the offer at the end of the last answer, which stands alone.

    Empty where the question is no such reply or nothing was offered.
    """
    if not question.history or not accepts(question.text):
        return ""
    last = question.history[-1]
    offered = offer_in(last.answer)
    return f"{reduced(last.question)} {offered}" if offered and leans_on_history(offered) else offered


def leans_on_history(text: str) -> bool:
    """Whether a question seems to need the one before: it points back to something, or names hardly anything."""
    return _LEANS.search(text.strip()) is not None or len(words(text)) < _FEW_WORDS
