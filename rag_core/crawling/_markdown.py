"""A page of documentation, read from a Markdown file with front matter."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise

import yaml
from markdown_it import MarkdownIt
from markdown_it.token import Token
from pydantic import BaseModel, ConfigDict, ValidationError

from rag_core.crawling._document import read_body
from rag_core.crawling.page import Section
from rag_core.errors import PageUnreadable

_FRONT_MATTER = re.compile(r"\s*---[ \t]*\n(.*?)\n---[ \t]*(?:\n|\Z)", re.DOTALL)
_VARIABLE = re.compile(r"\{\{\s*(?:var\.)?(\w+)\s*\}\}")
_BADGE = re.compile(r"\s*\|\s*(Milvus [\w.+ ]+)$")
_PARSER = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])


class FrontMatter(BaseModel):
    """What a page says of itself above its text. A file without `id` is no page."""

    model_config = ConfigDict(coerce_numbers_to_str=True)

    id: str = ""
    title: str | None = None
    summary: str | None = None
    deprecate: bool = False

    @property
    def is_page(self) -> bool:
        """Tell whether the site serves the file as a page; its start page is none."""
        return bool(self.id) and self.id != "home.md" and not self.deprecate


@dataclass(frozen=True, slots=True)
class Markdown:
    """A Markdown file: what it says of itself, and its body."""

    front_matter: FrontMatter
    body: str

    @property
    def title(self) -> str:
        """The front matter's, else the id without its ending."""
        return self.front_matter.title or self.front_matter.id.removesuffix(".md")


def split_markdown(text: str, variables: Mapping[str, str]) -> Markdown:
    """Read the front matter and put variables in, written as `{{var.name}}` or `{{name}}`.

    Raises:
        PageUnreadable: the front matter is not understood.
    """
    found = _FRONT_MATTER.match(text)
    front_matter = _read_front_matter(found.group(1)) if found else FrontMatter()
    body = text[found.end() :] if found else text
    return Markdown(front_matter, _VARIABLE.sub(lambda name: variables.get(name[1], name[0]), body))


def read_sections(body: str, title: str) -> tuple[Section, ...]:
    """The sections of a Markdown body, which may have HTML in it.

    Raises:
        PageUnreadable: it has no text.
    """
    tokens = _PARSER.parse(body)
    for opening, content in pairwise(tokens):
        if opening.type == "heading_open":
            opening.attrSet("id", anchor_of(_plain_text(content)))
            _set_badge(content)
    return read_body(_PARSER.renderer.render(tokens, _PARSER.options, {}), title)


def anchor_of(heading: str) -> str:
    """The id that the documentation site gives a heading: most punctuation left out, spaces as "-".

    The rule was found by comparing headings with ids: of ASCII only "-" and "+" stay, beyond it everything but dashes,
    full-width punctuation and invisible characters.
    """
    return "".join(letter for letter in heading.strip() if _stays(letter)).replace(" ", "-")


def _stays(letter: str) -> bool:
    if letter.isascii():
        return letter.isalnum() or letter in "-+ "
    return unicodedata.category(letter) not in {"Cf", "Pd", "Po"}


def _read_front_matter(text: str) -> FrontMatter:
    try:
        return FrontMatter.model_validate(yaml.safe_load(text) or {})
    except (yaml.YAMLError, ValidationError) as error:
        raise PageUnreadable("The front matter is not valid YAML with an id, a title and a summary.") from error


def _plain_text(inline: Token) -> str:
    return "".join(child.content for child in inline.children or () if child.type in {"text", "code_inline"})


def _set_badge(inline: Token) -> None:
    """Write "Heading | Milvus 3.0.x" as the site does: the version stands in a badge beside the heading."""
    last = inline.children[-1] if inline.children else None
    found = _BADGE.search(last.content) if last is not None and last.type == "text" else None
    if last is None or found is None or inline.children is None:
        return
    last.content = last.content[: found.start()]
    badge = f'<span class="beta-tag">Compatible with {found.group(1)}</span>'
    inline.children.append(Token("html_inline", "", 0, content=badge))
