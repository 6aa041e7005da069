"""A story that is told again leaves what the first telling left: rows, numbers, files and what it returns."""

from contextlib import suppress

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone, translation

from licensing.models import Agreement, Invoice
from portal.core.vault import places
from tests import build, money, snapshot, telling
from tests.clock import NOW
from tests.licensing import deal

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("vault")]


def story():
    """Tell how an agreement is executed by two signatories, after an invoice of somebody else."""
    invoice = money.invoice()
    made = deal.Deal()
    agreement = made.executed()
    return invoice, made, agreement


def outcome(told) -> tuple:
    invoice, made, agreement = told
    held = {field.attname: getattr(agreement, field.attname) for field in Agreement._meta.concrete_fields}
    return snapshot.rows(), invoice.pk, invoice.reference, vars(made)["terms"].pk, made.staff, held


@pytest.fixture
def twice(settings, tmp_path, monkeypatch):
    """Return a function that tells something as two tests would, the second time in a vault of its own."""

    def tell(something, *, between=lambda: None):
        found = []
        for name in ("first", "second"):
            settings.VAULT_URL = f"file:{tmp_path / name}"
            point = connection.savepoint()
            telling.begin(__name__, "empty", patches=monkeypatch)
            if name == "second":
                between()
            with CaptureQueriesContext(connection) as asked:
                given = something()
            files = {str(path.relative_to(tmp_path / name)): path.read_bytes() for path in (tmp_path / name).rglob("*") if path.is_file()}
            found.append((outcome(given), files, len(asked)))
            connection.savepoint_rollback(point)
        return found

    telling.forget()
    yield tell
    telling.forget()


def test_the_second_telling_leaves_what_the_first_left_and_asks_far_less(twice):
    (first, files, asked), (second, again, few) = twice(story)
    assert (second, again) == (first, files)
    assert len(files) == 5
    assert few * 2 < asked


def test_what_follows_a_replay_goes_on_where_the_story_left_off(twice):
    def goes_on():
        invoice, made, agreement = story()
        other = money.invoice(organisation=build.society("Another (DEMO)"))
        assert Invoice.objects.filter(pk__in=[invoice.pk, other.pk]).count() == 2
        assert places.vault().size(agreement.document_key) > 0
        return other, made, agreement

    (first, *_), (second, *_) = twice(goes_on)
    assert second == first


@pytest.mark.parametrize("what", ["written", "settings", "clock", "language", "patched"])
def test_where_anything_is_unlike_the_story_is_played_again(what, twice, settings, monkeypatch):
    def between():
        if what == "written":
            build.place("BR").save()
        elif what == "settings":
            settings.LICENSOR_HOLIDAYS = ["2026-12-24"]
        elif what == "clock":
            monkeypatch.setattr("django.utils.timezone.now", lambda: NOW)
            assert timezone.now() == NOW
        elif what == "patched":
            monkeypatch.setattr("licensing.agreements.actions.agreements", "anything", raising=False)
        else:
            translation.activate("es")

    (_, _, asked), (_, _, again) = twice(story, between=between)
    assert again > asked * 0.9


played = []


@telling.told
def fails():
    played.append("fails")
    build.place("KE")
    raise ValueError


@telling.told
def takes_back():
    played.append("takes back")
    with suppress(ValueError), transaction.atomic():
        fails()


def test_a_story_that_fails_or_takes_something_back_is_not_kept(twice, monkeypatch):
    def tell():
        with pytest.raises(ValueError):
            fails()
        telling.begin(__name__, "empty", patches=monkeypatch)
        takes_back()
        return story()

    played.clear()
    twice(tell)
    assert played == ["fails", "takes back", "fails"] * 2
