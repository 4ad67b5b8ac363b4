from hypothesis import given
from hypothesis import strategies as st

from bot.limits._windows import LONGEST, Windows
from rag_core.records.servers import Limit
from tests.bot.limits.clock import SetClock


def test_so_many_are_free_and_the_next_waits_for_the_oldest() -> None:
    clock = SetClock()
    windows = Windows(clock)
    limit = Limit("person", 2, 60)
    for at in (0.0, 10.0):
        clock.now = at
        assert windows.wait("key", limit) == 0
        windows.add(["key"])
    clock.now = 15.0
    assert windows.wait("key", limit) == 45
    assert windows.wait("other", limit) == 0
    clock.now = 60.0
    assert windows.wait("key", limit) == 0


def test_a_limit_that_changes_counts_what_was_before() -> None:
    clock = SetClock()
    windows = Windows(clock)
    for _ in range(3):
        windows.add(["key"])
    assert windows.wait("key", Limit("person", 3, 60)) == 60
    assert windows.wait("key", Limit("person", 4, 60)) == 0
    assert windows.wait("key", Limit("person", 1, 600)) == 600


def test_what_is_older_than_the_longest_window_is_forgotten() -> None:
    clock = SetClock()
    windows = Windows(clock)
    windows.add(["old", "kept"])
    clock.now = LONGEST / 2
    windows.add(["kept"])
    clock.now = LONGEST + 1.0
    windows.add(["new"])
    assert set(windows._moments) == {"kept", "new"}
    windows.add(["kept"])
    assert len(windows._moments["kept"]) == 2


@given(
    st.lists(st.integers(0, 100), max_size=60),
    st.integers(1, 5),
    st.integers(1, 60),
)
def test_no_window_ever_holds_more_and_a_wait_is_never_too_short_or_too_long(
    pauses: list[int], questions: int, seconds: int
) -> None:
    clock = SetClock()
    windows, limit = Windows(clock), Limit("person", questions, seconds)
    let_in: list[float] = []
    for pause in pauses:
        clock.now += pause
        wait = windows.wait("key", limit)
        recent = [at for at in let_in if at > clock.now - seconds]
        assert (wait > 0) == (len(recent) >= questions)
        assert wait <= seconds
        if wait == 0:
            let_in.append(clock.now)
            windows.add(["key"])
