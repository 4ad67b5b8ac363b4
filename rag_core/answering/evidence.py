"""Decides from the search alone whether the documentation may hold an answer.

Three kinds of signals speak for it: cosines, ranks (whether the searches by meaning and by wording find the same), and
words (what of the question stands in what was found). A logistic regression weighs those that are known:

- cosines count only of the embedding model that they were calibrated with, since other models have other scales;
- ranks count only where there was a search by wording.

The engine has the last word on what passes: its model may say that the passages do not answer.

`benchmarks/refusal.py` fits the weights on golden questions of this project's own, and prints them as they stand here.
docs/refusal.md has the figures, and the rule by which the threshold was chosen.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from rag_core.answering.everyday import EVERYDAY
from rag_core.answering.model import Passage
from rag_core.answering.retriever import Retrieval
from rag_core.answering.wording import identifiers, proper_names, words
from rag_core.indexing.store import Hit

CALIBRATED_MODEL = "sentence-transformers/all-MiniLM-L6-v2"
"""The embedding model whose cosines the weights know."""

_NEAREST = 20
_FRONT = 10


@dataclass(frozen=True, slots=True)
class Calibration:
    """Weights of the signals, and the least sum with which a question is worth asking the engine."""

    weights: tuple[float, ...]
    bias: float
    least: float


@dataclass(frozen=True, slots=True)
class Evidence:
    """The signals of one search; each group is empty where it is not known.

    `cosines`: best and mean of the passages, and how far the best hit stands above the `_NEAREST` nearest.
    `ranks`: 1 / rank by wording of the passage that is nearest in meaning (0 where wording did not find it), and how
    many hits are among the first `_FRONT` of both searches.
    `words`, of the question's words that are not everyday talk: the shares that stand in the hits, in the passages, and
    in the one passage that has most of them; how many stand in no hit; how many of its names stand in no hit; the
    logarithms of how many words it has in all, and of how many letters those have that are not everyday talk.
    """

    cosines: tuple[float, ...] = ()
    ranks: tuple[float, ...] = ()
    words: tuple[float, ...] = ()

    @property
    def signals(self) -> tuple[float, ...]:
        """All that is known, in the order of the weights."""
        return (*self.cosines, *self.ranks, *self.words)

    @property
    def sufficient(self) -> bool:
        """Whether it is worth asking the engine."""
        if not self.words:
            return False
        calibration = CALIBRATIONS[bool(self.cosines), bool(self.ranks)]
        weighed = sum(weight * signal for weight, signal in zip(calibration.weights, self.signals, strict=True))
        return weighed + calibration.bias >= calibration.least


CALIBRATIONS = {
    (True, False): Calibration(
        weights=(5.975, 3.913, 12.78, 3.683, 1.57, 0.031, 0.46, -2.076, 3.048, -1.14),
        bias=-12.345,
        least=-0.504,
    ),
    (True, True): Calibration(
        weights=(6.733, 2.737, 7.523, 0.921, 0.255, 4.741, 1.214, -0.11, 0.644, -1.94, 2.941, -1.324),
        bias=-12.172,
        least=-0.731,
    ),
    (False, False): Calibration(
        weights=(3.416, 0.493, 2.921, 0.413, -1.691, 1.792, 0.122),
        bias=-8.826,
        least=-0.791,
    ),
    (False, True): Calibration(
        weights=(0.472, 0.515, 4.744, 0.307, 1.843, 0.551, -1.615, 2.036, -0.21),
        bias=-9.463,
        least=-0.905,
    ),
}
"""By whether cosines and ranks are known. Fitted on 2026-11-22 with all-MiniLM-L6-v2 over version 3.0 of Milvus's
documentation, on 271 golden questions of this project's own."""


def weigh(found: Retrieval) -> Evidence:
    """Gather the evidence for an answer in what was found; none where nothing was."""
    if not found.passages:
        return Evidence()
    calibrated = found.embedding_model == CALIBRATED_MODEL
    return Evidence(
        _cosines(found.passages, found.hits) if calibrated else (),
        _ranks(found.passages, found.hits),
        _words(found.translated or found.query, found),
    )


def _cosines(passages: Sequence[Passage], hits: Sequence[Hit]) -> tuple[float, ...]:
    shown = [passage.dense for passage in passages if passage.dense is not None]
    nearest = sorted((hit.dense for hit in hits if hit.dense is not None), reverse=True)[:_NEAREST]
    return (max(shown), _mean(shown), nearest[0] - _mean(nearest)) if shown and nearest else ()


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
    """Whether a word of the text begins with this one: stems are compared, and both are case-folded."""
    at = text.find(word)
    while at > 0 and text[at - 1].isalpha():
        at = text.find(word, at + 1)
    return at >= 0


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values)
