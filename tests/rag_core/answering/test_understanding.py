"""What a question means for the search, and what its reader is told."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag_core.answering.engines.abilities import abilities_of
from rag_core.answering.model import IndexInfo, Notice, Question, Turn
from rag_core.answering.rewriting import stand_alone
from rag_core.answering.search import Search
from rag_core.answering.understanding import Interpreter, asked_in, understand
from rag_core.query.leaning import leans_on_history
from tests.fakes.engine import ScriptedEngine

INDEX = IndexInfo("one", "https://docs.example", "v3.0.x", None, versions=("v3.0.x", "v2.4.x"), languages=("en", "zh"))
FOLLOW_UPS: list[dict[str, Any]] = [
    json.loads(line)
    for line in (Path(__file__).parents[2] / "golden" / "follow_ups.jsonl").read_text("utf-8").splitlines()
]


def ask(text: str, *earlier: str, version: str | None = None) -> Question:
    return Question("1" * 32, text, tuple(Turn(question, "An answer.") for question in earlier), version)


def test_a_plain_question_is_searched_in_the_latest_english_pages_with_pythons_tabs() -> None:
    found = understand(ask("What is HNSW?"), INDEX)
    assert found.search == Search("What is HNSW?", "", None, ("en",), ("python",))
    assert (found.language, found.notices) == ("en", ())


@pytest.mark.parametrize(
    ("question", "version", "notices"),
    [
        (ask("How do I load in 2.4?"), "v2.4.x", ()),
        (ask("How do I load in 3.0?"), None, ()),
        (ask("How do I load in Milvus 2.2?"), None, (Notice("version_absent", "2.2"),)),
        (ask("How do I load in 3.0?", version="v2.4.x"), "v2.4.x", ()),
        (ask("How do I load?", version="2.4.7"), "v2.4.x", ()),
        (ask("How do I load?", version="v2.2.x"), None, (Notice("version_absent", "v2.2.x"),)),
        (ask("How do I load?", version="nightly"), None, (Notice("version_absent", "nightly"),)),
        (ask("and in Java?", "How do I load in 2.4?"), "v2.4.x", ()),
        (ask("We run Python version 3.10 with Milvus 2.4. How do I load a collection?"), "v2.4.x", ()),
        (ask("How do I load?\n```\nimage: milvusdb/milvus:v2.4.5\nimage: minio:2.2\n```"), "v2.4.x", ()),
        (ask("How do I load?\n```\nretried in 2.2\n```"), None, ()),
    ],
)
def test_the_version_asked_for_is_searched_or_its_want_is_told(
    question: Question, version: str | None, notices: tuple[Notice, ...]
) -> None:
    found = understand(question, INDEX)
    assert (found.search.version, found.notices) == (version, notices)


def test_without_an_index_to_look_at_a_chosen_version_is_taken_as_it_is() -> None:
    assert understand(ask("How do I load in 2.4?")).search.version is None
    assert understand(ask("How do I load?", version="v2.4.x")).search.version == "v2.4.x"


def test_the_named_sdk_is_searched_also_where_an_earlier_turn_names_it() -> None:
    assert understand(ask("How do I load in Java?"), INDEX).search.sdks == ("java",)
    assert understand(ask("and how do I release it?", "How do I load in Java?"), INDEX).search.sdks == ("java",)


def test_the_sdk_is_also_told_by_what_is_pasted() -> None:
    found = understand(
        ask("How do I load a collection?\n```\nfrom pymilvus import MilvusClient  // golang\n```"), INDEX
    )
    assert found.search.query == "How do I load a collection?"
    assert found.search.sdks == ("python", "go")
    shell = understand(ask("How do I load a collection?\n```bash\ndocker compose up\n```"), INDEX)
    assert shell.search.sdks == ("python",)


def test_what_is_pasted_names_sdk_and_version_in_follow_ups_too() -> None:
    pasted = (
        "how do I load a collection here?\n```\nrequire('@zilliz/milvus2-sdk-node')\n```\nimage: milvusdb/milvus:v2.4.5"
    )
    for question in (ask(pasted), ask("and how do I release it?", pasted)):
        found = understand(question, INDEX).search
        assert "zilliz" not in found.query
        assert (found.sdks, found.version) == (("javascript",), "v2.4.x")
    assert understand(ask("What is HNSW?", pasted), INDEX).search.sdks == ("python",)


def test_a_chinese_question_is_searched_in_chinese_and_english() -> None:
    found = understand(ask("HNSW 的 efConstruction 怎么设置？"), INDEX)
    assert found.language == "zh"
    assert found.search.languages == ("en", "zh")
    assert found.search.queries == ("HNSW efConstruction", "HNSW 的 efConstruction 怎么设置?")
    only_english = understand(ask("怎么设置索引？"), replace(INDEX, languages=("en",)))
    assert (only_english.search.languages, only_english.search.queries) == (("en",), ("怎么设置索引?",))


async def test_the_engine_translates_where_it_can() -> None:
    found = await Interpreter(ScriptedEngine("How do I set up an index?")).understand(ask("怎么设置索引？"), INDEX)
    assert found.search.translated == "How do I set up an index?"
    assert found.search.query == "怎么设置索引?"


def test_a_question_that_does_not_tell_its_language_has_that_of_the_conversation() -> None:
    assert asked_in(ask("HNSW?", "怎么设置索引？")) == "zh"
    assert asked_in(replace(ask("HNSW?"), language="de")) == "de"
    assert asked_in(replace(ask("How do I build it?"), language="de")) == "en"


@pytest.mark.parametrize("entry", FOLLOW_UPS, ids=lambda entry: str(entry["id"]))
def test_follow_ups_are_told_from_new_subjects(entry: dict[str, Any]) -> None:
    *earlier, text = entry["turns"]
    assert leans_on_history(text) == entry["leans"]
    query = stand_alone(ask(text, *earlier))
    assert query == (" ".join((*earlier, text)) if entry["leans"] else text)


@pytest.mark.parametrize(
    ("model", "rewrites", "chinese"),
    [
        ("HuggingFaceTB/SmolLM2-135M-Instruct", False, False),
        ("Qwen/Qwen2.5-0.5B-Instruct", False, False),
        ("Qwen/Qwen2.5-7B-Instruct", True, True),
        ("meta-llama/Llama-3.1-8B-Instruct", True, False),
        ("my-model", True, False),
    ],
)
def test_what_a_model_is_trusted_with(model: str, rewrites: bool, chinese: bool) -> None:
    abilities = abilities_of(model)
    assert (abilities.rewrites, "zh" in abilities.languages) == (rewrites, chinese)
    assert "en" in abilities.languages


@given(st.text(min_size=1, max_size=300), st.lists(st.text(max_size=80), max_size=4))
def test_something_is_always_searched(text: str, earlier: list[str]) -> None:
    found = understand(ask(text, *earlier), INDEX)
    assert found.search.queries or not text.strip()
    assert found.search.query == found.search.query.strip()
    assert found.search.languages
