"""Offers at the end of an answer ("Would you like to see it in Java?"), and the replies that take them up."""

import re
from collections.abc import Sequence

from rag_core.answering import wording
from rag_core.answering.model import Passage
from rag_core.answering.sentences import split_sentences

_OFFER = re.compile(
    r"^(?:would you like|do you want|shall i|should i|want)(?: me)?(?: to)?"
    r"(?: (?:know|see|hear|learn|read|explain|show|describe|tell|list|give|go on with|continue with))?(?: more)?"
    r"(?: you)?(?: about)? (?P<what>[^?]{3,200})\?$",
    re.IGNORECASE,
)
_YES = re.compile(
    r"(?:(?:yes|yeah|yep|yup|sure|ok|okay|please|do|go|ahead|it|that|of course|absolutely|definitely|thanks|"
    r"thank you|i would|i do|love to|ja|bitte|gerne|oui|sí|si|sim|claro|d'accord|да|好的?|是的?|可以|请|要|行|はい|네)"
    r"[\s,.!，。！]*)+",
    re.IGNORECASE,
)
_LONGEST_YES = 40
_LEAST_SHARE = 0.6


def offer_in(answer: str) -> str:
    """What an answer offers with its last sentence, as a question of its reader; empty where it offers nothing."""
    sentences = split_sentences(answer)
    found = _OFFER.match(sentences[-1].strip("*_ ")) if sentences else None
    if found is None:
        return ""
    what = found["what"].strip()
    return f"{what[0].upper()}{what[1:]}?"


def offer_holds(unit: str, passages: Sequence[Passage]) -> bool:
    """Whether a sentence offers something, and one passage has the words and names that it is made of."""
    offered = offer_in(unit)
    asked = wording.words(offered)
    return bool(asked) and any(
        len(asked & wording.words(text)) >= _LEAST_SHARE * len(asked)
        and wording.identifiers(offered) | wording.numbers(offered)
        <= wording.identifiers(text) | wording.code_tokens(text)
        and not wording.links(offered)
        for text in (f"{passage.heading} {passage.text}" for passage in passages)
    )


def accepts(reply: str) -> bool:
    """Whether a reply says yes and nothing else."""
    text = reply.strip()
    return 0 < len(text) <= _LONGEST_YES and _YES.fullmatch(text) is not None
