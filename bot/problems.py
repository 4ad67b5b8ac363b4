"""Errors as one sentence for the person at the terminal: what is wrong, which setting it hangs on, how to mend it."""

from collections.abc import Callable

from rag_core import errors

EXIT_FAILURE = 1
EXIT_USAGE = 2


class Problem(Exception):
    """Something that the person who runs the bot has to mend. Shown without a traceback."""

    def __init__(self, sentence: str, exit_code: int = EXIT_FAILURE) -> None:
        super().__init__(sentence)
        self.exit_code = exit_code


def usage(sentence: str) -> Problem:
    """A problem with what was typed or set, rather than with the world."""
    return Problem(sentence, EXIT_USAGE)


def explain(error: BaseException) -> Problem | None:
    """The problem that an error stands for, or None where it is a defect that deserves its traceback."""
    if isinstance(error, Problem):
        return error
    for kind, sentence in _SENTENCES:
        if isinstance(error, kind):
            return Problem(sentence(error))
    return None


def said(what: BaseException | str) -> str:
    """An error's message, ended as a sentence, so that another one can follow."""
    text = str(what).strip() or type(what).__name__
    return text if text.endswith((".", "!", "?")) else f"{text}."


def _model(error: BaseException) -> str:
    names = "EMBEDDING_MODEL, ENGINE_MODEL, RERANKER_MODEL and ENTAILMENT_MODEL name the models"
    return f"{said(error)} {names}; unset, the hardware decides on the first two, and the others are left out."


def _gated(error: BaseException) -> str:
    model = error.model if isinstance(error, errors.ModelError) else "the model"
    return (
        f"{model} is behind a licence: accept it at https://huggingface.co/{model}, make a token at "
        "https://huggingface.co/settings/tokens and set HF_TOKEN to it, or choose another model with ENGINE_MODEL or "
        "EMBEDDING_MODEL."
    )


def _store(error: BaseException) -> str:
    return f"{said(error)} Check MILVUS_URI and MILVUS_TOKEN, or leave both empty for Milvus Lite in DATA_DIR."


def _schema(error: BaseException) -> str:
    return f"{said(error)} DATABASE_URL names it; empty, it is SQLite in DATA_DIR."


def _database(error: BaseException) -> str:
    return f"{said(error)} Check DATABASE_URL, or leave it empty for SQLite in DATA_DIR."


def _engine(error: BaseException) -> str:
    return f"{said(error)} Check ENGINE, ENGINE_MODEL and ENGINE_URL; ENGINE=none answers with quoted passages."


def _crawl(error: BaseException) -> str:
    return f"{said(error)} Check DOCS_SOURCE (or --source), DOCS_VERSIONS, DOCS_LANGUAGES and CRAWL_CONTACT."


_SENTENCES: list[tuple[type[BaseException], Callable[[BaseException], str]]] = [
    (errors.ModelGated, _gated),
    (errors.ModelError, _model),
    (errors.SchemaMismatch, _schema),
    (errors.RecordsError, _database),
    (errors.StoreUnavailable, _store),
    (errors.StoreRejected, _store),
    (errors.EngineError, _engine),
    (errors.CrawlError, _crawl),
    (errors.RagError, said),
]
