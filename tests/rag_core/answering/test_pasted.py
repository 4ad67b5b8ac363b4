"""What people paste, as it is searched: their words and the error stay, what differs from run to run goes."""

import json
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag_core.answering import pasted
from rag_core.answering.pasted import EXCERPT_CHARACTERS, QUERY_CHARACTERS, excerpt_for_engine, parts
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


@pytest.mark.parametrize("text", [PYTHON_TRACE, JAVA_TRACE, SERVER_LOG])
def test_line_breaks_that_discord_takes_out_make_little_difference(text: str) -> None:
    found = searched(" ".join(text.split()))
    assert len(found) < len(text) / 1.5
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
    [
        *(*PYTHON_TRACE.splitlines(), *JAVA_TRACE.splitlines(), *SERVER_LOG.splitlines(), "\n", " ", "ERROR", "code=5"),
        *(
            "```",
            "~~~",
            "> ",
            '{"code":5}',
            "1, " * 20,
            "panic: ",
            "... 2 more",
            "thread 'a' panicked at b:1:2:",
            "x = f(1)",
        ),
    ]
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


FOO = "<MilvusException: (code=1100, message=invalid index type: FOO)>"

IPYTHON_TRACE = """\
Why?
```
---------------------------------------------------------------------------
MilvusException                           Traceback (most recent call last)
Cell In[3], line 2
      1 client = MilvusClient("x.db")
----> 2 client.search(data=[[1]])

File ~/app.py:12, in main()
     11 prepare()
---> 12     go_on()

MilvusException: <MilvusException: (code=1100, message=no such field)>
```"""

NODE_TRACE = """\
my app dies
Error: 14 UNAVAILABLE: No connection established
    at Object.<anonymous> (/app/index.js:3:9)
    at async main (file:///app/index.mjs:12:3)
    at process.processTicksAndRejections (node:internal/process/task_queues:95:5) {
  code: 14,
  details: 'No connection established'
}

Node.js v20.11.0
how do I fix it"""

CSHARP_TRACE = """\
Grpc.Core.RpcException: Status(StatusCode="Unavailable", Detail="failed to connect")
   at Milvus.Client.MilvusClient.X(String a, Int32 b) in /src/X.cs:line 12
--- End of stack trace from previous location ---
   at Foo.Bar.Main(String[] args)
what does it mean?"""

GO_TRACE = """\
help
panic: runtime error: invalid memory address or nil pointer dereference
goroutine 1 [running]:
main.main()
\t/app/main.go:12 +0x1d
github.com/milvus-io/milvus/client/v2/milvusclient.(*Client).Search(0xc0001, {0x1, 0x2})
\t/go/pkg/client.go:99 +0x1f
exit status 2"""

RUST_TRACE = """\
thread 'main' panicked at src/main.rs:4:5:
called `Result::unwrap()` on an `Err` value: Connection refused
stack backtrace:
   0: rust_begin_unwind
             at /rustc/abc/library/std/src/panicking.rs:645:5
   1: core::panicking::panic_fmt
note: run with `RUST_BACKTRACE=1` environment variable
which port is it?"""


@pytest.mark.parametrize(
    ("text", "prose", "errors", "called"),
    [
        (
            PYTHON_TRACE,
            ("Why does this fail since yesterday?",),
            (
                f"[handler]: RPC error: [create_index], {FOO},",
                f"pymilvus.exceptions.MilvusException: {FOO}",
            ),
            ("create_index",),
        ),
        (
            IPYTHON_TRACE,
            ("Why?",),
            ("MilvusException: <MilvusException: (code=1100, message=no such field)>",),
            ("search",),
        ),
        (
            NODE_TRACE,
            ("my app dies", "how do I fix it"),
            ("Error: 14 UNAVAILABLE: No connection established", "details: 'No connection established'"),
            (),
        ),
        (
            CSHARP_TRACE,
            ("what does it mean?",),
            ('Grpc.Core.RpcException: Status(StatusCode="Unavailable", Detail="failed to connect")',),
            (),
        ),
        (GO_TRACE, ("help",), ("panic: runtime error: invalid memory address or nil pointer dereference",), ()),
        (
            RUST_TRACE,
            ("which port is it?",),
            ("called `Result::unwrap ` on an `Err` value: Connection refused",),
            (),
        ),
        ("thread 'main' panicked at 'no such index', src/main.rs:4:5", (), ("no such index",), ()),
        (
            " ".join(JAVA_TRACE.split()),
            ("Our job dies:",),
            (
                "io.milvus.exception.ParamException: Dimension of field 'vector' is 40000",
                "Caused by: java.net.ConnectException: Connection refused:",
            ),
            (),
        ),
        (SERVER_LOG, (), ('["load failed"] [error="no space left on device"]',), ()),
        (
            "pymilvus.exceptions.MilvusException: <MilvusException: (code=1100, message=no such file)>\n"
            "just wanted to use the local file thing, whats wrong?",
            ("just wanted to use the local file thing, whats wrong?",),
            ("pymilvus.exceptions.MilvusException: <MilvusException: (code=1100, message=no such file)>",),
            (),
        ),
        (
            "(code=65535, message=partition is loaded) ok but how with MilvusClient",
            ("ok but how with MilvusClient",),
            ("(code=65535, message=partition is loaded)",),
            (),
        ),
        (
            "> it says so\n> Error: collection not loaded\nbut I don't see that",
            ("but I don't see that",),
            ("Error: collection not loaded",),
            (),
        ),
        (
            "this fails:\n\nfrom pymilvus import MilvusClient\nclient = MilvusClient('x.db')\n"
            "client.create_collection(\n    collection_name='a',\n)\n\nwhat am I missing?",
            ("this fails:", "what am I missing?"),
            (),
            ("MilvusClient", "create_collection"),
        ),
        ("how? ```go\nc, err := milvusclient.New(ctx, nil)\n```  thanks", ("how?", "thanks"), (), ("New",)),
        ("unclosed\n~~~python\nclient.flush()", ("unclosed",), (), ("flush",)),
        ("unclosed\n```\nclient.flush()", ("unclosed",), (), ("flush",)),
        ("what does ``` do in a question?", ("what does ``` do in a question?",), (), ()),
        ("right?\nqueryNode:\n  mmap:\n    vectorField: true\n", ("right?",), (), ()),
        ("right?\n```yaml\nqueryNode:\n  enableDisk: true\n```", ("right?",), (), ()),
        ('right?\n{"index_type": "HNSW", "params": {"M": 16}}', ("right?",), (), ()),
        (
            'why?\n{\n  "code": 1100,\n  "message": "collection not found"\n}',
            ("why?",),
            ('"code": 1100,', '"message": "collection not found"'),
            (),
        ),
        (f"why is {[0.25] * 500} rejected?", ("why is", "rejected?"), (), ()),
        (
            "search says this\n```\ncollection is not loaded yet\n```",
            ("search says this",),
            ("collection is not loaded yet",),
            (),
        ),
        ("[2026/05/04 10:11:10.001 +00:00] [WARN] [a/b.go:1] [error=full]\nand now", ("and now",), (), ()),
        ("WARNING: retry failed, error: full\nand now", ("and now",), (), ()),
        ("10:11:12 INFO error: none\nand now", ("and now",), (), ()),
        ("[FATAL] [main] disk is full\nand now", ("and now",), ("disk is full",), ()),
    ],
)
def test_a_message_is_taken_apart(
    text: str, prose: tuple[str, ...], errors: tuple[str, ...], called: tuple[str, ...]
) -> None:
    found = parts(text)
    assert (found.prose, found.errors, found.called) == (prose, errors, called)
    assert found.pasted == (text != prose[0] if prose else True)


@pytest.mark.parametrize(
    "text",
    [
        "Why do I get MilvusException: collection not loaded?",
        "I get error code 1100 when I insert",
        "with this config:\nit fails, for example:\nwhy?",
        "Milvus version: 2.4.5\nDeployment mode: standalone\nSDK version: pymilvus 2.4.3\nHow do I back up?",
        "Two ways:\n- create the index first\n- load it later\nwhich one?",
        "nprobe=16 gives me bad recall\nef=64 is too slow\nwhich one do I take?",
        "it fails at client.search(vectors) with no error",
        "2.4\n16384",
        "# Problem\nclient.search(limit=5) fails",
    ],
)
def test_what_people_say_is_no_paste(text: str) -> None:
    found = parts(text)
    assert (found.prose, found.errors, found.called, found.pasted) == (tuple(text.splitlines()), (), (), False)


def shipped_questions() -> list[str]:
    shipped = Path(pasted.__file__).parents[1] / "evaluation" / "golden"
    lines = [line for path in shipped.glob("*.jsonl") for line in path.read_text("utf-8").splitlines()]
    texts = [json.loads(line)["question"] for line in lines]
    return [text for text in texts if not re.search(r"```|\n|^\W?\w*Exception|^\(code=", text)]


def test_the_shipped_questions_in_one_line_are_prose() -> None:
    questions = shipped_questions()
    assert len(questions) > 400
    assert [text for text in questions if parts(text).prose != (text.strip(),)] == []


@pytest.mark.parametrize(
    ("line", "kept"),
    [
        (
            "ERROR: cannot open /etc/milvus/milvus.yaml because the etcd endpoint is not reachable",
            "ERROR: cannot open because the etcd endpoint is not reachable",
        ),
        (
            r"ERROR: cannot open C:\Program Files\milvus\data.db because it is locked",
            "ERROR: cannot open because it is locked",
        ),
        (r"ERROR: cannot open C:\data because it is locked", "ERROR: cannot open because it is locked"),
        (
            'ERROR: {"endpoint":"http://minio:9000","msg":"bucket-not-found"}',
            'ERROR: {"endpoint":" ","msg":"bucket-not-found"}',
        ),
        ('ERROR: {"traceID":"9f86","msg":"bucket-not-found"}', 'ERROR: {" ","msg":"bucket-not-found"}'),
        ("ERROR: dial tcp://10.0.0.1:19530, refused (pod-1)", "ERROR: dial , refused (pod-1)"),
    ],
)
def test_noise_ends_where_it_ends(line: str, kept: str) -> None:
    assert parts(line).errors == (kept,)


def test_data_alone_are_searched_for_want_of_anything_else() -> None:
    data = '{"endpoint":"http://minio:9000","msg":"bucket-not-found"}'
    assert searched(data) == data
    assert searched("right?\nqueryNode:\n  mmap: true") == "right?"


@given(_LINES)
def test_taking_apart_adds_nothing(text: str) -> None:
    found = parts(text)
    assert sum(map(len, (*found.prose, *found.errors))) <= len(text)
    assert all(line in text and line == line.strip() for line in found.prose)
    assert len(set(found.errors)) == len(found.errors)
    assert len(set(found.called)) == len(found.called) <= 8
