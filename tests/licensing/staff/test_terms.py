"""Offers in the CMS: who may do what, the second person, papers, and that a refusal does nothing."""

import html
import re

import pytest
from django.urls import reverse

from licensing.history.actions import latest
from licensing.history.models import Event
from licensing.terms import actions as offers
from licensing.terms.models import Quote, TermsOffer, Waiver
from licensing.terms.rules import State
from tests import build, money
from tests.clock import NOW

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("vault")]


@pytest.fixture(autouse=True)
def clock(monkeypatch, settings):
    monkeypatch.setattr("django.utils.timezone.now", lambda: NOW)
    settings.DEMO = True  # the password is enough


def read(response) -> str:
    return html.unescape(re.sub(r"<[^>]+>", "", response.content.decode()))


def url(terms, what: str = "staff_offer", *more) -> str:
    return reverse(what, args=[terms.pk, *more])


def turned_away(response) -> bool:
    """Say whether the CMS refused: it sends people without the right back to its front page."""
    return response.status_code == 302 and response["Location"] == reverse("wagtailadmin_home")


def sign_in(client, *groups: str):
    user = build.staff(*(groups or ["Licensing managers"]))
    client.force_login(user)
    return user


def waiver_on(terms, by=None) -> Waiver:
    return offers.request_waiver(terms.pk, percent=100, reason="Public hospitals", by=by or money.manager(), now=NOW)


def test_a_draft_shows_what_it_would_cost_today_and_is_issued(client):
    terms = money.drafted(at="IN")
    sign_in(client)
    shown = read(client.get(url(terms)))
    assert "The fee, if it is issued today" in shown and "USD\xa0900" in shown and "Lower-middle income" in shown
    response = client.post(url(terms, "staff_offer_issue"), {"seen": latest(terms)}, follow=True)
    assert "Issued. The applicant gets a letter; the offer stands for 60 days." in read(response)
    terms.refresh_from_db()
    assert (terms.state, terms.quote.total_minor) == ("issued", 90_000)


def test_what_cannot_be_priced_says_why_and_offers_no_button(client):
    terms = money.drafted(at="VE")
    sign_in(client)
    response = client.get(url(terms))
    assert (
        "has no income group on the World Bank list" in read(response) and url(terms, "staff_offer_issue") not in response.content.decode()
    )
    assert "has no income group" in read(client.post(url(terms, "staff_offer_issue"), {}, follow=True))
    assert Quote.objects.count() == 0


def test_the_draft_is_changed_and_the_page_shows_the_new_fee(client):
    terms = money.drafted(at="IN")
    sign_in(client)
    assert client.get(url(terms, "staff_offer_edit")).status_code == 200
    given = {
        "places": [build.place("ES").pk], "rights": ["slides"], "currency": "EUR", "zone": "Europe/Madrid", "starts_on": "2027-03-01", "special_terms": "Two towns only",
        "seen": latest(terms),
    }  # fmt: skip
    shown = read(client.post(url(terms, "staff_offer_edit"), given, follow=True))
    assert "Saved. Look at the fee before you issue it." in shown and "EUR\xa02,800" in shown and "Two towns only" in shown
    terms.refresh_from_db()
    assert ([place.code for place in terms.places.all()], terms.rights, terms.zone) == (["ES"], ["slides"], "Europe/Madrid")


@pytest.mark.parametrize(
    "changed, said",
    [
        ({"tier_override": "LM", "tier_reason": ""}, "Write why you set the income group by hand."),
        ({"places": []}, "required"),
        ({"zone": "Mars/Olympus"}, "Select a valid choice"),
    ],
)
def test_a_draft_that_makes_no_sense_stays_on_its_form(client, changed, said):
    terms = money.drafted(at="IN")
    sign_in(client)
    given = {"places": [build.place("IN").pk], "rights": ["slides"], "currency": "USD", "zone": "Asia/Kolkata", **changed}
    response = client.post(url(terms, "staff_offer_edit"), given)
    assert response.status_code == 422 and said in read(response)
    assert Event.objects.of(terms).filter(command="edit").count() == 0


@pytest.mark.check("S24")
def test_who_asked_for_a_waiver_finds_no_form_and_is_refused_if_they_send_one(client):
    terms = money.drafted(at="IN")
    user = sign_in(client)
    client.post(
        url(terms, "staff_offer_waiver"), {"percent": 100, "ground": "requested", "reason": "Public hospitals", "seen": latest(terms)}
    )
    waiver = Waiver.objects.get()
    assert waiver.requested_by == user
    response = client.get(url(terms))
    assert "Somebody else has to decide." in read(response) and "Approve the waiver" not in read(response)
    sent = client.post(url(terms, "staff_waiver_decide", waiver.pk), {"decision": "approve", "password": build.PASSWORD}, follow=True)
    assert "does not decide it" in read(sent)
    waiver.refresh_from_db()
    assert (waiver.state, waiver.decided_by) == ("requested", None)


@pytest.mark.check("S24")
def test_a_second_manager_approves_with_the_password_once_more(client):
    terms = money.drafted(at="IN")
    waiver = waiver_on(terms)
    user = sign_in(client)
    wrong = client.post(url(terms, "staff_waiver_decide", waiver.pk), {"decision": "approve", "password": "not-this-one"})
    assert wrong.status_code == 422 and "This is not your password. Nothing was done." in read(wrong)
    waiver.refresh_from_db()
    assert waiver.state == "requested"
    client.post(
        url(terms, "staff_waiver_decide", waiver.pk), {"decision": "approve", "password": build.PASSWORD, "expires_on": "2027-06-30"}
    )
    waiver.refresh_from_db()
    assert (waiver.state, waiver.decided_by, str(waiver.expires_on)) == ("approved", user, "2027-06-30")
    shown = read(client.get(url(terms)))
    assert "The whole fee is waived." in shown and "Fee waiver, 100%" in shown


def test_a_refusal_needs_a_reason(client):
    terms = money.drafted(at="IN")
    waiver = waiver_on(terms)
    sign_in(client)
    shown = read(client.post(url(terms, "staff_waiver_decide", waiver.pk), {"decision": "refuse", "password": build.PASSWORD}, follow=True))
    assert "Write the reason. Nothing was done." in shown
    client.post(
        url(terms, "staff_waiver_decide", waiver.pk), {"decision": "refuse", "password": build.PASSWORD, "reason": "There is a sponsor"}
    )
    waiver.refresh_from_db()
    assert (waiver.state, waiver.decision_reason) == ("refused", "There is a sponsor")
    assert "There is a sponsor" in read(client.get(url(terms)))


def test_a_waiver_of_another_offer_is_not_found_here(client):
    one, two = money.drafted(at="IN"), money.drafted(at="KE")
    waiver = waiver_on(two)
    sign_in(client)
    assert client.post(url(one, "staff_waiver_decide", waiver.pk), {"decision": "approve", "password": build.PASSWORD}).status_code == 404


def test_a_tick_names_the_file_that_was_seen(client, vault):
    terms = money.terms_at(State.ISSUED)
    application, paper = terms.application, terms.application.offering.evidence.get()
    facts = {"content_type": "application/pdf", "size": 9, "sha256": "ab" * 32, "uploaded_by": application.created_by, "uploaded_at": NOW}
    seen = application.files.create(key="signing_powers_file", name="Deed (DEMO).pdf", vault_key="documents/a.pdf", frozen_in=1, **facts)
    unsent = application.files.create(key="non_profit_file", name="Unsent.pdf", vault_key="documents/b.pdf", **facts)
    sign_in(client)
    page = read(client.get(url(terms)))
    assert "Deed (DEMO).pdf" in page and "Unsent.pdf" not in page
    for wrong in (unsent.pk, 999_999):
        refused = read(client.post(url(terms, "staff_offer_tick", paper.pk), {"command": "tick", "file": str(wrong)}, follow=True))
        assert "not one that came with the application" in refused and not terms.evidence.exists()
    shown = client.post(url(terms, "staff_offer_tick", paper.pk), {"command": "tick", "file": str(seen.pk)}, follow=True).content.decode()
    assert f"/cms/applications/{application.number}/papers/{seen.pk}/" in shown and terms.evidence.get().file == seen
    assert Event.objects.of(terms).last().payload == {"requirement": paper.code, "note": "", "file": "Deed (DEMO).pdf", "sha256": "ab" * 32}


def test_nothing_is_ticked_that_was_not_seen(client):
    terms = money.terms_at(State.ISSUED)
    paper = terms.application.offering.evidence.get()
    sign_in(client)
    for empty in ({}, {"note": "  "}, {"file": ""}):
        shown = read(client.post(url(terms, "staff_offer_tick", paper.pk), {"command": "tick", **empty}, follow=True))
        assert "Choose the file you have seen, or write what was seen. Nothing was ticked." in shown
    assert not terms.evidence.exists() and not Event.objects.of(terms).filter(command="evidence_tick").exists()


def test_a_paper_that_was_sent_is_not_called_missing_and_its_file_is_offered_first(client, vault):
    terms = money.terms_at(State.ISSUED)
    application, paper = terms.application, terms.application.offering.evidence.get()
    facts = {"content_type": "application/pdf", "size": 9, "sha256": "ab" * 32, "uploaded_by": application.created_by, "uploaded_at": NOW}
    other = application.files.create(key="non_profit_file", name="Other.pdf", vault_key="documents/a.pdf", frozen_in=1, **facts)
    sign_in(client)
    assert "Missing" in read(client.get(url(terms)))
    sent = application.files.create(key=paper.code, name="Deed.pdf", vault_key="documents/b.pdf", frozen_in=1, **facts)
    page = client.get(url(terms)).content.decode()
    assert "Sent, not seen yet" in page and "Missing" not in page
    assert f'<option value="{sent.pk}" selected>Deed.pdf</option><option value="{other.pk}">Other.pdf</option>' in page


def test_papers_are_ticked_and_ticks_taken_back(client):
    terms = money.terms_at(State.ISSUED)
    paper = terms.application.offering.evidence.get()
    sign_in(client)
    shown = read(client.post(url(terms, "staff_offer_tick", paper.pk), {"command": "tick", "note": "Notarised copy"}, follow=True))
    assert "Ticked." in shown and "Notarised copy" in shown and "saw a required paper" in shown
    assert offers.missing_evidence(terms) == []
    assert "Write the reason." in read(
        client.post(url(terms, "staff_offer_tick", paper.pk), {"command": "withdraw", "note": ""}, follow=True)
    )
    client.post(url(terms, "staff_offer_tick", paper.pk), {"command": "withdraw", "note": "It had expired"})
    assert offers.missing_evidence(terms) == [paper]


def test_an_issued_offer_is_drafted_anew(client):
    terms = money.terms_at(State.ISSUED)
    sign_in(client)
    client.post(url(terms, "staff_offer_redraft"), {"seen": latest(terms)})
    assert list(TermsOffer.objects.order_by("pk").values_list("state", flat=True)) == ["superseded", "draft"]


def test_offers_stand_where_their_turn_is(client):
    drafted, issued, accepted = money.drafted(at="IN"), money.terms_at(State.ISSUED), money.terms_at(State.ACCEPTED)
    waiver_on(issued, by=money.applicant(issued))
    sign_in(client)
    found = {
        view: read(client.get(reverse("staff_offers"), {"view": view}))
        for view in ("drafts", "waivers", "papers", "issued", "accepted", "closed")
    }
    where = {
        row.application.number: [view for view, text in found.items() if row.application.number in text]
        for row in (drafted, issued, accepted)
    }
    assert list(where.values()) == [["drafts"], ["waivers", "issued"], ["papers", "accepted"]]


POSTS = ["staff_offer_issue", "staff_offer_redraft", "staff_offer_waiver"]
RIGHTS = {  # group → the posts it may send
    "Licensing managers": {*POSTS, "staff_waiver_decide", "staff_offer_tick", "staff_offer_edit"},
    "Finance": set(),
    "Legal": set(),
    "Auditors": set(),
}


@pytest.mark.parametrize("group", RIGHTS)
def test_who_may_do_what(client, group):
    terms = money.drafted(at="IN")
    waiver, paper = waiver_on(terms), terms.application.offering.evidence.get()
    sign_in(client, group)
    assert (client.get(reverse("staff_offers")).status_code, client.get(url(terms)).status_code) == (200, 200)
    addresses = {name: url(terms, name) for name in (*POSTS, "staff_offer_edit")}
    addresses |= {
        "staff_waiver_decide": url(terms, "staff_waiver_decide", waiver.pk),
        "staff_offer_tick": url(terms, "staff_offer_tick", paper.pk),
    }
    before = Event.objects.count()
    allowed = {name for name, address in addresses.items() if not turned_away(client.post(address, {}))}
    assert allowed == RIGHTS[group]
    assert RIGHTS[group] or Event.objects.count() == before


@pytest.mark.parametrize("group", ["Program managers", "Reviewers", "Kit editors", "Editors"])
def test_staff_of_other_rooms_see_no_offers(client, group):
    terms = money.drafted()
    sign_in(client, group)
    assert turned_away(client.get(reverse("staff_offers"))) and turned_away(client.get(url(terms)))


def test_people_without_the_cms_are_sent_away(client):
    terms = money.terms_at(State.ISSUED)
    client.force_login(build.owner_of(terms.application.organisation))
    assert client.get(url(terms)).status_code in (302, 403)
    assert client.post(url(terms, "staff_offer_redraft"), {}).status_code in (302, 403)
    assert TermsOffer.objects.count() == 1


def test_a_manager_who_belongs_to_the_applicant_only_reads(client):
    terms = money.drafted()
    user = sign_in(client)
    build.organisations.join(terms.organisation_id, user, ["observer"], by=money.applicant(terms), now=NOW)
    assert "so somebody else acts on this offer" in read(client.get(url(terms)))
    shown = read(client.post(url(terms, "staff_offer_issue"), {}, follow=True))
    assert "so somebody else has to do this" in shown
    terms.refresh_from_db()
    assert terms.state == "draft"
