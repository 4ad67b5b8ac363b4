"""How an answer looks: text with linked citations, sources, small print.

Messages are built of Discord's components v2, for three reasons: text in them is shown to everybody (embeds vanish for
people who turned them off), it is as large as other messages, and it may have 4,000 characters instead of 2,000. Such a
message has no `content`, and can't become another kind later: every state of an answer uses them.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from discord.utils import format_dt

from bot.asking._markdown import Block, Code, Prose, escape, link, parse, shorten
from bot.asking._pages import split_blocks
from bot.texts import Texts
from rag_core.answering.citing import Quote, quotes
from rag_core.answering.claim import cited_numbers
from rag_core.answering.model import Answer, AnswerOutcome, Citation, IndexInfo, Passage

LIMIT: Final = 4000
"""Characters of text in one message of components v2."""

MODERATORS: Final = 0x1ABC9C
"""What moderators say themselves."""

_GREY: Final = 0x95A5A6
_RED: Final = 0xD9534F
_COLOURS: Final[Mapping[AnswerOutcome, int]] = {
    "answered": 0x00A1EA,
    "refused": 0xE6A23C,
    "quoted": 0x7E6BC4,
    "cancelled": _GREY,
    "failed": _RED,
}

_QUESTION_LENGTH = 200
_CLOSEST = 3


@dataclass(frozen=True, slots=True)
class Page:
    """One message: its sections, at most `LIMIT` characters together, and the colour of its edge."""

    sections: tuple[str, ...]
    colour: int


def render_status(question: str, status: str) -> Page:
    """While nothing is written yet."""
    return Page((_title(question), _small(status)), _GREY)


def render_running(question: str, text: str, passages: Sequence[Passage], texts: Texts) -> Page:
    """While text is coming: as much of it as one message holds."""
    pieces = split_blocks(parse(text, _links(passages)), LIMIT - 2 * _QUESTION_LENGTH - 200)
    if not pieces:
        return render_status(question, texts.asking.writing)
    status = texts.asking.writing if len(pieces) == 1 else texts.asking.continues
    return Page((_title(question), pieces[0], _small(status)), _GREY)


def render_answer(question: str, answer: Answer, texts: Texts) -> tuple[Page, ...]:
    """The last state of an answer: one message, or several where it does not fit."""
    body = parse(answer.text, _links(answer.passages) | {each.number: each.link for each in answer.citations})
    small_print = _small_print(answer, texts)
    last: list[Block] = [Prose(_small(small_print))] if small_print else []
    notices: list[Block] = [Prose(escape(texts.asking.notice(each))) for each in answer.notices]
    label: list[Block] = [Prose(texts.curated.label)] if _curated(answer) else []
    colour = MODERATORS if label else _COLOURS[answer.outcome]
    return _paginate([[Prose(_title(question))], label, body, notices, *_below(answer, texts), last], colour)


def render_end(question: str, text: str, passages: Sequence[Passage], sentence: str) -> tuple[Page, ...]:
    """An answer that came to no end of its own: what was shown stays, `sentence` says why it stops."""
    return _paginate([[Prose(_title(question))], parse(text, _links(passages)), [Prose(sentence)]], _RED)


def render_corrected(question: str, text: str, passages: Sequence[Citation], texts: Texts) -> tuple[Page, ...]:
    """An answer as moderators put it right; `passages` are those that its marks may mean."""
    cited = set(cited_numbers(text))
    lines = [f"{each.number}. {link(each.heading, each.link)}" for each in passages if each.number in cited]
    sources = [Prose("\n".join([texts.asking.sources, *lines]))] if lines else []
    body = parse(text, {each.number: each.link for each in passages})
    note = [Prose(_small(texts.support.corrected_note))]
    return _paginate([[Prose(_title(question))], body, sources, note], MODERATORS)


def render_rest(shown: Sequence[str], question: str, sentence: str) -> tuple[Page, ...]:
    """The same for an answer of which only the sections of its message are left, which are safe already."""
    title, *rest = shown or [_title(question)]
    kept: list[list[Block]] = [[Prose(section)] for section in rest if not section.startswith("-# ")]
    return _paginate([[Prose(title)], *kept, [Prose(sentence)]], _RED)


def _below(answer: Answer, texts: Texts) -> list[list[Block]]:
    """What stands between the text and the small print."""
    match answer.outcome:
        case "answered":
            return [_sources(answer, texts), *([_closest(answer, texts)] if _curated(answer) else [])]
        case "refused":
            return [[Prose(f"{texts.asking.refused} {texts.asking.ask_people}")], _closest(answer, texts)]
        case "quoted":
            return _quotes(answer, texts)
        case "cancelled":
            return [_sources(answer, texts), [Prose(texts.asking.cancelled)]]
        case "failed":
            return [[Prose(_failure(answer, texts))], _closest(answer, texts)]


def _paginate(sections: Sequence[Sequence[Block]], colour: int) -> tuple[Page, ...]:
    """Pages of whole pieces; each piece leaves room for the title, which would stand alone above a full one."""
    title, *rest = sections
    pages = [split_blocks(title, LIMIT)]
    room = LIMIT - sum(map(len, pages[0]))
    for piece in (piece for section in rest for piece in split_blocks(section, room)):
        if pages[-1] and sum(map(len, pages[-1])) + len(piece) > LIMIT:
            pages.append([])
        pages[-1].append(piece)
    return tuple(Page(tuple(page), colour) for page in pages)


def _curated(answer: Answer) -> bool:
    """Whether moderators answered it themselves."""
    return answer.outcome == "answered" and any(passage.curated for passage in answer.passages[:1])


def _links(passages: Iterable[Passage]) -> dict[int, str]:
    return {passage.number: passage.link for passage in passages}


def _title(question: str) -> str:
    """Its first paragraph: a post's title, or the words above a log."""
    line = " ".join(question.strip().partition("\n\n")[0].split()).replace("**", "")
    return f"### {escape(shorten(line, _QUESTION_LENGTH))}"


def _small(text: str) -> str:
    return f"-# {text}"


def _sources(answer: Answer, texts: Texts) -> list[Block]:
    lines = [f"{each.number}. {link(each.heading, each.link)}" for each in answer.citations]
    return [Prose("\n".join([texts.asking.sources, *lines]))] if lines else []


def _closest(answer: Answer, texts: Texts) -> list[Block]:
    documented = (passage for passage in answer.passages if not passage.curated)
    lines = list(dict.fromkeys(f"- {link(passage.heading, passage.link)}" for passage in documented))[:_CLOSEST]
    return [Prose("\n".join([texts.asking.closest, *lines]))] if lines else []


def _failure(answer: Answer, texts: Texts) -> str:
    return texts.asking.reasons.get(answer.note) or texts.asking.failed.format(id=answer.question_id)


def _quotes(answer: Answer, texts: Texts) -> list[list[Block]]:
    reason = texts.asking.reasons.get(answer.note, "")
    quoted = quotes(answer)
    notice: list[Block] = [Prose(f"{reason} {texts.asking.quoted if quoted else ''}".strip())]
    return [notice, *(_quote(each) for each in quoted)]


def _quote(quote: Quote) -> list[Block]:
    """Prose as block quote; code and tables stay code blocks, which block quotes would break."""
    heading = Prose(f"**{quote.number}** · {link(quote.heading, quote.link)}")
    return [heading, *(each if isinstance(each, Code) else Prose(_quoted(each.text)) for each in parse(quote.text))]


def _quoted(text: str) -> str:
    return "\n".join(f"> {line}" for line in text.split("\n") if line)


def _small_print(answer: Answer, texts: Texts) -> str:
    origin = _origin(answer.index, texts)
    if _curated(answer):
        return texts.curated.own_words
    if answer.outcome == "answered":
        return f"{origin} {texts.asking.generated}".strip()
    return f"{origin} {texts.asking.verbatim}".strip() if answer.outcome == "quoted" and answer.passages else origin


def _origin(index: IndexInfo | None, texts: Texts) -> str:
    if index is None:
        return ""
    if index.sample:
        return texts.asking.sample
    version = escape(index.version)
    if index.refreshed_at is None:
        return texts.asking.docs.format(version=version)
    # Discord shows it as "3 hours ago", in the reader's language, and keeps it true as time goes by.
    return texts.asking.docs_and_age.format(version=version, age=format_dt(index.refreshed_at, "R"))
