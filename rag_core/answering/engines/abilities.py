"""What a model can be trusted with besides answers in English, told from its name.

Sources: the model cards of Llama 3.1 to 3.3 ("Supported languages"), Qwen2.5 and Qwen3 (of their many languages those
that the documentation has). Models of less than a billion parameters are fluent in English at best, and change what
they are told to keep, whatever their cards say: seen with SmolLM2-135M. The smallest model that was seen to tell
sentences that follow from those that don't is Qwen2.5-Coder-1.5B-Instruct (docs/grounding.md).
"""

import math
import re
from dataclasses import dataclass

_SIZE = re.compile(r"(?<![A-Za-z0-9.])(\d+(?:\.\d+)?)([MB])(?![A-Za-z0-9])", re.IGNORECASE)
_SPOKEN = {
    re.compile(r"llama[-_ ]?(?:3\.[123]|4)", re.IGNORECASE): "en de fr it pt hi es th",
    re.compile(r"qwen[-_ ]?(?:2\.5|3)", re.IGNORECASE): "en zh ja ko fr de es it pt ru ar th",
}

_LEAST_REWRITING = 1.0
_LEAST_JUDGING = 1.5


@dataclass(frozen=True, slots=True)
class Abilities:
    """`languages` are codes of those that the model writes well.

    `rewrites` tells whether it can reword a question, `judges` whether it can say if one text follows from another.
    """

    languages: frozenset[str] = frozenset({"en"})
    rewrites: bool = True
    judges: bool = True


def abilities_of(model: str) -> Abilities:
    """The abilities of the model of this name; of a name that says nothing, English, rewriting and judging."""
    billions = _billions(model)
    if billions < _LEAST_REWRITING:
        return Abilities(rewrites=False, judges=False)
    spoken = next((languages for pattern, languages in _SPOKEN.items() if pattern.search(model)), "en")
    return Abilities(frozenset(spoken.split()), judges=billions >= _LEAST_JUDGING)


def _billions(model: str) -> float:
    """Parameters, where the name tells them."""
    size = _SIZE.search(model)
    if size is None:
        return math.inf
    return float(size[1]) / (1000 if size[2].upper() == "M" else 1)
