"""Takes a message apart: what is asked, what the asker tells besides, and what is pasted.

Only what is asked decides what is searched and whether there is evidence. A greeting, the asker's own stack, a story
and a log that says nothing stand around it. Rules tell them apart, without a model: a sentence asks where it is put as
a question or a request, or says that something does not work. What the rules leave open becomes several wordings of
one question, and the search decides between them.
"""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain

from rag_core.answering.everyday import EVERYDAY
from rag_core.answering.pasted import QUERY_CHARACTERS, bounded, parts
from rag_core.answering.wording import words
from rag_core.query.leaning import leans_on_history

_MOST_QUESTIONS = 3
_LEAST_TELLING = 2
"""Words that say what a question is about; one with fewer is searched with what stands before it as well."""

_SHOUTED_WORDS, _SHOUTED_SHARE = 3, 0.8
_SPACES = {ord("\r"): "\n", ord("\u2028"): "\n", ord("\u2029"): "\n"} | dict.fromkeys(map(ord, "’‘‛"), "'")
_INVISIBLE = frozenset({"Cf", "Cc", "Cs", "Co", "So"})
_DISCORD = re.compile(
    r"<(?:@[!&]?|#)\d{1,25}>|<a?:\w{1,40}:\d{1,25}>|(?<!\S)@[\w.]{2,40}|(?<!\S):[a-z0-9_+-]{2,40}:(?!\S)"
)
"""Mentions and emoji."""

_ADDRESS = re.compile(r"<?https?://[^\s<>]++>?")
_SENTENCE_END = re.compile(r"(?<!\be\.g\.)(?<!\bi\.e\.)(?<!\bvs\.)(?<!\betc\.)(?<=[.!?…])[)\"'”’]?\s+|(?<=[。！？])\s*")
_GREETING = re.compile(
    r"\W*+(?:(?:hi+|hello|hey+|heya|hiya|yo|gm|greetings|howdy|sup|dear|good (?:morning|afternoon|evening|day))\b"
    r"[\s,!.]*+(?:(?:all|everyone|everybody|folks|guys|team|there|friends|people|again|community|milvus team|y'all)\b"
    r"[\s,!.:]*+)*+)++",
    re.IGNORECASE,
)
_THANKS = re.compile(
    r"(?<![\s,.!;:–—-])[\s,.!;:–—-]++(?:(?:many |big |huge )?(?:thanks?|thx|ty|tysm|cheers|tia|thank you)"
    r"(?:,? (?:a lot|a bunch|a ton|so much|very much|in advance|again|all|everyone|folks|guys|team"
    r"|for [\w ]{1,40}))*+)\W*+$",
    re.IGNORECASE,
)
_ASKS = re.compile(
    r"[?？]"
    r"|^\W*+(?:how|what|why|which|where|when|who|whats|hows|is|are|was|can|could|do|does|did|should|would|will|any"
    r"|anyone|anybody|looking for|please|pls|explain|show|give|tell|write|ignore)\b"
    r"|\b(?:how (?:to|do|does|can|could|should|would|many|much|long)|whether|wonder(?:ing)? (?:if|how|what|why|which)"
    r"|any(?:one|body) (?:know|has|have|got|using|tried)\w*|any (?:way|idea|chance|example|docs?)|is there|are there"
    r"|(?:trying|tried|want|wants|need|needs|like|love) to|wanna|(?:i|we) need|explain|tell me|show me"
    r"|(?:what|which|where|why) (?:is|are|does|do|did|should|would|can|to)"
    r"|(?:can|could|should|must|may) (?:i|we|you|one))\b"
    r"|怎么|怎样|如何|为什么|为何|什么|哪[个些里种]|吗|呢|多少|是否|能否|可否|能不能|可不可以|请问",
    re.IGNORECASE,
)
"""Of a question or a request."""

_COMPLAINS = re.compile(
    r"\b(?:(?:don|doesn|didn|isn|won|can|couldn)'?t|cannot|can not|unable|fails?|failed|failing|failure|not \w+|never"
    r"|stuck|errors?|exception|wrong|instead of|refuse[sd]?|rejects?|rejected|missing|crash(?:es|ed|ing)?|hangs?|slow"
    r"|timeouts?|timed out|too (?:long|much|many|few|large|small)|nothing|only|less|fewer)\b"
    r"|报错|失败|无法|不能",
    re.IGNORECASE,
)
"""Of something that does not work."""

_OWN_STACK = re.compile(
    r"\b(?:we(?:'re| are)?|i(?:'m| am)?|my|our|using|running|runs?|stack|setup|set-up|backend|frontend|box|env"
    r"|environment|fyi|context|info|versions?|machine|deployed|working (?:in|on|with)|shop)\b",
    re.IGNORECASE,
)
_VERSION = re.compile(r"(?<![\w.])v?\d{1,4}(?:\.\d+)+(?![\w.]*\d)|\b[A-Z]\w+ \d{1,4}\b")
_LEADS_IN = re.compile(
    r"\W*+(?:(?:here(?:'s| is| are)|this is|that's|see|below|my|the|our|relevant|some|for|snippet|log|logs|code|config"
    r"|output|app|full|complete|context|reference|part|of|what|i|have|it|around|right|now|looks|like|from|file|is|are|and|just|in"
    r"|case|trace|payload|compose|yaml|json)\b\W*+){1,12}+",
    re.IGNORECASE,
)
"""The line in front of a paste."""

_TURNS_TO_ASK = re.compile(
    r"(?:[,;:–—-]|\band|\bso|\bbut|\bnow|\bbasically)\s+(?=(?:so |basically |and )?(?:how|what|why|which|where|when|who"
    r"|is there|are there|is it|can|could|do i|do we|do you|does|should|would)\s)",
    re.IGNORECASE,
)
"""Where a sentence that began by telling goes on to ask."""

_CONDITION = re.compile(
    r"\W*+(?:so |and |but )?(?:if|when|whenever|once|after|before|while|since|with|without|for|in|on|at|given|from|as"
    r"|using|how|what|why|which|is|are|can|does|do)\b",
    re.IGNORECASE,
)
"""How a sentence begins whose first part belongs to its question."""

_FILLER = re.compile(
    r"^\W*+(?:(?:so|basically|ok(?:ay)?|well|um+|hmm+|also|and|but|then|like)\b[\s,.…:-]*+)++", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Reading:
    """A message, taken apart.

    `query` is what is asked, with what belongs to it, on one line; empty only where the message is. `wordings` say
    less: the question without what was told around it, or one of several questions by itself. `own` is the asker's
    prose.
    """

    query: str
    wordings: tuple[str, ...] = ()
    own: str = ""


def normalised(text: str) -> str:
    """The text in Unicode's NFKC form, without characters that can't be seen and without emoji.

    What is all in capitals is in lower case afterwards, where capitals tell names from words.
    """
    plain = unicodedata.normalize("NFKC", text.translate(_SPACES))
    seen = "".join(char for char in plain if char in "\n\t" or not _unseen(char))
    return seen.lower() if _shouts(seen) else seen


def _unseen(char: str) -> bool:
    """Whether a character has no form of its own, or is (a part of) an emoji."""
    return (
        unicodedata.category(char) in _INVISIBLE or "\ufe00" <= char <= "\ufe0f" or "\U0001f3fb" <= char <= "\U0001f3ff"
    )


def _shouts(text: str) -> bool:
    letters = [char for char in text if char.isalpha()]
    capitals = sum(char.isupper() for char in letters)
    return len(text.split()) > _SHOUTED_WORDS and capitals > _SHOUTED_SHARE * len(letters)


@lru_cache(maxsize=16)
def read(text: str) -> Reading:
    """Take a message apart."""
    found = parts(normalised(text))
    own = "\n".join(_plain(each) for each in found.prose)
    clauses = [(each, [part for part in _clauses(each) if not _is_aside(part)]) for each in _sentences(own)]
    sentences = [each for each, kept in clauses if kept]
    told = _last(found.errors, QUERY_CHARACTERS // 2)
    if not any(map(_telling, sentences)):
        # Nothing but courtesy beside a paste: its error asks, and what its code calls.
        told = " ".join(filter(None, (" ".join(found.called[: 1 if told else None]), told)))
    query = _bounded(" ".join(filter(None, (*sentences, told))) or " ".join((own or text).split()))
    narrower = dict.fromkeys(map(_bounded, _wordings(list(chain.from_iterable(kept for _, kept in clauses)), told)))
    return Reading(query, tuple(each for each in narrower if each and each != query), own)


def _bounded(text: str) -> str:
    return bounded(text, QUERY_CHARACTERS)


def _sentences(prose: str) -> list[str]:
    """Sentences of chat, without greetings and thanks around them. Lines that go on are put together."""
    found = [sentence for line in _joined(prose.splitlines()) for sentence in _SENTENCE_END.split(line)]
    return [each for each in map(_without_courtesy, found) if re.search(r"\w", each)]


def _asks(sentence: str) -> bool:
    """Whether a sentence is a question or a request."""
    return _ASKS.search(sentence) is not None


def _units(sentences: Sequence[str]) -> list[list[int]]:
    """Which sentences ask, those together that lean on each other; where none does, those that complain, or all."""
    units: list[list[int]] = []
    for at, sentence in enumerate(sentences):
        if not _asks(sentence):
            continue
        if units and (len(units) == _MOST_QUESTIONS or _leans(sentence)):
            units[-1].append(at)
        else:
            units.append([at])
    if units or not sentences:
        return units
    complaints = [at for at, sentence in enumerate(sentences) if _COMPLAINS.search(sentence) and not _leans(sentence)]
    return [complaints or list(range(len(sentences)))]


def _wordings(clauses: Sequence[str], told: str) -> Iterator[str]:
    """What is asked, by itself and with what was told just before it; of several questions each."""
    clauses = [bare for each in clauses if (bare := _FILLER.sub("", each).strip())]
    for unit in _units(clauses):
        asked = " ".join(clauses[at] for at in unit)
        if _telling(asked):
            yield asked
        yield " ".join(clauses[max(0, unit[0] - 1) : unit[-1] + 1])
        if told and _leans(asked):
            yield told


def _is_aside(sentence: str) -> bool:
    """Whether a sentence is courtesy, or tells of the asker's own stack, or leads in to a paste."""
    if _asks(sentence):
        return False
    if not _telling(sentence):
        return True
    versions = len(_VERSION.findall(sentence))
    return (
        versions > 1
        or (versions > 0 and _OWN_STACK.search(sentence) is not None)
        or bool(_LEADS_IN.fullmatch(sentence))
    )


def _joined(lines: Sequence[str]) -> list[str]:
    """Lines as sentences have them: one that does not end as a sentence does goes on in the next."""
    found: list[list[str]] = []
    before = ""
    for line in map(str.strip, lines):
        if before and line and _goes_on(before, line):
            found[-1].append(line)
        else:
            found.append([line])
        before = line
    return [" ".join(each) for each in found if each[0]]


def _goes_on(before: str, line: str) -> bool:
    if before[-1] in ".!?。！？:" or _stands(before) or _stands(line):
        return False
    return not _asks(line) or not (line[0].isupper() or _asks(before))


def _stands(line: str) -> bool:
    """Whether a line is a greeting, or leads in to a paste."""
    return _GREETING.fullmatch(line) is not None or _LEADS_IN.fullmatch(line) is not None


def _clauses(sentence: str) -> list[str]:
    """A sentence that tells first and asks then, as two; any other as it is."""
    turn = _TURNS_TO_ASK.search(sentence)
    if turn is None or _CONDITION.match(sentence):
        return [sentence]
    return [sentence[: turn.start()], sentence[turn.end() :]]


def _without_courtesy(sentence: str) -> str:
    sentence = _THANKS.sub("", f" {sentence}").strip()
    greeting = _GREETING.match(sentence)
    return sentence[greeting.end() :] if greeting else sentence


def _plain(line: str) -> str:
    return " ".join(_ADDRESS.sub(" ", _DISCORD.sub(" ", line)).split())


def _telling(text: str) -> frozenset[str]:
    """The words that say what a text is about."""
    return words(text) - EVERYDAY


def _leans(sentence: str) -> bool:
    return leans_on_history(sentence) or len(_telling(sentence)) < _LEAST_TELLING


def _last(lines: Sequence[str], room: int) -> str:
    """As many of the last lines as there is room for; they name the cause."""
    kept: list[str] = []
    for line in reversed(lines):
        if kept and len(line) + 1 > room:
            break
        kept.insert(0, line[:room])
        room -= len(line) + 1
    return " ".join(kept)
