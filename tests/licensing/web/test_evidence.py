"""After the approval: the line an application follows, whose turn each paper is, and sending one."""

import html

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from licensing import lifecycle
from licensing.applications.models import ApplicationFile
from licensing.applications.rules import State
from licensing.history.models import Event
from licensing.offerings.models import EvidenceRequirement
from licensing.terms import actions as offers
from licensing.terms.models import TermsOffer
from licensing.terms.rules import State as Offer
from portal import postbox
from portal.core.models import SentMail
from tests import build, money
from tests.clock import NOW
from tests.licensing.applications.samples import HTML, pdf

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("vault")]


@pytest.fixture(autouse=True)
def clock(monkeypatch):
    monkeypatch.setattr("django.utils.timezone.now", lambda: NOW)


@pytest.fixture
def eco():
    return build.society("Fundación de Prueba (DEMO)")


def page(client, user, path) -> str:
    client.force_login(user)
    return html.unescape(client.get(path).content.decode())


def at(state, eco) -> TermsOffer:
    """An offer at a state; its offering asks for one paper more, of which the application says nothing."""
    EvidenceRequirement.objects.create(offering=build.offering(), code="insurance", name_en="Insurance", name_es="Seguro", position=9)
    return money.terms_at(state, organisation=eco)


def line_of(shown: str) -> str:
    return shown.split('id="line"')[1].split("</ol>")[0]


def send(client, terms, content=None, *, code="insurance", name="Policy.pdf"):
    sent = SimpleUploadedFile(name, content or pdf(), content_type="application/pdf")
    return client.post(f"/en/desk/applications/{terms.application.number}/papers/", {"requirement": code, "file": sent}, follow=True)


def test_the_page_of_an_application_says_where_it_stands_after_each_step(client, eco):
    terms = at(Offer.DRAFT, eco)
    owner, path = build.owner_of(eco), f"/en/desk/applications/{terms.application.number}/"
    assert "Approved. The licensor prepares your offer." in page(client, owner, path)
    lifecycle.issue_terms(terms.pk, by=money.manager(), now=NOW)
    shown = page(client, owner, path)
    assert "prepares your offer" not in shown and "One thing waits for you" in shown
    money.accept(terms)
    shown = page(client, build.person(eco, "observer"), path)
    assert "Approved, and the offer is accepted." in shown and "prepares your offer" not in shown
    line = line_of(shown)
    assert f"/en/desk/offers/{terms.application.number}/" in line and f"{path}papers/" in line
    assert line.index("Offer") < line.index("Agreement") < line.index("Payment") < line.index("Papers") < line.index("License")


def test_the_page_of_an_application_names_the_licence_that_came_of_it(client, eco):
    terms = at(Offer.ACCEPTED, eco)
    agreement = money.sign_all(terms)
    lifecycle.receive_payment(terms.invoices.get().pk, money.receipt(280000), by=money.finance(), now=NOW)
    for paper in terms.application.offering.evidence.all():
        lifecycle.tick_evidence(terms.pk, paper.pk, by=money.manager(), now=NOW, note="Seen (DEMO)")
    shown = page(client, build.owner_of(eco), f"/en/desk/applications/{terms.application.number}/")
    number = agreement.licence.number
    assert f"Approved. License {number} came of it." in shown and f"/en/desk/licences/{number}/" in line_of(shown)
    desk = page(client, build.owner_of(eco), "/en/desk/")
    assert "section-under_way" not in desk and f"/en/desk/agreements/{agreement.number}/" in desk
    assert f"License {number} came of it." in page(client, build.owner_of(eco), f"/en/desk/offers/{terms.application.number}/")


def test_the_desk_shows_what_is_under_way_and_what_it_waits_for(client, eco):
    terms = at(Offer.ACCEPTED, eco)
    desk = page(client, build.owner_of(eco), "/en/desk/")
    under_way = desk.split('id="section-under_way"')[1].split("</section>")[0]
    assert "The licensor prepares it" in under_way and "Not seen by the licensor yet: Proof of signing powers and Insurance" in under_way
    assert "Send papers: Offering QTP1-L (DEMO)" in desk and "Missing: Proof of signing powers; Insurance" in desk
    assert "section-under_way" not in page(client, build.person(eco, "designer"), "/en/desk/")
    assert terms.application.number in under_way


def test_the_offer_says_whose_turn_the_papers_are_and_leads_to_sending_them(client, eco):
    terms = at(Offer.ACCEPTED, eco)
    path = f"/en/desk/offers/{terms.application.number}/"
    assert "Your turn: send the papers that are missing" in page(client, build.owner_of(eco), path)
    assert "Your turn: send" not in page(client, build.person(eco, "observer"), path)
    client.force_login(build.owner_of(eco))
    send(client, terms)
    send(client, terms, code="signing_powers", name="Resolution.pdf")
    assert "Your turn: send" not in page(client, build.owner_of(eco), path)


def test_a_paper_that_is_sent_is_seen_by_staff_at_once_and_waits_for_them(client, eco):
    manager = build.staff("Licensing managers", email="manager@demo.example")
    terms = at(Offer.ACCEPTED, eco)
    postbox.deliver(now=NOW, limit=500)
    client.force_login(build.owner_of(eco))
    shown = html.unescape(send(client, terms).content.decode())
    assert "Sent. The licensor looks at it and ticks it off." in shown and "Policy.pdf" in shown and shown.count("Your turn: send it") == 1
    row = ApplicationFile.objects.get()
    assert (row.key, row.name, row.frozen_in) == ("insurance", "Policy.pdf", 1)
    assert Event.objects.of(terms.application).last().command == "send_paper"
    assert f'<option value="{row.pk}">Policy.pdf</option>' in page(client, manager, f"/cms/offers/{terms.pk}/")
    postbox.deliver(now=NOW, limit=500)
    letter = SentMail.objects.get(recipient="manager@demo.example", subject__contains="sent a paper")
    assert "Policy.pdf (Insurance)" in letter.text and f"/cms/offers/{terms.pk}/" in letter.text
    paper = terms.application.offering.evidence.get(code="insurance")
    lifecycle.tick_evidence(terms.pk, paper.pk, by=money.manager(), now=NOW, file_id=row.pk)
    assert "Seen by the licensor" in page(client, build.owner_of(eco), f"/en/desk/applications/{terms.application.number}/papers/")


@pytest.mark.parametrize(
    "role, state, code, status",
    [
        ("observer", Offer.ACCEPTED, "insurance", 403),
        ("designer", Offer.ACCEPTED, "insurance", 404),
        ("preparer", Offer.ACCEPTED, "nonsense", 404),
    ],
)
def test_who_may_not_and_what_is_not_asked_for_sends_nothing(client, eco, role, state, code, status):
    terms = at(state, eco)
    client.force_login(build.person(eco, role))
    assert send(client, terms, code=code).status_code == status
    assert ApplicationFile.objects.count() == 0


def test_another_organization_sends_nothing(client, eco):
    terms = at(Offer.ACCEPTED, eco)
    client.force_login(build.owner_of(build.society("Other (DEMO)")))
    assert send(client, terms).status_code == 404
    assert ApplicationFile.objects.count() == 0


def test_before_the_approval_there_is_nothing_to_send(client, eco):
    made = build.application_at(State.IN_REVIEW, eco)
    client.force_login(build.owner_of(eco))
    response = client.get(f"/en/desk/applications/{made.number}/papers/")
    assert response.headers["Location"] == f"/en/desk/applications/{made.number}/"


def test_what_is_no_paper_is_refused_with_the_reason(client, eco):
    terms = at(Offer.ACCEPTED, eco)
    client.force_login(build.owner_of(eco))
    response = send(client, terms, HTML)
    assert response.status_code == 422 and 'role="alert"' in response.content.decode()
    assert ApplicationFile.objects.count() == 0


def test_an_offer_without_a_fee_does_not_speak_of_payment(client, eco):
    terms = at(Offer.ISSUED, eco)
    offers.request_waiver(terms.pk, percent=100, reason="None (DEMO)", by=money.applicant(terms), now=NOW)
    waiver = terms.waivers.get()
    lifecycle.decide_waiver(waiver.pk, approve=True, by=money.manager(), now=NOW)
    money.ready_for_agreement(terms)
    owner, path = build.owner_of(eco), f"/en/desk/offers/{terms.application.number}/"
    shown = page(client, owner, path)
    assert "nothing is to be paid" in shown and "30 days to pay" not in shown and "the invoice opens" not in shown
    assert "Nothing is to be paid. Accepting prepares the agreement." in page(client, owner, "/en/desk/")
    accepted = html.unescape(client.post(f"{path}accept/", {}, follow=True).content.decode())
    assert "Accepted. Nothing is to be paid; the agreement is being prepared." in accepted and "invoice is open" not in accepted
    assert "signatures, payment and papers" not in accepted
