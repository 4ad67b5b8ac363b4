"""What people paste, reduced: their words and the error stay, everything that differs from run to run goes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag_core.answering.pasted import EXCERPT_CHARACTERS, QUERY_CHARACTERS, excerpt_for_engine
from rag_core.query.reading import read


def searched(text: str) -> str:
    return read(text).query


PYTHON_TRACE = """\
Why does this fail since yesterday?
```
2026-05-04 10:11:12,345 [ERROR][handler]: RPC error: [create_index], <MilvusException: (code=1100, \
message=invalid index type: FOO)>, <Time:{'RPC start': '2026-05-04 10:11:12.340'}> (decorators.py:140)
Traceback (most recent call last):
  File "/home/me/app/main.py", line 42, in <module>
    client.create_index(collection_name="books", index_params=params)
  File "/usr/lib/python3.11/site-packages/pymilvus/milvus_client/milvus_client.py", line 612, in create_index
    raise ex from ex
  File "/usr/lib/python3.11/site-packages/pymilvus/decorators.py", line 141, in handler
    raise e from e
pymilvus.exceptions.MilvusException: <MilvusException: (code=1100, message=invalid index type: FOO)>
```"""

JAVA_TRACE = """\
Our job dies:
io.milvus.exception.ParamException: Dimension of field 'vector' is 40000
    at io.milvus.param.ParamUtils.checkDimension(ParamUtils.java:88)
    at io.milvus.client.MilvusServiceClient.insert(MilvusServiceClient.java:1203)
    ... 23 more
Caused by: java.net.ConnectException: Connection refused: 10.0.3.7:19530"""

SERVER_LOG = """\
[2026/05/04 10:11:10.001 +00:00] [INFO] [datacoord/server.go:210] ["flush done"] [segmentID=449953087133351234]
[2026/05/04 10:11:11.002 +00:00] [INFO] [datacoord/server.go:210] ["flush done"] [segmentID=449953087133351235]
[2026/05/04 10:11:12.003 +00:00] [ERROR] [querynode/segment.go:99] ["load failed"] [error="no space left on device"] \
[traceID=9f86d081884c7d659a2feaa0c55ad015]
[2026/05/04 10:11:13.004 +00:00] [ERROR] [querynode/segment.go:99] ["load failed"] [error="no space left on device"] \
[traceID=60303ae22b998861bce3b28f33eec1be]"""


def test_of_a_python_trace_stay_the_question_the_call_and_the_error() -> None:
    found = searched(PYTHON_TRACE)
    assert found.startswith("Why does this fail since yesterday? create_index")
    assert "code=1100, message=invalid index type: FOO" in found
    assert "MilvusException" in found
    for noise in ("/home/me", "site-packages", "2026-05-04", "10:11:12", "line 612", "Traceback", "raise"):
        assert noise not in found


def test_of_a_java_trace_stay_both_errors_without_frames_and_addresses() -> None:
    found = searched(JAVA_TRACE)
    assert found.startswith("io.milvus.exception.ParamException")
    assert "ParamException: Dimension of field 'vector' is 40000" in found
    assert "Caused by: java.net.ConnectException: Connection refused" in found
    for noise in ("ParamUtils", ".java:", "23 more", "10.0.3.7"):
        assert noise not in found


def test_of_a_servers_log_stays_what_failed_once() -> None:
    found = searched(SERVER_LOG)
    assert found.count("load failed") == 1
    assert "no space left on device" in found
    for noise in ("flush", "2026", "segment.go", "449953", "9f86d081"):
        assert noise not in found


@pytest.mark.parametrize("pasted", [PYTHON_TRACE, JAVA_TRACE, SERVER_LOG])
def test_line_breaks_that_discord_takes_out_make_little_difference(pasted: str) -> None:
    found = searched(" ".join(pasted.split()))
    assert len(found) < len(pasted) / 1.5
    for noise in ("site-packages", "2026", "ParamUtils.java", "10.0.3.7", "flush"):
        assert noise not in found


@pytest.mark.parametrize(
    "question",
    [
        "How do I connect to 10.0.0.1:19530?",
        "What is /var/lib/milvus/wal for?",
        "Why do I get MilvusException: collection not loaded?",
        "What does the limit of 65536 mean for nullable fields?",
        "Which error codes are there?",
    ],
)
def test_a_question_in_peoples_own_words_stays_as_it_is(question: str) -> None:
    assert searched(f"  {question}\n") == question


_PIECES = st.sampled_from(
    [*PYTHON_TRACE.splitlines(), *JAVA_TRACE.splitlines(), *SERVER_LOG.splitlines(), "\n", " ", "ERROR", "code=5"]
)
_TEXTS = st.text(max_size=300) | st.lists(_PIECES | st.text(max_size=30), max_size=30).map("\n".join)
_LINES = st.lists(_PIECES, min_size=1, max_size=40).map(" ".join) | _TEXTS


@given(_LINES)
def test_it_is_bounded_and_never_empty(text: str) -> None:
    found = searched(text)
    assert len(found) <= QUERY_CHARACTERS
    assert bool(found) == bool(text.strip())
    assert "\n" not in found


@given(_LINES, st.integers(20, 400))
def test_the_engine_sees_a_bounded_excerpt(text: str, limit: int) -> None:
    found = excerpt_for_engine(text, limit)
    assert len(found) <= limit
    assert bool(found.strip()) == bool(text.strip())
    assert found == text or len(text) > limit


def test_the_excerpt_keeps_the_question_and_the_last_error_in_their_order() -> None:
    noise = "\n".join(f'[2026/05/04 10:11:10.001 +00:00] [INFO] [a/b.go:{n}] ["flush done"]' for n in range(200))
    found = excerpt_for_engine(f"Why does loading stop?\n{noise}\n{SERVER_LOG}\n{noise}")
    assert len(found) <= EXCERPT_CHARACTERS
    assert found.index("Why does loading stop?") < found.index("…") < found.index("no space left on device")
