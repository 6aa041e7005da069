"""Fee schedules from a data file, as ``demo/fees.toml`` has them."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.db.models import Q

from licensing.fees.models import FeeLine, FeeSchedule
from licensing.fees.rules import LABELS


class BadSchedule(Exception):
    """The file says something that cannot be; ``code``: overlap, unknown_unit, changed. Nothing was written."""

    def __init__(self, code: str, **facts: Any):
        super().__init__(f"{code}: {facts}")
        self.code, self.facts = code, facts


@transaction.atomic
def load_schedules(data: Mapping[str, Any]) -> int:
    """Add the schedules of ``data["schedule"]`` that are not there yet; return how many. One that is there is never changed.

    :raises BadSchedule: two schedules share a day, a unit has no name, or the file prices differently what is loaded.
    """
    added = 0
    for row in data["schedule"]:
        there = FeeSchedule.objects.filter(code=row["code"]).first()
        if there is None:
            _add(row)
            added += 1
        elif _prices(there) != {_key(line): line["amount_minor"] for line in row["lines"]}:
            raise BadSchedule("changed", schedule=row["code"])
    return added


def _key(line: Mapping[str, Any]) -> tuple[str, str, str, str]:
    return line["offering"], line["unit"], line["currency"], line["tier"]


def _prices(schedule: FeeSchedule) -> dict[tuple[str, str, str, str], int]:
    return {(line.offering, line.unit, line.currency, line.tier): line.amount_minor for line in schedule.lines.all()}


def _add(row: Mapping[str, Any]) -> None:
    first, end = row["valid_from"], row.get("valid_to")
    meets = FeeSchedule.objects.filter(Q(valid_to=None) | Q(valid_to__gt=first))
    if end is not None:
        meets = meets.filter(valid_from__lt=end)
    if other := meets.first():
        raise BadSchedule("overlap", schedule=row["code"], other=other.code)
    if unknown := {line["unit"] for line in row["lines"]} - LABELS.keys():
        raise BadSchedule("unknown_unit", schedule=row["code"], units=sorted(unknown))
    schedule = FeeSchedule.objects.create(code=row["code"], valid_from=first, valid_to=end)
    keys = ("offering", "unit", "currency", "tier", "amount_minor")
    FeeLine.objects.bulk_create(FeeLine(schedule=schedule, **{key: line[key] for key in keys}) for line in row["lines"])
