"""What a generation looks like in Milvus: the schemas of its two collections, their rows, their filters."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, fields
from datetime import datetime
from typing import Any

from pymilvus import CollectionSchema, DataType, Function, FunctionType, MilvusClient
from pymilvus.milvus_client.index import IndexParams

from rag_core.indexing.card import PageCard
from rag_core.indexing.chunk import Chunk
from rag_core.indexing.embedder import Vectors
from rag_core.indexing.store import Generation, SearchFilter
from rag_core.indexing.tabs import tabs_of_others
from rag_core.indexing.terms import indexed_terms

SCHEMA = 3
"""Version of the collection's schema: raise it with every change below that old collections don't have."""

VECTOR = "vector"
SPARSE = "sparse"
_TERMS = "terms"

NOTE = "generation"
"""The collection's property that holds the generation's data."""

CHUNK_FIELDS = [field.name for field in fields(Chunk) if field.compare]
CARD_FIELDS = [field.name for field in fields(PageCard) if field.compare]
PAGE_KEY = "page_key"

_BYTES = {
    "id": 64,
    "title": 2048,
    "path": 8192,
    "url": 4096,
    "text": 16384,
    "summary": 16384,
    "version": 64,
    "language": 32,
}
_BYTES_OTHERWISE = 1024
_TERMS_BYTES = 65535
"""As many as Milvus takes. Only the terms of the longest pages are longer, and are cut."""

_ANALYZER = {"tokenizer": "standard", "filter": ["lowercase"]}

_ESCAPES = str.maketrans({"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r", "\t": "\\t"})


def schema(generation: Generation, *, lexical: bool) -> CollectionSchema:
    """The schema of the chunks' collection, with Milvus's BM25 function over each one's terms where `lexical`."""
    return _searched_schema(generation, CHUNK_FIELDS, "id", lexical=lexical)


def card_schema(generation: Generation, *, lexical: bool) -> CollectionSchema:
    """The schema of the cards' collection. It is apart, since BM25 weighs words by how many of its rows have them."""
    return _searched_schema(generation, CARD_FIELDS, PAGE_KEY, lexical=lexical)


def indexes(*, lexical: bool) -> IndexParams:
    """HNSW with the parameters that Milvus's documentation recommends to start from, and BM25's inverted index."""
    made = IndexParams()
    made.add_index(VECTOR, index_type="HNSW", metric_type="COSINE", params={"M": 16, "efConstruction": 200})
    if lexical:
        made.add_index(SPARSE, index_type="SPARSE_INVERTED_INDEX", metric_type="BM25")
    return made


def row(chunk: Chunk, vector: Vectors, *, lexical: bool) -> dict[str, Any]:
    """A chunk as Milvus takes it."""
    made = {name: getattr(chunk, name) for name in CHUNK_FIELDS}
    made |= {"path": json.dumps(chunk.path, ensure_ascii=False), VECTOR: vector}
    return made | {_TERMS: _terms(chunk.lexical_text)} if lexical else made


def card_row(card: PageCard, vector: Vectors, *, lexical: bool) -> dict[str, Any]:
    """A page's card as Milvus takes it."""
    made = {name: getattr(card, name) for name in CARD_FIELDS}
    made |= {"summary": _cut(card.summary, _BYTES["summary"]), VECTOR: vector}
    return made | {_TERMS: _terms(card.text)} if lexical else made


def chunk(entity: Mapping[str, Any]) -> Chunk:
    """The chunk of a row with all of `CHUNK_FIELDS`."""
    values = {name: entity[name] for name in CHUNK_FIELDS}
    return Chunk(**values | {"path": tuple(json.loads(values["path"]))})


def card(entity: Mapping[str, Any]) -> PageCard:
    """The card of a row with all of `CARD_FIELDS`."""
    return PageCard(**{name: entity[name] for name in CARD_FIELDS})


def generation_note(generation: Generation) -> str:
    """The generation's data as compact JSON."""
    values = asdict(generation) | {"created_at": generation.created_at.isoformat()}
    return json.dumps(values, separators=(",", ":"))


def generation(description: Mapping[str, Any]) -> Generation | None:
    """The generation that a described collection holds; None where somebody else made it.

    The data stand in a property and in the description: Milvus Lite drops the latter.
    """
    try:
        values = json.loads(description["properties"].get(NOTE) or description["description"])
        return Generation(**values | {"created_at": datetime.fromisoformat(values["created_at"])})
    except (ValueError, TypeError, KeyError):
        return None


def literal(value: str) -> str:
    """A string literal of Milvus's filter language. Milvus Lite knows no escapes by code point, and no templates."""
    return f'"{value.translate(_ESCAPES)}"'


def literals(values: Sequence[str]) -> str:
    """A list of string literals."""
    return f"[{', '.join(map(literal, values))}]"


def expression(where: SearchFilter) -> str:
    """The filter expression of a search of chunks."""
    if where.code_languages is None:
        return card_expression(where)
    return f"{card_expression(where)} and code_language not in {literals(tabs_of_others(where.code_languages))}"


def card_expression(where: SearchFilter) -> str:
    """The filter expression of a search of pages."""
    version = "latest == true" if where.version is None else f"version == {literal(where.version)}"
    return f"{version} and language in {literals(where.languages)}" if where.languages else version


def _searched_schema(generation: Generation, names: Sequence[str], key: str, *, lexical: bool) -> CollectionSchema:
    made = MilvusClient.create_schema(
        auto_id=False, enable_dynamic_field=False, description=generation_note(generation)
    )
    for name in names:
        made.add_field(name, is_primary=name == key, **_column(name))
    made.add_field(VECTOR, DataType.FLOAT_VECTOR, dim=generation.dimension)
    if lexical:
        analysed = {"enable_analyzer": True, "analyzer_params": _ANALYZER}
        made.add_field(_TERMS, DataType.VARCHAR, max_length=_TERMS_BYTES, **analysed)
        made.add_field(SPARSE, DataType.SPARSE_FLOAT_VECTOR)
        made.add_function(Function("bm25", FunctionType.BM25, [_TERMS], [SPARSE]))
    return made


def _terms(text: str) -> str:
    return _cut(indexed_terms(text), _TERMS_BYTES)


def _cut(text: str, most: int) -> str:
    """At most so many bytes of the text."""
    return text.encode()[:most].decode(errors="ignore")


def _column(name: str) -> dict[str, Any]:
    if name == "latest":
        return {"datatype": DataType.BOOL}
    if name == "ordinal":
        return {"datatype": DataType.INT64}
    return {"datatype": DataType.VARCHAR, "max_length": _BYTES.get(name, _BYTES_OTHERWISE)}
