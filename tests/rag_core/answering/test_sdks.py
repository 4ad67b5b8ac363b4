import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag_core.answering.sdks import named_sdks
from rag_core.indexing.tabs import SDK_TABS, tabs_of_others


@pytest.mark.parametrize(
    ("message", "sdks"),
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
        ("how in JS", ("javascript",)),
        ("in TS, how?", ("javascript",)),
        ("the TypeScript types", ("javascript",)),
        ("node sdk", ("javascript",)),
        ("nodejs", ("javascript",)),
        ("is Node 20.11 supported", ("javascript",)),
        ("npm install @zilliz/milvus2-sdk-node", ("javascript",)),
        ("const x = require('@zilliz/milvus2-sdk-node')", ("javascript",)),
        ("    at Object.<anonymous> (/app/index.js:3:9)", ("javascript",)),
        ("    at process (node:internal/process/task_queues:95:5)", ("javascript",)),
        ("using Go", ("go",)),
        ("with go", ("go",)),
        ("in go, please", ("go",)),
        ("and in Go?", ("go",)),
        ("our Go service dies", ("go",)),
        ("go sdk", ("go",)),
        ("I'm doing Go. how do I connect", ("go",)),
        ("Go?", ("go",)),
        ("milvus-sdk-go v2", ("go",)),
        ('import "github.com/milvus-io/milvus/client/v2/milvusclient"', ("go",)),
        ("c, err := milvusclient.New(ctx, nil)", ("go",)),
        ("panic: oh\n\ngoroutine 1 [running]:\nmain.main()\n\t/app/main.go:12 +0x1d", ("go",)),
        ("goroutine 7 [running]:\nexample.com/shop.Search(0x1)", ("go",)),
        ("goroutine 7 [running]:\ngithub.com/milvus-io/milvus/internal/proxy.X(0x1)", ()),
        ("[2026/05/04 10:11:12.003 +00:00] [ERROR] [querynode/segment.go:99] [full]", ()),
        ("go to the docs", ()),
        ("let's go", ()),
        ("everything in one go", ()),
        ("pods should come and go by themselves", ()),
        ("let it call our http endpoint", ()),
        ("in Python and Go", ("python", "go")),
        ("I want to go on with that", ()),
        ("the rest of it", ()),
        ("do the rest", ()),
        ("drain one node of the cluster", ()),
        ("a query node client", ()),
        ("pods in node pool a", ()),
        ("with node affinity", ()),
        ("http api", ("bash",)),
        ("a curl example", ("bash",)),
        ("how in REST", ("bash",)),
        ("via rest", ("bash",)),
        ("POST /v2/vectordb/entities/search", ("bash",)),
        ("curl -sfL https://example.com/standalone_embed.sh | bash", ()),
        ("import io.milvus.client.*;", ("java",)),
        ("MilvusClientV2 client = null;", ("java",)),
        ("    at io.milvus.param.ParamUtils.check(ParamUtils.java:12)", ("java",)),
        ("io.milvus:milvus-sdk-java:2.4.1", ("java",)),
        ("from pymilvus import MilvusClient", ("python",)),
        ('  File "/app/main.py", line 3, in <module>', ("python",)),
        ("python3.11 main.py", ("python",)),
        ("using Milvus.Client;", ("csharp",)),
        ("   at Milvus.Client.MilvusClient.X() in /src/X.cs:line 12", ("csharp",)),
        ("in C#?", ("csharp",)),
        ("on .NET 8", ("csharp",)),
        ("see example.net", ()),
        ("the c++ sdk", ("cpp",)),
    ],
)
def test_named_sdks(message: str, sdks: tuple[str, ...]) -> None:
    assert named_sdks(message) == sdks


def test_every_sdk_that_can_be_named_has_tabs_and_no_tab_is_of_two() -> None:
    named = "python java golang javascript curl c# c++"
    assert set(named_sdks(named)) == set(SDK_TABS)
    everything = tabs_of_others(())
    assert len(set(everything)) == len(everything)
    assert set(tabs_of_others(("bash",))) == set(everything) - {"bash", "shell", "sh", "curl", "rest", "restful"}


@given(st.text())
def test_any_message_can_be_looked_through(message: str) -> None:
    assert set(named_sdks(message)) <= set(SDK_TABS)
