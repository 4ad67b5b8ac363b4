"""How the weekly digest looks. Everybody in a channel reads it, so it names nobody."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from bot.insight._rendering import Group, liked, median, page_list, shown
from bot.panels import Panel
from bot.texts import Texts
from bot.texts.insight import InsightTexts
from rag_core.records.insight import Figures, PageUse, Period

_QUESTIONS: Final = 5
_PERSON: Final = re.compile(r"<@!?\d+>")


@dataclass(frozen=True, slots=True)
class Week:
    """What a digest tells of: the week, the one before, what most asked in vain, and pages below disliked answers."""

    period: Period
    figures: Figures
    before: Figures
    most_asked: Sequence[Group]
    disliked: Sequence[PageUse]


def digest(week: Week, texts: Texts) -> Panel:
    """The message."""
    own = texts.insight
    sections = [_figures(week, own)]
    if week.most_asked:
        lines = [_question(group, own) for group in week.most_asked[:_QUESTIONS]]
        sections.append("\n".join([f"**{own.most_asked}**", *lines]))
    if week.disliked:
        sections.append(f"**{own.disliked}**\n{page_list(week.disliked)}")
    last = week.period.until - timedelta(days=1)
    note = own.digest_note.format(since=f"{week.period.since:%Y-%m-%d}", until=f"{last:%Y-%m-%d}")
    return Panel(own.digest_title, tuple(sections), note)


def _question(group: Group, own: InsightTexts) -> str:
    return f"- {own.times_asked.format(count=len(group))}  {shown(_PERSON.sub('@…', group[0].text))}"


def _figures(week: Week, own: InsightTexts) -> str:
    pairs = zip(_lines(week.figures, own), _values(week.before), strict=True)
    return "\n".join(f"{line}  ·  {own.before.format(value=value)}" if value else line for line, value in pairs)


def _lines(figures: Figures, own: InsightTexts) -> list[str]:
    answered, refused = (
        text.format(count=count, share=_share(count, figures.questions))
        for text, count in ((own.answered, figures.ended("answered")), (own.refused, figures.ended("refused")))
    )
    return [own.questions.format(count=figures.questions), answered, refused, liked(figures, own), median(figures, own)]


def _values(figures: Figures) -> list[str]:
    """The same of the week before, as short as it goes; empty where there is nothing to compare with."""
    middle, share = figures.median_seconds, figures.liked
    return [
        str(figures.questions),
        _share(figures.ended("answered"), figures.questions),
        _share(figures.ended("refused"), figures.questions),
        "" if share is None else f"{share:.0%}",
        "" if middle is None else f"{middle:.1f} s",
    ]


def _share(count: int, whole: int) -> str:
    return f"{count / whole:.0%}" if whole else ""
