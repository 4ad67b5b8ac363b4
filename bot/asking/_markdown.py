"""Turns text that nobody vouches for into Discord Markdown that shows what it says and does nothing else.

Kept of its Markdown: bold, lists, inline code, code blocks. Headings become bold, tables code blocks or lists.
Everything else is escaped: mentions, invites, masked links, quotes, spoilers, small print, timestamps, emoji.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import quote, urldefrag, urlsplit

from bot.asking._tables import is_table, render_table

MAX_URL = 512
"""Characters of a link's address; Discord's own limit for one is 512."""
MAX_LABEL = 100
_MAX_INLINE_CODE = 300

_ZERO_WIDTH = "\u200b"
_UNSAFE = re.compile("[\x00-\x08\x0b-\x1f\x7f\u200b\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
_MENTION = re.compile(r"@(?=everyone|here|[!&]?\d)")
_INVITE = re.compile(r"(discord(?:app)?)(?=\.(?:gg|com/invite|io|li|me)\b)", re.IGNORECASE)
_FENCE = re.compile(r"[ \t]*(?P<marks>`{3,}|~{3,})[ \t]*(?P<info>[^`\n]*)\Z")
_LANGUAGE = re.compile(r"[a-z0-9_+\-.#]{1,20}\Z")
_HEADING = re.compile(r" {0,3}#{1,6}[ \t]+(?P<text>.*?)[ \t#]*\Z")
_ITEM = re.compile(r"(?P<indent>[ \t]*)(?P<marker>[-*+]|\d{1,3}[.)])[ \t]+(?P<rest>.*)\Z")
_INLINE = re.compile(
    rf"(?P<code>`[^`\n]{{1,{_MAX_INLINE_CODE}}}`(?!`))"
    r"|(?P<url>https?://[^\s<>()\[\]{}`|\\\"']+)"
    r"|(?P<cite>[ \t]*\[\d{1,3}(?:[ \t]*,[ \t]*\d{1,3})*\])"
    r"|(?P<bold>\*\*)"
    r"|(?P<special>[\\`*_~|<>\[\]])"
)


@dataclass(frozen=True, slots=True)
class Prose:
    """Lines of safe Markdown."""

    text: str


@dataclass(frozen=True, slots=True)
class Code:
    """A code block; `text` is its content, which never holds a fence."""

    language: str
    text: str

    @property
    def markdown(self) -> str:
        """With its fences."""
        return f"```{self.language}\n{self.text}\n```"


Block = Prose | Code


def parse(text: str, links: Mapping[int, str] | None = None) -> list[Block]:
    """The blocks of `text`, safe to show. `[n]` marks link to `links[n]`; marks of unknown numbers are left out."""
    lines = _UNSAFE.sub("", text.replace("\r\n", "\n").replace("\u2028", "\n")).expandtabs(4).split("\n")
    blocks: list[Block] = []
    start = 0
    while start < len(lines):
        block, start = _next_block(lines, start, links or {})
        if not (isinstance(block, Prose) and blocks and isinstance(blocks[-1], Prose)):
            blocks.append(block)
        else:
            blocks[-1] = Prose(f"{blocks[-1].text}\n{block.text}")
    return [block for block in map(_trimmed, blocks) if block.text]


def safe_text(text: str) -> str:
    """`text` with its Markdown as far as that is safe."""
    blocks = parse(text)
    return "\n".join(block.markdown if isinstance(block, Code) else block.text for block in blocks)


def escape(text: str) -> str:
    """One line of safe Markdown from `text`, without links."""
    return _line(" ".join(_UNSAFE.sub("", text).split()), {})


def link(label: str, url: str) -> str:
    """`label` as a link to `url`, or alone where `url` can't be linked. One line, label cut at `MAX_LABEL`."""
    shown = shorten(" ".join(_UNSAFE.sub("", label).split()), MAX_LABEL)
    # Discord shows no link at all where the label looks like an address or holds brackets of its own.
    shown = re.sub(r"(\w+)://", r"\1:", shown.replace("`", "").replace("[", "(").replace("]", ")"))
    target = link_target(url)
    return f"[{_line(shown, {}) or target}](<{target}>)" if target else _line(shown, {})


def link_target(url: str) -> str | None:
    """`url` as it may stand in `<…>`; None for what is no web address, an invite, or too long without its fragment."""
    try:
        parts = urlsplit(_UNSAFE.sub("", url).strip())
    except ValueError:
        return None
    # A name before the host poses as one: `https://milvus.io@evil.example`.
    if parts.scheme not in {"http", "https"} or not parts.hostname or "@" in parts.netloc:
        return None
    if _INVITE.search(parts.geturl()):
        return None
    whole = quote(parts.geturl(), safe="%/:=&?~#+!$,;'*-._")
    return next((target for target in (whole, urldefrag(whole).url) if len(target) <= MAX_URL), None)


def _next_block(lines: Sequence[str], start: int, links: Mapping[int, str]) -> tuple[Block, int]:
    if fence := _FENCE.match(lines[start]):
        return _code(lines, start, fence)
    if is_table(lines, start):
        return _table(lines, start, links)
    return Prose(_line(lines[start], links)), start + 1


def _code(lines: Sequence[str], start: int, fence: re.Match[str]) -> tuple[Code, int]:
    marks = fence["marks"]
    end = next((n for n in range(start + 1, len(lines)) if _closes(lines[n], marks)), len(lines))
    language = fence["info"].split(" ")[0].strip("{}.").lower()
    content = "\n".join(lines[start + 1 : end])
    return Code(language if _LANGUAGE.match(language) else "", code_text(content)), end + 1


def code_text(text: str) -> str:
    """`text` as it may stand between fences: it can't close them, ping or invite."""
    return _defuse(re.sub(r"`{3,}", lambda ticks: _ZERO_WIDTH.join(ticks[0]), text))


def _closes(line: str, marks: str) -> bool:
    stripped = line.strip()
    # Excerpts put "…" behind a block that is not the end of its passage.
    return stripped.startswith(marks) and not stripped.strip(f"{marks[0]} …")


def _table(lines: Sequence[str], start: int, links: Mapping[int, str]) -> tuple[Block, int]:
    end = next((n for n in range(start, len(lines)) if "|" not in lines[n]), len(lines))
    table = render_table(lines[start:end])
    if table.aligned:
        return Code("", code_text(table.text)), end
    return Prose("\n".join(_line(line, links) for line in table.text.split("\n"))), end


def _trimmed(block: Block) -> Block:
    if isinstance(block, Code):
        return Code(block.language, block.text.strip("\n").rstrip())
    return Prose(re.sub(r"\n{3,}", "\n\n", "\n".join(line.rstrip() for line in block.text.split("\n")).strip("\n")))


def _line(line: str, links: Mapping[int, str]) -> str:
    if heading := _HEADING.match(line):
        inner = _inline(heading["text"].replace("*", ""), links)
        return f"**{inner}**" if inner else ""
    if item := _ITEM.match(line):
        marker = "-" if item["marker"] in "-*+" else f"{item['marker'][:-1]}."
        # Deeper than four levels Discord shows spaces, not a list.
        return f"{item['indent'][:8]}{marker} {_start(_inline(item['rest'], links))}"
    return _start(_inline(line.strip(), links))


def _start(text: str) -> str:
    """What means something only at a line's start: headings and small print."""
    return f"\\{text}" if text.startswith(("#", "-#")) else text


def _inline(text: str, links: Mapping[int, str]) -> str:
    bold = len(re.findall(r"\*\*", _INLINE.sub(_only_bold, text))) % 2 == 0
    return _defuse("".join(_pieces(text, links, bold=bold)))


def _only_bold(match: re.Match[str]) -> str:
    return match[0] if match["bold"] else ""


def _pieces(text: str, links: Mapping[int, str], *, bold: bool) -> Iterator[str]:
    position = 0
    for match in _INLINE.finditer(text):
        yield text[position : match.start()]
        position = match.end()
        if match["code"] or match["url"] or (match["bold"] and bold):
            yield match[0]
        elif match["cite"]:
            attached = match.start() > 0 and text[match.start() - 1].isalnum() and match[0].startswith("[")
            yield _citations(match[0], links, attached=attached)
        else:
            yield "".join(f"\\{character}" for character in match[0])
    yield text[position:]


def _citations(mark: str, links: Mapping[int, str], *, attached: bool) -> str:
    targets = [(n, link_target(links.get(int(n), ""))) for n in re.findall(r"\d+", mark)]
    linked = "".join(f"[[{int(n)}]](<{target}>)" for n, target in targets if target)
    if linked:
        return f" {linked}" if mark[0].isspace() else linked
    # `rows[0]` outside code is no citation: it stays, as text.
    return mark.replace("[", "\\[").replace("]", "\\]") if attached else ""


def _defuse(text: str) -> str:
    return _INVITE.sub(rf"\1{_ZERO_WIDTH}", _MENTION.sub(f"@{_ZERO_WIDTH}", text))


def shorten(text: str, limit: int) -> str:
    """At most `limit` characters, with an ellipsis where something is cut."""
    return text if len(text) <= limit else f"{text[: limit - 1].rstrip()}…"
