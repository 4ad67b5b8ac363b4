"""What is asked of the index: the seam between understanding a question and finding passages for it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Search:
    """One search.

    `query` is the question as it is searched and recorded; `translated` the same in English where it is in another
    language, else empty. `version` None means the latest. `languages` are those of the pages, `sdks` those whose
    code tabs may be found, by the names of `SDK_TABS`. `community_id` is whose curated answers may be found.
    `wordings` are others of the same question: what is asked may stand among what the asker tells besides.
    """

    query: str
    translated: str = ""
    version: str | None = None
    languages: tuple[str, ...] = ("en",)
    sdks: tuple[str, ...] = ("python",)
    community_id: int | None = None
    wordings: tuple[str, ...] = ()

    @property
    def queries(self) -> tuple[str, ...]:
        """All that is searched, the most telling first."""
        return tuple(filter(None, (self.translated, self.query)))
