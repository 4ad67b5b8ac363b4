"""Every error that `rag_core` raises on purpose.

    RagError
    ├── CrawlError              a page or a site could not be read
    │   ├── AddressRefused      the address is not one that we may open (private network, other site, robots.txt)
    │   ├── FetchFailed         the request failed, after its retries
    │   └── PageUnreadable      the page came, but not as documentation (no body, wrong type, too large)
    ├── IndexingError           the index could not be built or read
    │   ├── StoreUnavailable    Milvus does not answer
    │   ├── StoreRejected       Milvus answers, but refuses what was asked
    │   ├── IndexBusy           another run is writing the index
    │   ├── NoIndex             nothing was indexed yet
    │   └── NoRollback          there is no earlier generation that could be made live
    ├── ModelError              weights could not be had
    │   ├── ModelNotFound       no such model, and no package carries it
    │   └── ModelGated          the model's licence must be accepted first
    ├── EngineError             the engine gave no text
    │   ├── EngineUnavailable   not started, dead, or its address does not answer
    │   ├── EngineOverloaded    its queue is full, or the deadline passed
    │   └── PromptTooLong       the prompt does not fit into the model's context
    ├── QuestionsUnreadable     a file of golden questions is not what it should be
    ├── RunUnreadable           a file of an earlier evaluation is not what it should be
    └── RecordsError            the database could not be read or written
        ├── RecordsUnavailable  it does not answer
        ├── SchemaMismatch      its tables are of another version than this code
        └── RecordRefused       it answers, but does not take this record

Each message is one sentence that a person can act on. What a setting is called is the caller's knowledge: `bot` turns
these into sentences that name it.
"""


class RagError(Exception):
    """Base of every error that `rag_core` raises on purpose."""


class CrawlError(RagError):
    """A page or a site could not be read."""


class AddressRefused(CrawlError):
    """The address is not one that we may open."""


class FetchFailed(CrawlError):
    """The request failed, after its retries.

    `status` is the last HTTP status, or None where no answer came.
    """

    def __init__(self, message: str, status: int | None = None) -> None:
        super().__init__(message)
        self.status = status


class PageUnreadable(CrawlError):
    """The page came, but not as documentation."""


class IndexingError(RagError):
    """The index could not be built or read."""


class StoreUnavailable(IndexingError):
    """Milvus does not answer."""


class StoreRejected(IndexingError):
    """Milvus answers, but refuses what was asked."""


class IndexBusy(IndexingError):
    """Another run is writing the index."""


class NoIndex(IndexingError):
    """Nothing was indexed yet."""


class NoRollback(IndexingError):
    """There is no earlier generation that could be made live."""


class ModelError(RagError):
    """Weights could not be had. `model` is the name that was asked for."""

    def __init__(self, message: str, model: str) -> None:
        super().__init__(message)
        self.model = model


class ModelNotFound(ModelError):
    """No such model, and no package carries it."""


class ModelGated(ModelError):
    """The model's licence must be accepted first."""


class EngineError(RagError):
    """The engine gave no text."""


class EngineUnavailable(EngineError):
    """Not started, dead, or its address does not answer."""


class EngineOverloaded(EngineError):
    """Its queue is full, or the deadline passed."""


class PromptTooLong(EngineError):
    """The prompt does not fit into the model's context."""


class QuestionsUnreadable(RagError):
    """A file of golden questions can't be read, or a line of it is wrong."""


class RunUnreadable(RagError):
    """A file of an earlier evaluation can't be read, or a line of it is wrong."""


class RecordsError(RagError):
    """The database could not be read or written."""


class RecordsUnavailable(RecordsError):
    """The database does not answer."""


class SchemaMismatch(RecordsError):
    """The database's tables are of another version than this code."""


class RecordRefused(RecordsError):
    """The database answers, but does not take this record."""
