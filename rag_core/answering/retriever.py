"""From a query to the few passages that an answer may rely on."""

import math
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from rag_core.answering.model import Passage
from rag_core.indexing.embedder import Embedder
from rag_core.indexing.store import Hit, SearchFilter, VectorStore

_FETCHED = 30
_MOST_PASSAGES = 5
_PASSAGE_TOKENS = 1800
_SHINGLE = 5
_SAME = 0.8

_SDKS = {
    "python": r"python|pymilvus",
    "java": r"java",
    "go": r"golang|go (?:sdk|client)|in go",
    "javascript": r"javascript|typescript|node(?:\.?js)?",
    "bash": r"bash|curl|rest(?:ful)?(?: api)?",
    "csharp": r"c#|csharp|\.net",
    "cpp": r"c\+\+|cpp",
}
_SDK_PATTERNS = {
    language: re.compile(rf"(?<![\w.])(?:{names})(?![\w+#])", re.IGNORECASE) for language, names in _SDKS.items()
}
_DEFAULT_SDK = "python"


@dataclass(frozen=True, slots=True)
class Retrieval:
    """What a search found: the passages for the prompt, numbered from 1, and all hits, best first."""

    query: str
    passages: tuple[Passage, ...]
    hits: tuple[Hit, ...]

    @property
    def pages(self) -> tuple[str, ...]:
        """Ids of the pages found, best first, each once."""
        return tuple(dict.fromkeys(hit.chunk.page_id for hit in self.hits))


def estimate_tokens(text: str) -> int:
    """Tokens of English text, at four characters each: for engines whose tokenizer is not at hand."""
    return math.ceil(len(text) / 4)


class Retriever:
    """Searches the live index, or the generation that is named. Code tabs are those of the SDKs that the query names, else Python's."""

    def __init__(
        self,
        store: VectorStore,
        embedder: Embedder,
        count_tokens: Callable[[str], int] = estimate_tokens,
        *,
        generation_id: str | None = None,
    ) -> None:
        self._store = store
        self._generation_id = generation_id
        self._embedder = embedder
        self._count_tokens = count_tokens

    async def retrieve(self, query: str, *, version: str | None = None, language: str = "en") -> Retrieval:
        """Search both ways and pick passages.

        Raises:
            NoIndex, StoreUnavailable, StoreRejected: as the store does.
        """
        where = SearchFilter(version, (language,), named_sdks(query) or (_DEFAULT_SDK,))
        vector = await self._embedder.embed_query(query)
        hits = await self._store.search(query, vector, where, _FETCHED, generation_id=self._generation_id)
        return Retrieval(query, self._passages(without_near_duplicates(hits)), tuple(hits))

    def _passages(self, hits: Sequence[Hit]) -> tuple[Passage, ...]:
        """The best hits within the token budget, neighbours of one section together."""
        groups: list[list[Hit]] = []
        left = _PASSAGE_TOKENS
        for hit in hits:
            cost = self._count_tokens(hit.chunk.text)
            home = next((group for group in groups if _adjoins(hit, group)), None)
            if (groups and cost > left) or (home is None and len(groups) == _MOST_PASSAGES):
                continue
            left -= cost
            if home is None:
                groups.append([hit])
            else:
                home.append(hit)
        return tuple(_passage(number, group) for number, group in enumerate(groups, 1))


def named_sdks(query: str) -> tuple[str, ...]:
    """Languages of the SDKs that a question names, as code tabs name them."""
    return tuple(language for language, pattern in _SDK_PATTERNS.items() if pattern.search(query))


def without_near_duplicates(hits: Iterable[Hit]) -> list[Hit]:
    """Drop hits that say nearly the same as a better one: word shingles with a Jaccard index of `_SAME` or more."""
    kept: list[tuple[Hit, frozenset[tuple[str, ...]]]] = []
    for hit in hits:
        shingles = _shingles(hit.chunk.text)
        if not any(_jaccard(shingles, other) >= _SAME for _, other in kept):
            kept.append((hit, shingles))
    return [hit for hit, _ in kept]


def _shingles(text: str) -> frozenset[tuple[str, ...]]:
    found = re.findall(r"\w+", text.casefold())
    return frozenset(tuple(found[at : at + _SHINGLE]) for at in range(max(1, len(found) - _SHINGLE + 1)))


def _jaccard(one: frozenset[tuple[str, ...]], other: frozenset[tuple[str, ...]]) -> float:
    return len(one & other) / len(one | other)


def _adjoins(hit: Hit, group: Sequence[Hit]) -> bool:
    """Whether the hit's chunk stands beside one of the group's, under the same heading."""
    return any(
        hit.chunk.page_key == other.chunk.page_key
        and hit.chunk.anchor == other.chunk.anchor
        and hit.chunk.path == other.chunk.path
        and abs(hit.chunk.ordinal - other.chunk.ordinal) == 1
        for other in group
    )


def _passage(number: int, group: Sequence[Hit]) -> Passage:
    """One passage of a group whose best hit comes first; its text in the page's order."""
    chunks = sorted((hit.chunk for hit in group), key=lambda chunk: chunk.ordinal)
    best = group[0].chunk
    return Passage(
        number=number,
        chunk_ids=tuple(chunk.id for chunk in chunks),
        page_id=best.page_id,
        page_key=best.page_key,
        url=best.url,
        anchor=best.anchor,
        title=best.title,
        path=best.path,
        text="\n\n".join(chunk.text for chunk in chunks),
        version=best.version,
        language=best.language,
        score=group[0].score,
        dense=max((hit.dense for hit in group if hit.dense is not None), default=None),
        lexical_rank=min((hit.lexical_rank for hit in group if hit.lexical_rank is not None), default=None),
    )
