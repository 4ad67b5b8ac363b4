"""How a call for a person looks, and what is shown to moderators."""

from typing import Final

from bot.asking import escape, link, shorten
from bot.panels import DONE, Panel
from bot.texts import Texts
from rag_core.answering.claim import without_citations
from rag_core.records.follow_ups import Case

WANTED: Final = 0xEB459E
"""Somebody waits for a person."""

_LONGEST: Final = 300
_MOST_SOURCES: Final = 3
_MOST_BEFORE: Final = 2


def call(case: Case, role: str, asker: str, answer_link: str, texts: Texts) -> Panel:
    """What those who are called read: the question, what was tried, the sources."""
    own, exchange = texts.support, case.exchange
    tried = [own.asked_before.format(question=_line(turn.question)) for turn in exchange.question.history]
    tried = [*tried[-_MOST_BEFORE:], _outcome(case, texts)]
    sections = [
        f"{own.question}\n> {_line(exchange.question.text)}",
        "\n".join([own.tried, *(f"- {each}" for each in tried)]),
    ]
    sources = [f"{each.number}. {link(each.heading, each.link)}" for each in case.sources[:_MOST_SOURCES]]
    if sources:
        sections.append("\n".join([texts.asking.sources, *sources]))
    title = own.wanted.format(role=role, asker=asker)
    return Panel(title, tuple(sections), f"[{own.to_answer}](<{answer_link}>)", WANTED)


def corrected(before: Case, texts: Texts, *, seen: bool) -> Panel:
    """That an answer says something else now; `seen` tells whether people see it."""
    own = texts.support
    sentence = own.corrected if seen else own.corrected_out_of_reach
    old = _line(before.exchange.text)
    return Panel(own.corrected_title, (sentence, *([f"{own.before}\n> {old}"] if old else [])), colour=DONE)


def _outcome(case: Case, texts: Texts) -> str:
    outcome = case.exchange.outcome
    if outcome is None:
        return texts.support.no_answer
    first, *more = case.exchange.text.strip().split("\n")
    return texts.support.tried_outcome[outcome].format(text=_line(first) + (" …" if more else ""))


def _line(text: str) -> str:
    return escape(shorten(" ".join(without_citations(text).split()), _LONGEST))
