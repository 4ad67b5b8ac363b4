"""How the bot looks to those who run it: its parts, its index, its runs, its sources."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Final

from discord.utils import format_dt

from bot.asking import escape, shorten
from bot.findings import Finding, Verdict
from bot.panels import DONE, Panel, in_pages, mention
from bot.texts import Texts
from rag_core.answering.desk import Load
from rag_core.answering.model import IndexInfo
from rag_core.indexing.ledger import IndexRun, RunStatus
from rag_core.indexing.store import Generation
from rag_core.progress import Progress
from rag_core.records.operating import AddedSource
from rag_core.records.speeds import Speeds

WRONG: Final = 0xD9534F
"""Something that was asked for did not happen."""

_LIGHTS: Final[Mapping[Verdict, str]] = {"ok": "🟢", "warning": "🟡", "wrong": "🔴"}
_RUN_LIGHTS: Final[Mapping[RunStatus, str]] = {
    "running": "🔵",
    "finished": "🟢",
    "failed": "🔴",
    "rejected": "🟡",
    "rolled back": "⚪",
}
_RUNS: Final = 4
"""Runs on one page of the history."""
_FAILURES: Final = 3
_NOTE: Final = 400
_FINDING: Final = 350
_FINDINGS: Final = 8
"""Findings on one page: a message holds 4,000 characters."""


def part_line(name: str, word: str, texts: Texts, *, fine: bool) -> str:
    """One part of the bot, green or not."""
    return f"{_LIGHTS['ok' if fine else 'wrong']} **{texts.operating.parts[name]}**  {word}"


def status(
    parts: Sequence[str],
    index: str,
    doing: str,
    load: Load,
    speeds: Speeds | None,
    texts: Texts,
    *,
    paused: bool,
) -> Panel:
    """How the bot is."""
    own = texts.operating
    lines = [f"**{own.index}**  {index}", *([shorten(doing, _NOTE)] if doing else [])]
    queue = own.load.format(answers=load.answers, waiting=load.waiting) if load.answers else own.idle
    numbers = [f"**{own.queue}**  {queue}", f"**{own.speed}**  {_speed(speeds, texts)}"]
    notes = [own.of_answers.format(answers=speeds.answers)] if speeds and speeds.answers else []
    top = [f"⏸️ {own.paused_note}"] if paused else []
    sections = (*top, "\n".join(parts), "\n".join(lines), "\n".join(numbers))
    return Panel(own.status, sections, " ".join(notes))


def index(info: IndexInfo | None, texts: Texts) -> str:
    """Which documentation is searched, and how old it is."""
    own = texts.operating
    if info is None:
        return own.no_index
    if info.sample:
        return own.sample
    if info.refreshed_at is None:
        return own.index_of.format(version=escape(info.version))
    return own.index_age.format(version=escape(info.version), age=format_dt(info.refreshed_at, "R"))


def _speed(speeds: Speeds | None, texts: Texts) -> str:
    own = texts.operating
    if speeds is None:
        return own.away
    parts = [own.first_shown.format(seconds=speeds.first_shown)] if speeds.first_shown is not None else []
    parts += [own.tokens.format(rate=speeds.tokens_per_second)] if speeds.tokens_per_second is not None else []
    return " · ".join(parts) or own.no_answers


def findings(found: Sequence[Finding], texts: Texts) -> list[Panel]:
    """What the doctor says of each part, with its mends."""
    lines = [
        f"{_LIGHTS[each.verdict]} **{escape(each.part)}**\n{escape(shorten(each.text, _FINDING))}" for each in found
    ]
    return [Panel(texts.operating.doctor, ("\n".join(page),)) for page in in_pages(lines, _FINDINGS)]


def verdicts(parts: Mapping[str, bool], server: Finding, texts: Texts) -> Panel:
    """What moderators see: whether each part is fine, and all of their own server."""
    own = texts.operating
    lines = [part_line(name, own.fine if fine else own.away, texts, fine=fine) for name, fine in parts.items()]
    here = f"{_LIGHTS[server.verdict]} {escape(shorten(server.text, _NOTE))}"
    return Panel(own.doctor, ("\n".join(lines), here), own.ask_operator)


def changed(title: str, sentence: str, note: str = "") -> Panel:
    """That something was changed, as was asked."""
    return Panel(title, (sentence,), note, DONE)


def progress(title: str, report: Progress | None, texts: Texts, *, full: bool) -> Panel:
    """How far a run is."""
    own = texts.operating
    return Panel(title, (_how_far(report, texts) if report else own.run_begun,), own.run_full if full else "")


def _how_far(report: Progress, texts: Texts) -> str:
    own = texts.operating
    stage = own.stages.get(report.stage, report.stage)
    if report.total:
        return f"{stage}  {own.how_far.format(done=f'{report.done:,}', total=f'{report.total:,}')}"
    return f"{stage}  {report.done:,}" if report.done else f"{stage}…"


def ended(title: str, run: IndexRun, texts: Texts) -> Panel:
    """How a run ended."""
    head, *rest = _run(run, texts)
    colour = DONE if run.status == "finished" else WRONG
    return Panel(title, (f"**{head}**\n" + "\n".join(rest),), colour=colour)


def broke(title: str, reason: str, texts: Texts) -> Panel:
    """That a run broke off."""
    return Panel(title, (texts.operating.run_broke.format(reason=escape(shorten(reason, _NOTE))),), colour=WRONG)


def history(runs: Sequence[IndexRun], live_id: str | None, there: Iterable[str], texts: Texts) -> list[Panel]:
    """The newest runs, a few a page."""
    own, kept = texts.operating, set(there)
    entries = []
    for run in runs:
        head, *rest = _run(run, texts)
        standing = _standing(run, live_id, kept, texts)
        mark = f" · {standing}" if standing else ""
        title = f"{_RUN_LIGHTS[run.status]} **{format_dt(run.started_at, 'f')}**  {head}{mark}"
        entries.append("\n".join([title, *rest]))
    return [Panel(own.history, tuple(page)) for page in in_pages(entries, _RUNS) or [(own.no_runs,)]]


def _standing(run: IndexRun, live_id: str | None, kept: Collection[str], texts: Texts) -> str:
    """Whether what a run wrote is searched, or kept for a rollback; a run that did not count changed neither."""
    if run.status not in {"finished", "rolled back"}:
        return ""
    if run.generation_id == live_id:
        return texts.operating.live
    return texts.operating.kept if run.generation_id in kept else ""


def _run(run: IndexRun, texts: Texts) -> list[str]:
    """A run in a few lines, its status first."""
    own = texts.operating
    lines = [own.statuses[run.status]]
    if run.status != "rolled back":
        lines.append(
            own.pages.format(
                new=run.new, changed=run.changed, unchanged=run.unchanged, gone=run.gone, failed=run.failed
            )
        )
        total, embedded, seconds = f"{run.chunks_total:,}", f"{run.chunks_embedded:,}", f"{run.seconds:,.0f}"
        lines.append(own.passages.format(total=total, embedded=embedded, seconds=seconds))
    if run.gate_score is not None and run.gate_live_score is not None:
        lines.append(own.golden_before.format(score=run.gate_score, before=run.gate_live_score))
    elif run.gate_score is not None:
        lines.append(own.golden.format(score=run.gate_score))
    lines += [f"-# {escape(shorten(run.note, _NOTE))}"] if run.note else []
    lines += [f"-# {escape(shorten(failure, _NOTE // 2))}" for failure in run.failures[:_FAILURES]]
    if (more := run.failed - _FAILURES) > 0 and run.failures:
        lines.append(f"-# {own.failures.format(more=more)}")
    return lines


def schedule(cron: str, due: datetime | None, texts: Texts) -> str:
    """When the documentation is crawled again."""
    own = texts.operating
    if due is None:
        return own.schedule_off
    return own.schedule_now.format(cron=cron, when=f"{format_dt(due, 'f')}, {format_dt(due, 'R')}")


def rollback(live: Generation, earlier: Generation, texts: Texts) -> Panel:
    """What a rollback would do."""
    own = texts.operating
    lines = [
        f"**{name}**  " + own.rollback_of.format(source=code(each.source), when=format_dt(each.created_at, "f"))
        for name, each in ((own.rollback_from, live), (own.rollback_to, earlier))
    ]
    return Panel(own.rollback, ("\n".join(lines),), own.rollback_ask)


def sources(main: str, added: Sequence[AddedSource], pages: Mapping[str, int], texts: Texts) -> list[Panel]:
    """All documentation, with how much of it is indexed."""
    own = texts.operating
    lines = [f"{code(main)}\n{own.configured} · {own.pages_indexed.format(pages=pages.get('', 0))}"]
    lines += [
        f"**{each.name}**  {code(each.address)}\n{mention(each.added_by, texts)} · {format_dt(each.at, 'd')} · "
        + own.pages_indexed.format(pages=pages.get(each.name, 0))
        for each in added
    ]
    return [Panel(own.sources, ("\n".join(page),)) for page in in_pages(lines, _FINDINGS)]


def code(text: str) -> str:
    """An address as it is written, and no link."""
    return f"`{text.replace('`', '')}`"
