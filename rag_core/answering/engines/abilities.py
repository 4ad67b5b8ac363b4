"""What a model can be trusted with besides answers in English, told from its name.

Sources: the model cards of Llama 3.1 to 3.3 ("Supported languages"), Qwen2.5 and Qwen3 (of their many languages those
that the documentation has). Models of less than a billion parameters are fluent in English at best, and change what
they are told to keep, whatever their cards say: seen with SmolLM2-135M.
"""

import re
from dataclasses import dataclass

_SIZE = re.compile(r"(?<![A-Za-z0-9.])(\d+(?:\.\d+)?)([MB])(?![A-Za-z0-9])", re.IGNORECASE)
_SPOKEN = {
    re.compile(r"llama[-_ ]?(?:3\.[123]|4)", re.IGNORECASE): "en de fr it pt hi es th",
    re.compile(r"qwen[-_ ]?(?:2\.5|3)", re.IGNORECASE): "en zh ja ko fr de es it pt ru ar th",
}


@dataclass(frozen=True, slots=True)
class Abilities:
    """`languages` are codes of those that the model writes well; `rewrites` tells whether it can reword a question."""

    languages: frozenset[str] = frozenset({"en"})
    rewrites: bool = True


def abilities_of(model: str) -> Abilities:
    """The abilities of the model of this name; of a name that says nothing, English and rewriting."""
    if _is_small(model):
        return Abilities(rewrites=False)
    spoken = next((languages for pattern, languages in _SPOKEN.items() if pattern.search(model)), "en")
    return Abilities(frozenset(spoken.split()))


def _is_small(model: str) -> bool:
    size = _SIZE.search(model)
    return size is not None and (size[2].upper() == "M" or float(size[1]) < 1)
