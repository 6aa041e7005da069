"""What the database itself refuses, on either database."""

from datetime import timedelta

import pytest
from django.db import Error, transaction

from i18n.models import Area, RegionMembership
from licensing.models import Event
from portal.core import guards
from tests.clock import NOW

pytestmark = pytest.mark.django_db


def refused(act) -> bool:
    try:
        with transaction.atomic():
            act()
    except Error:
        return True
    return False


@pytest.fixture
def event(db):
    return Event.objects.create(subject_kind="x", subject_id=1, seq=1, command="c", actor_label="t", effective_at=NOW, recorded_at=NOW)


def test_an_appended_row_can_be_neither_changed_nor_deleted(event):
    assert refused(lambda: Event.objects.update(reason="other"))
    assert refused(lambda: Event.objects.all().delete())
    event.refresh_from_db()
    assert event.reason == ""


def test_a_closing_column_is_set_once():
    area = Area.objects.create(code="ES")
    row = RegionMembership.objects.create(area=area, place=area, valid_from=NOW, recorded_at=NOW)
    RegionMembership.objects.update(superseded_at=NOW + timedelta(days=1))
    assert refused(lambda: RegionMembership.objects.update(superseded_at=NOW + timedelta(days=2)))
    assert refused(lambda: RegionMembership.objects.update(superseded_at=None))
    row.refresh_from_db()
    assert row.superseded_at == NOW + timedelta(days=1)


def test_two_current_rows_of_one_cell_never_meet():
    area = Area.objects.create(code="ES")
    facts = {"area": area, "place": area, "recorded_at": NOW}
    RegionMembership.objects.create(valid_from=NOW, valid_to=NOW + timedelta(days=2), **facts)
    assert refused(lambda: RegionMembership.objects.create(valid_from=NOW + timedelta(days=1), **facts))
    RegionMembership.objects.create(valid_from=NOW + timedelta(days=2), **facts)
    assert RegionMembership.objects.count() == 2


def test_every_guard_the_models_ask_for_is_installed():
    from django.apps import apps
    from django.db import connection

    asked = sorted(name for model in apps.get_models() for name, _ in guards.triggers(model, connection.vendor))
    assert asked == sorted(name for name, _ in guards.installed())
    assert len(asked) >= 20
