"""Discord's Markdown as HTML. Nothing in a text becomes HTML by itself, and links go to the web only."""

import re
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from functools import cache
from html import escape
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.rules_block import StateBlock
from markdown_it.rules_core import StateCore
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token

Named = Callable[[str, int], str]
"""The name of what is mentioned: its sign (`@`, `@&`, `#`) and id; empty where it is not there."""

_MENTION = re.compile(r"<(@!?|@&|#)(\d{1,20})>")
_TIME = re.compile(r"<t:(\d{1,12})(?::\w)?>")
_ADDRESS = re.compile(r"https?://[^\s<>]*[^\s<>.,:;!?\"')\]]")
_MARKUP = re.compile(r"^(?:#+|-#|>) |[*`_~]{1,3}", re.MULTILINE)
_SMALL = "-# "
_NOT_IN_DISCORD = ["html_block", "html_inline", "image", "reference", "hr", "lheading", "code", "entity"]


def to_html(text: str, named: Named) -> str:
    """The text as Discord shows it, with the names of those whom it mentions."""
    html: str = _parser().render(text, {"named": named})
    return html


def to_line(text: str, named: Named) -> str:
    """The text on one line, with the names of those whom it mentions and without markup, for excerpts."""
    words = _MENTION.sub(lambda found: _name(found, named), text)
    return " ".join(_MARKUP.sub("", words).split())


@cache
def _parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"html": False, "breaks": True}).enable("strikethrough").disable(_NOT_IN_DISCORD)
    parser.block.ruler.before("heading", "small", _small, {"alt": ["paragraph", "blockquote", "list"]})
    parser.inline.ruler.before("autolink", "mention", _mention)
    parser.inline.ruler.before("autolink", "time", _time)
    parser.core.ruler.push("addresses", _addresses)
    parser.add_render_rule("link_open", _link_open)
    return parser


def _small(state: StateBlock, line: int, _: int, silent: bool) -> bool:  # noqa: FBT001 - markdown-it's signature
    """A line of small print: `-# so`."""
    text = state.src[state.bMarks[line] + state.tShift[line] : state.eMarks[line]]
    if not text.startswith(_SMALL):
        return False
    if not silent:
        state.push("small_open", "small", 1)
        inline = state.push("inline", "", 0)
        inline.content, inline.children, inline.map = text.removeprefix(_SMALL), [], [line, line + 1]
        state.push("small_close", "small", -1)
        state.line = line + 1
    return True


def _mention(state: StateInline, silent: bool) -> bool:  # noqa: FBT001 - markdown-it's signature
    found = _MENTION.match(state.src, state.pos)
    if found is None:
        return False
    if not silent:
        _mark(state, "mention", _name(found, state.env["named"]))
    state.pos = found.end()
    return True


def _name(mention: re.Match[str], named: Named) -> str:
    sign = mention[1].replace("!", "")
    return f"{sign[0]}{named(sign, int(mention[2])) or 'unknown'}"


def _time(state: StateInline, silent: bool) -> bool:  # noqa: FBT001 - markdown-it's signature
    found = _TIME.match(state.src, state.pos)
    if found is None:
        return False
    if not silent:
        _mark(state, "time", _ago(int(found[1])))
    state.pos = found.end()
    return True


def _mark(state: StateInline, kind: str, text: str) -> None:
    state.push(f"{kind}_open", "span", 1).attrSet("class", kind)
    state.push("text", "", 0).content = text
    state.push(f"{kind}_close", "span", -1)


def _ago(timestamp: int) -> str:
    seconds = int(datetime.now(UTC).timestamp()) - timestamp
    for unit, length in (("day", 86_400), ("hour", 3_600), ("minute", 60)):
        if (count := abs(seconds) // length) > 0:
            words = f"{count} {unit}{'s' if count > 1 else ''}"
            return f"{words} ago" if seconds > 0 else f"in {words}"
    return "just now"


def _addresses(state: StateCore) -> None:
    """Addresses that stand in a text as they are, outside links."""
    for block in state.tokens:
        if not block.children:
            continue
        children: list[Token] = []
        depth = 0
        for token in block.children:
            depth += token.nesting if token.type in {"link_open", "link_close"} else 0
            children.extend([token] if depth or token.type != "text" else _linked(token.content))
        block.children = children


def _linked(text: str) -> Sequence[Token]:
    tokens: list[Token] = []
    end = 0
    for found in _ADDRESS.finditer(text):
        tokens += [
            Token("text", "", 0, content=text[end : found.start()]),
            Token("link_open", "a", 1, attrs={"href": found[0]}),
            Token("text", "", 0, content=found[0]),
            Token("link_close", "a", -1),
        ]
        end = found.end()
    return [*tokens, Token("text", "", 0, content=text[end:])]


def _link_open(_: Any, tokens: Sequence[Token], index: int, *__: Any) -> str:
    """In a tab of its own, which learns nothing of this one; an address of the web, or none."""
    address = str(tokens[index].attrGet("href") or "")
    web = address.startswith(("https://", "http://"))
    return f'<a href="{escape(address)}" target="_blank" rel="noopener noreferrer">' if web else "<a>"
