"""The robots.txt of a site."""

from __future__ import annotations

from dataclasses import dataclass

from protego import Protego

from rag_core.crawling._identity import PRODUCT


@dataclass(frozen=True, slots=True)
class Rules:
    """What a robots.txt says to this crawler."""

    _parsed: Protego

    @classmethod
    def read(cls, text: str) -> Rules:
        """Parse a robots.txt; an empty one allows everything."""
        return cls(Protego.parse(text))

    @property
    def delay(self) -> float:
        """Seconds between two requests, 0 where it asks for none."""
        return float(self._parsed.crawl_delay(PRODUCT) or 0.0)

    @property
    def sitemaps(self) -> tuple[str, ...]:
        """Addresses of sitemaps."""
        return tuple(self._parsed.sitemaps)

    def allow(self, url: str) -> bool:
        """Tell whether an address may be opened."""
        return bool(self._parsed.can_fetch(url, PRODUCT))
