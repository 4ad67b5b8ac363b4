"""Groups without a model."""

import re
from collections.abc import Sequence

_WORD = re.compile(r"\w+")


class FakeGroups:
    """Implements `Groups`: questions of the same words, in whichever order, ask the same."""

    async def of(self, questions: Sequence[str]) -> list[list[int]]:
        groups: dict[frozenset[str], list[int]] = {}
        for index, question in enumerate(questions):
            groups.setdefault(frozenset(_WORD.findall(question.lower())), []).append(index)
        return list(groups.values())
