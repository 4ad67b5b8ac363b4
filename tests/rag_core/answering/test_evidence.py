from dataclasses import replace

import pytest

from rag_core.answering.evidence import Evidence, weigh
from tests.fakes.passages import passage


def test_nothing_found_is_no_evidence() -> None:
    assert not weigh("How do I build an index?", ()).sufficient


@pytest.mark.parametrize(("dense", "sufficient"), [(0.1, False), (0.8, True)])
def test_the_best_cosine_decides(dense: float, sufficient: bool) -> None:
    evidence = weigh("index", (passage(1, "Text.", dense=0.05), passage(2, "Text.", dense=dense)))
    assert evidence.cosine == dense
    assert evidence.sufficient is sufficient


def test_wording_decides_where_no_cosine_is_known() -> None:
    lexical = replace(passage(1, "Build the index on a vector field."), dense=None)
    assert weigh("build the vector index", (lexical,)) == Evidence(None, 1.0)
    assert weigh("build the vector index", (lexical,)).sufficient
    assert not weigh("bake some sourdough bread", (lexical,)).sufficient
