"""Builds every part from the settings, starts them in order, and stops them in reverse."""

import asyncio
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass
from importlib.resources import as_file, files
from pathlib import Path

import structlog
from tenacity import (
    AsyncRetrying,
    RetryCallState,
    retry_if_exception_type,
    stop_after_delay,
    wait_exponential,
    wait_random,
)

from bot.curated import curated_address
from bot.problems import Problem, explain, said, usage
from bot.settings import Settings
from rag_core.answering.answerer import Answerer
from rag_core.answering.cross_encoder import CrossEncoderEntailment, CrossEncoderReranker
from rag_core.answering.curated import CuratedAnswers
from rag_core.answering.desk import Desk
from rag_core.answering.engines import (
    Engine,
    Fleet,
    NoEngine,
    ServerEngine,
    SupervisedEngine,
    VllmEngine,
    VllmOptions,
)
from rag_core.answering.evidence import CALIBRATED_MODEL
from rag_core.answering.finder import Finder
from rag_core.answering.grouping import LikenessGroups
from rag_core.answering.judge import judge_by, require_judge
from rag_core.answering.opinions import Entailed, Opinion, likeness_by
from rag_core.answering.precedents import Precedents
from rag_core.answering.reranking import Reranker
from rag_core.answering.retriever import Retriever
from rag_core.crawling.folder import FolderSource
from rag_core.crawling.several import SeveralSources
from rag_core.crawling.source import Source
from rag_core.crawling.website import WebsiteSource
from rag_core.errors import CrawlError, EngineUnavailable, RecordsError, StoreUnavailable
from rag_core.evaluation.gate import GoldenGate
from rag_core.evaluation.questions import GoldenQuestion, shipped_questions
from rag_core.indexing.indexer import Indexer
from rag_core.indexing.milvus import MilvusStore
from rag_core.indexing.milvus_lite import LiteServer
from rag_core.indexing.sentence_transformer import SentenceTransformerEmbedder
from rag_core.models import Located, Locator
from rag_core.models.hardware import gpu_present
from rag_core.progress import Progress, ProgressHandler, ignore_progress
from rag_core.records.address import parse_address
from rag_core.records.audit_trail import SqlAuditTrail
from rag_core.records.books import Books
from rag_core.records.curated_book import SqlCuratedBook
from rag_core.records.database import Database
from rag_core.records.digest_book import SqlDigests
from rag_core.records.follow_up_book import SqlFollowUpBook
from rag_core.records.hiding import hide_stored_people
from rag_core.records.insight_reader import SqlInsight
from rag_core.records.ledger import SqlLedger
from rag_core.records.operating_book import SqlOperatingBook
from rag_core.records.operating_cache import Operating
from rag_core.records.people_book import SqlPeopleBook
from rag_core.records.personal_data import SqlPersonalData
from rag_core.records.pseudonyms import Pseudonyms, kept_key
from rag_core.records.question_book import SqlQuestionBook
from rag_core.records.server_book import SqlServerBook
from rag_core.records.server_cache import Servers
from rag_core.records.speeds import SqlSpeedBook
from rag_core.right_of_way import RightOfWay

_log = structlog.get_logger(__name__)

_BY_ENGINE = "engine"
"""As ENTAILMENT_MODEL: the language model itself."""


@dataclass(frozen=True, slots=True)
class Parts:
    """Everything that answers a question, started."""

    settings: Settings
    database: Database
    book: SqlQuestionBook
    books: Books
    ledger: SqlLedger
    store: MilvusStore
    embedder: SentenceTransformerEmbedder
    indexer: Indexer
    engine: Engine
    curated: CuratedAnswers
    retriever: Retriever
    answerer: Answerer
    finder: Finder
    likeness: LikenessGroups
    desk: Desk


@asynccontextmanager
async def open_parts(
    settings: Settings,
    progress: ProgressHandler = ignore_progress,
    *,
    writes: bool = True,
    searches: bool = True,
    records: Path | None = None,
) -> AsyncIterator[Parts]:
    """Start every part, and end them all at the exit, also when one of them does not start.

    The embedding model comes before the engine, which takes what is left of a GPU's memory. Without `writes` no model
    is loaded to write, for work that only searches; without `searches` no question is weighed against earlier ones, for
    work on the index alone. `records` is a folder for what people ask, rate and set, where that must stay apart from
    the database, which then holds what belongs to the index alone.

    Raises:
        RagError: a part is not there within START_TIMEOUT, or can't be had at all.
    """
    async with AsyncExitStack() as stack:
        progress(Progress("Opening the database", 0))
        pseudonyms = await asyncio.to_thread(make_pseudonyms, settings)
        database = Database(settings.database, pseudonyms)
        stack.push_async_callback(database.close)
        await database.start(settings.start_timeout)
        kept = database if records is None else await _records(records, settings, pseudonyms, stack)
        if settings.hash_users:
            await hide_stored_people(kept)
        book = SqlQuestionBook(kept, (records or settings.data_dir) / "records.spool")
        stack.push_async_callback(book.close)
        await book.flush_spool()
        ledger = SqlLedger(database)
        progress(Progress("Connecting to Milvus" if settings.milvus_uri else "Starting Milvus Lite", 0))
        store = make_store(settings)
        stack.push_async_callback(store.close)
        await patiently(store.start, settings.start_timeout)
        # Both are had before either is loaded: what can't be had is said at once.
        locator = make_locator(settings, progress)
        located = await _locate(settings, locator, writes=writes)
        progress(Progress("Loading the embedding model", 0))
        right_of_way = await _right_of_way(settings, writes=writes)
        embedder = await _embedder(located[0], right_of_way, stack)
        entailed = await _entailed(settings, locator, stack) if writes else None
        engine = await _engine(settings, located[1], progress, stack) if writes else NoEngine()
        opinion = entailed or _opinion(settings, engine, embedder)
        golden = await asyncio.to_thread(shipped_questions)
        reranker = await _reranker(settings, locator, stack)
        gate = GoldenGate(golden, store, embedder, ledger, reranker)
        indexer = Indexer(store, embedder, ledger, lock_file=settings.data_dir / "index.lock", gate=gate)
        books = _books(kept, book)
        curated = CuratedAnswers(books.curated, store.curated, embedder, curated_address)
        precedents = await _precedents(golden, embedder) if searches else None
        retriever = Retriever(store, embedder, precedents=precedents, reranker=reranker, curated=curated)
        answerer = Answerer(retriever, engine, indexer.info, opinion)
        finder = Finder(retriever, store, answerer.index_info)
        desk = Desk(answerer, book, right_of_way=right_of_way)
        yield Parts(
            settings=settings,
            database=database,
            book=book,
            books=books,
            ledger=ledger,
            store=store,
            embedder=embedder,
            indexer=indexer,
            engine=engine,
            curated=curated,
            retriever=retriever,
            answerer=answerer,
            finder=finder,
            likeness=LikenessGroups(embedder, [each.question for each in golden if not each.earlier]),
            desk=desk,
        )


def prepare(settings: Settings) -> None:
    """Refuse what can't work, before anything is started or written, and make DATA_DIR. Asks the disk.

    Raises:
        Problem: DATABASE_URL names no database, or DATA_DIR can't be written.
    """
    try:
        parse_address(settings.database)
    except RecordsError as error:
        raise usage(str(explain(error))) from error
    try:
        settings.data_dir.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=settings.data_dir):
            pass
    except OSError as error:
        reason = error.strerror or str(error)
        raise Problem(
            f"DATA_DIR={settings.data_dir} can't be written ({reason}): make it writable, or set DATA_DIR to a folder "
            "that is."
        ) from error


def make_pseudonyms(settings: Settings) -> Pseudonyms:
    """How people are hidden, by HASH_KEY or the key in DATA_DIR. Asks the disk.

    Raises:
        Problem: the key can't be read.
    """
    path = settings.data_dir / "hash.key"
    given = settings.hash_key.get_secret_value().encode()
    try:
        return Pseudonyms(given or kept_key(path), everybody=settings.hash_users)
    except (OSError, ValueError) as error:
        raise Problem(
            f"The key of people's hashes can't be read from {path}: put the file back, or set HASH_KEY. With another "
            "key, nobody is known again who is on record by a hash."
        ) from error


def make_store(settings: Settings) -> MilvusStore:
    """The server of MILVUS_URI, or Milvus Lite in DATA_DIR."""
    if not settings.milvus_uri:
        return MilvusStore(LiteServer(settings.data_dir / "milvus", start_timeout=settings.start_timeout))
    return MilvusStore(settings.milvus_uri, token=settings.milvus_token.get_secret_value())


def make_locator(settings: Settings, progress: ProgressHandler = ignore_progress) -> Locator:
    """Finds weights; those that had to be converted are kept in DATA_DIR."""
    return Locator(settings.data_dir / "models", settings.hf_token.get_secret_value(), on_progress=progress)


def documentation(settings: Settings) -> Source:
    """DOCS_SOURCE as something to crawl. Asks the disk.

    An address that the operator gave may be a private one; the default may not lead to any.

    Raises:
        Problem: it is neither an address nor a folder that is there, or has no such version or language.
    """
    source, versions, languages = settings.docs_source, settings.docs_versions, settings.docs_languages
    if "://" not in source:
        folder = Path(source).expanduser()
        if not source or not folder.is_dir():
            raise usage(
                f"DOCS_SOURCE={source} is neither a web address (https://host/path) nor a folder that is there: set "
                "it (or --source) to one of them."
            )
        return FolderSource(folder, versions=versions, languages=languages)
    given = source != Settings.model_fields["docs_source"].default
    try:
        rate, contact = settings.crawl_rate, settings.crawl_contact
        return WebsiteSource(source, versions, languages, rate, contact, allow_private=given)
    except CrawlError as error:
        raise usage(str(explain(error))) from error


def added_source(settings: Settings, address: str) -> WebsiteSource:
    """A website that an operator added from within Discord: it may never lead to a private address.

    Raises:
        CrawlError: it is no web address.
    """
    versions, languages = ("latest",), settings.docs_languages
    return WebsiteSource(address, versions, languages, settings.crawl_rate, settings.crawl_contact)


def with_added(settings: Settings, main: Source, operating: Operating) -> SeveralSources:
    """The documentation with what operators added to it."""

    async def find() -> dict[str, Source]:
        return {source.name: added_source(settings, source.address) for source in await operating.sources()}

    return SeveralSources(main, find)


@contextmanager
def sample_pages() -> Iterator[Source]:
    """The pages that come with the project."""
    with as_file(files("bot") / "sample_pages") as folder:
        yield FolderSource(folder)


async def patiently(start: Callable[[], Awaitable[None]], timeout: float) -> None:  # noqa: ASYNC109 - a deadline for all tries
    """Start a part that may itself still be starting, such as a server of the same compose file.

    Raises:
        StoreUnavailable, EngineUnavailable: what the last try said, once `timeout` seconds are over.
    """
    attempts = AsyncRetrying(
        stop=stop_after_delay(timeout),
        wait=wait_exponential(multiplier=0.2, max=4) + wait_random(0, 1),
        retry=retry_if_exception_type((StoreUnavailable, EngineUnavailable)),
        before_sleep=_log_wait,
        reraise=True,
    )
    try:
        await attempts(start)
    except (StoreUnavailable, EngineUnavailable) as error:
        waited = f" Waited START_TIMEOUT={timeout:g} s." if timeout else ""
        raise type(error)(f"{said(error)}{waited}") from error


def _log_wait(state: RetryCallState) -> None:
    error = state.outcome.exception() if state.outcome else None
    _log.warning("Waiting for a part", reason=str(error))


def make_engine(settings: Settings, weights: Located | None, progress: ProgressHandler = ignore_progress) -> Engine:
    """The engine that ENGINE and ENGINE_URL name, not started yet; `weights` are those that it runs here, if any."""
    if settings.writer == "server":
        servers = [make_server(settings, url) for url in settings.engine_url]
        return Fleet(servers) if len(servers) > 1 else servers[0]
    if weights is None:
        return NoEngine()
    return SupervisedEngine(_vllm(settings, weights, progress))


def make_server(settings: Settings, url: str) -> ServerEngine:
    """The engine at one address of ENGINE_URL, not started yet."""
    key, context = settings.engine_api_key.get_secret_value(), settings.engine_context_tokens
    return ServerEngine(url, settings.engine_model, key, context_tokens=context)


def _vllm(settings: Settings, weights: Located, progress: ProgressHandler) -> VllmEngine:
    return VllmEngine(
        weights.path,
        name=weights.name,
        context_tokens=settings.engine_context_tokens,
        log_file=settings.data_dir / "vllm.log",
        on_progress=progress,
        options=VllmOptions(
            dtype=settings.engine_dtype,
            quantization=settings.engine_quantization,
            memory_share=settings.engine_memory_share,
            tensor_parallel=settings.engine_tensor_parallel,
            speculation=settings.engine_speculation,
        ),
    )


async def _records(folder: Path, settings: Settings, pseudonyms: Pseudonyms, stack: AsyncExitStack) -> Database:
    """A database of its own in a folder."""
    database = Database(f"sqlite:///{(folder / 'records.db').absolute()}", pseudonyms)
    stack.push_async_callback(database.close)
    await database.start(settings.start_timeout)
    return database


def _books(database: Database, questions: SqlQuestionBook) -> Books:
    return Books(
        questions=questions,
        servers=Servers(SqlServerBook(database)),
        people=SqlPeopleBook(database),
        curated=SqlCuratedBook(database),
        audit=SqlAuditTrail(database),
        follow_ups=SqlFollowUpBook(database),
        insight=SqlInsight(database),
        digests=SqlDigests(database),
        operating=Operating(SqlOperatingBook(database)),
        speeds=SqlSpeedBook(database),
        personal=SqlPersonalData(database, questions),
    )


async def _locate(settings: Settings, locator: Locator, *, writes: bool) -> tuple[Located, Located | None]:
    """Weights of the embedding model, and of the language model where one runs here."""
    sentence = await locator.sentence_model(settings.embedding_model)
    if not writes or settings.writer != "vllm":
        return sentence, None
    language = await locator.language_model(settings.engine_model)
    if settings.entailment_model == _BY_ENGINE:
        require_judge(language.name)
    return sentence, language


async def _right_of_way(settings: Settings, *, writes: bool) -> RightOfWay | None:
    """Indexing gives way to answers where both run on this machine's processor."""
    shared = writes and settings.writer == "vllm" and not await asyncio.to_thread(gpu_present)
    return RightOfWay() if shared else None


async def _embedder(
    weights: Located, right_of_way: RightOfWay | None, stack: AsyncExitStack
) -> SentenceTransformerEmbedder:
    embedder = SentenceTransformerEmbedder(weights.path, name=weights.name, right_of_way=right_of_way)
    stack.push_async_callback(embedder.close)
    await embedder.start()
    return embedder


async def _precedents(golden: Sequence[GoldenQuestion], embedder: SentenceTransformerEmbedder) -> Precedents | None:
    """The golden questions, for the one embedding model whose cosines are understood."""
    if embedder.model != CALIBRATED_MODEL:
        return None
    alone = [question for question in golden if not question.earlier]
    answered = [question.question for question in alone if question.gold]
    return await Precedents.of(answered, [question.question for question in alone if not question.gold], embedder)


async def _reranker(settings: Settings, locator: Locator, stack: AsyncExitStack) -> Reranker | None:
    if not settings.reranker_model:
        return None
    weights = await locator.sentence_model(settings.reranker_model)
    reranker = CrossEncoderReranker(weights.path, name=weights.name)
    stack.push_async_callback(reranker.close)
    await reranker.start()
    return reranker


async def _entailed(settings: Settings, locator: Locator, stack: AsyncExitStack) -> Opinion | None:
    """The cross-encoder for entailment, where one is named; it takes its memory before the engine does."""
    if settings.entailment_model in {"", _BY_ENGINE}:
        return None
    weights = await locator.sentence_model(settings.entailment_model)
    entailment = CrossEncoderEntailment(weights.path, name=weights.name)
    stack.push_async_callback(entailment.close)
    await entailment.start()
    return Entailed(entailment)


def _opinion(settings: Settings, engine: Engine, embedder: SentenceTransformerEmbedder) -> Opinion | None:
    """What else decides on sentences. Raises ModelError where the engine is to do it, and its model can't."""
    if settings.entailment_model == _BY_ENGINE:
        return judge_by(engine) if engine.writes else None
    return likeness_by(embedder)


async def _engine(
    settings: Settings, weights: Located | None, progress: ProgressHandler, stack: AsyncExitStack
) -> Engine:
    engine = make_engine(settings, weights, progress)
    stack.push_async_callback(engine.close)
    # Only a server may still be starting elsewhere; what fails to start here would fail again.
    await patiently(engine.start, settings.start_timeout if settings.writer == "server" else 0)
    return engine
