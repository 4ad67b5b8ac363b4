import pytest

from rag_core.answering.sdks import named_sdks


@pytest.mark.parametrize(
    ("question", "sdks"),
    [
        ("How in Java?", ("java",)),
        ("How in JavaScript?", ("javascript",)),
        ("With the Node.js client?", ("javascript",)),
        ("golang or pymilvus", ("python", "go")),
        ("where do I go from here", ()),
        ("over the REST API", ("bash",)),
        ("in C++, please", ("cpp",)),
        ("用Java怎么做", ("java",)),
        ("How many replicas does a query node hold?", ()),
        ("In Node, how do I connect?", ("javascript",)),
        ("Is data encrypted at rest?", ()),
    ],
)
def test_named_sdks(question: str, sdks: tuple[str, ...]) -> None:
    assert named_sdks(question) == sdks
