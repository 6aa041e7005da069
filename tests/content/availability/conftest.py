import json
import tomllib
from datetime import timedelta
from pathlib import Path

import pytest
from django.test import Client

from content.availability.load import load_lists, load_statements
from content.programmes.models import Programme
from i18n.places.load import load_places
from i18n.places.models import Area, PlaceTier, RegionMembership
from portal.accounts.models import User
from portal.core.models import ContentVersion
from tests import build
from tests.clock import NOW
from tests.pouring import poured
from tests.telling import told

DEMO = Path(__file__).resolve().parents[3] / "demo"
PROGRAMMES = {
    "QOPI": ("Quality Oncology Practice Initiative (QOPI®)", "QOPI®", "participation"),
    "QCP": ("QOPI® Certification Program", "QOPI® Certification", "certification"),
    "QTP6": ("Quality Training Program, 6-month", "QTP, 6-month", "training"),
    "QTP1": ("Quality Training Program, 1-day", "QTP, 1-day", "training"),
    "QCS": ("Quality Care Symposium: ASCO Direct™ Highlights", "ASCO Direct™ Highlights", "meeting"),
}


@pytest.fixture
def places(db):
    """Every place and region: code -> id."""
    poured("places", load_places, Area, RegionMembership, PlaceTier)
    told(ContentVersion.raise_number)()
    return dict(Area.objects.values_list("code", "pk"))


@told
def enter_programmes() -> None:
    for position, (code, (name, short, kind)) in enumerate(PROGRAMMES.items()):
        Programme.objects.create(code=code, name=name, short_name=short, kind=kind, position=position)


@pytest.fixture
def programmes(db):
    """The five programmes: code -> id."""
    enter_programmes()
    return dict(Programme.objects.values_list("code", "pk"))


@pytest.fixture
def lists(places, programmes):
    """The four published lists of QOPI, loaded the day before NOW."""
    told(load_lists)(json.loads((DEMO / "availability.json").read_text()), now=NOW - timedelta(days=1))


@pytest.fixture
def catalogue(lists):
    """The lists and what the demonstration states of the other programmes, Kenya included."""
    told(load_statements)(tomllib.loads((DEMO / "availability_other.toml").read_text()), now=NOW - timedelta(days=1))


@pytest.fixture
def staff(places, programmes):
    """Two program managers and somebody who edits pages only."""
    people = {}
    for name, group in (("writer", "Program managers"), ("second", "Program managers"), ("editor", "Editors")):
        people[name] = User.objects.create_user(f"{name}@demo.example", build.PASSWORD, name=name.title())
        build.into_groups(people[name], group)
    return people


@pytest.fixture
def auditor(db):
    """A window of somebody who reads everything and changes nothing."""
    person = User.objects.create_user("auditor@demo.example", build.PASSWORD, name="Auditor")
    build.into_groups(person, "Auditors")
    client = Client()
    client.force_login(person)
    return client
