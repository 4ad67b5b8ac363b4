"""Roots of words, coarser than stems: "accurate" and "accuracy" meet, and so do "raise" and "increase".

A stem is cut to its first letters, which keeps more forms of a word together than a light stemmer does. Words that mean
the same in every technical text share a root; opposites never do.
"""

import re
from functools import lru_cache

from rag_core.answering import wording

_LETTERS = 6
_UN = re.compile(r"un(?=[a-z]{3,}(?:ed|able)\Z)")
_EMPTY = frozenset(
    """
    across already among another around away became become beside besides beyond cannot despite even every hence inside
    instead into many meanwhile neither never no none nor not otherwise outside quite rather since somewhat still
    therefore throughout toward towards unless upon within without yet
    aren couldn didn doesn don hadn hasn haven isn mustn needn shouldn wasn weren won wouldn
    """.split()  # noqa: SIM905
)
"""Function words beside those that the search leaves out. Words of denial are read in `polarity.py`."""

_SAME = """
    increase raise grow higher larger bigger
    decrease reduce lower smaller shrink
    fast quick speed immediate
    slow slower
    need require take cost
    must have
    make create generate compute
    begin start
    show return answer response
    choose select pick
    change adjust modify
    turn switch
    use usage apply
    common usual typical often
    mean stand represent
    kind type
    store keep
    row entity
    whole entire complete
    suit fit good suitable
    permit allow accept
    say tell determine decide control define
    link edge connection
    example instance
    request ask want
    finish end
    omit leave skip
    normalize normalise
    undone undo
    find found
    build rebuild built
    advise recommend suggest
    equal equals same
    drop delete remove
    visible see appear
    examine weigh consider look
    before early prior previous
    number size amount
    memory ram
    pass give supply
    include hold comprise
    combine merge join fuse
    get retrieve fetch obtain
    run execute
    multiple several various
    remain stay
    happen occur
    affect influence
    separate split divide
    check verify
    try attempt
    insert add
    part portion
    way method manner approach
    wrong incorrect
    later afterwards subsequent
    stable steady
    explain describe
    usable ready
"""


def roots(text: str) -> frozenset[str]:
    """Roots of the content words."""
    return frozenset(root(word) for word in wording.plain_words(text)) - {""}


@lru_cache(maxsize=20_000)
def root(word: str) -> str:
    """The root of one word in lower case; empty for a function word."""
    if word in _EMPTY:
        return ""
    return next((_of_stem(stem) for stem in wording.word_list(_UN.sub("", word))), "")


def negated_within(word: str) -> bool:
    """Whether a participle carries its denial itself: "uncompressed" has the root of "compressed"."""
    return _UN.match(word) is not None


def _cut(stem: str) -> str:
    return stem[:_LETTERS] if stem.isascii() else stem


def _read_groups() -> dict[str, str]:
    groups = ([_cut(stem) for stem in wording.word_list(line)] for line in _SAME.splitlines() if line.strip())
    return {member: group[0] for group in groups if group for member in group}


_ROOT_OF = _read_groups()


def _of_stem(stem: str) -> str:
    cut = _cut(stem)
    return _ROOT_OF.get(cut, cut)
