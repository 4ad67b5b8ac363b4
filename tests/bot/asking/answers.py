"""Answers that tests show: one of each outcome, about HNSW."""

from datetime import UTC, datetime

from rag_core.answering.model import Answer, Citation, IndexInfo, Passage

PAGE = "https://milvus.io/docs/hnsw.md"
INDEX = IndexInfo("g1", "https://milvus.io/docs", "v3.0.x", datetime(2025, 12, 31, 21, tzinfo=UTC))
QUESTION = "What do the parameters for HNSW mean?"

TEXT = """\
HNSW has three parameters:
- `M` is the largest number of links that one vector may have in the graph. More links make searches more accurate, \
and the index larger [1].
- `efConstruction` is how many candidates are looked at when a vector is added. Higher values build a better graph, \
more slowly [1].
- `ef` is how many candidates a search keeps. It must not be smaller than `limit` [2].

Set the first two when you create the index [1]:
```python
index_params.add_index(
    field_name="embedding",
    index_type="HNSW",
    metric_type="COSINE",
    params={"M": 30, "efConstruction": 360},
)
```"""

TABLE = """\
| Parameter | Meaning | Range | Default |
|---|---|---|---|
| `M` | Links of one vector | 2 to 2048 | 30 |
| `efConstruction` | Candidates while building | 1 to int_max | 360 |"""

BUILD = """\
Describe the index with its type, metric and parameters.

```python
client.create_index(
    collection_name="articles",
    index_params=index_params,
)
```"""


def passage(number: int, anchor: str, path: tuple[str, ...], text: str) -> Passage:
    return Passage(number, (f"c{number}",), "hnsw.md", "en/v3.0.x/hnsw.md", PAGE, anchor, "HNSW", path, text, "v3.0.x",
                   "en", 0.03)  # fmt: skip


PASSAGES = (
    passage(1, "Index-params", ("Index params",), "These parameters are set when the index is built.\n\n" + TABLE),
    passage(
        2, "Search-params", ("Search params",), "`ef` bounds the candidates that a search keeps, at least `limit`."
    ),
    passage(3, "Build-index", ("Build index",), BUILD),
)


def citation(number: int) -> Citation:
    source = PASSAGES[number - 1]
    return Citation(number, source.page_id, source.link, source.heading)


ANSWERED = Answer(
    "0" * 32, "answered", TEXT, QUESTION, (citation(1), citation(2)), PASSAGES, model="a model", index=INDEX
)
REFUSED = Answer("0" * 32, "refused", "", "Who wrote the Iliad?", (), PASSAGES, "no_evidence", index=INDEX)
QUOTED = Answer("0" * 32, "quoted", "", QUESTION, (), PASSAGES, "engine_unavailable", index=INDEX)
FAILED = Answer("0" * 32, "failed", "", QUESTION, note="store_unavailable")
