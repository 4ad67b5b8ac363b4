"""How instructions and what became of them are shown."""

from bot.asking import escape
from bot.panels import DONE, Panel
from bot.texts import Texts


def preview(instructions: str, texts: Texts) -> Panel:
    """What would be saved, below the answer that it led to."""
    own = texts.instructions
    quoted = "\n".join(f"> {escape(line)}" for line in instructions.split("\n") if line.strip()) or own.none
    return Panel(own.preview, (f"**{own.now}**\n{quoted}",), own.bounds)


def ended(sentence: str, texts: Texts, *, changed: bool = False) -> Panel:
    """That it was decided, or can't be any more."""
    return Panel(texts.instructions.title, (sentence,), colour=DONE if changed else None)
