"""Who gets which letter of an application, in which language, once."""

import pytest

from licensing import letters
from licensing.applications.rules import Side, State
from portal import postbox
from portal.core.models import OutboxMessage, SentMail
from tests import build
from tests.clock import NOW

pytestmark = pytest.mark.django_db


@pytest.fixture
def eco():
    owner = build.user("owner@eco.example", language="es")
    return build.society("Fundación de Prueba (DEMO)", owner=owner)


def delivered() -> list[tuple[str, str, str]]:
    SentMail.objects.all().delete()
    postbox.deliver(now=NOW, limit=500)
    assert not OutboxMessage.objects.exclude(last_error="").exists()
    return sorted(SentMail.objects.values_list("recipient", "language", "subject"))


def advance(application, command, *, side, by, reason=""):
    from licensing import lifecycle

    lifecycle.advance(application.pk, command, side=side, by=by, now=NOW, reason=reason)


@pytest.mark.check("AC17")
def test_a_submission_is_receipted_to_owners_and_preparer_and_told_to_who_decides(eco):
    build.staff("Licensing managers", email="manager@demo.example")
    build.staff("Finance", email="finance@demo.example")
    build.person(eco, "observer", email="observer@eco.example")
    preparer = build.person(eco, "preparer", email="preparer@eco.example")
    made = build.draft(eco, by=preparer)
    delivered()
    advance(made, "submit", side=Side.APPLICANT, by=build.actor(preparer, eco))
    told = delivered()
    assert [row[0] for row in told if "person" not in row[0]] == ["manager@demo.example", "owner@eco.example", "preparer@eco.example"]
    assert ("manager@demo.example", "en", "New application A-2026-0001 of Fundación de Prueba (DEMO)") in told
    receipt = SentMail.objects.get(recipient="preparer@eco.example")
    assert receipt.subject == "We have received your application A-2026-0001"
    assert made.revisions.get().sha256 in receipt.text and made.revisions.get().sha256 in receipt.html
    assert f"http://testserver/en/desk/applications/A-2026-0001/?for={eco.pk}" in receipt.text
    assert SentMail.objects.get(recipient="owner@eco.example").language == "es"


@pytest.mark.parametrize(
    "state, subject",
    [(State.APPROVED, "Your application A-2026-0001 is approved"), (State.DECLINED, "Your application A-2026-0001 is not approved")],
)
def test_a_decision_is_written_with_its_reasons(state, subject):
    owner = build.user("owner@kenya.example")
    build.application_at(state, build.society(owner=owner))
    assert ("owner@kenya.example", "en", subject) in delivered()
    letter = SentMail.objects.get(subject=subject)
    assert "Meets all criteria (DEMO)" in letter.text and "Meets all criteria (DEMO)" in letter.html


def test_a_row_delivered_twice_writes_one_letter(eco):
    build.application_at(State.SUBMITTED, eco)
    delivered()
    before = SentMail.objects.count()
    for message in OutboxMessage.objects.filter(kind="licensing.event"):
        letters.deliver(message, NOW)
    assert SentMail.objects.count() == before > 0


def test_staff_of_the_applicant_are_not_told_as_staff(eco):
    insider = build.staff("Licensing managers", email="insider@demo.example")
    from licensing.organisations import actions as organisations

    organisations.join(eco.pk, insider, ["observer"], by=build.actor(insider), now=NOW)
    build.application_at(State.SUBMITTED, eco)
    assert "insider@demo.example" not in [row[0] for row in delivered()]


def test_every_letter_has_both_templates():
    from django.template.loader import get_template

    for rows in letters.LETTERS.values():
        for letter in rows:
            assert get_template(f"licensing/letters/{letter.template}.html") and get_template(f"licensing/letters/{letter.template}.txt")
