"""Questions, answers and runs for the tests of the records."""

from datetime import UTC, datetime
from uuid import uuid4

from rag_core.answering.model import Answer, Citation, IndexInfo, Passage, Question, Times, Turn, Usage
from rag_core.records.model import Origin

NOW = datetime(2026, 3, 1, 12, 30, 15, 123456, tzinfo=UTC)
ORIGIN = Origin("discord", 2**62 + 1, 2**62 + 2, 2**62 + 3, None, 2**62 + 4)


def a_question(text: str = "What does efConstruction do?") -> Question:
    return Question(uuid4().hex, text, (Turn("What is HNSW?", "A graph [1]."),), "v2.4.x", "en")


def a_passage(number: int = 1, text: str = "efConstruction is the candidate list's length.") -> Passage:
    return Passage(
        number=number,
        chunk_ids=("c1", "c2"),
        page_id="hnsw.md",
        page_key="en/v3.0.x/hnsw.md",
        url="https://milvus.io/docs/hnsw.md",
        anchor="index-params",
        title="HNSW",
        path=("Build index", "Index params"),
        text=text,
        version="v3.0.x",
        language="en",
        score=0.0325,
        dense=0.71,
        lexical_rank=2,
    )


def an_answer(question_id: str, text: str = "It is the length of a list [1].") -> Answer:
    passages = (a_passage(1), a_passage(2, "M is the number of edges."))
    return Answer(
        question_id=question_id,
        outcome="answered",
        text=text,
        query="HNSW efConstruction",
        citations=(Citation(2, "hnsw.md", passages[1].link, passages[1].heading), Citation(1, "hnsw.md", "l", "h")),
        passages=passages,
        held_back=("It makes coffee.",),
        times=Times(0.08, 0.4, 0.6, 2.5),
        usage=Usage(1800, 200, 1500),
        model="llm",
        index=IndexInfo("g1", "https://milvus.io/docs", "v3.0.x", NOW),
    )
