"""Errors become sentences that name a setting; defects stay defects."""

from collections.abc import Iterator

import pytest

from bot.problems import EXIT_FAILURE, EXIT_USAGE, explain, said, usage
from bot.settings import setting_names
from rag_core import errors


def _kinds(kind: type[errors.RagError]) -> Iterator[type[errors.RagError]]:
    yield kind
    for narrower in kind.__subclasses__():
        yield from _kinds(narrower)


def _made(kind: type[errors.RagError]) -> errors.RagError:
    text = "Something is away"
    return kind(text, "org/model") if issubclass(kind, errors.ModelError) else kind(text)


@pytest.mark.parametrize("kind", [kind for kind in _kinds(errors.RagError) if kind.__module__ == errors.__name__])
def test_every_error_raised_on_purpose_is_explained(kind: type[errors.RagError]) -> None:
    problem = explain(_made(kind))
    assert problem is not None
    assert problem.exit_code == EXIT_FAILURE
    assert str(problem).endswith(".")
    assert "\n" not in str(problem)


@pytest.mark.parametrize(
    ("kind", "setting"),
    [
        (errors.ModelGated, "HF_TOKEN"),
        (errors.ModelNotFound, "EMBEDDING_MODEL"),
        (errors.SchemaMismatch, "DATABASE_URL"),
        (errors.RecordsUnavailable, "DATABASE_URL"),
        (errors.StoreUnavailable, "MILVUS_URI"),
        (errors.StoreRejected, "MILVUS_TOKEN"),
        (errors.EngineUnavailable, "ENGINE_URL"),
        (errors.FetchFailed, "DOCS_SOURCE"),
    ],
)
def test_the_setting_is_named(kind: type[errors.RagError], setting: str) -> None:
    assert setting in setting_names()
    assert setting in str(explain(_made(kind)))


def test_the_licence_is_linked() -> None:
    assert "https://huggingface.co/org/model" in str(explain(errors.ModelGated("no", "org/model")))


@pytest.mark.parametrize("error", [ValueError("x"), OSError("x"), KeyError("x"), AssertionError()])
def test_a_defect_keeps_its_traceback(error: Exception) -> None:
    assert explain(error) is None


def test_a_problem_is_its_own_explanation() -> None:
    problem = usage("No.")
    assert explain(problem) is problem
    assert problem.exit_code == EXIT_USAGE


@pytest.mark.parametrize(
    ("error", "sentence"),
    [(OSError("it broke"), "it broke."), (OSError("Why?"), "Why?"), (TimeoutError(), "TimeoutError.")],
)
def test_a_message_ends_as_a_sentence(error: Exception, sentence: str) -> None:
    assert said(error) == sentence
