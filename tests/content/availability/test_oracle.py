"""Random histories against the naive oracle: every way of asking and every surface must agree. ``SEQUENCES=10000`` runs more (``make soak``)."""

import io
import json
import os
import re
from functools import cache
from random import Random

import pytest
from django.core.management import call_command
from django.db import transaction

from content.availability import actions, kept, queries, rules
from content.availability.rules import Assertion, Status
from content.pages import frame
from content.programmes.models import Programme
from i18n.places.load import ALWAYS
from i18n.places.models import Area, RegionMembership
from tests.content.availability import in_sql
from tests.content.availability.histories import PLACES, REGIONS, SLOTS, history, logged, period_of, recorded_at, slot_at
from tests.content.availability.oracle import Oracle

pytestmark = [pytest.mark.row("A5"), pytest.mark.row("A6")]
HISTORIES = int(os.environ.get("SEQUENCES", "300"))
ASKED = 2  # cells of the two clocks that one history is asked about
STATUS = re.compile(r'<tr id="(?:place|programme)-([\w-]+)" data-status="(\w+)">')
ON_MAP = re.compile(r'data-place="([\w-]+)" data-is="(\w+)"')


@pytest.fixture
def world(db):
    areas = {code: Area.objects.create(code=code, iso2=code, kind="place", zone="UTC", name_en=code).pk for code in PLACES}
    for pk in areas.values():
        RegionMembership.objects.create(area_id=pk, place_id=pk, valid_from=ALWAYS, recorded_at=ALWAYS)
    areas |= {code: Area.objects.create(code=code, kind="region", name_en=code).pk for code in REGIONS}
    return Programme.objects.create(code="P", name="P", short_name="P", kind="training").pk, areas


def play(programme: int, area: dict[str, int], tick: int, order: tuple) -> None:
    """Give one order to the actions."""
    by = {"by": "x", "now": recorded_at(tick)}
    if order[0] == "member":
        _, region, place, slots, is_member = order
        actions.record_membership(area[region], area[place], period_of(*slots), member=is_member, **by)
        return
    _, code, slots, status, frozen = order
    if status is None:
        actions.unstate(programme, area[code], period_of(*slots), **by)
    else:
        members_at = None if frozen is None else slot_at(frozen)
        actions.state(programme, Assertion(area[code], Status(status), period_of(*slots), members_at), **by)


def ways(programme: int, code_of: dict[int, str], *, as_of, known_at) -> list[dict[str, str]]:
    """Return what the join, the spans of all time and the law in SQL say."""
    clocks = {"as_of": as_of, "known_at": known_at}
    spans = queries.spans(programme_id=programme, known_at=known_at).get(programme, [])
    return [
        {code_of[place]: answer.status for place, answer in queries.answers(programme, **clocks).items()},
        {code_of[place]: answer.status for place, answer in rules.at(spans, as_of).items()},
        {code_of[place]: status for place, status in in_sql.deciding(programme, **clocks)},
    ]


def surfaces(client, *, as_of, known_at) -> list[dict[str, str]]:
    """Return what the table, the map, the API, its file and the command say."""
    asked = {"as_of": as_of.isoformat()} | ({"known_at": known_at.isoformat()} if known_at else {})
    page = client.get("/en/availability/", {"programme": "P", **asked}).content.decode()
    api = client.get("/api/v1/availability", {"programme": "P", **asked}).json()
    file = client.get("/api/v1/availability", {"programme": "P", "format": "csv", **asked}).content.decode()
    printed = io.StringIO()
    call_command("availability", programme="P", format="json", stdout=printed, **asked)
    return [
        dict(STATUS.findall(page)),
        dict(ON_MAP.findall(page)),
        {row["code"]: row["status"] for row in api["places"]},
        {line.split(",")[0]: line.split(",")[2] for line in file.splitlines()[1:]},
        {row["code"]: row["status"] for row in json.loads(printed.getvalue())["places"]},
    ]


def of_place(client, place: str, *, on_page: bool, as_of, known_at) -> str:
    """Return the status that the page of a country prints, or the one that the API gives for it."""
    asked = {"as_of": as_of.isoformat()} | ({"known_at": known_at.isoformat()} if known_at else {})
    if on_page:
        return STATUS.search(client.get(f"/en/countries/{place}/", asked).content.decode())[2]
    [programme] = client.get(f"/api/v1/places/{place}", asked).json()["programmes"]
    return programme["status"]


@pytest.mark.check("AC4")
def test_every_way_and_every_surface_agrees_with_the_oracle(world, client, monkeypatch):
    monkeypatch.setattr(frame, "_read", cache(frame._read))  # no history changes what stands around a page
    programme, area = world
    code_of = {pk: code for code, pk in area.items()}
    differences = []
    for number in range(HISTORIES):
        kept.forget()  # the numbers of versions come again after each rollback
        frame.forget()
        random, orders = Random(-number), history(number)
        with transaction.atomic():
            oracle = Oracle(PLACES)
            for tick, order in enumerate(orders):
                play(programme, area, tick, order)
                oracle.log.append(logged(tick, order))
            for n in range(ASKED):
                slot, tick = random.randrange(SLOTS), random.choice([len(orders) - 1, random.randrange(len(orders))])
                clocks = {"as_of": slot_at(slot), "known_at": None if tick == len(orders) - 1 else recorded_at(tick)}
                expected = {place: status for place in PLACES if (status := oracle.status(place, slot=slot, tick=tick))}
                said = ways(programme, code_of, **clocks) + (surfaces(client, **clocks) if n == 0 else [])
                place = random.choice(PLACES)
                printed = of_place(client, place, on_page=n == 0, **clocks)
                if any(one != expected for one in said) or printed != expected.get(place, "not_stated"):
                    differences.append((number, slot, tick, expected, said, place, printed))
            transaction.set_rollback(True)
    assert differences == []
