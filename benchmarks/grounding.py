"""What the check of an answer's sentences takes of the event loop: `python -m benchmarks.grounding`.

Over the passages and sentences of `tests/golden/planted.jsonl`: milliseconds to read the passages of one question (two
to five), and to judge one sentence against them. It is CPU time of the thread: other work beside it does not count.
"""

import time
from collections.abc import Callable, Sequence

from rag_core.answering.grounding import Grounding
from tests.fakes.planted import Case, read_planted

_ROUNDS = 5


def _milliseconds(work: Callable[[], object]) -> float:
    started = time.thread_time()
    work()
    return (time.thread_time() - started) * 1000


def _row(name: str, times: Sequence[float]) -> str:
    ordered = sorted(times)
    shares = (ordered[int(len(ordered) * share)] for share in (0.5, 0.95, 0.99))
    return " ".join([f"{name:<26}", *(f"{each:>7.2f}" for each in (*shares, ordered[-1]))])


def _judged(case: Case) -> float:
    grounding = Grounding(case.passages, "")
    return _milliseconds(lambda: grounding.judge(case.sentence))


def main() -> None:
    """Print the table."""
    cases = read_planted("develop")
    built = [_milliseconds(lambda: Grounding(case.passages, "")) for _ in range(_ROUNDS) for case in cases]  # noqa: B023  # called at once
    judged = [_judged(case) for _ in range(_ROUNDS) for case in cases]
    print(f"{'milliseconds':<26} {'p50':>7} {'p95':>7} {'p99':>7} {'most':>7}")
    print(_row("reading the passages", built))
    print(_row("judging the first sentence", judged))


if __name__ == "__main__":
    main()
