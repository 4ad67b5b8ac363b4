"""Pieces of a page's body, with the HTML structure of the real documentation site."""

from __future__ import annotations

import html
import re

COPY_BUTTON = '<button class="copy-code-btn"></button>'


def heading(level: int, text: str) -> str:
    """A heading with its id and the button that copies a link to it."""
    anchor = re.sub(r"[^\w+ -]|_", "", text).replace(" ", "-")
    button = (
        f'<button data-href="#{anchor}" class="anchor-icon" translate="no"><svg aria-hidden="true" '
        'viewBox="0 0 16 16"><path fill="#0092E4" d="M4 9h1v1H4"></path></svg>Copy link</button>'
    )
    return f'<h{level} id="{anchor}" class="common-anchor-header">{html.escape(text)}{button}</h{level}>'


def paragraph(text: str) -> str:
    """A paragraph; words in backticks are code, as in Markdown."""
    return f"<p>{inline(text)}</p>"


def items(*texts: str) -> str:
    """An unordered list."""
    return "<ul>" + "".join(f"<li><p>{inline(text)}</p></li>" for text in texts) + "</ul>"


def code(language: str, text: str) -> str:
    """A code sample with its button; its first word is highlighted."""
    first, _, rest = html.escape(text).partition(" ")
    highlighted = f'<span class="hljs-keyword">{first}</span> {rest}'
    return f'<pre><code translate="no" class="language-{language}">{highlighted}\n{COPY_BUTTON}</code></pre>'


def tabs(samples: dict[str, str]) -> str:
    """The same code in several languages, of which a reader sees one at a time."""
    links = "".join(f'<a href="#{language}">{language.title()}</a>' for language in samples)
    return f'<div class="multipleCode">{links}</div>' + "".join(code(*sample) for sample in samples.items())


def table(header: tuple[str, ...], *rows: tuple[str, ...]) -> str:
    """A table."""
    head = "".join(f"<th><p>{inline(text)}</p></th>" for text in header)
    body = "".join("<tr>" + "".join(f"<td><p>{inline(text)}</p></td>" for text in row) + "</tr>" for row in rows)
    return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


def note(text: str, kind: str = "note") -> str:
    """A box that stands out."""
    return f'<div class="alert {kind}"><p>{inline(text)}</p></div>'


def inline(text: str) -> str:
    """Escape a text; what stands in backticks becomes code, `[words](address)` a link."""
    escaped = html.escape(text)
    linked = re.sub(r"\[([^]]+)\]\(([^)]+)\)", r'<a href="\2">\1</a>', escaped)
    return re.sub(r"`([^`]+)`", r'<code translate="no">\1</code>', linked)
