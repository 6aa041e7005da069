"""From an application the desk leads on to what came of it, as far as the person may see it."""

import pytest

from licensing.applications.models import Application
from licensing.web.outcome import outcome
from tests import demo_world as world

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("demo_world")]


def labels(email, key, code="QTP1-L"):
    application = Application.objects.get(organisation=world.organisation(key), offering__code=code)
    return [label.split("-")[0] for label, _ in outcome(application, world.person(email))]


def test_an_owner_goes_to_everything_that_came_of_it():
    assert labels("owner@eco", "ECO") == ["The offer", "Invoice INV", "Agreement AG", "License L"]


def test_a_coordinator_sees_no_money_and_no_agreement():
    assert labels("coordinator@eco", "ECO") == ["The offer", "License L"]


def test_what_is_in_review_has_led_nowhere_yet():
    assert labels("owner@chile", "CHILE") == []


def test_a_stranger_is_shown_nothing():
    assert labels("owner@bigsky", "ECO") == []
