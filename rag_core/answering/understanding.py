"""From a question to what is searched for it: its words, version, languages and SDKs, and what to tell its reader."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from rag_core.answering.engines.engine import Engine
from rag_core.answering.languages import language_of
from rag_core.answering.model import IndexInfo, Notice, Question
from rag_core.answering.rewriter import Rewriter
from rag_core.answering.rewriting import stand_alone, taken_offer, written
from rag_core.answering.sdks import DEFAULT_SDK, named_sdks
from rag_core.answering.search import Search
from rag_core.answering.versions import indexed_version, named_version, parse_version, pasted_version
from rag_core.query.reading import read

ENGLISH = "en"

_MOST_WORDINGS = 4


@dataclass(frozen=True, slots=True)
class Understanding:
    """What a question means. `language` is the asker's; `notices` are for the reader of the answer."""

    search: Search
    language: str = ENGLISH
    notices: tuple[Notice, ...] = ()


class Interpreter:
    """Understands questions with the help of the engine, where its model is up to that."""

    def __init__(self, engine: Engine) -> None:
        self._rewriter = Rewriter(engine)

    async def understand(self, question: Question, index: IndexInfo | None = None) -> Understanding:
        """What to search in this index; its follow-ups reworded, its other languages translated."""
        query = await self._rewriter.stand_alone(question)
        language = asked_in(question)
        translated = "" if language == ENGLISH else await self._rewriter.in_english(question.id, query)
        return _understood(question, query, translated or _names(language, query), index)


def understand(question: Question, index: IndexInfo | None = None) -> Understanding:
    """What to search, without an engine: follow-ups are joined to what they lean on."""
    query = taken_offer(question) or stand_alone(question)
    return _understood(question, query, _names(asked_in(question), query), index)


def asked_in(question: Question) -> str:
    """The language of the question; where it does not tell ("HNSW?"), of the turns before it, the latest first."""
    texts = (question.text, *(turn.question for turn in reversed(question.history)))
    # A paste is in English whoever pasted it.
    found = (language_of(read(text).own or text) for text in texts)
    return next(filter(None, found), question.language)


def _understood(question: Question, query: str, translated: str, index: IndexInfo | None) -> Understanding:
    language = asked_in(question)
    index = index or IndexInfo("", "", "", None)
    reading = read(question.text)
    # What is not searched, such as the asker's own stack or an import in pasted code, still tells where to search.
    texts = written(question) if query == stand_alone(question) else (question.text,)
    told, whole = "\n".join((query, *(read(text).own for text in texts))), "\n".join(texts)
    version, notices = _version(question, told, whole, index)
    sdks = named_sdks(told) or named_sdks(whole) or (DEFAULT_SDK,)
    # A query that is more than the message was joined or reworded, and has no other wordings.
    wordings = reading.wordings[:_MOST_WORDINGS] if query == reading.query and not translated else ()
    languages = _languages(language, index.languages)
    search = Search(query, translated, version, languages, sdks, question.community_id, wordings)
    return Understanding(search, language, notices)


def _names(language: str, query: str) -> str:
    """Of a query that nothing translates, the names in Latin letters: the same in English pages."""
    found = re.findall(r"[A-Za-z][A-Za-z0-9_.+#-]*|\d+(?:\.\d+)+", query)
    return "" if language == ENGLISH else " ".join(dict.fromkeys(found))


def _version(question: Question, told: str, whole: str, index: IndexInfo) -> tuple[str | None, tuple[Notice, ...]]:
    """The version to search, None for the latest; and a notice where the one asked for is not indexed.

    One chosen beside the question counts before one that the asker tells of, and that before one in a paste.
    """
    if question.version is not None:
        wanted, name = parse_version(question.version), question.version
    else:
        wanted = named_version(told, index.versions) or pasted_version(whole)
        name = ".".join(map(str, wanted)) if wanted else ""
    if not name or not index.versions:
        return question.version, ()
    found = indexed_version(wanted, index.versions) if wanted else None
    if found is None:
        return None, (Notice("version_absent", name),)
    return (None if found == index.version else found), ()


def _languages(asked: str, indexed: Sequence[str]) -> tuple[str, ...]:
    """The asker's language and English, as far as they are indexed; whatever is where neither is."""
    wanted = [name for name in indexed if name.split("-")[0] in {asked, ENGLISH}]
    return tuple(wanted or indexed or dict.fromkeys((asked, ENGLISH)))
