import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag_core.answering.versions import (
    Version,
    indexed_version,
    named_version,
    parse_version,
    pasted_version,
    version_order,
)

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
        ("Python version 3.10 with Milvus 2.4", (2, 4)),
        ("Milvus 2.4 with Python version 3.10", (2, 4)),
        ("version 2.4 of Milvus on version 3.0 of Python", (2, 4)),
        ("milvus version: 2.4.5, python version: 3.0", (2, 4)),
        ("Milvus version is v2.4", (2, 4)),
        ("the Milvus Go SDK v2.4.1 fails", (2, 4)),
        ("the Java SDK 2.4.1 fails", (2, 4)),
        ("Milvus Standalone 2.4.5", (2, 4)),
        ("which client goes with server 2.4.20", (2, 4)),
        ("on our v2.4 cluster", (2, 4)),
        ("v2.4 docker install", (2, 4)),
        ("where are the 2.4 docs", (2, 4)),
        ("a 2.4 milvus", (2, 4)),
        ("we need version 2.4", (2, 4)),
        ("Milvus 2.4 and 2.6", (2, 6)),
        ("Milvus2.4怎么备份", (2, 4)),
        ("在2.4中怎么备份", (2, 4)),
        ("2.4.0rc2", (2, 4)),
        ("Milvus 2.4.0rc2", (2, 4)),
        ("milvus 2.4.0-rc.1", (2, 4)),
        ("pymilvus==2.4.3", (2, 4)),
        ("pymilvus>=2.4,<2.5", (2, 4)),
        ("pymilvus>=2.4, !=2.6", (2, 4)),
        ("pymilvus[model]==2.4.3", (2, 4)),
        ('"@zilliz/milvus2-sdk-node": "^2.4.2"', (2, 4)),
        ("npm i @zilliz/milvus2-sdk-node@2.4.2", (2, 4)),
        ("github.com/milvus-io/milvus-sdk-go/v2 v2.4.1", (2, 4)),
        ("milvus-sdk-go/v2 v2.4.1", (2, 4)),
        ("github.com/milvus-io/milvus/client/v2 v2.6.0", (2, 6)),
        ("io.milvus:milvus-sdk-java:2.4.1", (2, 4)),
        (
            "<groupId>io.milvus</groupId>\n<artifactId>milvus-sdk-java</artifactId>\n<version>2.4.1</version>",
            (2, 4),
        ),
        ("<artifactId>spring-boot</artifactId><version>3.2.0</version>", None),
        ('<PackageReference Include="Milvus.Client" Version="2.4.0" />', (2, 4)),
        ("milvusdb/milvus:v2.4.5", (2, 4)),
        ("milvusdb/milvus:v2.4.5-gpu", (2, 4)),
        ("image: milvusdb/milvus:v2.4-latest", (2, 4)),
        ("image: docker.io/milvusdb/milvus:v2.4-20240101-abcdef", (2, 4)),
        ("on Ubuntu 22.04", None),
        ("with Python 3.11", None),
        ("langchain 0.2", None),
        ("LangChain 0.2.5 and pydantic 2.7", None),
        ("Docker version 24.0", None),
        ("k8s 1.29", None),
        ("CUDA 12.2", None),
        ("Spring Boot 3.2", None),
        ("Node 20.11", None),
        ("torch 2.3", None),
        ("numpy 2.1", None),
        ("numpy==2.1 and torch>=2.3,<2.6", None),
        ("under Python 3.0", None),
        ("Go 1.22, Debian 12.4, JDK 17.0, macOS 14.2, Rust 1.75, Helm 3.14", None),
        ("with FastAPI 2.4", None),
        ("in Foobar 2.4", None),
        ("with foo-bar 2.4", None),
        ("with langchain-milvus 2.4", None),
        ("Python 2.4 to 3.0", None),
        ("version 3.0 of Python", None),
        ("the AWS SDK 2.4", None),
        ("Python 的 3.0 版本", None),
        ("etcd:v3.5.5 and minio", None),
        ("the index grew 2.4x, by 2.4% in 2.4 h", None),
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


def test_of_a_paste_counts_only_what_is_milvuss() -> None:
    assert pasted_version("version: '3.5'\nimage: milvusdb/milvus:v2.4.5\nimage: etcd:v3.5.5") == (2, 4)
    assert pasted_version("version: '3.5'\nin 2.4") is None


@given(st.text() | st.lists(st.sampled_from(["2.4", "v3.0", "Milvus", "in", "of", ",", "<", " ", "版本"])).map("".join))
def test_any_text_can_be_looked_through(text: str) -> None:
    found = named_version(text, INDEXED)
    assert found is None or f"{found[1]}" in text
