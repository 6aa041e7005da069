"""What the database refuses of statements and publications, whatever the code does."""

import pytest
from django.db import DatabaseError, transaction

from content.availability import actions
from content.availability.models import AvailabilityStatement, Publication
from content.availability.rules import Assertion, Status
from portal.core.periods import Period
from tests.clock import NOW, instant

START, END = instant("2027-01-01"), instant("2028-01-01")
pytestmark = [pytest.mark.row("A2"), pytest.mark.check("S26")]


@pytest.fixture
def statement(places, programmes):
    spain = Assertion(places["ES"], Status.AVAILABLE, Period(START, END), source="x")
    actions.state(programmes["QOPI"], spain, by="editor", now=NOW)
    return AvailabilityStatement.objects.get()


def refused(do) -> bool:
    try:
        with transaction.atomic():
            do()
    except DatabaseError:
        return True
    return False


@pytest.mark.parametrize(
    "changes",
    [
        {"status": "pilot"},
        {"valid_to": None},
        {"valid_from": instant("2027-02-01")},
        {"note_es": "x"},
        {"source": "y"},
        {"superseded_at": END, "source": "y"},
    ],
)
def test_a_statement_is_never_edited(statement, changes):
    assert refused(lambda: AvailabilityStatement.objects.update(**changes))


def test_a_statement_is_closed_once(statement):
    AvailabilityStatement.objects.update(superseded_at=instant("2026-12-01"))
    assert refused(lambda: AvailabilityStatement.objects.update(superseded_at=instant("2026-12-02")))
    assert refused(lambda: AvailabilityStatement.objects.update(superseded_at=None))


@pytest.mark.parametrize("model", [AvailabilityStatement, Publication])
def test_rows_are_never_deleted(statement, model):
    assert refused(lambda: model.objects.all()._raw_delete("default"))
    assert model.objects.count() == 1


def test_a_publication_is_never_edited(statement):
    assert refused(lambda: Publication.objects.update(by="somebody else"))


@pytest.mark.parametrize(
    "starts, ends, clash",
    [
        ("2026-06-01", "2027-01-01", False),
        ("2026-06-01", "2027-01-01T00:00:00.000001", True),
        ("2027-06-01", None, True),
        ("2028-01-01", None, False),
        ("2026-01-01", None, True),
    ],
)
def test_two_current_statements_of_one_cell_never_meet(statement, starts, ends, clash):
    twin = AvailabilityStatement.objects.get()
    twin.pk, twin._state.adding = None, True
    twin.valid_from, twin.valid_to = instant(starts), ends and instant(ends)
    assert refused(lambda: twin.save(force_insert=True)) is clash


@pytest.mark.parametrize("facts", [{"status": "open"}, {"valid_from": END, "valid_to": START}, {"recorded_at": NOW, "superseded_at": NOW}])
def test_a_statement_without_sense_is_refused(statement, facts):
    twin = AvailabilityStatement.objects.get()
    twin.pk, twin._state.adding = None, True
    twin.valid_from, twin.valid_to = instant("2030-01-01"), None
    for name, value in facts.items():
        setattr(twin, name, value)
    assert refused(lambda: twin.save(force_insert=True))
