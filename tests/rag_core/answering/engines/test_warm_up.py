from rag_core.answering.engines._warm_up import Batch, batches


def test_on_a_gpu_every_size_and_length_comes_as_far_as_a_batch_is_quick() -> None:
    planned = batches(256, 8192, gpu=True)
    assert {batch.size for batch in planned} == {1, 4, 16, 64, 256}
    assert {batch.length for batch in planned} == {300, 1800, 6000}
    assert Batch(256, 300) in planned
    assert Batch(64, 6000) not in planned


def test_what_does_not_fit_is_cut_to_what_does() -> None:
    planned = batches(16, 1024, gpu=True)
    assert {batch.length for batch in planned} == {300, 1016}
    assert {batch.size for batch in planned} == {1, 4, 16}


def test_without_a_gpu_one_short_request_is_enough() -> None:
    assert batches(32, 8192, gpu=False) == [Batch(1, 64)]
