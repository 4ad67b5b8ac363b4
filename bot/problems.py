"""Errors as one sentence for the person at the terminal: what is wrong, which setting it hangs on, how to mend it."""

from collections.abc import Callable

import discord

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
            return Problem(sentence(error), EXIT_USAGE if isinstance(error, discord.LoginFailure) else EXIT_FAILURE)
    return None


def _model(error: BaseException) -> str:
    return f"{error} (EMBEDDING_MODEL and ENGINE_MODEL name the models; unset, the hardware decides.)"


def _gated(error: BaseException) -> str:
    model = error.model if isinstance(error, errors.ModelError) else "the model"
    return (
        f"{model} is behind a licence: accept it at https://huggingface.co/{model}, make a token at "
        "https://huggingface.co/settings/tokens and set HF_TOKEN to it, or choose another model with ENGINE_MODEL."
    )


def _store(error: BaseException) -> str:
    return f"{error} Check MILVUS_URI and MILVUS_TOKEN, or leave both empty for Milvus Lite in DATA_DIR."


def _token(_: BaseException) -> str:
    return (
        "Discord refuses DISCORD_TOKEN: copy the bot's token from https://discord.com/developers/applications "
        "(Bot > Reset Token) and set it again, or unset it to chat in this terminal."
    )


def _intents(_: BaseException) -> str:
    return (
        "Discord refuses an intent of the bot: switch it on at https://discord.com/developers/applications (Bot > "
        "Privileged Gateway Intents), for the application of DISCORD_TOKEN."
    )


def _database(error: BaseException) -> str:
    return f"{error} Check DATABASE_URL, or leave it empty for SQLite in DATA_DIR."


def _engine(error: BaseException) -> str:
    return f"{error} Check ENGINE, ENGINE_MODEL and ENGINE_URL; ENGINE=none answers with quoted passages."


def _crawl(error: BaseException) -> str:
    return f"{error} Check DOCS_SOURCE (or --source), DOCS_VERSIONS and DOCS_LANGUAGES."


_SENTENCES: list[tuple[type[BaseException], Callable[[BaseException], str]]] = [
    (discord.LoginFailure, _token),
    (discord.PrivilegedIntentsRequired, _intents),
    (errors.ModelGated, _gated),
    (errors.ModelError, _model),
    (errors.SchemaMismatch, str),
    (errors.RecordsError, _database),
    (errors.StoreUnavailable, _store),
    (errors.StoreRejected, _store),
    (errors.EngineError, _engine),
    (errors.CrawlError, _crawl),
    (errors.RagError, str),
]
