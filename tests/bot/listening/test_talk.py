from bot.listening._talk import Talk

ADA, BEN, CY = 1, 2, 3
HERE, THERE = 10, 11


class FakeClock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def talk() -> tuple[Talk, FakeClock]:
    clock = FakeClock()
    return Talk(clock), clock


def test_whoever_speaks_alone_does_not_talk_with_others() -> None:
    spoken, _ = talk()
    spoken.note(HERE, ADA)
    spoken.note(THERE, BEN)
    assert not spoken.others(HERE, ADA)


def test_who_spoke_just_now_is_talked_to() -> None:
    spoken, clock = talk()
    spoken.note(HERE, BEN)
    clock.now = 119
    assert spoken.others(HERE, ADA)
    clock.now = 121
    assert not spoken.others(HERE, ADA)


def test_who_came_back_to_somebody_still_talks_with_them_a_while_later() -> None:
    spoken, clock = talk()
    spoken.note(HERE, ADA)
    clock.now = 60
    spoken.note(HERE, BEN)
    clock.now = 500
    assert spoken.others(HERE, ADA)
    assert not spoken.others(HERE, CY)
    clock.now = 601
    assert not spoken.others(HERE, ADA)


def test_only_the_latest_channels_are_kept() -> None:
    spoken, _ = talk()
    spoken.note(0, BEN)
    for channel in range(1, 10_001):
        spoken.note(channel, BEN)
    assert not spoken.others(0, ADA)
    assert spoken.others(1, ADA)
