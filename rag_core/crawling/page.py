"""A documentation page as every source delivers it, whatever it was written in."""

import hashlib
from dataclasses import dataclass
from typing import Literal

BlockKind = Literal["text", "list", "table", "code", "note"]


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph, list, table, note or code sample.

    `text` is Markdown (tables as pipe tables, links as their text, code without its fence). `language` is that of a
    code sample in lower case ("python", "java", "go", "javascript", "bash", ...), else empty. `tab` tells that the
    sample is one of several that say the same in different languages, of which a reader sees one at a time.
    """

    kind: BlockKind
    text: str
    language: str = ""
    tab: bool = False


@dataclass(frozen=True, slots=True)
class Section:
    """What stands under one heading, down to the next heading of any level.

    `anchor` is the heading's id without "#", empty for what stands above the first heading. `path` holds the headings
    from the outermost to this one, without the page's title.
    """

    anchor: str
    path: tuple[str, ...]
    blocks: tuple[Block, ...]


def digest_of(version: str, title: str, body: str) -> str:
    """SHA-256 of the body as it came, before any processing, and of the two labels that readers see with its text.

    A site's new release changes what its latest version is called under the same addresses and texts.
    """
    return hashlib.sha256("\0".join((version, title, body)).encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Page:
    """One page of documentation in one version and one language.

    `url` is the address that readers open, without a fragment. `id` is the page's own id ("hnsw.md"), the same in
    every version and language. `version` is as the site names it ("v3.0.x"). `latest` tells whether that version is
    the newest. `digest` (see `digest_of`) is the test of change.
    """

    url: str
    id: str
    title: str
    summary: str
    version: str
    language: str
    latest: bool
    sections: tuple[Section, ...]
    digest: str

    @property
    def key(self) -> str:
        """Names the page in one version and language, whichever host it was read from: "en/v3.0.x/hnsw.md"."""
        return f"{self.language}/{self.version}/{self.id}"
