"""The port through which documentation comes in."""

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from typing import Protocol

from rag_core.crawling.page import Page
from rag_core.progress import ProgressHandler, ignore_progress


@dataclass(frozen=True, slots=True)
class KnownPage:
    """What an earlier crawl learned of an address: enough for a conditional request and a test of change."""

    url: str
    digest: str
    etag: str = ""
    last_modified: str = ""


@dataclass(frozen=True, slots=True)
class Changed:
    """The page is new, or its digest differs from the known one."""

    page: Page
    etag: str = ""
    last_modified: str = ""


@dataclass(frozen=True, slots=True)
class Unchanged:
    """The page is as it was: the server said 304, or the digest is the known one.

    `etag` and `last_modified` are those of this answer, since a new deployment changes them under the same text.
    """

    url: str
    etag: str = ""
    last_modified: str = ""


@dataclass(frozen=True, slots=True)
class Missing:
    """The server says that there is no such page (404 or 410), or it leads to another page now."""

    url: str
    status: int


@dataclass(frozen=True, slots=True)
class Failed:
    """The page could not be read this time; `reason` is one sentence."""

    url: str
    reason: str


@dataclass(frozen=True, slots=True)
class Unwanted:
    """The page belongs to a source that was removed: it goes at once, however many go with it."""

    url: str


Outcome = Changed | Unchanged | Missing | Failed | Unwanted


class Source(Protocol):
    """Somewhere documentation comes from."""

    @property
    def name(self) -> str:
        """The address or folder, as a person would type it."""

    def holds(self, url: str) -> bool:
        """Whether a page at this address can be one of this source."""

    def crawl(
        self, known: Mapping[str, KnownPage], progress: ProgressHandler = ignore_progress
    ) -> AsyncIterator[Outcome]:
        """Visit every page once, in no promised order, and yield one outcome an address.

        `known` maps addresses (`Page.url`) to what the last crawl learned; known addresses that nothing links to any
        more are visited too, so that each of them gets an outcome. A page without one stays as it was.

        Raises:
            CrawlError: the site as a whole can't be read (its start page fails, robots.txt forbids it); nothing may
                be concluded about its pages.
        """
