"""How people are told what is kept of them."""

from bot.panels import DONE, Panel
from bot.privacy.policy import Policy
from bot.texts import Texts
from rag_core.records.personal import Deleted


def kept(policy: Policy, texts: Texts, *, opted_out: bool) -> Panel:
    """What is kept of whom, why, and for how long."""
    own = texts.privacy
    name = own.by_number if policy.hashed else own.by_id
    days = own.days.format(days=policy.retention_days) if policy.retention_days else own.for_good
    lines = [(own.what, name), (own.masked, own.masked_what), (own.why, own.why_kept), (own.how_long, days)]
    lines.append((own.in_memory, own.in_memory_what))
    return Panel(
        own.title,
        ("\n".join(f"**{head}**  {line}" for head, line in lines), own.is_out if opted_out else own.is_in),
        own.commands,
    )


def chosen(texts: Texts, *, out: bool, changed: bool) -> Panel:
    """What somebody chose."""
    own = texts.privacy
    if not changed:
        return Panel(own.title, (own.out_already if out else own.in_already,))
    return Panel(own.title, (own.now_out if out else own.now_in,), own.out_note if out else "", DONE)


def question(texts: Texts) -> Panel:
    """Whether all is really to be deleted."""
    return Panel(texts.privacy.delete_title, (texts.privacy.delete_what,), texts.privacy.stays)


def deleted(what: Deleted, texts: Texts) -> Panel:
    """What was deleted."""
    own = texts.privacy
    lines = [own.deleted.format(questions=what.questions, ratings=what.ratings)]
    lines += [own.withdrawn.format(answers=len(what.curated))] if what.curated else []
    return Panel(own.delete_title, ("\n".join(lines),), own.stays, DONE)
