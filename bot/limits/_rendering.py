"""How limits are shown: one short line each."""

from bot.limits.rules import DEFAULTS
from bot.panels import DONE, Panel
from bot.texts import Texts
from rag_core.records.servers import Limit, LimitScope, Server

_MOST_LISTED = 40


def limit_set(limit: Limit, before: Limit | None, texts: Texts) -> Panel:
    """What holds now."""
    title = _subject(limit.scope, limit.target_id, texts)
    if limit == before:
        return Panel(title, (texts.moderation.unchanged,), amount(limit, texts))
    return _changed(title, limit, before, texts)


def limit_cleared(scope: LimitScope, target_id: int, before: Limit | None, now: Limit | None, texts: Texts) -> Panel:
    """That what holds by itself holds again."""
    title = _subject(scope, target_id, texts)
    if before == now:
        return Panel(title, (texts.limits.nothing_to_clear,), amount(now, texts))
    return _changed(title, now, before, texts)


def limit_list(server: Server, texts: Texts) -> Panel:
    """All of them; those that hold by themselves are marked."""
    own = texts.limits
    kept = {(each.scope, each.target_id): each for each in server.limits}
    shown = {(each.scope, 0): each for each in DEFAULTS.values()} | kept
    ordered = sorted(shown.values(), key=lambda each: (list(own.scopes).index(each.scope), each.target_id))
    lines = [
        f"{_subject(each.scope, each.target_id, texts)}  {amount(each, texts)}"
        + ("" if (each.scope, each.target_id) in kept else f" · {own.default}")
        for each in ordered[:_MOST_LISTED]
    ]
    if len(ordered) > _MOST_LISTED:
        lines.append("…")
    return Panel(own.title, ("\n".join(lines),), own.note)


def amount(limit: Limit | None, texts: Texts) -> str:
    """How much it is: "10 questions in 10 minutes"."""
    own = texts.limits
    if limit is None:
        return own.none
    minutes = limit.seconds // 60
    asked = own.question if limit.questions == 1 else own.questions.format(count=limit.questions)
    if minutes == 1:
        return own.amount.format(questions=asked, time=own.minute)
    if minutes % 60:
        return own.amount.format(questions=asked, time=own.minutes.format(count=minutes))
    return own.amount.format(questions=asked, time=own.hour if minutes == 60 else own.hours.format(count=minutes // 60))


def _changed(title: str, now: Limit | None, before: Limit | None, texts: Texts) -> Panel:
    words = texts.moderation
    lines = f"**{words.now}**  {amount(now, texts)}\n**{words.before}**  {amount(before, texts)}"
    return Panel(title, (lines,), words.saved, DONE)


def _subject(scope: LimitScope, target_id: int, texts: Texts) -> str:
    mention = f"<@&{target_id}>" if scope == "role" else f"<#{target_id}>"
    return texts.limits.scopes[scope].format(target=mention)
