"""From a question to a cited answer, as a stream of events."""

import asyncio
import re
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import aclosing
from dataclasses import replace

import structlog

from rag_core.answering.checking import Checker
from rag_core.answering.curated import shown_text
from rag_core.answering.engines.abilities import abilities_of
from rag_core.answering.engines.engine import Delta, Engine, Request
from rag_core.answering.model import AnswerEvent, IndexInfo, Notice, Question, Queued, Retrieved, Searching, Shown
from rag_core.answering.offers import offer_holds
from rag_core.answering.opinions import Opinion
from rag_core.answering.prompt import NOT_ANSWERED, build_prompt
from rag_core.answering.retrieval import Retrieval
from rag_core.answering.retriever import Retriever
from rag_core.answering.search import Search
from rag_core.answering.sentences import SentenceSplitter
from rag_core.answering.transcript import Transcript
from rag_core.answering.understanding import ENGLISH, Interpreter
from rag_core.errors import EngineError, EngineOverloaded, IndexingError, NoIndex, RecordsError

_ANSWER_TOKENS = 400

_log = structlog.get_logger(__name__)

IndexInfoReader = Callable[[], Awaitable[IndexInfo | None]]


class _ModelDeclines(Exception):
    """The model says that the passages do not answer."""


class Answerer:
    """Answers one question at a time, many at once: it keeps nothing between questions.

    `opinion` is asked of sentences that their wording leaves undecided; without one, they are held back.
    """

    def __init__(
        self, retriever: Retriever, engine: Engine, index_info: IndexInfoReader, opinion: Opinion | None = None
    ) -> None:
        self._retriever = retriever
        self._engine = engine
        self._index_info = index_info
        self._opinion = opinion
        self._interpreter = Interpreter(engine)

    async def index_info(self) -> IndexInfo | None:
        """Which documentation answers come from, or None while that can't be said."""
        try:
            return await self._index_info()
        except (IndexingError, RecordsError) as error:
            _log.warning("index not described", reason=str(error))
            return None

    async def answer(self, question: Question, transcript: Transcript | None = None) -> AsyncGenerator[AnswerEvent]:
        """Yield Searching, Retrieved, any number of Queued, then of Shown, and Finished last; or less.

        A caller that brings the transcript can tell how far the answer came when it stops reading. Closing the
        generator aborts the request in the engine. Errors of store and engine become outcomes.
        """
        transcript = transcript or Transcript(question)
        index = await self.index_info()
        asked = await self._interpreter.understand(question, index)
        transcript.noticed(*asked.notices)
        transcript.indexed_by(replace(index, version=asked.search.version or index.version) if index else None)
        yield transcript.take(Searching(asked.search.query))
        retrieval, note = await self._retrieve(asked.search, transcript)
        if retrieval is None:
            yield transcript.finish("failed", note)
            return
        yield transcript.take(Retrieved(retrieval.passages))
        if retrieval.curated is not None:
            yield transcript.take(Shown(shown_text(retrieval.curated)))
            yield transcript.finish("answered")
            return
        if not retrieval.evidence.sufficient:
            yield transcript.finish("refused", "no_evidence")
            return
        if not self._engine.writes:
            yield transcript.finish("quoted", "no_engine")
            return
        question = self._in_language(asked.language, question, retrieval, transcript)
        async with aclosing(self._write(question, retrieval, transcript)) as events:
            async for event in events:
                yield event

    async def _retrieve(self, search: Search, transcript: Transcript) -> tuple[Retrieval | None, str]:
        """The passages, or the note that says why there are none."""
        _log.info("retrieval started", seconds=transcript.seconds)
        try:
            found = await self._retriever.retrieve(search)
        except NoIndex:
            return None, "no_index"
        except IndexingError as error:
            _log.warning("retrieval failed", reason=str(error), error=type(error).__name__)
            return None, "store_unavailable"
        _log.info("retrieval finished", passages=len(found.passages), seconds=transcript.seconds)
        return found, ""

    def _in_language(self, language: str, question: Question, retrieval: Retrieval, transcript: Transcript) -> Question:
        """The question, to be answered in this language, or in English with a notice.

        Sentences are held against the passages by their wording, so that those must be in the same language.
        """
        written = abilities_of(self._engine.model).languages
        there = {passage.language.split("-")[0] for passage in retrieval.passages}
        if language == ENGLISH or language in written & there:
            return replace(question, language=language)
        transcript.noticed(Notice("language_unwritten", language))
        return replace(question, language=ENGLISH)

    async def _write(
        self, question: Question, retrieval: Retrieval, transcript: Transcript
    ) -> AsyncGenerator[AnswerEvent]:
        """Show what holds of the engine's text; end the answer whatever the engine does."""
        transcript.asked_engine(self._engine.model)
        note = "nothing_held"
        try:
            async with aclosing(self._checked(question, retrieval, transcript)) as texts:
                async for text in texts:
                    yield transcript.take(text if isinstance(text, Queued) else Shown(text))
        except _ModelDeclines:
            yield transcript.finish("refused", "no_evidence")
            return
        except EngineError as error:
            note = "engine_overloaded" if isinstance(error, EngineOverloaded) else "engine_unavailable"
            _log.warning("engine gave up", reason=str(error), error=type(error).__name__)
        yield transcript.finish("answered" if transcript.shown else "quoted", "" if transcript.shown else note)

    async def _checked(
        self, question: Question, retrieval: Retrieval, transcript: Transcript
    ) -> AsyncGenerator[str | Queued]:
        """The engine's units that held, as they are to be shown."""
        checker = Checker(retrieval.passages, question.text, self._opinion)
        async with aclosing(self._units(question, retrieval, transcript)) as units:
            async for unit in units:
                if isinstance(unit, Queued):
                    yield unit
                    continue
                if not transcript.shown and _declines(unit):
                    raise _ModelDeclines
                verdict = await checker.judge(unit)
                if transcript.shown and offer_holds(unit, retrieval.passages):
                    yield unit
                elif verdict.held:
                    yield verdict.text if transcript.shown else verdict.text.lstrip()
                elif verdict.reason != "leads_in":
                    _log.debug("sentence held back", reason=verdict.reason)
                    transcript.held_back(unit)

    async def _units(
        self, question: Question, retrieval: Retrieval, transcript: Transcript
    ) -> AsyncGenerator[str | Queued]:
        """The engine's text in whole units; what a full length cut off in mid-sentence is held back."""
        splitter = SentenceSplitter()
        cut_off = False
        # A model's tokenizer counts for milliseconds, without Python's lock.
        request = await asyncio.to_thread(self._request, question, retrieval)
        async with aclosing(self._engine.stream(request)) as deltas:
            async for delta in deltas:
                if delta.ahead and not transcript.shown:
                    yield Queued(delta.ahead)
                self._note(delta, transcript)
                cut_off = delta.finish_reason == "length"
                for unit in splitter.feed(delta.text):
                    yield unit
        if (rest := splitter.rest()).strip():
            if cut_off:
                transcript.held_back(rest)
            else:
                yield rest

    def _request(self, question: Question, retrieval: Retrieval) -> Request:
        room = self._engine.context_tokens - _ANSWER_TOKENS
        prompt = build_prompt(question, retrieval.passages, self._engine.count_tokens, room)
        return Request(question.id, prompt.messages, _ANSWER_TOKENS)

    def _note(self, delta: Delta, transcript: Transcript) -> None:
        if delta.text and transcript.token_came():
            _log.info("first token", seconds=transcript.seconds)
        if delta.usage is not None:
            transcript.used(delta.usage, delta.times)


def _declines(unit: str) -> bool:
    """Whether the model says that the passages do not answer, give or take punctuation."""
    said, told = (" ".join(re.findall(r"\w+", text.casefold())) for text in (unit, NOT_ANSWERED))
    return said.startswith(told)
