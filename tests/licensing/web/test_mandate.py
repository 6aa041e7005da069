"""Before an offer is accepted desk, offer and staff say who is still to sign, with the way to the very place."""

import html
from datetime import timedelta

import pytest

from licensing import letters, lifecycle
from licensing.applications.rules import Side, State
from licensing.history.actions import latest
from licensing.history.models import Event
from licensing.organisations import invitations, powers
from licensing.organisations.mandate import Obstacle
from licensing.organisations.models import AwaitedPower, Invitation, Organisation
from licensing.payments.models import Invoice
from licensing.web import mandate_words
from portal.core.models import OutboxMessage, SentMail
from tests import build, money
from tests.clock import NOW

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("vault")]


@pytest.fixture(autouse=True)
def clock(monkeypatch):
    monkeypatch.setattr("django.utils.timezone.now", lambda: NOW)


@pytest.fixture
def society():
    return build.society("Svensk Kvalitet (DEMO)", register_name="Svensk Kvalitet")


def two(society, **said):
    owner = build.owner_of(society)
    first = {"name": str(owner), "office": "President", "email": owner.email}
    second = {"name": "Erik Sund", "office": "Secretary", "email": "erik@nordic.example"}
    return {"signing_mode": "jointly", "signatories": [first, second], **said}


@pytest.fixture
def offer(society):
    money.prices()
    made = build.application_at(State.APPROVED, society, **two(society)).terms.get()
    money.ready_for_agreement(made)
    lifecycle.issue_terms(made.pk, by=money.manager(), now=NOW)
    made.refresh_from_db()
    return made


def page(client, user, path) -> str:
    client.force_login(user)
    return html.unescape(client.get(path).content.decode())


def test_the_desk_says_who_is_still_to_be_invited_and_leads_to_the_form_that_does_it(client, offer, society):
    Invitation.objects.update(withdrawn_at=NOW)
    desk = page(client, build.owner_of(society), "/en/desk/")
    link = "/en/desk/organisation/invite/?role=signatory&email=erik%40nordic.example"
    assert "Invite a signatory: Erik Sund" in desk and f'href="{link}"' in desk
    form = page(client, build.owner_of(society), link)
    assert 'value="erik@nordic.example"' in form and 'value="signatory" id="id_roles_2" checked' in form.replace(
        'aria-describedby="id_roles_error" ', ""
    )
    finance = page(client, build.person(society, "finance"), "/en/desk/")
    assert "Invite a signatory: Erik Sund" in finance and link not in finance and "With your owner" in finance


def test_an_invited_signatory_is_waited_for_and_the_offer_says_so_instead_of_the_button(client, offer, society):
    desk = page(client, build.owner_of(society), "/en/desk/")
    assert "Signatory invited: Erik Sund" in desk and "With Erik Sund" in desk
    shown = page(client, build.owner_of(society), f"/en/desk/offers/{offer.application.number}/")
    assert "Before the offer can be accepted" in shown and "/en/desk/organisation/#awaited" in shown
    assert "Accept the offer</button>" not in shown
    people = page(client, build.owner_of(society), "/en/desk/organisation/")
    assert 'id="awaited"' in people and "Sent, not accepted yet" in people


def test_accepting_from_an_old_page_says_who_is_missing_and_leads_back_to_the_way_out(client, offer, society):
    client.force_login(build.owner_of(society))
    response = client.post(f"/en/desk/offers/{offer.application.number}/accept/", {"seen": latest(offer)}, follow=True)
    shown = html.unescape(response.content.decode())
    assert "Erik Sund is to sign, as the application says, but has not accepted the invitation yet." in shown
    assert "/en/desk/organisation/#awaited" in shown and Invoice.objects.count() == 0


def test_nobody_with_the_power_leads_to_where_it_is_entered(client, society):
    money.prices()
    owner = build.owner_of(society)
    made = build.application_at(State.APPROVED, society).terms.get()
    lifecycle.issue_terms(made.pk, by=money.manager(), now=NOW)
    powers.end_power(society.pk, owner.pk, by=build.actor(owner, society), now=NOW)
    link = f"/en/desk/organisation/people/{owner.pk}/#power"
    assert f'href="{link}"' in page(client, owner, "/en/desk/")
    assert f'href="{link}"' in page(client, owner, f"/en/desk/offers/{made.application.number}/")
    assert 'id="power"' in page(client, owner, link)


def test_a_declared_signatory_without_a_power_is_named_with_the_reason_and_the_way_to_enter_it(client, society, monkeypatch):
    money.prices()
    owner, later = build.owner_of(society), NOW + timedelta(days=1)
    said = two(society)
    said["signatories"][0]["powers_until"] = "2026-11-22"
    sent = build.application_at(State.IN_REVIEW, society, **said)
    monkeypatch.setattr("django.utils.timezone.now", lambda: later)
    made = lifecycle.advance(sent.pk, "approve", side=Side.DECIDER, by=money.manager(), now=later, reason="Good (DEMO)").terms.get()
    lifecycle.issue_terms(made.pk, by=money.manager(), now=later)
    link, told = f"/en/desk/organisation/people/{owner.pk}/#power", f"{owner} (President) is to sign"
    for address in ("/en/desk/", f"/en/desk/offers/{made.application.number}/"):
        shown = page(client, owner, address)
        assert f'href="{link}"' in shown and f"Enter the power to sign: {owner}" in shown and told in shown
        assert "ended on 22 November 2026. Enter the one held now." in shown
        assert "Signatory invited: Erik Sund" in shown and "Invite your second signatory" not in shown
    assert told in page(client, build.staff("Licensing managers"), f"/cms/offers/{made.pk}/")
    client.force_login(owner)
    erik = build.user("erik@nordic.example", name="Erik Sund")
    invitations.accept(invitations.token_of(Invitation.objects.get()), user=erik, by=build.actor(erik), now=later)
    shown = page(client, owner, "/en/desk/")
    assert told in shown and "Erik Sund" not in shown and "Invite your second signatory" not in shown
    assert "has no power to sign today. An owner enters it first." in html.unescape(
        client.post(f"/en/desk/offers/{made.application.number}/accept/", {"seen": latest(made)}, follow=True).content.decode()
    )
    assert Invoice.objects.count() == 0


def test_once_it_is_accepted_nothing_of_it_waits(client, offer, society):
    erik = build.user("erik@nordic.example", name="Erik Sund")
    letter = Invitation.objects.get()
    shown = page(client, erik, f"/en/desk/invitation/{invitations.token_of(letter)}/")
    assert "names you as a signatory (Secretary). By accepting you get the power to sign for it; you sign nothing yet." in shown
    client.post(f"/en/desk/invitation/{invitations.token_of(letter)}/")
    client.force_login(build.owner_of(society))
    response = client.post(f"/en/desk/offers/{offer.application.number}/accept/", {"seen": latest(offer)}, follow=True)
    assert "Accepted. The invoice is open" in response.content.decode()
    assert "Erik" not in page(client, build.owner_of(society), "/en/desk/")


def test_the_owner_gives_up_a_signatory_and_no_other_organization_can(client, offer, society):
    awaited = AwaitedPower.objects.get()
    address = f"/en/desk/organisation/awaited/{awaited.pk}/drop/"
    client.force_login(build.owner_of(build.society("Other (DEMO)")))
    assert client.post(address).status_code == 404
    client.force_login(build.person(society, "finance"))
    assert client.post(address).status_code == 403
    awaited.refresh_from_db()
    assert awaited.dropped_at is None
    client.force_login(build.owner_of(society))
    shown = client.post(address, follow=True).content.decode()
    awaited.refresh_from_db()
    assert awaited.dropped_at == NOW and "The person is not to sign any more." in shown and 'id="awaited"' not in shown


def test_staff_read_before_they_approve_what_differs_and_what_approving_does(client, society):
    answers = two(society, legal_name="Another Name (DEMO)", registered_address="2 New Road", legal_form="government")
    made = build.application_at(State.IN_REVIEW, society, **answers)
    Organisation.objects.update(place=build.place("KE"), legal_form="")
    shown = page(client, build.staff("Licensing managers"), f"/cms/applications/{made.number}/")
    assert "The application says: two people sign jointly." in shown
    assert "Does not belong to it: invited on approval" in shown and "Belongs to it: has or gets the power on approval" in shown
    rows = shown.split("record differ")[1].split("</table>")[0]
    assert rows.index("Another Name (DEMO)") < rows.index("The organization settles it") < rows.index("2 New Road")
    assert "One person signs alone" in rows and rows.count("Taken over") == 6
    assert "Government or public body" in rows and ">government<" not in rows
    assert "Spain" in rows and "Kenya" in rows
    assert (Organisation.objects.get().signing, Event.objects.filter(command="take_over").count()) == ("alone", 0)


@pytest.mark.parametrize(
    "days, said", [(0, "Belongs to it: has or gets the power on approval"), (1, "ended on 22 November 2026: approving gives none.")]
)
def test_staff_read_that_a_power_ended_since_the_application_was_sent(client, society, monkeypatch, days, said):
    owner = build.owner_of(society)
    one = {"name": str(owner), "office": "President", "email": owner.email, "powers_until": "2026-11-22"}
    made = build.application_at(State.IN_REVIEW, society, signatories=[one])
    monkeypatch.setattr("django.utils.timezone.now", lambda: NOW + timedelta(days=days))
    shown = page(client, build.staff("Licensing managers"), f"/cms/applications/{made.number}/")
    assert said in shown and shown.count("approving gives none") == days


def test_staff_read_on_the_offer_that_it_cannot_be_accepted_yet(client, offer, society):
    Invitation.objects.update(withdrawn_at=NOW)
    shown = page(client, build.staff("Licensing managers"), f"/cms/offers/{offer.pk}/")
    assert "The applicant cannot accept it yet" in shown
    assert "<li>Erik Sund (Secretary) is to sign, as the application says, but does not belong to the organization yet.</li>" in shown


def test_staff_read_about_the_organization_what_its_owner_reads_about_their_own(client, offer, society):
    powers.drop_awaited(society.pk, AwaitedPower.objects.get().pk, by=build.actor(build.owner_of(society), society), now=NOW)
    shown = page(client, build.staff("Licensing managers"), f"/cms/offers/{offer.pk}/")
    assert "<li>The organization signs jointly, so a second person needs the power to sign.</li>" in shown
    assert "Your organization signs jointly, so a second person needs the power to sign." in page(
        client, build.owner_of(society), "/en/desk/"
    )


def test_no_sentence_for_staff_speaks_to_the_organization():
    facts = {"name": "Erik Sund", "office": "Secretary", "email": "erik@nordic.example", "last": NOW.date()}
    said = [mandate_words.for_staff(Obstacle(code, facts)) for code in mandate_words.WORDS]
    assert [text for text in said if "your" in text.lower()] == []


def test_the_letter_of_approval_names_what_was_taken_over_and_who_is_invited(society):
    made = build.application_at(State.APPROVED, society, **two(society))
    event = Event.objects.of(made).get(command="approve")
    letters.send(event.pk, OutboxMessage.objects.get(payload={"event": event.pk}), NOW)
    said = SentMail.objects.get(recipient=build.owner_of(society).email).text
    assert "Invited to sign, and needed before you can accept the offer: Erik Sund." in said
    assert f"/en/desk/organisation/?for={society.pk}" in said
