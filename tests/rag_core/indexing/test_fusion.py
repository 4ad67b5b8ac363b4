import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from rag_core.indexing.fusion import ranks_of, reciprocal


@given(st.integers(1, 60), st.randoms(use_true_random=False), st.data())
def test_the_ranks_behind_fused_scores_are_found_again(depth: int, random: "object", data: st.DataObject) -> None:
    """Two lists of `depth` hits each that share some, as Milvus fuses them in single precision."""
    shared = data.draw(st.integers(0, depth))
    dense = [f"both{n}" for n in range(shared)] + [f"dense{n}" for n in range(depth - shared)]
    lexical = [f"both{n}" for n in range(shared)] + [f"lexical{n}" for n in range(depth - shared)]
    random.shuffle(dense)  # type: ignore[attr-defined]
    random.shuffle(lexical)  # type: ignore[attr-defined]
    ranks = {
        name: (
            dense.index(name) + 1 if name in dense else None,
            lexical.index(name) + 1 if name in lexical else None,
        )
        for name in {*dense, *lexical}
    }
    fused = np.asarray([sum(reciprocal(rank) for rank in pair if rank) for pair in ranks.values()], dtype=np.float32)
    # Hits that the dense search did not return are farther away than those that it did.
    cosines = np.asarray([1 / pair[0] if pair[0] else -1.0 for pair in ranks.values()], dtype=np.float32)
    assert ranks_of(fused, cosines, depth) == list(ranks.values())


def test_hits_with_equal_cosines_keep_the_sum_of_their_ranks() -> None:
    fused = np.asarray([reciprocal(2) + reciprocal(1), reciprocal(1) + reciprocal(3)], dtype=np.float32)
    found = ranks_of(fused, np.asarray([0.5, 0.5], dtype=np.float32), 3)
    assert [sorted(pair, key=str) for pair in found] == [[1, 2], [1, 3]]
