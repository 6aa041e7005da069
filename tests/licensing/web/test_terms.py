"""An offer on the desk: the fee with its computation, accepting once, asking for less, declining."""

import html
import re

import pytest
from django.urls import reverse

from licensing import lifecycle
from licensing.agreements.models import Agreement
from licensing.history.actions import latest
from licensing.history.models import Event
from licensing.payments.models import Invoice
from licensing.terms import actions as offers
from licensing.terms.models import Waiver
from licensing.terms.rules import State
from tests import build, money
from tests.clock import NOW

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("vault")]


@pytest.fixture(autouse=True)
def clock(monkeypatch):
    monkeypatch.setattr("django.utils.timezone.now", lambda: NOW)


def read(response) -> str:
    """Return the words of a page, without its tags."""
    return html.unescape(re.sub(r"<[^>]+>", "", response.content.decode()))


def url(terms, what: str = "offer") -> str:
    return reverse(what, args=[terms.application.number])


def page(client, terms, user, language="en") -> str:
    client.force_login(user)
    return read(client.get(f"/{language}/desk/offers/{terms.application.number}/"))


def owner(terms):
    return build.owner_of(terms.application.organisation)


def test_the_offer_shows_the_fee_and_what_it_rests_on(client):
    terms = money.terms_at(State.ISSUED)
    shown = page(client, terms, owner(terms))
    assert "Your turn" in shown and "EUR\xa02,800" in shown
    assert "Schedule FS-2026. Income group: High income, that of Spain on the World Bank list of 24 January 2023." in shown
    assert "2 years from the effective date, until 24:00 of the last day in Madrid." in shown
    assert "Stands until 21 January 2027, 11:00 in Madrid" in shown
    assert f'action="{url(terms, "offer_accept")}?for={terms.organisation_id}"' in client.get(url(terms)).content.decode()


def test_an_edition_names_the_end_of_its_rights(client):
    terms = money.terms_at(State.ISSUED, code="QCS-DH")
    shown = page(client, terms, owner(terms))
    assert "Edition 2027; rights end on" in shown and "EUR\xa04,600" in shown


@pytest.mark.parametrize(
    "role, sees, accepts",
    [
        ("finance", True, True),
        ("preparer", True, False),
        ("observer", True, False),
        ("signatory", True, False),
        ("faculty", False, False),
        ("designer", False, False),
    ],
)
def test_who_reads_and_who_accepts(client, role, sees, accepts):
    terms = money.terms_at(State.ISSUED)
    money.ready_for_agreement(terms)
    client.force_login(build.person(terms.application.organisation, role))
    assert client.get(url(terms)).status_code == (200 if sees else 404)
    response = client.post(url(terms, "offer_accept"), {"seen": latest(terms)})
    assert response.status_code == (302 if accepts else 403 if sees else 404)
    terms.refresh_from_db()
    assert terms.state == ("accepted" if accepts else "issued")


def test_accepting_opens_the_invoice_and_the_page_says_how_it_goes_on(client):
    terms = money.terms_at(State.ISSUED)
    money.ready_for_agreement(terms)
    client.force_login(owner(terms))
    response = client.post(url(terms, "offer_accept"), {"seen": latest(terms), "purchase_order": "PO-113"}, follow=True)
    assert "Accepted. The invoice is open, and the agreement is being prepared." in response.content.decode()
    assert (Invoice.objects.get().buyer["purchase_order"], Agreement.objects.count()) == ("PO-113", 1)
    assert "The agreement is being prepared. The signatories get a letter." in response.content.decode()


def test_who_needs_an_order_before_the_invoice_is_asked_for_its_number(client):
    terms = money.terms_at(State.ISSUED, order="before_invoice")
    money.ready_for_agreement(terms)
    shown = page(client, terms, owner(terms))
    assert "Your application says that you need one before the invoice. The number stands on the invoice." in shown
    assert "(optional)" not in shown and "if you need one" not in shown
    response = client.post(url(terms, "offer_accept"), {"seen": latest(terms), "purchase_order": " "})
    assert (response.status_code, Invoice.objects.count(), Agreement.objects.count()) == (422, 0, 0)
    client.post(url(terms, "offer_accept"), {"seen": latest(terms), "purchase_order": "PO-113"})
    assert Invoice.objects.get().buyer["purchase_order"] == "PO-113"


@pytest.mark.parametrize("rule", ["none", "with_payment"])
def test_others_may_leave_the_number_of_an_order_out(client, rule):
    terms = money.terms_at(State.ISSUED, order=rule)
    money.ready_for_agreement(terms)
    shown = page(client, terms, owner(terms))
    assert "(optional)" in shown and "It stands on the invoice, if you need one." in shown


def test_accepting_twice_says_so_and_opens_one_invoice(client):
    terms = money.terms_at(State.ISSUED)
    money.ready_for_agreement(terms)
    client.force_login(owner(terms))
    for _press in range(2):
        response = client.post(url(terms, "offer_accept"), {}, follow=True)
    assert "This is not possible any more" in response.content.decode()
    assert Invoice.objects.count() == 1


def test_accepting_from_an_old_page_is_refused(client):
    terms = money.terms_at(State.ISSUED)
    money.ready_for_agreement(terms)
    client.force_login(owner(terms))
    response = client.post(url(terms, "offer_accept"), {"seen": latest(terms) - 1}, follow=True)
    assert "Somebody else acted while you were reading" in response.content.decode()
    assert Invoice.objects.count() == 0


def test_without_a_signatory_nothing_is_accepted_and_the_reason_is_told(client):
    terms = money.terms_at(State.ISSUED)
    money.ready_for_agreement(terms)
    terms.application.organisation.signing_powers.all().delete()
    client.force_login(owner(terms))
    response = client.post(url(terms, "offer_accept"), {}, follow=True)
    said = (
        f"{owner(terms)} is to sign, as the application says, but has no power to sign today. An owner enters it first. Nothing was done."
    )
    assert said in response.content.decode()
    terms.refresh_from_db()
    assert (terms.state, Invoice.objects.count(), Event.objects.of(terms).filter(command="accept").count()) == ("issued", 0, 0)


def test_a_name_our_documents_cannot_show_is_told_and_nothing_is_accepted(client):
    terms = money.terms_at(State.ISSUED, organisation=build.society("台灣 (DEMO)"))
    money.ready_for_agreement(terms)
    client.force_login(owner(terms))
    response = client.post(url(terms, "offer_accept"), {}, follow=True)
    assert "Enter its Latin form" in response.content.decode()
    assert Invoice.objects.count() == 0


def test_a_waiver_is_asked_for_and_the_offer_waits(client):
    terms = money.terms_at(State.ISSUED, at="IN")
    client.force_login(owner(terms))
    assert "Could we pay less? Ask for a fee waiver" in client.get(url(terms)).content.decode()
    response = client.post(url(terms, "offer_waiver"), {"percent": "100", "reason": "Public hospitals", "seen": latest(terms)}, follow=True)
    assert "Your request is with the licensor." in response.content.decode()
    waiver = Waiver.objects.get()
    assert (waiver.percent, waiver.ground, waiver.reason, waiver.requested_by) == (100, "requested", "Public hospitals", owner(terms))
    shown = page(client, terms, owner(terms))
    assert "Waiver being decided" in shown and "Accept the offer" not in shown
    client.post(url(terms, "offer_accept"), {})
    terms.refresh_from_db()
    assert terms.state == "issued"


def test_a_waiver_without_a_reason_stays_on_its_form(client):
    terms = money.terms_at(State.ISSUED, at="IN")
    client.force_login(owner(terms))
    response = client.post(url(terms, "offer_waiver"), {"percent": "50", "reason": ""})
    assert (response.status_code, Waiver.objects.count()) == (422, 0)


def test_the_answer_to_a_waiver_stands_on_the_offer(client):
    terms = money.terms_at(State.ISSUED, at="IN")
    for approve, reason, expected in (
        (False, "The budget has a sponsor", "Your request for a waiver was refused on 22 November 2026: The budget has a sponsor"),
        (True, "", "75% of the fee is waived."),
    ):
        waiver = offers.request_waiver(terms.pk, percent=75, reason="Public hospitals", by=money.applicant(terms), now=NOW)
        offers.decide_waiver(waiver.pk, approve=approve, reason=reason, by=money.manager(), now=NOW)
        assert expected in page(client, terms, owner(terms))
    assert "USD\xa0225" in page(client, terms, owner(terms))


def test_an_offer_is_declined_on_a_page_of_its_own(client):
    terms = money.terms_at(State.ISSUED)
    client.force_login(owner(terms))
    assert client.get(url(terms, "offer_decline")).status_code == 200
    assert client.post(url(terms, "offer_decline"), {"reason": " "}).status_code == 422
    client.post(url(terms, "offer_decline"), {"reason": "No budget", "seen": latest(terms)})
    terms.refresh_from_db()
    assert terms.state == "declined"
    assert "Your organization declined it." in page(client, terms, owner(terms))


def test_a_draft_and_a_strangers_offer_look_the_same(client):
    terms = money.drafted()
    stranger = build.owner_of(build.society("Other (DEMO)"))
    for user in (owner(terms), stranger):
        client.force_login(user)
        assert [client.get(url(terms, name)).status_code for name in ("offer", "offer_waiver", "offer_decline")] == [404, 404, 404]
    lifecycle.issue_terms(terms.pk, by=money.manager(), now=NOW)
    client.force_login(stranger)
    for name in ("offer", "offer_waiver", "offer_decline"):
        assert client.get(url(terms, name)).status_code == 404
        assert client.post(url(terms, name)).status_code in (404, 405)
    assert client.post(url(terms, "offer_accept")).status_code == 404


def test_the_offer_speaks_spanish(client):
    terms = money.terms_at(State.ISSUED)
    assert "España" in page(client, terms, owner(terms), "es")


def test_the_desk_leads_to_the_offer_and_then_to_the_invoice(client):
    terms = money.terms_at(State.ISSUED)
    client.force_login(owner(terms))
    desk = read(client.get("/en/desk/"))
    assert "Accept the offer: Offering QTP1-L (DEMO)" in desk and "EUR\xa02,800. Accepting opens the invoice and the agreement." in desk
    money.accept(terms)
    desk = read(client.get("/en/desk/"))
    assert "Accept the offer" not in desk and "Pay EUR\xa02,800.00 by transfer" in desk and "Open today" in desk
    client.force_login(build.person(terms.application.organisation, "preparer"))
    assert "INV-2026-0001" not in client.get("/en/desk/").content.decode()


def test_a_draft_stands_on_the_desk_as_the_licensors_turn(client):
    terms = money.drafted()
    client.force_login(owner(terms))
    desk = client.get("/en/desk/").content.decode()
    assert "the licensor prepares the offer" in desk and "<h1>Nothing waits for you</h1>" in desk
