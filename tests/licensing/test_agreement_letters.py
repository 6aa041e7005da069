from datetime import timedelta

import pytest
from django.contrib.auth.models import Permission

from licensing.agreements import actions as agreements
from licensing.entitlements import actions
from licensing.history.actions import SYSTEM, Actor
from portal import postbox
from portal.core.models import OutboxMessage, SentMail
from tests.clock import NOW
from tests.licensing import deal as deals
from tests.licensing.deal import Deal

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("vault")]


def written(*, now=NOW) -> list[tuple[str, str]]:
    """Deliver what is due and return the new mails: to whom, about what."""
    before = set(SentMail.objects.values_list("pk", flat=True))
    postbox.deliver(now=now)
    assert not OutboxMessage.objects.exclude(last_error="").exists()
    return sorted(SentMail.objects.exclude(pk__in=before).values_list("recipient", "subject"))


@pytest.fixture
def deal():
    return Deal()


def test_each_signatory_is_written_to_when_it_is_their_turn_and_the_licensor_last(deal):
    agreement = deal.sent()
    president, secretary, legal = deal.signers_in_order(agreement)
    number = agreement.number
    assert written() == [("president@eco.example", f"Your turn to sign agreement {number}")]
    deal.sign(agreement, president)
    assert written() == [("secretary@eco.example", f"Your turn to sign agreement {number}")]
    deal.sign(agreement, secretary)
    assert written() == [("legal@demo.example", f"Agreement {number} waits to be countersigned")]
    deal.sign(agreement, legal)
    everybody = ["owner@eco.example", "president@eco.example", "secretary@eco.example"]
    agreements.seal(agreement.pk, now=NOW)
    found = written()
    assert [to for to, subject in found if subject == f"Agreement {number} is signed by all"] == everybody
    assert [to for to, subject in found if subject == f"Agreement {number}: your sealed copy"] == everybody
    assert len(found) == 6


def test_a_letter_that_comes_late_does_not_ask_for_what_is_done(deal):
    agreement = deal.sent()
    for user in deal.signers_in_order(agreement):
        deal.sign(agreement, user)
    assert not [subject for _, subject in written() if "turn" in subject or "waits" in subject]


def test_taking_back_what_was_not_sent_is_told_to_nobody(deal):
    agreement = deal.generate()
    agreements.void(agreement.pk, by=deal.staff, now=NOW, reason="Wrong territory")
    assert written() == []
    agreement = deal.sent()
    agreements.void(agreement.pk, by=deal.staff, now=NOW, reason="Wrong place")
    assert {to for to, subject in written() if "taken back" in subject} == {
        "owner@eco.example",
        "president@eco.example",
        "secretary@eco.example",
    }


@pytest.mark.parametrize(
    ("language", "activated", "begins"),
    [
        ("en", "Your license L-2026-0001", "It begins on 22 November 2026, 11:00 in Madrid"),
        ("fr", "Your license L-2026-0001", "L-2026-0001"),
    ],
)
def test_the_holder_is_told_of_everything_that_happens_to_the_licence(deal, language, activated, begins):
    coordinator = deals.member(deal.organisation, "coordinator@eco.example", "coordinator")
    coordinator.language = language
    coordinator.save()
    agreement = deal.executed()
    deals.settle(deal.terms, at=NOW)
    deals.tick(deal.terms, at=NOW)
    licence = actions.activate(agreement, terms=deal.terms, by=SYSTEM, now=NOW)
    written()
    mail = SentMail.objects.get(recipient=coordinator.email)
    assert mail.subject == activated
    assert begins in mail.text
    assert licence.code in mail.text
    assert f"/{language}/desk/licences/{licence.number}/?for={deal.organisation.pk}" in mail.html
    manager, second = (Actor(deals.person(f"{name}@demo.example").pk, name) for name in ("manager", "second"))
    actions.suspend(licence.pk, cause="Report overdue", by=manager, now=NOW)
    actions.reinstate(licence.pk, reason="Report is in", by=manager, now=NOW + timedelta(hours=1))
    actions.request_revocation(licence.pk, reason="Misuse", by=manager, now=NOW)
    actions.confirm_revocation(licence.pk, by=second, now=NOW)
    found = [subject for to, subject in written(now=NOW + timedelta(hours=2)) if to == "coordinator@eco.example"]
    assert sorted(found) == [
        "License L-2026-0001 is revoked", "License L-2026-0001 is suspended", "License L-2026-0001: the suspension is lifted",
    ]  # fmt: skip
    assert Permission.objects.filter(codename="countersign").exists()
