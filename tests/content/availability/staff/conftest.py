"""The rooms of availability in the CMS, in the demonstration: read and changed by its own staff."""

import pytest

from content.programmes.models import Programme
from i18n.places.models import Area
from tests import demo_world as world
from tests.content.availability.test_changes import client_of


@pytest.fixture
def places(demo_world, db):
    """Every place and region: code -> id."""
    return dict(Area.objects.values_list("code", "pk"))


@pytest.fixture
def programmes(demo_world, db):
    """The programmes: code -> id."""
    return dict(Programme.objects.values_list("code", "pk"))


@pytest.fixture
def staff(demo_world, db):
    """Two program managers and somebody who edits pages only."""
    return {name: world.person(f"{email}@demo") for name, email in (("writer", "manager"), ("second", "second"), ("editor", "editor"))}


@pytest.fixture
def manager(staff):
    return client_of(staff["writer"])


@pytest.fixture
def second(staff):
    return client_of(staff["second"])


@pytest.fixture
def auditor(demo_world, db):
    return client_of(world.person("auditor@demo"))
