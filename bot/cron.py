"""Times to run at, as five cron fields in UTC."""

from datetime import UTC, datetime, timedelta

from apscheduler.triggers.cron import CronTrigger

_FIELDS = ("minute", "hour", "day of the month", "month", "day of the week")
_WEEKDAYS = ("sun", "mon", "tue", "wed", "thu", "fri", "sat")


class Cron:
    """When something is due. Made by `parse_cron`."""

    def __init__(self, text: str, trigger: CronTrigger) -> None:
        self.text = text
        self.trigger = trigger

    def next_after(self, moment: datetime) -> datetime | None:
        """The first due time later than `moment` (aware), None if there is none any more."""
        due: datetime | None = self.trigger.get_next_fire_time(None, moment + timedelta(microseconds=1))
        return due


def parse_cron(text: str) -> Cron | None:
    """Read five cron fields, or `off` (None).

    Weekdays are numbered as cron numbers them, 0 and 7 being Sunday (APScheduler 3 takes 0 for Monday).

    Raises:
        ValueError: with a sentence for people, where it is neither, or never comes.
    """
    if text.strip().lower() == "off":
        return None
    parts = text.split()
    if len(parts) != len(_FIELDS):
        raise ValueError(f"{text!r} is not a schedule: give five cron fields ({', '.join(_FIELDS)}), or off.")
    minute, hour, day, month, weekday = parts
    if day != "*" and weekday != "*":
        # Other programs run when either matches, APScheduler when both do: better not to guess.
        raise ValueError(f"{text!r} names a day of the month and a day of the week: leave one of them as *.")
    try:
        trigger = CronTrigger(
            minute=minute, hour=hour, day=day, month=month, day_of_week=_named_weekdays(weekday), timezone=UTC
        )
    except ValueError as error:
        raise ValueError(f"{text!r} is not a schedule: {error}") from error
    cron = Cron(text, trigger)
    if cron.next_after(datetime(2000, 1, 1, tzinfo=UTC)) is None:
        raise ValueError(f"{text!r} never comes.")
    return cron


def _named_weekdays(field: str) -> str:
    if field == "*":
        return field
    days = sorted({day for part in field.lower().split(",") for day in _weekdays(part)})
    return ",".join(_WEEKDAYS[day] for day in days)


def _weekdays(part: str) -> list[int]:
    span, _, step = part.partition("/")
    first, _, last = ("0", "", "6") if span == "*" else span.partition("-")
    start = _weekday(first)
    end = _weekday(last) if last else (6 if step else start)
    if end < start and end == 0:
        end = 7
    if end < start or (step and not step.isdecimal()) or step == "0":
        raise ValueError(f"{part!r} is not a range of weekdays.")
    return [day % 7 for day in range(start, end + 1, int(step or 1))]


def _weekday(text: str) -> int:
    if text in _WEEKDAYS:
        return _WEEKDAYS.index(text)
    if text.isdecimal() and int(text) <= len(_WEEKDAYS):
        return int(text)
    raise ValueError(f"{text!r} is no day of the week: use 0-7 (0 and 7 are Sunday) or sun-sat.")
