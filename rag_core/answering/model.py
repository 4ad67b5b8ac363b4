"""What moves along the read line: question, passages, answer, and the events in between."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Final, Literal

from rag_core.indexing.chunk import spoken_heading

CURATED: Final = "curated/"
"""How the page ids of curated answers begin, which no page of the documentation has."""

AnswerOutcome = Literal["answered", "refused", "quoted", "cancelled", "failed"]


@dataclass(frozen=True, slots=True)
class Turn:
    """One earlier question of the conversation, with what the bot answered."""

    question: str
    answer: str


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked. `id` (32 hexadecimal digits) follows it through logs, records and buttons.

    `version` None means the one that the text names, else the latest documentation. `language` is the asker's where
    the text does not tell. `instructions` are those of the server's moderators: for the engine, and not kept with it.
    Curated answers are looked for in the community `community_id`, or nowhere; that is not kept with it either.
    """

    id: str
    text: str
    history: tuple[Turn, ...] = ()
    version: str | None = None
    language: str = "en"
    instructions: str = ""
    community_id: int | None = None


@dataclass(frozen=True, slots=True)
class Passage:
    """What the answer may rely on: one chunk, or neighbouring chunks of one section merged.

    `number` is the n of `[n]`, from 1. `score` is the retrieval's fused score, `dense` the cosine to the query.
    """

    number: int
    chunk_ids: tuple[str, ...]
    page_id: str
    page_key: str
    url: str
    anchor: str
    title: str
    path: tuple[str, ...]
    text: str
    version: str
    language: str
    score: float
    dense: float | None = None
    lexical_rank: int | None = None

    @property
    def link(self) -> str:
        """The address of the heading."""
        return f"{self.url}#{self.anchor}" if self.anchor else self.url

    @property
    def curated(self) -> bool:
        """Whether it is an answer of the community's moderators."""
        return self.page_id.startswith(CURATED)

    @property
    def heading(self) -> str:
        """Title and headings: "HNSW > Index params"."""
        return spoken_heading((self.title, *self.path))


@dataclass(frozen=True, slots=True)
class Citation:
    """A passage that the shown text refers to as `[number]`."""

    number: int
    page_id: str
    link: str
    heading: str


@dataclass(frozen=True, slots=True)
class Times:
    """Seconds from the question's arrival; None where it never came to that."""

    retrieved: float | None = None
    first_token: float | None = None
    first_shown: float | None = None
    total: float = 0.0


@dataclass(frozen=True, slots=True)
class Usage:
    """Tokens of the engine. `cached` of the prompt's came from its prefix cache."""

    prompt: int = 0
    completion: int = 0
    cached: int = 0


@dataclass(frozen=True, slots=True)
class EngineTimes:
    """Seconds of one generation by the engine's own clock: in its queue, on the prompt, on the other tokens."""

    queued: float
    prefill: float
    decode: float


@dataclass(frozen=True, slots=True)
class IndexInfo:
    """Which documentation an answer comes from. `versions` and `languages` are all that are indexed, if known."""

    generation_id: str
    source: str
    version: str
    refreshed_at: datetime | None
    sample: bool = False
    versions: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Notice:
    """What a reader should know about an answer beside its text.

    "version_absent": the version `value` is not indexed, so the latest was searched. "language_unwritten": the engine
    can't answer in the language with the code `value`, so the answer is in English.
    """

    key: Literal["version_absent", "language_unwritten"]
    value: str


@dataclass(frozen=True, slots=True)
class Answer:
    """What a reader ends up with.

    `text` is exactly what was shown, with `[n]` marks. `note` is a short key that tells why the outcome is not
    "answered" ("no_evidence", "nothing_held", "engine_unavailable", "engine_overloaded", "no_engine",
    "store_unavailable", "no_index", "cancelled", "error"), else empty. `held_back` holds sentences of the model that
    did not pass the check: for the record, never shown.
    """

    question_id: str
    outcome: AnswerOutcome
    text: str
    query: str
    citations: tuple[Citation, ...] = ()
    passages: tuple[Passage, ...] = ()
    note: str = ""
    held_back: tuple[str, ...] = ()
    times: Times = field(default_factory=Times)
    usage: Usage = field(default_factory=Usage)
    engine_times: EngineTimes | None = None
    model: str = ""
    index: IndexInfo | None = None
    notices: tuple[Notice, ...] = ()


@dataclass(frozen=True, slots=True)
class Searching:
    """The question is understood; `query` is what is searched."""

    query: str


@dataclass(frozen=True, slots=True)
class Retrieved:
    """The passages are there; the engine starts to write."""

    passages: tuple[Passage, ...]


@dataclass(frozen=True, slots=True)
class Queued:
    """The engine has others to serve first: so many must end before this answer begins."""

    ahead: int


@dataclass(frozen=True, slots=True)
class Shown:
    """More checked text, to be appended to what was shown before (it carries its own spaces and line breaks)."""

    text: str


@dataclass(frozen=True, slots=True)
class Finished:
    """The last event of every answer, whatever its outcome."""

    answer: Answer


AnswerEvent = Searching | Retrieved | Queued | Shown | Finished
