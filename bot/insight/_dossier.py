"""One question with everything on record: a short panel, and a file with the whole."""

import json
from collections import Counter
from dataclasses import asdict
from datetime import datetime
from typing import Any, Final

from discord.utils import format_dt

from bot.insight._links import address
from bot.insight._rendering import shown
from bot.panels import Panel
from bot.texts import Texts
from bot.texts.insight import InsightTexts
from rag_core.answering.model import Answer, Times
from rag_core.records.insight import Recorded

_HEADING: Final = 200


def may_be_shown(recorded: Recorded) -> bool:
    """Whether it was asked for all to see, by somebody who lets it be kept."""
    return not recorded.origin.private and recorded.question.text != ""


def file_name(recorded: Recorded) -> str:
    """Of the file with the whole."""
    return f"question-{recorded.question.id[:8]}.json"


def whole(recorded: Recorded) -> bytes:
    """Everything on record, as JSON."""
    return json.dumps(asdict(recorded), ensure_ascii=False, indent=2, default=_plain).encode()


def _plain(value: Any) -> str:
    return value.isoformat() if isinstance(value, datetime) else str(value)


def dossier(recorded: Recorded, guild_id: int, texts: Texts) -> Panel:
    """What matters of it; of a question that is not for all to see, only how it went."""
    own = texts.insight
    note = own.log_note.format(id=recorded.question.id)
    if not may_be_shown(recorded):
        why = own.private_log if recorded.origin.private else own.no_text_log
        went = "\n".join([format_dt(recorded.asked_at, "f"), *_went(recorded.answer, own)])
        return Panel(own.log, (why, went), f"`{recorded.question.id}`")
    sections = (_asked(recorded, guild_id, own), "\n".join(_went(recorded.answer, own)), _found(recorded.answer, own))
    after = "\n".join(_afterwards(recorded, own))
    title = shown(recorded.question.text, _HEADING)
    return Panel(title, tuple(filter(None, (*sections, after))), note, file=file_name(recorded))


def _asked(recorded: Recorded, guild_id: int, own: InsightTexts) -> str:
    channel, link = recorded.place.channel_id, address(guild_id, recorded.place)
    where = f"<#{channel}> ([{own.message}]({link}))" if channel else ""
    who = _person(recorded.origin.user_id, own)
    return own.asked_by.format(who=who, where=where, when=format_dt(recorded.asked_at, "f"))


def _person(user_id: int | None, own: InsightTexts) -> str:
    """Ids that are stored hashed are negative, and name nobody in Discord."""
    if user_id is None:
        return own.not_kept
    return f"<@{user_id}>" if user_id > 0 else f"`{user_id}`"


def _went(answer: Answer | None, own: InsightTexts) -> list[str]:
    if answer is None:
        return [own.running]
    note = f" (`{answer.note}`)" if answer.note else ""
    took = own.times.format(times=_times(answer.times, own))
    return [f"{own.ended.format(outcome=own.ends[answer.outcome])}{note}", took]


def _times(times: Times, own: InsightTexts) -> str:
    steps = ((own.until_found, times.retrieved), (own.until_shown, times.first_shown), (own.in_all, times.total))
    return " · ".join(text.format(seconds=f"{seconds:.1f}") for text, seconds in steps if seconds is not None)


def _found(answer: Answer | None, own: InsightTexts) -> str:
    if answer is None:
        return ""
    cited = own.cited_of.format(cited=len(answer.citations), found=len(answer.passages))
    lines = [own.searched.format(query=shown(answer.query)), own.sources.format(cited=cited)]
    lines += [own.held_back.format(count=len(answer.held_back))] if answer.held_back else []
    return "\n".join(lines)


def _afterwards(recorded: Recorded, own: InsightTexts) -> list[str]:
    lines = []
    if recorded.ratings:
        lines.append(own.rated.format(ratings=_ratings(recorded, own)))
    if recorded.solved_at:
        lines.append(own.solved.format(when=format_dt(recorded.solved_at, "f")))
    if recorded.handed_over_at:
        lines.append(own.handed_over.format(when=format_dt(recorded.handed_over_at, "f")))
    if recorded.corrections:
        last = recorded.corrections[-1]
        lines.append(own.corrected.format(who=_person(last.by, own), when=format_dt(last.at, "f")))
    return lines


def _ratings(recorded: Recorded, own: InsightTexts) -> str:
    counts = Counter(each.rating for each in recorded.ratings)
    reasons = sorted({own.reasons[each.reason] for each in recorded.ratings if each.reason})
    why = f" ({', '.join(reasons)})" if reasons else ""
    return f"👍 {counts['up']} · 👎 {counts['down']}{why}"
