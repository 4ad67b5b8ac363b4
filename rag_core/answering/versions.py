"""Which version of the documentation a question means.

Documentation is kept by minor version ("v2.4.x"), so that "2.4.5" means that one. A number belongs to the name in front
of it ("Milvus 2.4", "pymilvus==2.4.1", "Foobar version 2.4"), or behind "of": that of anything but Milvus and its SDKs
is none of Milvus's. A number without a name is taken for a version only where the words around it say so: "in 2.4" and
"version 2.4" do, "2.4 GB" and "since 2.4" do not.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Literal

Version = tuple[int, int]

_Owner = Literal["milvus", "said", "placed", "other"]
"""Whose number it is: Milvus's, nobody's behind the word "version", nobody's in a place for one, something else's."""


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_UNITS = r"[KMGT]i?B|[mnµ]?s|sec(?:ond)?s?|min(?:ute)?s?|h|hours?|days?|million|billion|times|dimensions?|percent|bytes"
_VERSION = (
    r"v?(?P<major>\d{1,2})\.(?P<minor>\d{1,2})(?:\.(?:\d{1,3}|x))?"
    r"(?:[-.]?(?:rc|alpha|beta|dev|post|a|b|hotfix|latest|gpu)(?:[-.]?[a-z0-9]{1,20}+)?)?"
    rf"(?![a-z0-9_%])(?!\.\d)(?!\s*+(?:{_UNITS})\b)"
)
_IDEOGRAPH = r"\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af"
_LETTER = rf"[^\W{_IDEOGRAPH}]"
_BEGINS = r"v?\d{1,2}\.\d"
_TOKEN = re.compile(
    rf"(?P<number>{_VERSION})|v?\d[\w.%-]*+"
    r"|</?(?P<tag>[a-z]{1,30})>"
    r"|(?P<called>(?:versi(?:ons?|ón|one)|versão|releases?|ver\b\.?|版本?)(?![a-z]))"
    rf"|(?P<word>(?:{_LETTER}|@(?=[a-z]))(?:(?!{_BEGINS})(?:{_LETTER}|[#+]|[./@:-](?=[a-z_@])(?!.{_BEGINS})))*+)"
    r"(?:\[[\w,-]{0,40}\])?"
    rf"|(?P<below><(?!=)|!=)|(?P<linking>[的のは])|(?P<stop>[.;?!,{_IDEOGRAPH}])",
    re.IGNORECASE,
)
_OF = re.compile(r"^\s++of\s++(?:the\s++)?([a-z@][\w.@/-]*+)", re.IGNORECASE)
_BEHIND = re.compile(r"^\s*+(?:(?P<milvus>milvus\b)|[版中里裡ので]|에서|(?P<noun>[a-z]++))", re.IGNORECASE)
_BEHIND_WITHIN = 80
_ALONE = re.compile(rf"^\W*+{_VERSION}\W*+$", re.IGNORECASE)

_OWN = re.compile(
    r"^(?:[\w.@-]{1,60}[/:]){0,5}(?:pymilvus|milvus2?(?:[-_.](?:lite|standalone|distributed|cluster|server|gpu|client|sdk"
    r"(?:-\w{1,20})?))?)(?:/client)?(?:/v\d)?$",
    re.IGNORECASE,
)
_PARTS = _words("lite standalone distributed cluster server database db image docs documentation sdk client")
_PARTS_ALONE = _words("server sdk client")
_LANGUAGES = _words("python java go golang node nodejs node.js js javascript typescript c# csharp c++ cpp rest")
_PLACES = _words("in on for under using with from to and into run running use en em im dans auf mit")
_PLAIN = _PLACES | _words(
    """
    the a an my our your this that which what of by or older newer same current latest after before since need needs
    have has had want install installed upgrade upgraded upgrading deploy deployed try tried get got say says la le die
    der das el da na
    """
)
_NOUNS = _PARTS | _words("version release")
_CHAINED = _words("and or to through y et und bis")
_UNHEARD = _words("is are was")
_KEPT_WORDS = 4


def named_version(text: str, indexed: Sequence[str]) -> Version | None:
    """The version that a question names, the newest where it names several.

    `indexed` are the versions there are: without Milvus's name or the word "version" beside it, a number of another
    major version is none of Milvus's.
    """
    alone = _ALONE.match(text)
    if alone:
        return _version(alone)
    majors = {version[0] for name in indexed if (version := parse_version(name)) is not None}
    counting = (
        version
        for version, owner in _owned(text)
        if owner == "milvus"
        or (owner == "said" and version[0] <= max(majors, default=version[0]))
        or (owner == "placed" and version[0] in majors)
    )
    return max(counting, default=None)


def pasted_version(text: str) -> Version | None:
    """The version that a pasted text names as Milvus's or that of one of its SDKs, the newest of several."""
    return max((version for version, owner in _owned(text) if owner == "milvus"), default=None)


def parse_version(name: str) -> Version | None:
    """Major and minor of "v2.4.x", "2.4", "2.4.5"; None where that is no version."""
    numbers = re.match(r"\D{0,2}(\d+)\.(\d+)", name.strip())
    return (int(numbers[1]), int(numbers[2])) if numbers else None


def indexed_version(wanted: Version, indexed: Iterable[str]) -> str | None:
    """The documentation's own name of a version, where it is indexed."""
    return next((name for name in indexed if parse_version(name) == wanted), None)


def version_order(name: str) -> list[int]:
    """What sorts versions by their numbers, the newest last."""
    return [int(number) for number in re.findall(r"\d+", name)]


class _Names:
    """The names that stand in front of a place in the text."""

    def __init__(self) -> None:
        self._words: list[str] = []
        self._called = False
        self._chained: _Owner | None = None

    def read(self, token: re.Match[str]) -> None:
        """Take in a token that is no version."""
        if token["word"]:
            self._read_word(token["word"].casefold())
        elif token["called"] or (token["tag"] or "").casefold() == "version":
            self._called = True
        elif not (token["tag"] or token["below"] or token["linking"]):
            self._words, self._called = [], False
            self._chained = self._chained if token[0] == "," else None

    def owner(self, number: re.Match[str]) -> _Owner:
        """Whose a number at this place is. "2.4 and 2.6" have one owner."""
        owner = self._chained or _owner(self._words, number, called=self._called)
        self._words, self._called, self._chained = [], False, owner
        return owner

    def _read_word(self, word: str) -> None:
        if word in _UNHEARD or (self._called and word == "of"):
            return
        if word not in _CHAINED:
            self._chained = None
        self._words, self._called = [*self._words[-_KEPT_WORDS:], word], False


def _owned(text: str) -> Iterator[tuple[Version, _Owner]]:
    """Every number that looks like a version, with whose it is; without those that are only an upper bound."""
    names, below = _Names(), False
    for token in _TOKEN.finditer(text):
        if token["number"]:
            owner = names.owner(token)
            if not below:
                yield _version(token), owner
        else:
            names.read(token)
        below = token["below"] is not None


def _owner(words: Sequence[str], number: re.Match[str], *, called: bool) -> _Owner:
    behind = number.string[number.end() : number.end() + _BEHIND_WITHIN]
    of = _OF.match(behind) if called else None
    if of and of[1].casefold() not in _PLAIN:
        return _named([of[1].casefold()]) or "other"
    named = _named(words)
    if named or (words and words[-1] not in _PLAIN):
        return named or "other"
    follows = _BEHIND.match(behind)
    if follows and follows["milvus"]:
        return "milvus"
    if called:
        return "said"
    return "placed" if _is_placed(words, follows) or number[0][0] in "vV" else "other"


def _is_placed(words: Sequence[str], follows: re.Match[str] | None) -> bool:
    """Whether a number without a name stands where a version does: "in 2.4", "the 2.4 docs", "2.4版"."""
    noun = follows["noun"] if follows else None
    if not words:
        return follows is not None and noun is None
    before = [word for word in words[-2:] if word != "the"]
    return (bool(before) and before[-1] in _PLACES) or (noun is not None and noun.casefold() in _NOUNS)


def _named(words: Sequence[str]) -> _Owner | None:
    """Whose: "milvus" where the last words name it or an SDK of it, "said" where they may; None where they don't."""
    if not words:
        return None
    *before, last = words
    if _OWN.match(last):
        return "milvus"
    if last not in _PARTS:
        return None
    if named := _named(before):
        return named
    if last in _PARTS_ALONE and before and before[-1] in _LANGUAGES:
        before = before[:-1]
    return "said" if last in _PARTS_ALONE and (not before or before[-1] in _PLAIN) else _named(before)


def _version(number: re.Match[str]) -> Version:
    return int(number["major"]), int(number["minor"])
