import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag_core.answering.languages import NAMES, language_of


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("How do I create an index?", "en"),
        ("HNSW索引的efConstruction怎么设置？", "zh"),
        ("インデックスの作り方は？", "ja"),
        ("인덱스를 어떻게 만드나요?", "ko"),
        ("Как создать индекс?", "ru"),
        ("Wie lege ich einen Index mit HNSW an?", "de"),
        ("¿Cómo puedo crear un índice en la colección?", "es"),
        ("Comment est-ce que je crée un index dans une collection ?", "fr"),
        ("Como posso criar um índice para uma coleção?", "pt"),
        ("Why does a search for 你好 return nothing?", "en"),
        ("HNSW efConstruction", None),
        ("MilvusException code=1100", None),
        ("", None),
    ],
)
def test_the_language_of_a_question(text: str, language: str | None) -> None:
    assert language_of(text) == language


@given(st.text(max_size=200))
def test_every_language_has_a_name(text: str) -> None:
    assert language_of(text) in {None, *NAMES}
