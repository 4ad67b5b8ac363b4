"""The golden questions about the Milvus documentation are what a calibration and a gate can rely on."""

import html
import json
import re
from collections import Counter
from functools import cache
from itertools import chain
from pathlib import Path
from typing import Any

import pytest

from rag_core.evaluation.questions import GoldenQuestion, load_questions
from tests.rag_core.crawling.mirror import FOLDER, stored_pages

QUESTIONS_FILE = Path(__file__).parents[2] / "rag_core" / "evaluation" / "golden" / "milvus.jsonl"
PUBLIC_FILE = FOLDER.parent / "corpus" / "eval_public.jsonl"
LATEST = "v3.0.x"

QUESTIONS = load_questions(QUESTIONS_FILE)
ENTRIES: list[dict[str, Any]] = [json.loads(line) for line in QUESTIONS_FILE.read_text("utf-8").splitlines()]
WITH_GOLD = [question for question in QUESTIONS if question.kind != "unanswerable"]

WORD = re.compile(r"\w+")
TAG = re.compile(r"<[^>]+>")
# Words that any two questions share.
COMMON = frozenset(
    WORD.findall(
        "a an and are as at be but by can do does for from get got has have how i if in is it its me milvus my not of "
        "on or so that the then there this to was we what when where which why will with you your"
    )
)
# More than half of the smaller question's words in common, and one may be a copy of the other.
MOST_OVERLAP = 0.5

needs_mirror = pytest.mark.skipif(not FOLDER.exists(), reason="the mirror does not lie beside the checkout")
needs_public = pytest.mark.skipif(not PUBLIC_FILE.exists(), reason="the public set does not lie beside the checkout")


def squeezed(text: str) -> str:
    return re.sub(r"\s+", " ", text).casefold()


def content_words(text: str) -> frozenset[str]:
    return frozenset(WORD.findall(text.casefold())) - COMMON


def overlap(one: frozenset[str], other: frozenset[str]) -> float:
    """Shared words as a share of the smaller set."""
    return len(one & other) / max(1, min(len(one), len(other)))


def phrasings(entry: dict[str, Any]) -> list[frozenset[str]]:
    return [content_words(entry[field]) for field in ("question", "rewrite") if field in entry]


@cache
def english_texts() -> dict[str, str]:
    """The text of each English page that the mirror serves, by version and id."""
    return {
        page.key.removeprefix("en/"): squeezed(page.title + " " + html.unescape(TAG.sub("", page.html)))
        for page in stored_pages()
        if page.key.startswith("en/")
    }


def own_ids_too_like_the_public_set() -> list[str]:
    lines = PUBLIC_FILE.read_text("utf-8").splitlines()
    public = list(chain.from_iterable(phrasings(json.loads(line)) for line in lines))
    return [
        entry["id"]
        for entry in ENTRIES
        if any(overlap(ours, theirs) > MOST_OVERLAP for ours in phrasings(entry) for theirs in public)
    ]


def gold_keys(question: GoldenQuestion) -> list[str]:
    return [f"{question.version or LATEST}/{page}" for page in question.gold]


def test_there_are_enough_questions_of_each_kind_and_type() -> None:
    kinds = Counter(question.kind for question in QUESTIONS)
    assert kinds["answerable"] >= 90
    assert kinds["unanswerable"] >= 50
    assert kinds["followup"] >= 10
    types = Counter(question.type for question in QUESTIONS if question.kind == "answerable")
    assert set(types) == {"how-to", "concept", "error", "config", "comparison", "limits", "version"}
    assert types["error"] >= 15
    assert types["limits"] >= 10


def test_every_stored_version_and_some_other_languages_are_asked_for() -> None:
    versions = Counter(entry.get("version", LATEST) for entry in ENTRIES if entry["type"] == "version")
    assert set(versions) == {LATEST, "v2.4.x", "v2.6.x"}
    assert versions["v2.4.x"] >= 2
    assert versions["v2.6.x"] >= 2
    languages = Counter(entry.get("asked_in", "en") for entry in ENTRIES if entry["kind"] == "answerable")
    assert languages.pop("zh") >= 6
    assert languages.pop("en") >= 90
    assert languages.total() >= 4


def test_most_questions_are_worded_unlike_their_page() -> None:
    difficulties = Counter(question.difficulty for question in QUESTIONS if question.kind == "answerable")
    assert set(difficulties) == {"paraphrased", "lexical"}
    assert difficulties["paraphrased"] >= 0.7 * difficulties.total()


def test_ids_tell_the_kind() -> None:
    letters = {"answerable": "m", "unanswerable": "u", "followup": "f"}
    assert [question.id for question in QUESTIONS if not question.id.startswith(letters[question.kind])] == []


def test_an_unanswerable_question_has_a_reason_and_no_gold_and_every_other_has_facts() -> None:
    for question in QUESTIONS:
        assert (question.kind == "unanswerable") == question.type.startswith("unanswerable:"), question.id
        assert bool(question.gold) == bool(question.facts) == (question.kind != "unanswerable"), question.id
        assert len(set(question.gold)) == len(question.gold), question.id


def test_a_follow_up_ends_with_its_question_and_can_stand_alone_once_rewritten() -> None:
    follow_ups = [entry for entry in ENTRIES if entry["kind"] == "followup"]
    for entry in follow_ups:
        assert entry["turns"][-1] == entry["question"], entry["id"]
        assert len(entry["turns"]) >= 2, entry["id"]
        assert content_words(entry["rewrite"]) - content_words(entry["question"]), entry["id"]


def test_half_of_each_kind_and_type_is_kept_from_calibration() -> None:
    halves = Counter((question.kind, question.type, question.split) for question in QUESTIONS)
    assert {split for _, _, split in halves} == {"calibrate", "hold"}
    for kind, type_ in {(question.kind, question.type) for question in QUESTIONS}:
        assert abs(halves[kind, type_, "calibrate"] - halves[kind, type_, "hold"]) <= 1, (kind, type_)


@pytest.mark.shared
@needs_mirror
def test_each_gold_page_is_served() -> None:
    assert [key for question in WITH_GOLD for key in gold_keys(question) if key not in english_texts()] == []


@pytest.mark.shared
@needs_mirror
def test_each_fact_stands_on_a_gold_page() -> None:
    for question in WITH_GOLD:
        texts = [english_texts()[key] for key in gold_keys(question)]
        for terms in question.facts:
            assert any(all(squeezed(term) in text for term in terms) for text in texts), (question.id, terms)


@pytest.mark.shared
@needs_public
def test_no_question_is_one_of_the_public_set() -> None:
    """Only ids of our own are shown, since nobody is to read the public questions."""
    assert own_ids_too_like_the_public_set() == []
