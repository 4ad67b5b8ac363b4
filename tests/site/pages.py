"""The pages of the small documentation site, written for these tests."""

from __future__ import annotations

from dataclasses import dataclass

from tests.site.body import code, heading, items, note, paragraph, table, tabs


@dataclass(frozen=True, slots=True)
class SitePage:
    """One page: its id, title, summary and the HTML of its body."""

    id: str
    title: str
    summary: str
    html: str


QUICKSTART = SitePage(
    "quickstart.md",
    "Quickstart",
    "Store a few vectors and search them.",
    heading(1, "Quickstart")
    + paragraph("This page goes from an empty folder to a first search in five minutes.")
    + heading(2, "Install the client")
    + paragraph("The client is one package. Milvus Lite comes along, so no server has to be started.")
    + code("bash", "pip install pymilvus")
    + heading(2, "First search")
    + paragraph("Open a file, make a collection of four dimensions, insert rows, then search.")
    + tabs(
        {
            "python": 'from pymilvus import MilvusClient\n\nclient = MilvusClient("first.db")',
            "java": 'MilvusClientV2 client = new MilvusClientV2(ConnectConfig.builder().uri("http://localhost:19530").build());',
            "go": "client, err := milvusclient.New(ctx, &config)",
        }
    )
    + note("A file such as first.db can be opened by one process at a time.")
    + paragraph("Go on with [collections](/docs/collections.md) or [the HNSW index](hnsw.md#Index-params)."),
)

HNSW = SitePage(
    "hnsw.md",
    "HNSW",
    "A graph index for fast and precise vector search, and what its parameters do.",
    heading(1, "HNSW")
    + paragraph(
        "HNSW arranges the vectors as a graph of several layers. A search enters at the sparse top layer, walks to "
        "ever closer neighbours, and descends until the bottom layer, which holds every vector."
    )
    + heading(2, "Index params")
    + paragraph("Three parameters decide between speed, memory and recall.")
    + heading(3, "Building params")
    + table(
        ("Parameter", "Meaning", "Range", "Advice"),
        ("`M`", "The most links that a vector keeps to its neighbours on one layer.", "2 to 2048",
         "A larger `M` finds more of the true neighbours and takes more memory. Start with 16 to 32."),
        ("`efConstruction`", "How many candidates are looked at for each vector while the graph is built.",
         "1 to the largest integer", "A larger `efConstruction` builds a better graph and takes longer."),
    )
    + heading(3, "Search params")
    + paragraph(
        "`ef` is the number of candidates that a search keeps while it walks the graph. It must be at least the number "
        "of results asked for. A larger `ef` gives better recall and a slower search."
    )
    + items("`M` and `efConstruction` are fixed once the index is built.", "`ef` can differ from search to search.")
    + heading(2, "Build the index")
    + code("python", 'index_params.add_index(field_name="vector", index_type="HNSW", params={"M": 24})'),
)  # fmt: skip

COLLECTIONS = SitePage(
    "collections.md",
    "Collections",
    "What a collection is, how one is made, loaded and dropped.",
    heading(1, "Collections")
    + paragraph("A collection is a table of entities. Its schema names the fields and their types.")
    + heading(2, "Create a collection")
    + paragraph("Give the collection a primary key and one vector field. A dynamic field takes what the schema lacks.")
    + code("python", 'client.create_collection("books", dimension=384)')
    + heading(2, "Load a collection")
    + paragraph("Only a loaded collection can be searched: loading brings its index into memory.")
    + note("Dropping a collection deletes its data at once and can't be undone.", "warning"),
)

CONSISTENCY = SitePage(
    "consistency.md",
    "Consistency Levels",
    "How fresh the data must be that a search sees.",
    heading(1, "Consistency Levels")
    + paragraph("A search may see data that is a moment old, which makes it faster.")
    + heading(2, "The four levels")
    + items(
        "Strong: a search waits until everything written before it can be seen.",
        "Bounded: a search may miss the last few seconds. This is the default.",
        "Session: a client always sees what it wrote itself.",
        "Eventually: a search never waits.",
    ),
)

HYBRID = SitePage(
    "hybrid-search.md",
    "Hybrid Search",
    "Search several vector fields at once and merge what they find.",
    heading(1, "Hybrid Search")
    + paragraph("A hybrid search runs one request for each vector field and merges the results.")
    + heading(2, "Reranking")
    + paragraph(
        "Reciprocal rank fusion adds up one divided by the rank and a constant, 60 unless told otherwise. It needs no "
        "weights and does not care how the scores of the fields are scaled."
    )
    + heading(2, "Full text beside vectors")
    + paragraph("A BM25 function turns a text field into sparse vectors, which are searched like any others."),
)

LIMITS = SitePage(
    "limits.md",
    "Limits",
    "How large names, vectors and requests may be.",
    heading(1, "Limits")
    + table(
        ("What", "Limit"),
        ("Dimensions of a vector", "32,768"),
        ("Collections of one database", "65,536"),
        ("Results of one search", "16,384"),
    )
    + paragraph("A request above a limit is refused with an error that names it."),
)

ALL_PAGES = (QUICKSTART, HNSW, COLLECTIONS, CONSISTENCY, HYBRID, LIMITS)
