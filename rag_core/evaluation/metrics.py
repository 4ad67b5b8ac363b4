"""The measures of a run, over pages: each question's value, between 0 and 1.

Hit rate, reciprocal rank and normalised discounted cumulative gain are the usual ones (Manning, Raghavan, Schütze:
Introduction to Information Retrieval, chapter 8), with every gold page worth the same.
"""

import math
import re
from collections.abc import Sequence


def first_rank(pages: Sequence[str], gold: Sequence[str]) -> int | None:
    """Position, from 1, of the best gold page; None where there is none."""
    return next((rank for rank, page in enumerate(pages, 1) if page in gold), None)


def hit(pages: Sequence[str], gold: Sequence[str], k: int) -> float:
    """1 where a gold page stands among the first k."""
    rank = first_rank(pages, gold)
    return float(rank is not None and rank <= k)


def reciprocal_rank(pages: Sequence[str], gold: Sequence[str], k: int = 10) -> float:
    """One over the best gold page's position, 0 beyond k."""
    rank = first_rank(pages, gold)
    return 1 / rank if rank is not None and rank <= k else 0.0


def ndcg(pages: Sequence[str], gold: Sequence[str], k: int = 10) -> float:
    """The discounted gain of all gold pages among the first k, over that of the ideal order; 0 without gold pages."""
    if not gold:
        return 0.0
    gained = sum(1 / math.log2(rank + 1) for rank, page in enumerate(pages[:k], 1) if page in gold)
    ideal = sum(1 / math.log2(rank + 1) for rank in range(1, min(len(gold), k) + 1))
    return gained / ideal


def facts_found(answer: str, facts: Sequence[Sequence[str]]) -> float | None:
    """Share of the facts whose terms all stand in the answer, case and runs of space aside; None without facts."""
    if not facts:
        return None
    flat = _flat(answer)
    return sum(all(_flat(term) in flat for term in terms) for terms in facts) / len(facts)


def citation_precision(cited_pages: Sequence[str], gold: Sequence[str]) -> float | None:
    """Share of the citations that point to a gold page; None without citations."""
    return sum(page in gold for page in cited_pages) / len(cited_pages) if cited_pages else None


def _flat(text: str) -> str:
    return re.sub(r"\s+", " ", text).casefold()
