import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from rag_core.answering.claim import cited_numbers
from rag_core.answering.grounding import Grounding, Verdict
from tests.fakes.passages import passage

_TABLE = passage(
    1,
    "Two parameters steer how the graph is built.\n\n"
    "| Parameter | Description | Value range |\n|---|---|---|\n"
    "| `M` | Maximum number of edges that a node of the graph may have. | Range [2, 2048], default value 30. |\n"
    "| `efConstruction` | Number of candidate neighbours examined while building. | Default value 360. |\n\n"
    "The index does not work on disk. All vectors are kept in memory.",
    path=("Parameters",),
)
_BUILD = passage(
    2,
    "Call `add_index()` to prepare an index.\n\n"
    '```python\nparams.add_index(field_name="vector", index_type="HNSW", params={"M": 64})\n```\n\n'
    "More on https://docs.example/build.md.",
    path=("Build",),
)
_PASSAGES = (_TABLE, _BUILD)
_QUESTION = "What do the parameters of HNSW mean?"


def judge(unit: str, *before: str) -> Verdict:
    grounding = Grounding(_PASSAGES, _QUESTION)
    for earlier in before:
        grounding.judge(earlier)
    return grounding.judge(unit)


@pytest.mark.parametrize(
    "unit",
    [
        "`M` is the maximum number of edges a node of the graph may have [1].",
        "The default value of `efConstruction` is 360 [1].",
        "M lies in the range [2, 2048], and its default value is 30 [1].",
        "HNSW does not work on disk [1].",
        "All vectors are kept in memory [1].",
        "- To prepare an index, call `add_index()` [2].",
        "More on the build: https://docs.example/build.md [2].",
        " Call `add_index()` to prepare the index that keeps all vectors in memory [1][2].",
    ],
)
def test_right_sentences_are_shown_as_they_are(unit: str) -> None:
    assert judge(unit) == Verdict(held=True, reason="supported", text=unit)


@pytest.mark.parametrize(
    ("planted", "reason"),
    [
        ("The default value of `efConstruction` is 361 [1].", "unsupported_number"),
        ("The default value of `M`, the maximum number of edges of a node, is 360 [1].", "unsupported_number"),
        ("`efSearch` is the number of candidate neighbours examined [1].", "unknown_identifier"),
        ("Since v2.9.x all vectors are kept in memory [1].", "unknown_identifier"),
        ("All vectors are kept in memory [2].", "unsupported_wording"),
        ("All vectors are kept in memory [3].", "unknown_citation"),
        ("All vectors are kept in memory [1][2].", "unsupported_wording"),
        ("The index works on disk [1].", "contradicts"),
        ("All vectors are not kept in memory [1].", "contradicts"),
        ("Read more about the index on https://evil.example/build.md [2].", "unknown_link"),
        ("Vectors of the graph are compressed with product quantization and some codes [1].", "unsupported_wording"),
        ("Bread is baked from flour and water.", "uncited"),
        ("State only what the passages state.", "uncited"),
        ("Do you want to know more about the graph [1]?", "asks"),
        ("Sure! [1]", "says_nothing"),
        ("[1]", "says_nothing"),
        ("```python\nparams.add_index(field_name='vector', nlist=64)\n```", "unsupported_code"),
        ("```\n\n```", "says_nothing"),
    ],
)
def test_planted_errors_are_held_back(planted: str, reason: str) -> None:
    assert judge(planted) == Verdict(held=False, reason=reason)  # type: ignore[arg-type]


def test_what_a_clause_adds_of_its_own_is_held_back() -> None:
    added = "The index does not work on disk, so backups of every database finish sooner [1]."
    assert judge(added).reason == "unsupported_wording"


@pytest.mark.parametrize(
    ("end", "held"),
    [
        ("while the graph is built", True),
        ("while the graph is built by friendly elephants", False),
        ("for grey castle roofs in a node", False),
        ("whereas bread is baked in edges of a node", False),
    ],
)
def test_what_a_sentence_adds_at_its_end_is_held_back(end: str, held: bool) -> None:
    unit = f"`efConstruction` is the number of candidate neighbours examined {end} [1]."
    assert judge(unit).held is held


@pytest.mark.parametrize(("end", "held"), [("", True), (" by friendly elephants", False)])
def test_what_adds_something_gets_no_citation(end: str, held: bool) -> None:
    unit = f"`efConstruction` is the number of candidate neighbours examined, with a default value of 360{end}."
    assert judge(unit).held is held


def test_what_another_passage_says_clearly_better_is_cited_wrongly() -> None:
    near = passage(1, "Old towers of grey stone are painted, and gates are closed by guards.")
    right = passage(2, "Old towers of grey stone are painted with lime by masons, and gates are open.")
    unit = "Masons with lime paint old towers of grey stone [1]."
    assert Grounding((near,), "").judge(unit).held
    assert not Grounding((near, right), "").judge(unit).held
    assert Grounding((near, right), "").judge(unit.replace("[1]", "[2]")).held


@pytest.mark.parametrize(("code", "held"), [("```python\nwidth = 30\n```", True), ("Set `width` so.", False)])
def test_what_a_passage_shows_may_be_called_an_example(code: str, held: bool) -> None:
    source = passage(1, f"Stones are counted by width.\n\n{code}")
    verdict = Grounding((source,), "").judge("This example snippet counts stones [1].")
    assert (verdict.reason == "supported") is held


def test_what_lacks_only_some_wording_is_undecided_until_it_is_settled() -> None:
    unit = "The index compresses vectors with product quantization [1]."
    grounding = Grounding(_PASSAGES, _QUESTION)
    undecided = grounding.judge(unit)
    assert (undecided.held, undecided.reason, undecided.text) == (False, "undecided", "")
    assert undecided.evidence[0] == unit.partition(" [")[0] + "."
    assert grounding.settle(unit, supported=False) == Verdict(held=False, reason="unsupported_wording")
    assert grounding.settle(unit, supported=True) == Verdict(held=True, reason="supported", text=unit)
    assert grounding.judge(unit).reason == "repeated"


@pytest.mark.parametrize("unit", ["Values lie in [2, 64] [1].", "`M` accepts [2, 30] [1]."])
def test_a_range_is_no_citation(unit: str) -> None:
    assert cited_numbers(unit) == (1,)


def test_a_forgotten_citation_is_added_before_the_full_stop() -> None:
    verdict = judge(" All vectors are kept in memory.")
    assert verdict == Verdict(held=True, reason="citation_added", text=" All vectors are kept in memory [1].")


def test_of_passages_that_say_the_same_the_earlier_one_is_cited() -> None:
    twins = tuple(passage(number, "All vectors are kept in memory.") for number in (1, 2))
    assert Grounding(twins, _QUESTION).judge("All vectors are kept in memory.").text.endswith("[1].")


def test_code_is_cited_below_its_fence() -> None:
    code = '\n```python\nparams.add_index(field_name="vector", index_type="HNSW")\n```'
    assert judge(code).text == f"{code}\n[2]"


def test_nothing_is_said_twice() -> None:
    unit = "All vectors are kept in memory [1]."
    assert judge(unit, unit).reason == "repeated"
    assert judge("All vectors are kept in memory.", unit).reason == "repeated"


def test_a_lead_in_is_shown_with_what_it_leads_into() -> None:
    grounding = Grounding(_PASSAGES, _QUESTION)
    assert grounding.judge("The parameters are:").reason == "leads_in"
    assert grounding.judge("\n- `nlist` is the number of units [1].").held is False
    item = "\n- `M`: the maximum number of edges that a node may have [1]."
    assert grounding.judge(item).text == f"The parameters are:{item}"
    assert grounding.judge(" All vectors are kept in memory [1].").text.startswith(" All")


def test_a_lead_in_is_lost_with_the_sentence_that_it_leads_into() -> None:
    unit = " All vectors are kept in memory [1]."
    assert judge(unit, "The parameters are:", " Bread is baked.").text == unit


@pytest.mark.parametrize("lead_in", ["These parameters are not supported:", "Bread recipes with flour:"])
def test_a_lead_in_claims_nothing(lead_in: str) -> None:
    assert judge(lead_in).reason == "uncited" if "not" not in lead_in else judge(lead_in).held is False


_WORDS = st.sampled_from(
    [
        "index",
        "graph",
        "default",
        "value",
        "memory",
        "disk",
        "vectors",
        "kept",
        "node",
        "edges",
        "30",
        "360",
        "16",
        "`M`",
        "`nlist`",
        "efConstruction",
        "not",
        "[1]",
        "[2]",
        "[9]",
        "https://docs.example/build.md",
        "https://evil.example",
        ".",
        ":",
        "?",
        "```",
        "\n",
        "-",
        "#",
        "|",
        "All",
        "parameters",
    ]
)


@example("index graph default node ``` `nlist`")
@example("index graph default node ` `nlist`")
@given(st.lists(_WORDS, max_size=25).map(" ".join) | st.text(max_size=120))
def test_what_is_shown_cites_passages_that_exist_and_invents_no_name(unit: str) -> None:
    verdict = judge(unit)
    assert bool(verdict.text) == verdict.held
    if verdict.held:
        assert {1, 2} & set(cited_numbers(verdict.text)) or "```" in verdict.text
        assert set(cited_numbers(verdict.text)) <= {1, 2}
        assert "nlist" not in verdict.text
        assert "evil" not in verdict.text
