"""Which addresses are pages of the wanted documentation.

A page of the site is `<start>/[language/][version/]<id>`: English and the latest version have no segment, and the id is
one flat segment that ends in ".md". Everything else (folders, queries, the site outside the documentation) is no page,
which is also what ends a link trap.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from yarl import URL

from rag_core.errors import CrawlError

LATEST = "latest"
ENGLISH = "en"
_VERSION = re.compile(r"v\d+\.\d+\.(?:x|\d+)")
_LANGUAGE = re.compile(r"[a-z]{2,3}(?:-[a-z]{2,8})?")
_PAGE_ID = re.compile(r"[^/]+\.md")


@dataclass(frozen=True, slots=True)
class Address:
    """One page of one tree, or its start page, where `id` is empty; `version` is "latest" or like "v2.6.x"."""

    language: str
    version: str
    id: str


class Site:
    """The part of a website that holds the wanted versions and languages of its documentation.

    Raises:
        CrawlError: the start address, a version or a language can't be one.
    """

    def __init__(self, start: str, versions: Iterable[str], languages: Iterable[str]) -> None:
        self.start = _read_start(start)
        self.languages = _read_names(languages, _LANGUAGE, "language", "en or zh")
        self.versions = _read_names(versions, _VERSION, "version", "latest or v2.6.x")
        self._folder = self.start.path.rstrip("/")

    def with_latest(self, latest: str) -> Site:
        """The same site once it is known how its latest version is called: that name has no address of its own."""
        versions = dict.fromkeys(LATEST if version == latest else version for version in self.versions)
        return Site(str(self.start), versions, self.languages)

    def at(self, start: URL) -> Site:
        """The same site where its start page was found in the end (https instead of http, without www.)."""
        origin = start.origin()
        return Site(str(origin.with_path(self.start.path)), self.versions, self.languages)

    def trees(self) -> Iterator[Address]:
        """The start page of every wanted version in every wanted language, as an address without id."""
        for language in self.languages:
            for version in self.versions:
                yield Address(language, version, "")

    def url(self, address: Address) -> str:
        """The address that readers open."""
        language = "" if address.language == ENGLISH else address.language
        version = "" if address.version == LATEST else address.version
        return str(self.start.joinpath(*(segment for segment in (language, version, address.id) if segment)))

    def file(self, name: str) -> str:
        """The address of a file at the root of the host, such as robots.txt."""
        return str(self.start.origin() / name)

    def find(self, href: str, base: str) -> Address | None:
        """The wanted page that a link on `base` leads to, or None where it leads elsewhere."""
        try:
            target = URL(base).join(URL(href))
        except ValueError:
            return None
        if not self.holds(target):
            return None
        return self._parse(target.path.removeprefix(self._folder).strip("/").split("/"))

    def holds(self, url: URL) -> bool:
        """Tell whether an address is below the start address, on the same host and port."""
        return same_site(url, self.start) and url.path.startswith(f"{self._folder}/")

    def _parse(self, segments: list[str]) -> Address | None:
        page_id = segments.pop()
        language = segments.pop(0) if segments and segments[0] in {ENGLISH, *self.languages} else ENGLISH
        version = segments.pop(0) if segments and segments[0] in self.versions else LATEST
        wanted = language in self.languages and version in self.versions
        if segments or not wanted or not _PAGE_ID.fullmatch(page_id):
            return None
        return Address(language, version, page_id)


def same_site(url: URL, start: URL) -> bool:
    """Tell whether two addresses are of one site: the same host (with or without www.) and port.

    From http to https on their usual ports is the same site; the way back is not.
    """
    if _bare_host(url) != _bare_host(start):
        return False
    if (url.scheme, url.port) == (start.scheme, start.port):
        return True
    return (start.scheme, start.port, url.scheme, url.port) == ("http", 80, "https", 443)


def _bare_host(url: URL) -> str:
    return (url.host or "").lower().rstrip(".").removeprefix("www.")


def _read_start(start: str) -> URL:
    try:
        url = URL(start)
    except ValueError as error:
        raise CrawlError(f"{start!r} is no web address: {error}.") from error
    if url.scheme not in {"http", "https"} or not url.host or url.user:
        raise CrawlError(f"{start!r} is no web address of the form https://host/path.")
    return url.with_query(None).with_fragment(None).with_path(url.path.rstrip("/"))


def _read_names(names: Iterable[str], form: re.Pattern[str], what: str, example: str) -> tuple[str, ...]:
    found = tuple(dict.fromkeys(names))
    wrong = [name for name in found if name != LATEST and not form.fullmatch(name)]
    if wrong or not found:
        raise CrawlError(f"{', '.join(wrong) or 'Nothing'} is no {what} of the documentation; write it like {example}.")
    return found
