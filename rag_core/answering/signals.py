"""Gathers the evidence for an answer in what a search found; `rag_core.answering.evidence` says what each signal is."""

import math
from collections.abc import Sequence
from operator import itemgetter

from rag_core.answering.everyday import EVERYDAY
from rag_core.answering.evidence import CALIBRATED_MODEL, Evidence
from rag_core.answering.model import Passage
from rag_core.answering.retrieval import Retrieval
from rag_core.answering.wording import identifiers, proper_names, words
from rag_core.indexing.store import Hit

_NEAREST = 20
_FRONT = 10
_STRONG = 0.58
"""Cosine of a passage about what is asked, by the calibrated model: .60 to .78 for the plain questions that were
refused for their likeness to an unanswerable one."""

_SHOWN_SHARE = itemgetter(1)
_WITHOUT_SPACES = "\u3040"  # where the scripts of Japanese and Chinese begin


def weigh(found: Retrieval) -> Evidence:
    """Gather the evidence for an answer in what was found; none where nothing was."""
    if not found.passages:
        return Evidence()
    calibrated = found.embedding_model == CALIBRATED_MODEL
    return Evidence(
        _cosines(found) if calibrated else (),
        _ranks(found.passages, found.hits),
        # Pages may be in the asker's language or in English: the wording that meets them counts.
        max((_words(text, found) for text in (found.translated or found.query, found.query)), key=_SHOWN_SHARE),
    )


def _cosines(found: Retrieval) -> tuple[float, ...]:
    shown = [passage.dense for passage in found.passages if passage.dense is not None]
    nearest = sorted((hit.dense for hit in found.hits if hit.dense is not None), reverse=True)[:_NEAREST]
    if not (shown and nearest):
        return ()
    best = max(shown)
    # An unanswerable question made from a real one stands nearest to that one: it refuses no strong passage by itself.
    leaning = max(0.0, found.leaning) if best >= _STRONG else found.leaning
    return (best, _mean(shown), nearest[0] - _mean(nearest), leaning)


def _ranks(passages: Sequence[Passage], hits: Sequence[Hit]) -> tuple[float, ...]:
    if all(hit.lexical_rank is None for hit in hits):
        return ()
    nearest = max(passages, key=lambda passage: passage.dense or 0.0)
    both = (max(hit.dense_rank, hit.lexical_rank) for hit in hits if hit.dense_rank and hit.lexical_rank)
    return (1 / nearest.lexical_rank if nearest.lexical_rank else 0.0, float(sum(rank <= _FRONT for rank in both)))


def _words(question: str, found: Retrieval) -> tuple[float, ...]:
    passages = [f"{passage.heading}\n{passage.text}".casefold() for passage in found.passages]
    everything = "\n".join((*passages, *(hit.chunk.embedding_text.casefold() for hit in found.hits)))
    asked = words(question)
    telling = asked - EVERYDAY
    names = {name.casefold() for name in identifiers(question) | proper_names(question) if not name[0].isdigit()}
    absent = sum(not _stands(word, everything) for word in telling)
    standing = [{word for word in telling if _stands(word, passage)} for passage in passages]
    of_all = max(1, len(telling))
    return (
        1 - absent / of_all,
        len(frozenset().union(*standing)) / of_all,
        max(map(len, standing)) / of_all,
        float(absent),
        float(sum(not _stands(name, everything) for name in names)),
        math.log1p(len(asked)),
        math.log1p(sum(map(len, telling))),
    )


def _stands(word: str, text: str) -> bool:
    """Whether a word of the text begins with this one: stems are compared, and both are case-folded.

    Chinese and Japanese put no space between words, so that theirs may begin anywhere.
    """
    at = text.find(word)
    while at > 0 and text[at - 1].isalpha() and max(text[at - 1], word[0]) < _WITHOUT_SPACES:
        at = text.find(word, at + 1)
    return at >= 0


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values)
