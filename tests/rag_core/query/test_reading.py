"""What is asked is told from what stands around it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag_core.answering.pasted import QUERY_CHARACTERS
from rag_core.query.reading import normalised, read

QUESTIONS = (
    "How do I change the consistency level of a collection?",
    "Which index needs the least memory?",
    "How many partitions may a collection have?",
    "Can I rename a field after the collection was created?",
)
AROUND = {
    "greeting": "Hi all!\n{}\nThanks a lot in advance!",
    "greeting on one line": "hello team, {} thanks!",
    "own stack in front": "We run FastAPI 0.110 with LangChain 0.1.16 on Python 3.11. {}",
    "own stack behind": "{} My setup: Ubuntu 22.04, Docker 24.0.7, Python 3.10.",
    "code": "{}\nhere's the relevant part of the app:\n```python\nfrom flask import Flask\napp = Flask(__name__)\n```",
    "code without an end": "{}\n```\nconst app = express();\napp.listen(3000);",
    "logs": "{}\n2026-05-04 10:11:12 INFO worker started\n2026-05-04 10:11:13 WARN retrying in 5 s",
    "compose file": "{}\nservices:\n  web:\n    image: nginx:1.25\n    ports:\n      - 80:80",
    "JSON": '{}\n{{"user": {{"name": "kim", "plan": "free"}}, "features": ["a", "b"], "page": 12}}',
    "quotation": "> the stickers arrived, mine took two months\n{}",
    "mentions and an address": "<@123456789012345678> {} https://example.com/talk?v=3",
    "invisible characters": "\u200b{}\u200d\ufe0f",
    "emoji": "\U0001f64f {} \U0001f914\U0001f3fd",
}


@pytest.mark.parametrize("question", QUESTIONS)
@pytest.mark.parametrize("around", AROUND.values(), ids=AROUND)
def test_what_asks_nothing_is_not_searched(around: str, question: str) -> None:
    reading = read(around.format(question))
    assert reading.query == question
    assert reading.wordings == ()


@pytest.mark.parametrize(
    ("message", "query", "wording"),
    [
        (
            "I built a recipe search for my grandma. How do I load a collection?",
            "I built a recipe search for my grandma. How do I load a collection?",
            "How do I load a collection?",
        ),
        (
            "our chat logs have to vanish after 14 days, do I need a cron job for that",
            "our chat logs have to vanish after 14 days, do I need a cron job for that",
            "our chat logs have to vanish after 14 days do I need a cron job for that",
        ),
        (
            "How do I create an index? Which metric types can I use for it?",
            "How do I create an index? Which metric types can I use for it?",
            None,
        ),
        (
            "How do I create an index? What does a backup contain?",
            "How do I create an index? What does a backup contain?",
            "What does a backup contain?",
        ),
    ],
)
def test_what_the_rules_leave_open_becomes_another_wording(message: str, query: str, wording: str | None) -> None:
    reading = read(message)
    assert reading.query == query
    assert wording is None or wording in reading.wordings


def test_an_error_is_searched_with_its_question_and_by_what_was_asked_alone() -> None:
    message = "got this on insert\n```\nValueError: the vector has 3 dimensions\n```\nWhy does inserting vectors fail?"
    reading = read(message)
    assert reading.query.startswith("got this on insert Why does inserting vectors fail?")
    assert reading.query.endswith("ValueError: the vector has 3 dimensions")
    assert "Why does inserting vectors fail?" in reading.wordings


def test_courtesy_beside_a_paste_leaves_its_error_and_beside_code_what_that_calls() -> None:
    assert read("please help\n```\nValueError: bad schema\n```").query.endswith("ValueError: bad schema")
    assert "create_index" in read("what is wrong?\n```python\nclient.create_index(params)\n```").query


def test_the_askers_own_words_tell_the_language_not_a_paste() -> None:
    assert read("怎么备份？\n```\nTraceback (most recent call last):\nValueError: no such file\n```").own == "怎么备份?"


def test_what_looks_alike_is_alike_and_shouting_is_speech() -> None:
    assert normalised("ｅｆ\u200b＝64\u00a0？") == "ef=64 ?"
    assert read("HOW DO I SET THE NPROBE PARAMETER?").query == "how do i set the nprobe parameter?"
    assert read("HNSW vs IVF_FLAT?").query == "HNSW vs IVF_FLAT?"


@given(st.text(max_size=2000))
def test_something_is_searched_of_whatever_is_written(text: str) -> None:
    reading = read(text)
    assert bool(reading.query) == bool(text.strip())
    assert all(
        0 < len(each) <= QUERY_CHARACTERS and "\n" not in each for each in (reading.query, *reading.wordings)
    ) or (not text.strip())
