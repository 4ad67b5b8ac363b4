"""How figures and lists look."""

from collections.abc import Sequence
from itertools import accumulate
from typing import Final

from bot.asking import escape, link, shorten
from bot.insight._links import linked
from bot.panels import Panel, in_pages
from bot.texts import Texts
from bot.texts.insight import InsightTexts
from rag_core.records.insight import Asked, Figures, PageUse, Rated

PICTURE: Final = "stats.png"
_ON_A_PAGE: Final = 4
_PLACES: Final = 3
_QUESTION: Final = 150
_COMMENT: Final = 250
_PAGES_ROOM: Final = 1800
_EMOJI: Final = {"up": "👍", "down": "👎"}

Group = Sequence[Asked]
"""Questions that ask the same, oldest first."""


def stats(figures: Figures, days: int, texts: Texts) -> Panel:
    """What the last days came to; with the picture, where there were questions."""
    own = texts.insight
    period = own.period(days)
    if not figures.questions:
        return Panel(own.stats, (own.no_questions,), period)
    sections = [f"{own.questions.format(count=figures.questions)}\n{_ends(figures, own)}", _quality(figures, own)]
    if figures.pages:
        sections.append(f"**{own.busiest}**\n{page_list(figures.pages)}")
    note = own.stats_note.format(period=period)
    return Panel(own.stats, tuple(sections), note, picture=PICTURE, described=own.picture)


def _ends(figures: Figures, own: InsightTexts) -> str:
    answered, refused = figures.ended("answered"), figures.ended("refused")
    counts = ((own.answered, answered), (own.refused, refused), (own.other, figures.questions - answered - refused))
    return "\n".join(text.format(count=count, share=f"{count / figures.questions:.0%}") for text, count in counts)


def _quality(figures: Figures, own: InsightTexts) -> str:
    return f"{liked(figures, own)}\n{median(figures, own)}"


def liked(figures: Figures, own: InsightTexts) -> str:
    """The share of 👍."""
    if figures.liked is None:
        return own.no_ratings
    return own.liked.format(share=f"{figures.liked:.0%}", count=sum(figures.ratings.values()))


def median(figures: Figures, own: InsightTexts) -> str:
    """How long an answer takes."""
    if figures.median_seconds is None:
        return own.no_median
    return own.median.format(seconds=f"{figures.median_seconds:.1f}")


def page_list(pages: Sequence[PageUse]) -> str:
    """Pages of the documentation, a line each, as many as `_PAGES_ROOM` holds: addresses may be long."""
    lines = [f"{n}. {link(page.title, page.url)}  **{page.questions}**" for n, page in enumerate(pages, 1)]
    ends = accumulate(len(line) + 1 for line in lines)
    return "\n".join(line for line, end in zip(lines, ends, strict=True) if end <= _PAGES_ROOM)


def unanswered(
    groups: Sequence[Group], guild_id: int, days: int, texts: Texts, *, newest: int | None = None
) -> list[Panel]:
    """Groups of questions, a few on each page; `newest` where no more than so many were looked at."""
    own = texts.insight
    note = own.unanswered_note.format(period=own.period(days))
    if newest is not None:
        note = f"{note} {own.only_newest.format(count=newest)}"
    sections = [_group(group, guild_id, own) for group in groups]
    return _paged(own.unanswered, sections, own.nothing_unanswered, note)


def _group(group: Group, guild_id: int, own: InsightTexts) -> str:
    places = [linked(guild_id, asked) for asked in group[::-1][:_PLACES]]
    if len(group) > _PLACES:
        places.append(own.more_places.format(count=len(group) - _PLACES))
    return f"{own.times_asked.format(count=len(group))}  {shown(group[0].text)}\n-# {' · '.join(places)}"


def feedback(rated: Sequence[Rated], guild_id: int, days: int, texts: Texts) -> list[Panel]:
    """Ratings with what people said, a few on each page."""
    own = texts.insight
    sections = [_rating(each, guild_id, own) for each in rated]
    return _paged(own.feedback, sections, own.no_feedback, own.feedback_note.format(period=own.period(days)))


def _rating(rated: Rated, guild_id: int, own: InsightTexts) -> str:
    given = rated.feedback
    reason = f" **{own.reasons[given.reason]}**" if given.reason else ""
    lines = [f"{_EMOJI[given.rating]}{reason}  {shown(rated.question.text)}", f"-# {linked(guild_id, rated.question)}"]
    lines += [f"> {shown(given.comment, _COMMENT)}"] if given.comment.strip() else []
    return "\n".join(lines)


def _paged(title: str, sections: Sequence[str], nothing: str, note: str) -> list[Panel]:
    return [Panel(title, tuple(page), note) for page in in_pages(sections, _ON_A_PAGE) or [(nothing,)]]


def shown(text: str, limit: int = _QUESTION) -> str:
    """What somebody wrote, as one line that does nothing."""
    return escape(shorten(" ".join(text.split()), limit))
