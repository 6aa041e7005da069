"""From an application the desk leads on to what came of it, as far as the person may see it."""

import pytest

from licensing.applications.models import Application
from licensing.web.outcome import line
from tests import demo_world as world
from tests.clock import NOW

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("demo_world")]


def labels(email, key, code="QTP1-L"):
    application = Application.objects.get(organisation=world.organisation(key), offering__code=code)
    found = line(application, world.person(email), now=NOW)
    return [label.split("-")[0] for step in found.steps for label, _ in step.links] if found else []


def test_an_owner_goes_to_everything_that_came_of_it():
    assert labels("owner@eco", "ECO") == ["The offer", "Agreement AG", "Invoice INV", "See and send papers", "License L"]


def test_a_coordinator_sees_no_money_and_no_agreement():
    assert labels("coordinator@eco", "ECO") == ["The offer", "See and send papers", "License L"]


def test_what_is_in_review_has_led_nowhere_yet():
    assert labels("owner@chile", "CHILE") == []


def test_a_stranger_is_shown_nothing():
    assert labels("owner@bigsky", "ECO") == []
