"""A folder of Markdown files as a source of pages."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncGenerator, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from pydantic import TypeAdapter, ValidationError
from yarl import URL

from rag_core.crawling._addresses import ENGLISH, LATEST
from rag_core.crawling._markdown import Markdown, read_sections, split_markdown
from rag_core.crawling.page import Page, digest_of
from rag_core.crawling.source import Changed, Failed, KnownPage, Missing, Outcome, Unchanged
from rag_core.errors import CrawlError, PageUnreadable
from rag_core.progress import Progress, ProgressHandler, ignore_progress

_TREE = re.compile(r"(?P<root>.*/(?P<version>v\d+\.\d+\.x))/site/(?P<language>[a-z-]+)/")
_VARIABLES = TypeAdapter(dict[str, str])


@dataclass(frozen=True, slots=True)
class _Tree:
    """The part of the folder that holds one version in one language; `root` is where its variables are."""

    root: Path
    version: str
    language: str
    latest: bool

    def url(self, base: URL, page_id: str) -> str:
        language = "" if self.language == ENGLISH else self.language
        version = "" if self.latest else self.version
        return str(base.joinpath(*(segment for segment in (language, version, page_id) if segment)))


class FolderSource:
    """Reads the Markdown files of a folder whose front matter has an `id`; the id makes the page's address.

    A folder laid out like the documentation's repository (`<version>/site/<language>/...`) has its versions and
    languages read from the paths, the newest version being the latest; only those wanted are delivered. Any other
    folder is one version in English. Variables come from `Variables.json` beside `site`, or at the folder's root.
    """

    def __init__(
        self,
        folder: Path | str,
        base_url: str = "https://milvus.io/docs",
        versions: Iterable[str] = (LATEST,),
        languages: Iterable[str] = (ENGLISH,),
    ) -> None:
        self._folder = Path(folder)
        self._base = URL(base_url)
        self._versions = frozenset(versions)
        self._languages = frozenset(languages)

    @property
    def name(self) -> str:
        """The folder as it was given."""
        return str(self._folder)

    def holds(self, url: str) -> bool:
        """Whether an address is one that a page of a folder can have."""
        return url.startswith(f"{self._base}/")

    async def crawl(
        self, known: Mapping[str, KnownPage], progress: ProgressHandler = ignore_progress
    ) -> AsyncGenerator[Outcome, None]:
        """See `Source`. Of two files with one id the first in the order of paths is the page, as on the site.

        Raises:
            CrawlError: there is no such folder, or no page in it.
        """
        files = await asyncio.to_thread(self._find_files)
        variables = {tree.root: await asyncio.to_thread(_read_variables, tree.root) for _, tree in files}
        seen: set[str] = set()
        for done, (path, tree) in enumerate(files, start=1):
            outcome = await asyncio.to_thread(self._read, path, tree, variables[tree.root], known)
            progress(Progress("Reading pages", done, len(files)))
            if outcome is not None and _url(outcome) not in seen:
                seen.add(_url(outcome))
                yield outcome
        if not seen:
            raise CrawlError(f"The folder {self._folder} holds no Markdown file with an `id` in its front matter.")
        for url in known:
            if url not in seen:
                yield Missing(url, 404)

    def _find_files(self) -> list[tuple[Path, _Tree]]:
        if not self._folder.is_dir():
            raise CrawlError(f"There is no folder {self._folder}.")
        root = self._folder.resolve()
        paths = sorted((path for path in root.rglob("*.md") if path.is_file()), key=Path.as_posix)
        found = {path: _TREE.match(path.as_posix()) for path in paths}
        newest = max((_number(match["version"]) for match in found.values() if match), default=(0,))
        trees = ((path, _tree(root, match, newest)) for path, match in found.items())
        return [(path, tree) for path, tree in trees if self._wants(tree)]

    def _wants(self, tree: _Tree) -> bool:
        if tree.version == LATEST:
            return True
        version = tree.version in self._versions or (tree.latest and LATEST in self._versions)
        return version and tree.language in self._languages

    def _read(
        self, path: Path, tree: _Tree, variables: Mapping[str, str], known: Mapping[str, KnownPage]
    ) -> Outcome | None:
        """What a file is; None where it is no page."""
        try:
            markdown = split_markdown(path.read_text(encoding="utf-8", errors="replace"), variables)
            if not markdown.front_matter.is_page:
                return None
            return self._compare(markdown, tree, known)
        except (OSError, PageUnreadable, ValueError) as error:
            return Failed(path.as_uri(), f"{path} can't be read: {error}")

    def _compare(self, markdown: Markdown, tree: _Tree, known: Mapping[str, KnownPage]) -> Outcome:
        url = tree.url(self._base, markdown.front_matter.id)
        before = known.get(url)
        digest = digest_of(tree.version, markdown.title, markdown.body)
        if before is not None and before.digest == digest:
            return Unchanged(url)
        try:
            return Changed(_page(url, tree, markdown, digest))
        except PageUnreadable as error:
            return Failed(url, f"{url} can't be read: {error}")


def _page(url: str, tree: _Tree, markdown: Markdown, digest: str) -> Page:
    front_matter = markdown.front_matter
    return Page(
        url=url,
        id=front_matter.id,
        title=markdown.title,
        summary=" ".join((front_matter.summary or "").split()),
        version=tree.version,
        language=tree.language,
        latest=tree.latest,
        sections=read_sections(markdown.body, markdown.title),
        digest=digest,
    )


def _tree(root: Path, match: re.Match[str] | None, newest: tuple[int, ...]) -> _Tree:
    if match is None:
        return _Tree(root, LATEST, ENGLISH, latest=True)
    return _Tree(Path(match["root"]), match["version"], match["language"], _number(match["version"]) == newest)


def _number(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in re.findall(r"\d+", version))


def _read_variables(root: Path) -> dict[str, str]:
    path = root / "Variables.json"
    try:
        return _VARIABLES.validate_json(path.read_bytes())
    except FileNotFoundError:
        return {}
    except (OSError, ValidationError) as error:
        raise CrawlError(f"{path} can't be read as one JSON object of names and texts.") from error


def _url(outcome: Outcome) -> str:
    return outcome.page.url if isinstance(outcome, Changed) else outcome.url
