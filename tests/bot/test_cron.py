"""Schedules as people write them."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.cron import parse_cron

MONDAY = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "due"),
    [
        ("0 4 * * *", "2026-03-03 04:00"),
        ("*/15 * * * *", "2026-03-02 12:15"),
        ("30 2 1 * *", "2026-04-01 02:30"),
        ("0 0 29 2 *", "2028-02-29 00:00"),
        ("0 4 * * 0", "2026-03-08 04:00"),
        ("0 4 * * 7", "2026-03-08 04:00"),
        ("0 4 * * 1", "2026-03-09 04:00"),
        ("0 4 * * SUN", "2026-03-08 04:00"),
        ("0 4 * * 5-7", "2026-03-06 04:00"),
        ("0 4 * * sat-sun", "2026-03-07 04:00"),
        ("0 4 * * 0-3", "2026-03-03 04:00"),
        ("0 4 * * 2/2", "2026-03-03 04:00"),
        ("0 4 * * */3", "2026-03-04 04:00"),
        ("0 4 * * 4,6", "2026-03-05 04:00"),
    ],
)
def test_the_next_time_is_as_cron_has_it(text: str, due: str) -> None:
    cron = parse_cron(text)
    assert cron is not None
    assert cron.next_after(MONDAY) == datetime.fromisoformat(due).replace(tzinfo=UTC)


def test_a_due_time_itself_is_not_after() -> None:
    cron = parse_cron("0 12 * * *")
    assert cron is not None
    assert cron.next_after(MONDAY) == MONDAY + timedelta(days=1)
    assert cron.next_after(MONDAY - timedelta(microseconds=1)) == MONDAY


@pytest.mark.parametrize("text", ["off", " OFF "])
def test_off_is_no_schedule(text: str) -> None:
    assert parse_cron(text) is None


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "give five cron fields"),
        ("daily", "give five cron fields"),
        ("0 4 * * * *", "give five cron fields"),
        ("61 4 * * *", "'61 4 \\* \\* \\*' is not a schedule"),
        ("0 4 * * 8", "no day of the week"),
        ("0 4 * * x-y", "no day of the week"),
        ("0 4 * * 5-2", "not a range"),
        ("0 4 * * 1/0", "not a range"),
        ("0 4 * * 1/x", "not a range"),
        ("0 4 1 * 1", "leave one of them"),
        ("0 0 31 2 *", "never comes"),
    ],
)
def test_anything_else_is_told_in_a_sentence(text: str, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        parse_cron(text)
