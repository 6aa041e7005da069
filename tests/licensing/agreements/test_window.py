"""What may happen while an agreement is out: declined, reminded of, given more time, signed by somebody else, drawn up anew."""

from datetime import date, timedelta

import pytest

from licensing import lifecycle
from licensing.agreements import actions as agreements
from licensing.agreements.actions import Shown
from licensing.agreements.models import Agreement, Signature, SignatureRequest
from licensing.agreements.rules import NotAllowed, State
from licensing.history.actions import Actor, Stale, latest
from licensing.history.models import Event
from licensing.models import Invoice, Membership, SigningPower
from portal.core import private_files
from portal.core.models import OutboxMessage
from tests.clock import NOW, TICK
from tests.licensing import deal as deals
from tests.licensing.deal import Deal

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("vault")]
END = NOW + timedelta(days=30)
HOUR = timedelta(hours=1)


@pytest.fixture
def deal():
    return Deal()


@pytest.fixture
def out(deal):
    return deal.sent()


@pytest.fixture
def treasurer(deal):
    person = deals.member(deal.organisation, "treasurer@eco.example", "signatory", name="The Treasurer (DEMO)")
    SigningPower.objects.create(organisation=deal.organisation, user=person, office="Treasurer", position=3, valid_from=date(2020, 1, 1))
    return person


def owner(deal) -> Actor:
    return deal.actor(deals.person("owner@eco.example"))


def kept() -> tuple:
    counts = tuple(model.objects.count() for model in (Agreement, Signature, Event, OutboxMessage, Invoice))
    lines = tuple(SignatureRequest.objects.order_by("pk").values_list("pk", "user", "name", "office"))
    return counts, lines, tuple(Agreement.objects.order_by("pk").values_list("state", "window_ends_at"))


def refused(code, act, *, kind=NotAllowed):
    before = kept()
    with pytest.raises(kind) as caught:
        act()
    assert (caught.value.code, kept()) == (code, before)
    return caught.value


def shown(agreement) -> Shown:
    return Shown(agreement.document_sha256, agreement.reading_sha256)


def decline(deal, agreement, user, **changes):
    given = {"shown": shown(agreement), "reason": "Clause 3 names the wrong places.", "factor": "password", "now": NOW} | changes
    return agreements.decline(agreement.pk, user_id=user.pk, by=deal.actor(user), **given)


# Declining


@pytest.mark.row("C6")
def test_who_declines_ends_it_with_the_reason_and_everything_given_so_far_stays(deal, out):
    president, secretary, _ = deal.signers_in_order(out)
    deal.sign(out, president)
    document = private_files.content_of(out.document_key)
    decline(deal, out, secretary, now=NOW + HOUR)
    out.refresh_from_db()
    assert (out.state, out.executed_at, private_files.content_of(out.document_key)) == ("declined", None, document)
    event = Event.objects.of(out).last()
    assert (event.command, event.from_state, event.to_state, event.actor) == ("decline", "out_for_signature", "declined", secretary)
    assert (event.reason, event.visibility) == ("Clause 3 names the wrong places.", "organisation")
    line = out.requests.get(user=secretary)
    assert event.payload == {
        "line": line.pk, "side": "licensee", "position": 2, "document_sha256": out.document_sha256,
        "reading_sha256": out.reading_sha256, "factor": "password",
    }  # fmt: skip
    assert [signature.user for signature in Signature.objects.all()] == [president]
    assert not Invoice.objects.filter(kind="credit_note").exists()


def test_the_second_may_decline_before_the_first_has_signed(deal, out):
    assert decline(deal, out, deal.signers_in_order(out)[1]).state == "declined"


def test_who_has_signed_stands_on_no_line_or_says_no_reason_declines_nothing(deal, out):
    president, secretary, legal = deal.signers_in_order(out)
    refused("no_reason", lambda: decline(deal, out, president, reason=" \n"))
    refused("text_changed", lambda: decline(deal, out, president, shown=Shown("0" * 64, out.reading_sha256)))
    refused("text_changed", lambda: decline(deal, out, president, shown=Shown(out.document_sha256)))
    for stranger in (deals.person("owner@eco.example"), deals.person("stranger@else.example"), legal):
        refused("wrong_actor", lambda stranger=stranger: decline(deal, out, stranger))
    refused("window_over", lambda: decline(deal, out, president, now=END))
    refused("stale", lambda: decline(deal, out, president, seen=latest(out) - 1), kind=Stale)
    deal.sign(out, president)
    refused("already_signed", lambda: decline(deal, out, president))
    Membership.objects.filter(user=secretary).update(ended_at=NOW)
    refused("power_ended", lambda: decline(deal, out, secretary))


def test_nobody_signs_or_declines_what_was_declined(deal, out):
    president, secretary, _ = deal.signers_in_order(out)
    decline(deal, out, president)
    refused("wrong_state", lambda: decline(deal, out, secretary))
    refused("wrong_state", lambda: deal.sign(out, president))
    for act in (
        lambda: agreements.remind(out.pk, by=deal.staff, now=NOW),
        lambda: agreements.extend(out.pk, until=None, by=deal.staff, now=NOW),
    ):
        refused("wrong_state", act)


@pytest.mark.row("C6")
def test_a_new_version_comes_from_the_same_terms_with_the_invoice_open(deal, out, treasurer):
    president, *_ = deal.signers_in_order(out)
    decline(deal, out, president)
    made = agreements.redraft(out.pk, by=deal.staff, now=NOW + HOUR)
    assert (made.number, made.state, made.terms_id, made.sent_at) == ("AG-2026-0002", "drafting", out.terms_id, None)
    assert [row.office for row in made.requests.filter(side="licensee")] == ["President", "Secretary", "Treasurer"]
    assert Event.objects.of(made).get().payload["follows"] == out.number
    assert Event.objects.of(out).last().payload == {"followed_by": made.number}
    out.refresh_from_db()
    assert (out.state, Invoice.objects.get().kind) == ("declined", "invoice")
    refused("redrawn", lambda: agreements.redraft(out.pk, by=deal.staff, now=NOW + HOUR))
    assert refused("redrawn", lambda: agreements.void(out.pk, by=deal.staff, now=NOW, reason="x")).facts == {"number": made.number}


@pytest.mark.parametrize("state", [state for state in State if state not in (State.DECLINED, State.LAPSED_UNSIGNED)])
def test_only_what_was_declined_is_drawn_up_anew(deal, out, state):
    Agreement.objects.filter(pk=out.pk).update(state=state, executed_at=NOW)
    refused("wrong_state", lambda: agreements.redraft(out.pk, by=deal.staff, now=NOW))


def test_a_declined_one_that_is_given_up_cancels_its_invoice(deal, out):
    decline(deal, out, deal.signers_in_order(out)[0])
    lifecycle.void_agreement(out.pk, by=deal.staff, now=NOW, reason="They want other terms")
    out.refresh_from_db()
    deal.terms.refresh_from_db()
    assert (out.state, deal.terms.state) == ("voided", "superseded")
    assert Invoice.objects.get(kind="credit_note").cancels == deal.invoice
    refused("wrong_state", lambda: agreements.redraft(out.pk, by=deal.staff, now=NOW))


# The window


@pytest.mark.row("C5")
def test_the_window_lapses_by_date_alone_and_opens_again_by_extending(deal, out):
    president, secretary, legal = deal.signers_in_order(out)
    deal.sign(out, president)
    out.refresh_from_db()
    assert [out.status(at=at).value for at in (END - TICK, END)] == ["out_for_signature", "lapsed_unsigned"]
    assert out.state == "out_for_signature"  # nothing had to run
    refused("window_over", lambda: deal.sign(out, secretary, at=END))
    again = agreements.extend(out.pk, until=END + HOUR, by=deal.staff, now=END)
    assert again.status(at=END).value == "out_for_signature"
    event = Event.objects.of(out).last()
    assert (event.from_state, event.to_state) == ("lapsed_unsigned", "out_for_signature")
    line = out.requests.get(user=secretary)
    assert event.payload == {"line": line.pk, "old": END.isoformat(), "new": (END + HOUR).isoformat()}
    deal.sign(out, secretary, at=END)
    assert deal.sign(out, legal, at=END).state == "executed"  # the first signature stayed good


def test_a_window_without_an_end_never_closes(deal, out):
    agreements.extend(out.pk, until=None, by=deal.staff, now=NOW)
    out.refresh_from_db()
    assert (out.window_ends_at, out.status(at=NOW + timedelta(days=9000)).value) == (None, "out_for_signature")


@pytest.mark.parametrize(("until", "code"), [(END, "window_unchanged"), (NOW, "window_past"), (END - TICK, "window_shorter")])
def test_a_window_is_never_made_shorter(deal, out, until, code):
    refused(code, lambda: agreements.extend(out.pk, until=until, by=deal.staff, now=NOW))


def test_of_two_who_extend_from_the_same_page_the_second_is_told(deal, out):
    seen = latest(out)
    agreements.extend(out.pk, until=END + HOUR, by=deal.staff, now=NOW, seen=seen)
    refused("stale", lambda: agreements.extend(out.pk, until=END + 2 * HOUR, by=deal.staff, now=NOW, seen=seen), kind=Stale)


def test_what_lapsed_can_be_taken_back(deal, out):
    agreements.void(out.pk, by=deal.staff, now=END, reason="Nobody signed")
    event = Event.objects.of(out).last()
    assert (event.from_state, event.to_state) == ("lapsed_unsigned", "voided")


# Reminding


@pytest.mark.row("C5")
def test_the_letter_goes_again_to_whom_it_waits_for_once_an_hour(deal, out):
    president, secretary, _ = deal.signers_in_order(out)
    agreements.remind(out.pk, by=owner(deal), now=NOW)
    assert Event.objects.of(out).last().payload == {"line": out.requests.get(user=president).pk}
    refused("reminded_lately", lambda: agreements.remind(out.pk, by=deal.staff, now=NOW + HOUR - TICK))
    deal.sign(out, president)
    agreements.remind(out.pk, by=deal.staff, now=NOW + HOUR)
    assert Event.objects.of(out).last().payload == {"line": out.requests.get(user=secretary).pk}
    refused("window_over", lambda: agreements.remind(out.pk, by=deal.staff, now=END))


def test_nobody_is_reminded_who_cannot_sign_any_more(deal, out):
    Membership.objects.filter(user=deal.signers_in_order(out)[0]).update(ended_at=NOW)
    refused("power_ended", lambda: agreements.remind(out.pk, by=deal.staff, now=NOW))


def test_another_organisation_moves_nothing(deal, out, treasurer):
    other = Actor(deals.person("owner@other.example").pk, "Other", deals.organisation("Other", mail="other.example").pk)
    line = out.requests.get(position=1, side="licensee")
    refused("wrong_actor", lambda: agreements.remind(out.pk, by=other, now=NOW))
    refused("wrong_actor", lambda: agreements.replace(out.pk, line.pk, user_id=treasurer.pk, reason="x", by=other, now=NOW))


# Somebody else signs


@pytest.mark.row("C5")
@pytest.mark.check("S26")
def test_who_left_is_replaced_and_the_signature_given_stays_because_the_text_does(deal, out, treasurer):
    president, secretary, legal = deal.signers_in_order(out)
    deal.sign(out, president)
    Membership.objects.filter(user=secretary).update(ended_at=NOW)
    refused("power_ended", lambda: deal.sign(out, secretary))
    line = out.requests.get(user=secretary)
    agreements.replace(out.pk, line.pk, user_id=treasurer.pk, reason="She left.", by=owner(deal), now=NOW)
    line.refresh_from_db()
    assert (line.user, line.name, line.office, line.position) == (treasurer, "The Treasurer (DEMO)", "Treasurer", 2)
    event = Event.objects.of(out).last()
    assert (event.command, event.reason) == ("replace", "She left.")
    assert event.payload == {
        "line": line.pk, "position": 2, "document_sha256": out.document_sha256,
        "old": {"user": secretary.pk, "name": "The Secretary (DEMO)", "office": "Secretary"},
        "new": {"user": treasurer.pk, "name": "The Treasurer (DEMO)", "office": "Treasurer"},
    }  # fmt: skip
    before = out.document_sha256
    out.refresh_from_db()
    assert out.document_sha256 == before
    refused("wrong_actor", lambda: deal.sign(out, secretary))
    deal.sign(out, treasurer)
    assert deal.sign(out, legal).state == "executed"
    assert [(row.office, row.document_sha256) for row in Signature.objects.order_by("pk")] == [
        ("President", before), ("Treasurer", before), ("", before),
    ]  # fmt: skip


@pytest.mark.check("S26")
def test_a_signature_given_to_another_text_stops_the_next_one(deal, out, treasurer):
    """It cannot come to that through the portal; a restored backup might."""
    president, secretary, _ = deal.signers_in_order(out)
    deal.sign(out, president)
    Agreement.objects.filter(pk=out.pk).update(document_sha256="0" * 64)
    out.refresh_from_db()
    refused("text_changed", lambda: deal.sign(out, secretary))


def test_only_an_unsigned_line_of_the_licensee_gets_somebody_new_with_power(deal, out, treasurer):
    president, secretary, legal = deal.signers_in_order(out)
    first, second = out.requests.filter(side="licensee")
    licensors = out.requests.get(side="licensor")

    def act(line, user, **changes):
        given = {"reason": "She left.", "by": deal.staff, "now": NOW} | changes
        return lambda: agreements.replace(out.pk, line, user_id=user.pk, **given)

    faculty = deals.member(deal.organisation, "faculty@eco.example", "faculty")
    refused("no_power", act(first.pk, faculty))
    refused("no_power", act(first.pk, legal))
    refused("no_power", act(first.pk, deals.person("owner@eco.example")))
    refused("signs_already", act(first.pk, secretary))
    refused("signs_already", act(first.pk, president))
    refused("no_such_line", act(licensors.pk, treasurer))
    refused("no_such_line", act(999_999, treasurer))
    refused("no_reason", act(first.pk, treasurer, reason="  "))
    refused("window_over", act(first.pk, treasurer, now=END))
    refused("stale", act(first.pk, treasurer, seen=latest(out) - 1), kind=Stale)
    SigningPower.objects.filter(user=treasurer).update(valid_to=NOW.date())
    refused("no_power", act(second.pk, treasurer))
    SigningPower.objects.filter(user=treasurer).update(valid_to=None)
    deal.sign(out, president)
    refused("already_signed", act(first.pk, treasurer))


# What a database refuses


def test_of_one_offer_one_agreement_lives(deal, out):
    from django.db import IntegrityError, transaction

    with pytest.raises(IntegrityError), transaction.atomic():
        deal.generate()
    with pytest.raises(IntegrityError), transaction.atomic():
        Agreement.objects.filter(pk=out.pk).update(state="lapsed_unsigned")
    with pytest.raises(IntegrityError), transaction.atomic():
        Agreement.objects.filter(pk=out.pk).update(reading_key="")
