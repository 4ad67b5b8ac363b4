"""Tells whether a question needs what was said before it."""

import re

from rag_core.answering.wording import words

_FEW_WORDS = 3
_FEW_OF_A_QUESTION = 2
_LEANS = re.compile(
    # It goes on from something,
    r"^(?:and|but|or|so|also|then|yes|no|ok(?:ay)?|sure|please|why|what about|how about|what if|what else)\b"
    r"|^(?:in|on|for|with|without|from|to|at|by|via|using|only|even|still|not|just|same|\w+ly)\b"
    # points back,
    r"|\b(?:it|its|they|them|their|this|these|those|ones|same|instead|another|other|else|above|former|latter|previous)\b"
    r"|\b(?:which|that|this|first|second|last|next|can|could|should|would|make|create|have|get|use|add) one\b"
    r"|^that\b|\bthat(?=\W*$|[,.;?!])"
    r"|\b(?:for|about|with|of|in|on|to|by|from|after|than|like|is|does|do|undo|can|will) that\b"
    r"|(?<!is )(?<!are )(?<!if )(?<!whether )\bthere\b(?! (?:is|are|an?|any|was|were)\b)"
    # or ends where something is missing.
    r"|\b(?:too|either|again|then|now|over|back|away|off|next)\W*$",
    re.IGNORECASE,
)
_ASKS = re.compile(
    r"^(?:what|how|when|where|which|who|can|could|do|does|did|is|are|was|will|would|should|may)\b", re.IGNORECASE
)
_DEFINES = re.compile(r"^(?:what(?: is|'s|s| are)|explain|define) (?:an? |the )?\S+(?: \S+)?\W*$", re.IGNORECASE)


def leans_on_history(text: str) -> bool:
    """Whether a question seems to need the one before: it points back, goes on, or names hardly anything.

    A whole question ("How do I rename a collection?") needs fewer words than a fragment ("the Java client") to stand.
    """
    text = text.strip()
    if _LEANS.search(text):
        return True
    few = _FEW_OF_A_QUESTION if _ASKS.match(text) else _FEW_WORDS
    return len(words(text)) < few and not _DEFINES.match(text)
