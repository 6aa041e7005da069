from datetime import date, timedelta

import pytest
from django.contrib.auth.models import Permission

from licensing.agreements import actions as agreements
from licensing.agreements.actions import Shown
from licensing.entitlements import actions, stopping
from licensing.history.actions import SYSTEM, Actor
from licensing.models import SigningPower
from portal import postbox
from portal.core.models import OutboxMessage, SentMail
from tests.clock import NOW
from tests.licensing import deal as deals
from tests.licensing.deal import Deal
from tests.stopping import staff, stop

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
    stop(licence.pk, reason="Report overdue", now=NOW)
    stopping.reinstate(licence.pk, reason="Report is in", by=manager, now=NOW + timedelta(hours=1))
    stopping.ask(licence.pk, "revoke", reason="Misuse", by=manager, now=NOW)
    before = written(now=NOW + timedelta(hours=1))
    assert not any("revoked" in subject for _to, subject in before)  # a request is no letter
    stopping.confirm(licence.pk, by=second, now=NOW)
    found = [subject for to, subject in before + written(now=NOW + timedelta(hours=2)) if to == "coordinator@eco.example"]
    assert sorted(found) == [
        "License L-2026-0001 is revoked", "License L-2026-0001 is suspended", "License L-2026-0001: the suspension is lifted",
    ]  # fmt: skip
    assert Permission.objects.filter(codename="countersign").exists()


def test_the_letter_of_an_early_end_says_its_last_day_and_what_holds_until_then(deal):
    agreement = deal.executed()
    deals.settle(deal.terms, at=NOW)
    deals.tick(deal.terms, at=NOW)
    licence = actions.activate(agreement, terms=deal.terms, by=SYSTEM, now=NOW)
    stop(licence.pk, "end", reason="By notice", now=NOW, last_day=date(2027, 6, 30))
    words = "License L-2026-0001 ends on 30 June 2027, 24:00 in Madrid"
    assert ("owner@eco.example", words) in written()
    mail = SentMail.objects.get(recipient="owner@eco.example", subject=words)
    assert all(f"{words}: " in part and "Until then everything it grants can be used as before." in part for part in (mail.text, mail.html))


@pytest.mark.parametrize("suspended", [False, True])
def test_the_letter_that_takes_a_notice_back_says_why_and_until_when_it_goes_on(deal, suspended):
    secretary = deal.organisation.memberships.get(user__email="secretary@eco.example").user
    secretary.language = "es"
    secretary.save()
    agreement = deal.executed()
    deals.settle(deal.terms, at=NOW)
    deals.tick(deal.terms, at=NOW)
    licence = actions.activate(agreement, terms=deal.terms, by=SYSTEM, now=NOW)
    stop(licence.pk, "end", reason="By notice", now=NOW, last_day=date(2027, 6, 30))
    if suspended:
        stop(licence.pk, "suspend", reason="Report overdue", now=NOW)
    written()
    stopping.ask(licence.pk, "recall", reason="Sent by mistake", by=staff("first"), now=NOW)
    assert written() == []
    stopping.confirm(licence.pk, by=staff("second"), now=NOW)
    words = "License L-2026-0001 goes on: the notice is taken back"
    assert written() == [
        ("owner@eco.example", words),
        ("president@eco.example", words),
        ("secretary@eco.example", "La licencia L-2026-0001 continúa: se ha retirado el preaviso"),
    ]
    mail = SentMail.objects.get(recipient="owner@eco.example", subject=words)
    said = "License L-2026-0001 does not end on 30 June 2027, 24:00 in Madrid: the notice is taken back."
    for part in (mail.text, mail.html):
        assert said in part and "until 21 November 2028, 24:00 in Madrid." in part and "Sent by mistake" in part
        assert ("It is still suspended" in part) == suspended


@pytest.mark.parametrize("revoker", ["second@demo.example", "manager@demo.example"])
def test_who_had_asked_is_told_that_a_revocation_took_the_place_of_the_request(deal, revoker):
    agreement = deal.executed()
    deals.settle(deal.terms, at=NOW)
    deals.tick(deal.terms, at=NOW)
    licence = actions.activate(agreement, terms=deal.terms, by=SYSTEM, now=NOW)
    may = {"permissions": ["licensing.suspend_licence"]}
    manager, other = deals.person("manager@demo.example", **may), deals.person("second@demo.example", **may)
    by = {user.email: Actor(user.pk, str(user)) for user in (manager, other)}
    stopping.ask(licence.pk, "end", reason="By notice", by=by["manager@demo.example"], now=NOW, last_day=date(2027, 6, 30))
    written()
    stopping.ask(licence.pk, "revoke", reason="Misuse", by=by[revoker], now=NOW)
    told = [("manager@demo.example", "License L-2026-0001: your request is set aside")] if revoker != "manager@demo.example" else []
    assert written() == told
    for mail in SentMail.objects.filter(subject__contains="set aside"):
        for part in (mail.text, mail.html):
            assert "Second asks to revoke license L-2026-0001 of" in part and "Misuse" in part and "/cms/licences/L-2026-0001/" in part


def decline(deal, agreement, user):
    shown = Shown(agreement.document_sha256, agreement.reading_sha256)
    given = {"shown": shown, "reason": "Clause 3 names the wrong places.", "factor": "password", "now": NOW}
    return agreements.decline(agreement.pk, user_id=user.pk, by=deal.actor(user), **given)


@pytest.mark.row("C6")
def test_a_refusal_reaches_owners_signatories_and_staff_with_its_reason(deal):
    agreement = deal.sent()
    president, secretary, _ = deal.signers_in_order(agreement)
    secretary.language = "es"
    secretary.save()
    written()
    decline(deal, agreement, president)
    said = f"The President (DEMO) declined to sign agreement {agreement.number}"
    assert written() == [
        ("legal@demo.example", said), ("owner@eco.example", said), ("president@eco.example", said),
        ("secretary@eco.example", f"The President (DEMO) ha rechazado firmar el acuerdo {agreement.number}"),
    ]  # fmt: skip
    for mail in SentMail.objects.filter(recipient__in=["legal@demo.example", "owner@eco.example", "secretary@eco.example"]):
        if agreement.number in mail.subject and "turn" not in mail.subject:
            assert "Clause 3 names the wrong places." in mail.text and "Clause 3 names the wrong places." in mail.html


@pytest.mark.row("C5")
def test_the_letter_again_goes_to_whom_it_waits_for(deal):
    agreement = deal.sent()
    president, secretary, _ = deal.signers_in_order(agreement)
    written()
    agreements.remind(agreement.pk, by=deal.staff, now=NOW)
    assert written() == [("president@eco.example", f"Reminder: your turn to sign agreement {agreement.number}")]
    deal.sign(agreement, president)
    deal.sign(agreement, secretary)
    written()
    agreements.remind(agreement.pk, by=deal.staff, now=NOW + timedelta(hours=1))
    found = written(now=NOW + timedelta(hours=1))
    assert found == [("legal@demo.example", f"Reminder: agreement {agreement.number} waits to be countersigned")]


def test_a_reminder_that_comes_late_reminds_nobody(deal):
    agreement = deal.sent()
    president, secretary, _ = deal.signers_in_order(agreement)
    written()
    agreements.remind(agreement.pk, by=deal.staff, now=NOW)
    decline(deal, agreement, secretary)
    assert not [subject for _, subject in written() if "Reminder" in subject]


@pytest.mark.parametrize(("until", "words"), [(None, "without an end of the time"), (timedelta(days=60), "until 21 January 2027, 11:00")])
def test_more_time_is_told_to_the_owners_and_to_whom_it_waits_for(deal, until, words):
    agreement = deal.sent()
    written()
    agreements.extend(agreement.pk, until=until and NOW + until, by=deal.staff, now=NOW)
    subject = f"More time to sign agreement {agreement.number}"
    assert written() == [("owner@eco.example", subject), ("president@eco.example", subject)]
    for mail in SentMail.objects.filter(subject=subject):
        assert words in " ".join(mail.text.split()) and "It waits for The President (DEMO)." in mail.text


def test_a_change_of_signatory_is_told_to_both_and_to_the_owners(deal):
    agreement = deal.sent()
    president = deal.signers_in_order(agreement)[0]
    person = deals.member(deal.organisation, "treasurer@eco.example", "signatory", name="The Treasurer (DEMO)")
    SigningPower.objects.create(organisation=deal.organisation, user=person, office="Treasurer", position=3, valid_from=date(2020, 1, 1))
    written()
    line = agreement.requests.get(user=president)
    agreements.replace(agreement.pk, line.pk, user_id=person.pk, reason="He left.", by=deal.staff, now=NOW)
    assert written() == [
        ("owner@eco.example", f"Agreement {agreement.number}: somebody else signs"),
        ("president@eco.example", f"You do not sign agreement {agreement.number} any more"),
        ("treasurer@eco.example", f"You are named to sign agreement {agreement.number}"),
    ]
    mail = SentMail.objects.get(recipient="owner@eco.example", subject__contains="somebody else")
    assert "named The Treasurer (DEMO) to sign" in mail.text and "instead of The President (DEMO)" in " ".join(mail.text.split())
