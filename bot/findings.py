"""What a look at the bot's parts brings."""

from dataclasses import dataclass
from typing import Literal

Verdict = Literal["ok", "warning", "wrong"]


@dataclass(frozen=True, slots=True)
class Finding:
    """What was found of one part; `text` says how to mend it where something is wrong."""

    part: str
    verdict: Verdict
    text: str
