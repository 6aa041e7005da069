"""What a reader may ask for, read from text in one way by page, API, file and command. Bad values are errors with what is accepted."""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from enum import StrEnum

from content.availability.rules import Status
from content.programmes.models import Programme
from i18n.places.models import Area

YEARS = range(1900, 2200)
INSTANT = re.compile(r"(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d(?::\d\d(?:\.\d{1,6})?)?)\s*(Z|[+ -]\d\d:?\d\d))?")


class Accepted(StrEnum):
    """What is accepted in place of a bad value: a stable code for the words of each surface."""

    INSTANT = "instant"
    PROGRAMME = "programme"
    PLACE = "place"
    REGION = "region"
    STATUS = "status"
    ORDER = "order"
    VERSION = "version"


@dataclass(frozen=True, slots=True)
class Problem:
    """One value that cannot be used: ``field`` as it stands in the address, ``missing`` if there is none at all."""

    field: str
    value: str
    accepted: Accepted
    missing: bool = False


class BadValues(Exception):
    """Some values cannot be used; ``problems`` says which."""

    def __init__(self, *problems: Problem):
        super().__init__("bad_values")
        self.code, self.problems = "bad_values", problems


def instant(text: str, field: str) -> datetime:
    """Return a date's first instant in UTC, or an instant with its zone.

    :raises BadValues: neither; or an instant that names no zone.
    """
    found = INSTANT.fullmatch(text.strip())
    try:
        if found is None:
            raise ValueError("neither a date nor an instant")
        on, clock, zone = found.groups()
        if clock is None:
            at = datetime.combine(date.fromisoformat(on), time(0), UTC)
        else:
            # A plus that was not escaped in an address arrives as a blank.
            at = datetime.fromisoformat(f"{on}T{clock}{zone.replace(' ', '+')}").astimezone(UTC)
        if at.year not in YEARS:
            raise ValueError("outside the years we answer for")
    except (ValueError, OverflowError) as error:
        raise BadValues(Problem(field, text, Accepted.INSTANT)) from error
    return at


def ordered(first: datetime, last: datetime, field: str, text: str) -> None:
    """Let two instants pass that follow one another.

    :raises BadValues: the second, asked for in ``field``, is not after the first.
    """
    if last <= first:
        raise BadValues(Problem(field, text, Accepted.ORDER))


def programme(code: str) -> Programme:
    """Return the programme of a code in any case.

    :raises BadValues: there is none.
    """
    found = Programme.objects.filter(code__iexact=code.strip()).first() if code.strip() else None
    if found is None:
        raise BadValues(Problem("programme", code, Accepted.PROGRAMME, missing=not code.strip()))
    return found


def area(code: str, field: str, *, kind: str) -> Area:
    """Return the place or region of a code in any case.

    :raises BadValues: there is none.
    """
    found = Area.objects.filter(code__iexact=code.strip(), kind=kind).first()
    if found is None:
        raise BadValues(Problem(field, code, Accepted.PLACE if kind == Area.Kind.PLACE else Accepted.REGION))
    return found


def status(text: str) -> Status:
    """Return the status.

    :raises BadValues: there is none of that name.
    """
    try:
        return Status(text)
    except ValueError as error:
        raise BadValues(Problem("status", text, Accepted.STATUS)) from error
