import pytest

from rag_core.answering.versions import Version, indexed_version, named_version, parse_version, version_order

INDEXED = ("v3.0.x", "v2.6.x", "v2.4.x")


@pytest.mark.parametrize(
    ("text", "version"),
    [
        ("How do I insert in 2.4?", (2, 4)),
        ("I'm on v2.6, is mmap there?", (2, 6)),
        ("Milvus 2.4.5 crashes on start", (2, 4)),
        ("with milvus-lite 2.4.12", (2, 4)),
        ("pymilvus==2.4.1 raises this", (2, 4)),
        ("which version 2.6.x setting is that", (2, 6)),
        ("how do I upgrade from 2.4 to 2.6?", (2, 6)),
        ("Milvus 2.4 版本怎么备份", (2, 4)),
        ("2.4版本中如何创建索引", (2, 4)),
        ("en la versión 2.4", (2, 4)),
        ("Milvus 1.1 and later", (1, 1)),
        ("2.4", (2, 4)),
        ("with CUDA 12.2 and Python 3.11", None),
        ("Helm v3.14 fails", None),
        ("a segment of 2.4 GB in 2.4 seconds", None),
        ("supported since 2.4?", None),
        ("connect to 2.4.6.8", None),
        ("a radius of 0.5", None),
        ("score from 7.5 to 9.1", None),
        ("What is HNSW?", None),
    ],
)
def test_the_version_that_a_question_names(text: str, version: Version | None) -> None:
    assert named_version(text, INDEXED) == version


def test_versions_are_matched_by_their_minor() -> None:
    assert parse_version("v2.4.x") == parse_version("2.4.5") == (2, 4)
    assert parse_version("latest") is None
    assert indexed_version((2, 4), INDEXED) == "v2.4.x"
    assert indexed_version((2, 5), INDEXED) is None
    assert sorted(["v2.10.x", "v2.9.x"], key=version_order) == ["v2.9.x", "v2.10.x"]
