"""What an application says of who signs becomes the organisation's own: on approval, told, and nobody is bound by fewer signatures."""

from datetime import date, timedelta

import pytest

from licensing import lifecycle
from licensing.agreements.models import Agreement
from licensing.agreements.rules import NotAllowed as AgreementNotAllowed
from licensing.applications.rules import Side, State
from licensing.history.models import Event
from licensing.organisations import actions, chronicle, invitations, mandate, powers
from licensing.organisations.models import AwaitedPower, Invitation, SigningPower
from licensing.organisations.rules import NotAllowed
from licensing.payments.models import Invoice
from licensing.terms.rules import State as OfferState
from tests import build, money
from tests.clock import NOW, TODAY

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("vault")]
LATER = NOW + timedelta(days=1)
TWO = [
    {"name": "Maria Ek", "office": "President", "email": "maria@nordic.example", "powers_until": "2027-12-31"},
    {"name": "Erik Sund", "office": "Secretary", "email": "Erik@nordic.example"},
]
SAID = {"signing_mode": "jointly", "signatories": TWO, "registration_number": "802000-0000", "registry": "Skatteverket",
        "registered_address": "Storgatan 1, Lund", "finance_contact_name": "Ulla", "finance_contact_email": "ulla@nordic.example"}  # fmt: skip


@pytest.fixture
def maria():
    return build.user("maria@nordic.example", name="Maria Ek")


@pytest.fixture
def society(maria):
    """An organisation as somebody enters it: nothing but name, kind, place and town; vetted meanwhile."""
    particulars = actions.Particulars(legal_name="Svensk Kvalitet (DEMO)", place_id=build.place("ES").pk, town="Lund")
    made = actions.create(particulars, owner=maria, by=build.actor(maria), now=NOW)
    actions.vet(made.pk, by=build.actor(build.staff()), now=NOW)
    made.refresh_from_db()
    return made


def approved(society, **said):
    made = build.application_at(State.APPROVED, society, **{**SAID, **said})
    society.refresh_from_db()
    return made


def joins(society, email, *, name="Erik Sund", at=LATER):
    """Somebody with this address accepts the invitation of the organisation."""
    person = build.user(email, name=name)
    letter = Invitation.objects.get(email=email, accepted_at=None, withdrawn_at=None)
    invitations.accept(invitations.token_of(letter), user=person, by=build.actor(person), now=at)
    return person


def test_on_approval_the_organization_signs_as_its_application_says(society, maria):
    made = approved(society)
    assert society.signing == "jointly"
    assert list(SigningPower.objects.values_list("user", "office", "position", "valid_from", "valid_to")) == [
        (maria.pk, "President", 1, TODAY, date(2028, 1, 1))
    ]
    awaited = AwaitedPower.objects.get()
    assert (awaited.email, awaited.name, awaited.office, awaited.position, awaited.source) == (
        "erik@nordic.example", "Erik Sund", "Secretary", 2, made.number,
    )  # fmt: skip
    letter = Invitation.objects.get()
    assert (letter.email, letter.roles, letter.invited_by) == ("erik@nordic.example", ["signatory"], maria)
    event = Event.objects.of(society).get(command="take_over")
    assert event.payload == {
        "application": made.number, "awaited": ["Erik Sund"],
        "changed": ["address", "invoice_contact", "invoice_email", "legal_form", "registration_number", "registry", "signing", "tax_number"],
    }  # fmt: skip
    assert made.number in next(line.text for line in chronicle.lines(society) if "taken over" in line.text)


def test_on_approval_the_organization_has_the_data_of_its_application_and_stays_vetted(society):
    approved(society)
    assert (society.registration_number, society.registry, society.address) == ("802000-0000", "Skatteverket", "Storgatan 1, Lund")
    assert (society.invoice_contact, society.invoice_email, society.vetted_at) == ("Ulla", "ulla@nordic.example", NOW)


def test_the_power_takes_effect_when_the_invited_person_accepts(society, maria):
    approved(society)
    assert [obstacle.code for obstacle in obstacles(society)] == ["signatory_awaited"]
    erik = joins(society, "erik@nordic.example")
    assert [(power.user, power.position, power.valid_from) for power in SigningPower.objects.all()] == [
        (maria, 1, TODAY), (erik, 2, LATER.date()),
    ]  # fmt: skip
    assert (AwaitedPower.objects.get().granted_at, obstacles(society)) == (LATER, [])


def obstacles(society, at=LATER):
    society.refresh_from_db()
    return mandate.obstacles(society, mandate.declared_by(society.applications.get()), now=at)


def test_an_invitation_to_do_other_things_becomes_one_to_sign_as_well(society, maria):
    sent = build.application_at(State.IN_REVIEW, society, **SAID)
    invitations.invite(society.pk, email="erik@nordic.example", roles=["preparer"], language="en", by=build.actor(maria, society), now=NOW)
    lifecycle.advance(sent.pk, "approve", side=Side.DECIDER, by=money.manager(), now=LATER, reason="Good (DEMO)")
    open_one = Invitation.objects.get(withdrawn_at=None)
    assert (open_one.roles, [obstacle.code for obstacle in obstacles(society)]) == (["preparer", "signatory"], ["signatory_awaited"])
    erik = joins(society, "erik@nordic.example")
    assert (SigningPower.objects.filter(user=erik).count(), obstacles(society)) == (1, [])


def test_who_was_given_up_after_the_application_was_sent_is_not_invited_again(society):
    sent = build.application_at(State.IN_REVIEW, society, **SAID)
    society.awaited_powers.create(
        email="erik@nordic.example",
        name="Erik Sund",
        office="Secretary",
        position=2,
        source="A-2026-0099",
        created_at=NOW,
        dropped_at=LATER,
    )
    lifecycle.advance(sent.pk, "approve", side=Side.DECIDER, by=money.manager(), now=LATER, reason="Good (DEMO)")
    assert (AwaitedPower.objects.count(), Invitation.objects.count()) == (1, 0)


def test_before_approval_nothing_of_it_is_done(society):
    build.application_at(State.IN_REVIEW, society, **SAID)
    society.refresh_from_db()
    assert (society.signing, society.address, SigningPower.objects.count(), Invitation.objects.count()) == ("alone", "", 0, 0)


def test_an_offer_is_not_accepted_before_the_second_signatory_has_joined_and_then_two_lines_are_signed(society):
    money.prices()
    offer = approved(society).terms.get()
    lifecycle.issue_terms(offer.pk, by=money.manager(), now=NOW)
    owner = money.ready_for_agreement(offer)
    with pytest.raises(AgreementNotAllowed) as refused:
        lifecycle.accept_terms(offer.pk, by=owner, now=LATER)
    offer.refresh_from_db()
    assert (refused.value.code, refused.value.facts["name"], offer.state) == ("signatory_awaited", "Erik Sund", OfferState.ISSUED)
    assert (Agreement.objects.count(), Invoice.objects.count()) == (0, 0)
    joins(society, "erik@nordic.example")
    lifecycle.accept_terms(offer.pk, by=owner, now=LATER)
    lines = Agreement.objects.get().requests.filter(side="licensee").values_list("name", "office")
    assert list(lines) == [("Maria Ek", "President"), ("Erik Sund", "Secretary")]


@pytest.mark.parametrize("said, code", [("jointly", "signs_jointly"), ("alone", "signs_alone")])
def test_an_application_and_an_organization_that_say_different_things_go_no_further(society, said, code):
    money.prices()
    offer = approved(society, signing_mode=said).terms.get()
    lifecycle.issue_terms(offer.pk, by=money.manager(), now=NOW)
    society.signing = "alone" if said == "jointly" else "jointly"
    society.save()
    with pytest.raises(AgreementNotAllowed) as refused:
        lifecycle.accept_terms(offer.pk, by=money.ready_for_agreement(offer), now=NOW)
    assert (refused.value.code, Agreement.objects.count(), Invoice.objects.count()) == (code, 0, 0)


def test_what_the_organization_said_after_it_sent_the_application_is_newer(society, maria):
    made = build.application_at(State.IN_REVIEW, society, **SAID)
    changed = actions.Particulars(
        legal_name=society.legal_name, place_id=society.place_id, town="Lund", address="Nygatan 2, Lund", invoice_email="new@nordic.example"
    )
    actions.edit(society.pk, changed, by=build.actor(maria, society), now=LATER)
    powers.grant_power(society.pk, maria.pk, office="Chair", valid_from=TODAY, by=build.actor(maria, society), now=LATER)
    lifecycle.advance(made.pk, "approve", side=Side.DECIDER, by=money.manager(), now=LATER + timedelta(hours=1))
    society.refresh_from_db()
    assert (society.address, society.invoice_email, society.registry) == ("Nygatan 2, Lund", "new@nordic.example", "Skatteverket")
    assert list(SigningPower.objects.values_list("office", flat=True)) == ["Chair"]


def test_a_member_who_did_not_sign_gets_role_and_power(society):
    erik = build.person(society, "finance", email="erik@nordic.example")
    approved(society)
    assert set(society.memberships.filter(user=erik, ended_at=None).values_list("role", flat=True)) == {"finance", "signatory"}
    assert [power.office for power in SigningPower.objects.all()] == ["President", "Secretary"]
    assert (Invitation.objects.count(), AwaitedPower.objects.count()) == (0, 0)


def test_a_second_application_that_says_the_same_changes_nothing(society):
    approved(society)
    before = (Event.objects.of(society).count(), SigningPower.objects.count(), AwaitedPower.objects.count(), Invitation.objects.count())
    build.application_at(State.APPROVED, society, code="QCS-DH", **SAID)
    after = (Event.objects.of(society).count(), SigningPower.objects.count(), AwaitedPower.objects.count(), Invitation.objects.count())
    assert after == before


def test_the_second_of_two_applications_may_add_a_power_of_its_own(society):
    approved(society)
    build.application_at(State.APPROVED, society, code="QCS-DH", **{**SAID, "signatories": [TWO[0], {**TWO[1], "office": "Treasurer"}]})
    assert list(AwaitedPower.objects.open_on(TODAY).values_list("office", flat=True)) == ["Treasurer"]


def test_somebody_with_the_link_but_another_address_gets_no_power(society):
    approved(society)
    stranger = build.user("erik@other.example")
    letter = Invitation.objects.get()
    with pytest.raises(NotAllowed) as refused:
        invitations.accept(invitations.token_of(letter), user=stranger, by=build.actor(stranger), now=LATER)
    assert (refused.value.code, SigningPower.objects.count(), AwaitedPower.objects.get().granted_at) == ("other_address", 1, None)


def test_where_the_letter_could_not_go_the_owner_is_told_to_invite(society, maria):
    for number in range(20):
        invitations.invite(
            society.pk, email=f"{number}@nordic.example", roles=["observer"], language="en", by=build.actor(maria, society), now=NOW
        )
    approved(society)
    assert [(one.code, one.facts["email"]) for one in obstacles(society, NOW)] == [("signatory_uninvited", "erik@nordic.example")]


def test_an_expired_invitation_leaves_the_power_awaited_until_the_owner_invites_again(society, maria):
    approved(society)
    much_later = NOW + timedelta(days=15)
    assert [one.code for one in obstacles(society, much_later)] == ["signatory_uninvited"]
    actor = build.actor(maria, society)
    invitations.invite(society.pk, email="erik@nordic.example", roles=["signatory"], language="en", by=actor, now=much_later)
    erik = build.user("erik@nordic.example")
    letter = Invitation.objects.order_by("-pk")[0]
    invitations.accept(invitations.token_of(letter), user=erik, by=build.actor(erik), now=much_later)
    assert obstacles(society, much_later) == []


def test_who_is_not_to_sign_any_more_is_given_up_and_somebody_else_takes_the_place(society, maria):
    approved(society)
    actor = build.actor(maria, society)
    awaited = AwaitedPower.objects.get()
    powers.drop_awaited(society.pk, awaited.pk, by=actor, now=LATER)
    assert [one.code for one in obstacles(society)] == ["no_second_signatory"]
    with pytest.raises(NotAllowed) as refused:
        powers.drop_awaited(society.pk, awaited.pk, by=actor, now=LATER)
    assert refused.value.code == "not_awaited"
    other = build.person(society, "signatory", name="Astrid Holm", email="astrid@nordic.example")
    powers.grant_power(society.pk, other.pk, office="Treasurer", position=2, valid_from=TODAY, by=actor, now=LATER)
    found = mandate.signers(society, mandate.declared_by(society.applications.get()), on=LATER.date())
    assert ([str(power.user) for power in found], obstacles(society)) == (["Maria Ek", "Astrid Holm"], [])


OVER = [{**TWO[0], "powers_until": str(TODAY)}, TWO[1]]  # the president's power ends on the day the application is sent


def approved_late(society, **said):
    """The decision comes a day after the application: the first signatory's power is over by then."""
    sent = build.application_at(State.IN_REVIEW, society, **{**SAID, "signatories": OVER, **said})
    return lifecycle.advance(sent.pk, "approve", side=Side.DECIDER, by=money.manager(), now=LATER, reason="Good (DEMO)")


def test_a_signatory_whose_power_is_over_is_named_beside_the_one_who_is_awaited_and_after(society, maria):
    approved_late(society)
    over = {"name": "Maria Ek", "office": "President", "email": "maria@nordic.example", "user": maria.pk, "last": TODAY}
    assert [one.code for one in obstacles(society)] == ["signatory_awaited", "signatory_over"]
    erik = joins(society, "erik@nordic.example")
    assert [(one.code, one.facts) for one in obstacles(society)] == [("signatory_over", over)]
    assert list(SigningPower.objects.values_list("user", flat=True)) == [erik.pk]
    powers.grant_power(society.pk, maria.pk, office="President", valid_from=TODAY, by=build.actor(maria, society), now=LATER)
    assert obstacles(society) == []


def test_an_offer_is_not_accepted_while_a_declared_member_has_no_power(society, maria):
    money.prices()
    offer = approved_late(society).terms.get()
    lifecycle.issue_terms(offer.pk, by=money.manager(), now=LATER)
    joins(society, "erik@nordic.example")
    with pytest.raises(AgreementNotAllowed) as refused:
        lifecycle.accept_terms(offer.pk, by=money.ready_for_agreement(offer), now=LATER)
    offer.refresh_from_db()
    assert (refused.value.code, refused.value.facts["name"], offer.state) == ("signatory_over", "Maria Ek", OfferState.ISSUED)
    assert (Agreement.objects.count(), Invoice.objects.count()) == (0, 0)


def test_a_member_whose_power_was_ended_is_named_and_a_second_one_is_asked_for_only_where_nobody_else_is_expected(society, maria):
    approved(society)
    powers.end_power(society.pk, maria.pk, by=build.actor(maria, society), now=LATER)
    assert [(one.code, one.facts["name"]) for one in obstacles(society)] == [
        ("signatory_awaited", "Erik Sund"),
        ("signatory_powerless", "Maria Ek"),
    ]
    powers.drop_awaited(society.pk, AwaitedPower.objects.get().pk, by=build.actor(maria, society), now=LATER)
    assert [one.code for one in obstacles(society)] == ["signatory_powerless", "no_second_signatory"]


def test_two_others_with_the_power_sign_in_place_of_a_member_who_has_none(society, maria):
    approved(society)
    joins(society, "erik@nordic.example")
    actor = build.actor(maria, society)
    other = build.person(society, "signatory", name="Astrid Holm", email="astrid@nordic.example")
    powers.grant_power(society.pk, other.pk, office="Treasurer", position=2, valid_from=TODAY, by=actor, now=LATER)
    powers.end_power(society.pk, maria.pk, by=actor, now=LATER)
    assert obstacles(society) == []


def test_of_those_who_may_sign_alone_the_first_named_is_asked_for(society, maria):
    build.person(society, "finance", email="erik@nordic.example")
    both = [OVER[0], {**TWO[1], "powers_until": str(TODAY)}]
    approved_late(society, signing_mode="alone", signatories=both)
    assert [(one.code, one.facts["user"]) for one in obstacles(society)] == [("signatory_over", maria.pk)]


def test_an_invited_person_who_joins_after_being_given_up_gets_no_power(society, maria):
    approved(society)
    powers.drop_awaited(society.pk, AwaitedPower.objects.get().pk, by=build.actor(maria, society), now=LATER)
    joins(society, "erik@nordic.example")
    assert list(SigningPower.objects.values_list("user", flat=True)) == [maria.pk]


def test_one_who_signs_alone_is_the_one_the_application_names(society, maria):
    other = build.person(society, "owner", name="Other Owner (DEMO)")
    powers.grant_power(society.pk, other.pk, office="Chair", valid_from=TODAY, by=build.actor(maria, society), now=NOW)
    made = approved(society, signing_mode="alone", signatories=[TWO[0]])
    signs = mandate.signers(society, mandate.declared_by(made), on=TODAY)
    assert ([power.user for power in signs], obstacles(society)) == ([maria], [])


def test_the_last_day_of_a_power_is_read_on_the_page_of_the_organization_and_in_the_cms(client, society, maria):
    approved(society)
    client.force_login(maria)
    assert ">31 December 2027</time>" in client.get("/en/desk/organisation/").content.decode()
    client.force_login(build.staff("Licensing managers"))
    assert ">31 December 2027</time>" in client.get(f"/cms/organizations/{society.pk}/").content.decode()
