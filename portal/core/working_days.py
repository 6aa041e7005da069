"""Working days of the licensor: Monday to Friday without its holidays. Pure: no Django, no clock, no database."""

import re
from dataclasses import dataclass
from datetime import date, timedelta

DAY = timedelta(days=1)
SATURDAY = 5


@dataclass(frozen=True)
class Calendar:
    """``holidays`` are ``MM-DD`` (every year) or ``YYYY-MM-DD`` (once)."""

    holidays: frozenset[str] = frozenset()

    def works(self, day: date) -> bool:
        text = day.isoformat()
        return day.weekday() < SATURDAY and text not in self.holidays and text[5:] not in self.holidays

    def after(self, day: date, count: int) -> date:
        """Return the ``count``-th working day after ``day``; with 0, ``day`` itself or the first working day after it."""
        if count == 0:
            return day if self.works(day) else self.after(day, 1)
        while count:
            day += DAY
            count -= self.works(day)
        return day

    def between(self, day: date, until: date) -> int:
        """Return how many working days lie after ``day``, ``until`` included; 0 when it is not later."""
        return sum(self.works(day + DAY * number) for number in range(1, (until - day).days + 1))


def read_holidays(text: str) -> frozenset[str]:
    """Read ``12-25,2027-04-02``.

    :raises ValueError: a day that does not exist or is written otherwise, or more than 60 days.
    """
    days = frozenset(map(_holiday, filter(None, (part.strip() for part in text.split(",")))))
    if len(days) > 60:
        raise ValueError("name at most 60 days")
    return days


def _holiday(text: str) -> str:
    if not re.fullmatch(r"(\d{4}-)?\d\d-\d\d", text):
        raise ValueError("use days such as 12-25 (every year) or 2027-04-02, separated by commas")
    date.fromisoformat(text if len(text) > 5 else f"2028-{text}")  # a leap year, so that 02-29 may be one
    return text
