"""What has become of one question so far, ready to be turned into its answer at any moment."""

import time
from collections.abc import Callable
from dataclasses import replace

from rag_core.answering.citing import MOST_QUOTES, citation, citations_in
from rag_core.answering.model import (
    Answer,
    AnswerEvent,
    AnswerOutcome,
    EngineTimes,
    Finished,
    IndexInfo,
    Notice,
    Question,
    Queued,
    Retrieved,
    Searching,
    Shown,
    Times,
    Usage,
)

Clock = Callable[[], float]
"""Seconds that only ever grow."""


class Transcript:
    """Follows a question from its arrival, which is when the transcript is made."""

    def __init__(self, question: Question, clock: Clock = time.monotonic) -> None:
        self._clock = clock
        self._arrived = clock()
        self._so_far = Answer(question.id, "failed", "", question.text)
        self._times = Times()

    @property
    def seconds(self) -> float:
        """Since the question arrived."""
        return self._clock() - self._arrived

    @property
    def shown(self) -> bool:
        """Whether a reader has seen text."""
        return bool(self._so_far.text)

    def take(self, event: Searching | Retrieved | Queued | Shown) -> AnswerEvent:
        """Note an event that a reader is about to get, and hand it on."""
        match event:
            case Searching(query):
                self._so_far = replace(self._so_far, query=query)
            case Retrieved(passages):
                self._so_far = replace(self._so_far, passages=passages)
                self._times = replace(self._times, retrieved=self.seconds)
            case Shown(text):
                if not self.shown:
                    self._times = replace(self._times, first_shown=self.seconds)
                self._so_far = replace(self._so_far, text=self._so_far.text + text)
        return event

    def indexed_by(self, index: IndexInfo | None) -> None:
        """Note which index is asked."""
        self._so_far = replace(self._so_far, index=index)

    def noticed(self, *notices: Notice) -> None:
        """Note what the reader is to know beside the text."""
        self._so_far = replace(self._so_far, notices=(*self._so_far.notices, *notices))

    def asked_engine(self, model: str) -> None:
        """Note which model writes."""
        self._so_far = replace(self._so_far, model=model)

    def token_came(self) -> bool:
        """Note the engine's first token; whether this was it."""
        first = self._times.first_token is None
        if first:
            self._times = replace(self._times, first_token=self.seconds)
        return first

    def used(self, usage: Usage, times: EngineTimes | None) -> None:
        """Note what the engine spent."""
        self._so_far = replace(self._so_far, usage=usage, engine_times=times)

    def held_back(self, unit: str) -> None:
        """Note a unit of the model's text that no reader sees."""
        self._so_far = replace(self._so_far, held_back=(*self._so_far.held_back, unit.strip()))

    def finish(self, outcome: AnswerOutcome, note: str = "") -> Finished:
        """The last event. A quoted answer cites the passages that are quoted, any other what its text cites."""
        passages, text = self._so_far.passages, self._so_far.text
        cited = tuple(map(citation, passages[:MOST_QUOTES])) if outcome == "quoted" else citations_in(text, passages)
        times = replace(self._times, total=self.seconds)
        self._so_far = replace(self._so_far, outcome=outcome, note=note, citations=cited, times=times)
        return Finished(self._so_far)
