"""An answer as plain text, for terminals and pipes."""

from collections.abc import AsyncGenerator
from contextlib import aclosing

from rich.console import Console

from bot.console import printable
from bot.texts import ENGLISH
from rag_core.answering.citing import quotes
from rag_core.answering.model import Answer, AnswerEvent, Finished, IndexInfo, Queued, Retrieved, Searching, Shown

_TEXTS = ENGLISH.asking

_CLOSEST = 3


async def show_answer(events: AsyncGenerator[AnswerEvent, None], console: Console) -> Answer:
    """Print an answer while it comes, and what belongs under it; returns the whole."""
    async with aclosing(events) as stream:
        async for event in stream:
            match event:
                case Searching():
                    _status(_TEXTS.searching, console)
                case Retrieved(passages):
                    _status(_TEXTS.read(len(passages)), console)
                case Queued(ahead):
                    _status(_TEXTS.queue(ahead), console)
                case Shown(text):
                    console.print(printable(text), end="")
                case Finished(answer):
                    console.print(end_of(answer))
                    return answer
    raise AssertionError("an answer's stream ends with Finished")


def _status(text: str, console: Console) -> None:
    """Only for people: a pipe gets the answer alone."""
    if console.is_terminal:
        console.print(text, style="dim")


def end_of(answer: Answer) -> str:
    """What stands under the text that was shown: what the outcome means, the sources or quotes, the small print."""
    sections = [_sentence(answer), *map(_TEXTS.notice, answer.notices), *_below(answer), _small_print(answer)]
    text = "\n\n".join(section for section in sections if section)
    return printable(f"\n\n{text}" if answer.text else text)


def sources_of(answer: Answer) -> str:
    """The passages behind an answer, whole."""
    return printable(
        "\n\n".join(
            f"{_reference(passage.number, passage.heading, passage.link)}\n{_indented(passage.text)}"
            for passage in answer.passages
        )
    )


def _below(answer: Answer) -> list[str]:
    match answer.outcome:
        case "quoted":
            return [
                f"{_reference(quote.number, quote.heading, quote.link)}\n{_indented(quote.text)}"
                for quote in quotes(answer)
            ]
        case "refused" | "failed":
            lines = list(dict.fromkeys(f"  - {each.heading}\n    {each.link}" for each in answer.passages))[:_CLOSEST]
            return ["\n".join([f"{_plain(_TEXTS.closest)}:", *lines])] if lines else []
    references = [_reference(each.number, each.heading, each.link) for each in answer.citations]
    return ["\n".join([f"{_plain(_TEXTS.sources)}:", *references])] if references else []


def _sentence(answer: Answer) -> str:
    """What the outcome means, where the text does not say it."""
    reason = _TEXTS.reasons.get(answer.note, "")
    match answer.outcome:
        case "answered":
            return ""
        case "refused":
            return _plain(_TEXTS.refused)
        case "quoted":
            return f"{reason} {_plain(_TEXTS.quoted) if answer.passages else ''}".strip()
        case "cancelled":
            return _TEXTS.cancelled
        case "failed":
            return reason or _TEXTS.failed.format(id=answer.question_id)


def _small_print(answer: Answer) -> str:
    kinds = {"answered": _TEXTS.generated, "quoted": _TEXTS.verbatim if answer.passages else ""}
    return f"{_origin(answer.index)} {kinds.get(answer.outcome, '')}".strip()


def _origin(index: IndexInfo | None) -> str:
    if index is None:
        return ""
    if index.sample:
        return _TEXTS.sample
    if index.refreshed_at is None:
        return _TEXTS.docs.format(version=index.version)
    age = f"{index.refreshed_at:%Y-%m-%d %H:%M} UTC"
    return _TEXTS.docs_and_age.format(version=index.version, age=age)


def _reference(number: int, heading: str, link: str) -> str:
    return f"[{number}] {heading}\n    {link}"


def _plain(markdown: str) -> str:
    return markdown.replace("**", "")


def _indented(text: str) -> str:
    return "\n".join(f"    | {line}" for line in text.splitlines())
