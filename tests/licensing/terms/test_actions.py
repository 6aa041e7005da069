"""An offer from its draft to its acceptance, and what may not happen to it."""

from datetime import date, timedelta

import pytest

from licensing import lifecycle
from licensing.agreements.models import Agreement
from licensing.fees.queries import quote_for
from licensing.fees.rules import NotPriced
from licensing.history.actions import Stale, latest
from licensing.history.models import Event
from licensing.payments.models import Invoice
from licensing.terms import actions as offers
from licensing.terms.models import EvidenceTick, Quote, TermsOffer, Waiver
from licensing.terms.rules import NotAllowed, State
from portal.core.models import OutboxMessage
from tests import build, money
from tests.clock import NOW, TICK

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("vault")]
LATER = NOW + timedelta(days=1)


def rows() -> tuple[int, ...]:
    return tuple(model.objects.count() for model in (TermsOffer, Quote, Waiver, EvidenceTick, Event, OutboxMessage, Invoice, Agreement))


def refused(code: str, act, *args, **facts) -> dict:
    """Say that the act is refused with ``code`` and that nothing happened; return the facts."""
    before = rows()
    with pytest.raises(NotAllowed) as error:
        act(*args, **facts)
    assert (error.value.code, rows()) == (code, before)
    return error.value.facts


def ask(terms, *, by, percent=100, now=NOW, **facts) -> Waiver:
    return offers.request_waiver(terms.pk, percent=percent, reason="Public hospitals only", by=by, now=now, **facts)


def draft_of(terms, **changed) -> offers.Draft:
    facts = {
        "places": tuple(terms.places.values_list("pk", flat=True)),
        "rights": tuple(terms.rights),
        "currency": terms.currency,
        "zone": terms.zone,
    }
    return offers.Draft(**{**facts, **changed})


def test_approval_drafts_the_terms_for_the_places_asked_for():
    terms = money.drafted()
    assert (terms.state, terms.currency, terms.zone, terms.issued_at) == ("draft", "EUR", "Europe/Madrid", None)
    assert [place.code for place in terms.places.all()] == ["ES"]
    assert terms.rights == ["slides", "manual", "workbook", "organiser", "logo"]
    assert list(Event.objects.of(terms).values_list("command", "to_state", "visibility")) == [("draft", "draft", "internal")]


def test_outside_the_euro_places_the_draft_is_in_dollars():
    assert money.drafted(at="BR").currency == "USD"


@pytest.mark.row("D1")
@pytest.mark.row("D2")
def test_issuing_freezes_the_quote_with_its_tier_and_list_date():
    terms = money.terms_at(State.ISSUED)
    quote = terms.quote
    assert (terms.state, terms.issued_at, terms.valid_until) == ("issued", NOW, NOW + timedelta(days=60))
    assert (quote.schedule, quote.on, quote.tier, quote.tier_list_date, quote.tier_place) == (
        "FS-2026",
        NOW.date(),
        "H",
        money.LIST_DATE,
        "ES",
    )
    assert (quote.currency, quote.gross_minor, quote.waived_minor, quote.total_minor) == ("EUR", 280_000, 0, 280_000)
    assert quote.lines == [{"unit": "licence", "label": "License fee", "quantity": 1, "price_minor": 280_000, "amount_minor": 280_000}]
    event = Event.objects.of(terms).get(command="issue")
    assert (event.from_state, event.to_state, event.visibility) == ("draft", "issued", "organisation")
    assert OutboxMessage.objects.filter(kind="licensing.event", payload__event=event.pk).count() == 1


def test_a_frozen_quote_is_never_changed():
    quote = money.terms_at(State.ISSUED).quote
    with pytest.raises(Exception, match="quote_append_only"):
        Quote.objects.filter(pk=quote.pk).update(tier="L")


def test_issuing_twice_is_refused():
    terms = money.terms_at(State.ISSUED)
    priced, by = quote_for(terms, on=NOW.date()), money.manager()
    refused("wrong_state", offers.issue, terms, quote=priced, by=by, now=LATER)


def test_what_cannot_be_priced_is_not_issued():
    terms = money.drafted(at="VE")
    by, before = money.manager(), rows()
    with pytest.raises(NotPriced) as error:
        lifecycle.issue_terms(terms.pk, by=by, now=NOW)
    assert (error.value.code, error.value.facts, rows()) == ("no_tier", {"places": ["VE"]}, before)


def test_staff_set_an_income_group_by_hand_with_a_reason():
    terms, by = money.drafted(at="VE"), money.manager()
    refused("tier_without_reason", offers.edit, terms.pk, draft_of(terms, tier_override="LM"), by=by, now=NOW)
    offers.edit(terms.pk, draft_of(terms, tier_override="LM", tier_reason="Last group before it left the list"), by=by, now=NOW)
    lifecycle.issue_terms(terms.pk, by=by, now=NOW)
    quote = terms.quote
    assert (quote.tier, quote.tier_reason, quote.total_minor, quote.currency) == ("LM", "Last group before it left the list", 90_000, "USD")


def test_a_draft_is_edited_and_several_places_pay_as_the_dearest():
    terms, by = money.drafted(at="IN"), money.manager()
    places = (build.place("IN").pk, build.place("ES").pk)
    offers.edit(
        terms.pk, draft_of(terms, places=places, rights=("slides",), zone="Asia/Kolkata", starts_on=date(2027, 3, 1)), by=by, now=NOW
    )
    lifecycle.issue_terms(terms.pk, by=by, now=NOW)
    terms.refresh_from_db()
    assert (terms.rights, terms.zone, terms.starts_on) == (["slides"], "Asia/Kolkata", date(2027, 3, 1))
    assert (terms.quote.tier, terms.quote.tier_place, terms.quote.total_minor, terms.quote.currency) == ("H", "ES", 300_000, "USD")


@pytest.mark.parametrize(
    "changed, code",
    [
        ({"places": ()}, "no_place"), ({"rights": ()}, "no_right"), ({"rights": ("slides", "gold")}, "unknown_right"),
        ({"zone": "Europe/Nowhere"}, "unknown_zone"), ({"zone": ""}, "unknown_zone"), ({"places": (999_999,)}, "no_place"),
    ],
)  # fmt: skip
def test_a_draft_that_makes_no_sense_is_refused(changed, code):
    terms, by = money.drafted(), money.manager()
    refused(code, offers.edit, terms.pk, draft_of(terms, **changed), by=by, now=NOW)
    assert terms.places.count() == 1


def test_an_edit_from_an_old_page_is_refused():
    terms, by = money.drafted(), money.manager()
    seen = latest(terms)
    offers.edit(terms.pk, draft_of(terms, rights=("slides",)), by=by, now=NOW, seen=seen)
    before = rows()
    with pytest.raises(Stale):
        offers.edit(terms.pk, draft_of(terms, rights=("logo",)), by=by, now=NOW, seen=seen)
    terms.refresh_from_db()
    assert (terms.rights, rows()) == (["slides"], before)


def test_an_issued_offer_is_edited_no_more():
    terms = money.terms_at(State.ISSUED)
    refused("wrong_state", offers.edit, terms.pk, draft_of(terms), by=money.manager(), now=NOW)


@pytest.mark.row("D5")
@pytest.mark.row("B7")
@pytest.mark.check("S9")
@pytest.mark.check("S24")
def test_a_waiver_needs_a_second_person():
    terms, by, second = money.drafted(at="IN"), money.manager(), money.manager()
    waiver = ask(terms, by=by)
    refused("same_person", offers.decide_waiver, waiver.pk, approve=True, by=by, now=NOW)
    waiver.refresh_from_db()
    assert (waiver.state, waiver.decided_by) == ("requested", None)
    offers.decide_waiver(waiver.pk, approve=True, by=second, now=LATER, expires_on=date(2027, 6, 30))
    waiver.refresh_from_db()
    assert (waiver.state, waiver.decided_by_id, waiver.decided_at, waiver.expires_on) == (
        "approved",
        second.user_id,
        LATER,
        date(2027, 6, 30),
    )
    lifecycle.issue_terms(terms.pk, by=by, now=LATER)
    assert (terms.quote.gross_minor, terms.quote.waived_minor, terms.quote.total_minor) == (90_000, 90_000, 0)


@pytest.mark.row("B7")
@pytest.mark.parametrize("approve", [True, False])
def test_who_issued_the_offer_does_not_waive_its_fee_when_the_applicant_asks(approve):
    by, second = money.manager(), money.manager()
    terms = money.drafted(at="IN")
    lifecycle.issue_terms(terms.pk, by=by, now=NOW)
    owner = build.owner_of(terms.application.organisation)
    waiver = ask(terms, by=build.actor(owner, terms.application.organisation))
    refused("same_person", offers.decide_waiver, waiver.pk, approve=approve, reason="No", by=by, now=LATER)
    offers.decide_waiver(waiver.pk, approve=approve, reason="Yes or no", by=second, now=LATER)
    waiver.refresh_from_db()
    assert waiver.decided_by_id == second.user_id


def test_the_requester_does_not_refuse_either():
    terms, by = money.drafted(at="IN"), money.manager()
    waiver = ask(terms, by=by)
    refused("same_person", offers.decide_waiver, waiver.pk, approve=False, reason="No", by=by, now=NOW)


@pytest.mark.row("B7")
def test_who_edits_after_the_request_is_an_author_and_an_edit_takes_an_approval_back():
    terms, by, second, third = money.drafted(at="IN"), money.manager(), money.manager(), money.manager()
    waiver = ask(terms, by=by)
    offers.decide_waiver(waiver.pk, approve=True, by=second, now=NOW)
    offers.edit(terms.pk, draft_of(terms, rights=("slides",)), by=second, now=LATER)
    waiver.refresh_from_db()
    assert (waiver.state, waiver.decided_by) == ("requested", None)
    refused("same_person", offers.decide_waiver, waiver.pk, approve=True, by=second, now=LATER)
    offers.decide_waiver(waiver.pk, approve=True, by=third, now=LATER)
    waiver.refresh_from_db()
    assert (waiver.state, waiver.decided_by_id) == ("approved", third.user_id)


@pytest.mark.check("S9")
def test_a_person_of_the_applicant_never_decides_its_waiver():
    terms, by = money.drafted(at="IN"), money.manager()
    waiver = ask(terms, by=by)
    both = build.person(terms.application.organisation, "observer")
    refused("own_organisation", offers.decide_waiver, waiver.pk, approve=True, by=build.actor(both), now=NOW)


def test_a_waiver_on_an_issued_offer_makes_a_new_quote_on_the_same_prices():
    terms = money.terms_at(State.ISSUED, at="IN")
    first = terms.quote
    waiver = ask(terms, by=money.applicant(terms), percent=75)
    offers.decide_waiver(waiver.pk, approve=True, by=money.manager(), now=LATER)
    second = terms.quote
    assert terms.quotes.count() == 2 and second.pk != first.pk
    assert (second.on, second.schedule, second.lines, second.gross_minor) == (first.on, first.schedule, first.lines, 90_000)
    assert (second.waived_minor, second.total_minor) == (67_500, 22_500)
    assert (first.waived_minor, first.total_minor) == (0, 90_000)


def test_a_refused_waiver_leaves_the_quote_and_another_may_be_asked():
    terms = money.terms_at(State.ISSUED, at="IN")
    waiver, second = ask(terms, by=money.applicant(terms)), money.manager()
    refused("no_reason", offers.decide_waiver, waiver.pk, approve=False, by=second, now=NOW)
    offers.decide_waiver(waiver.pk, approve=False, reason="The budget has a sponsor", by=second, now=NOW)
    assert (terms.quotes.count(), terms.quote.total_minor) == (1, 90_000)
    assert ask(terms, by=money.applicant(terms), percent=25).state == "requested"


def test_a_waiver_is_decided_once():
    terms, by, second = money.drafted(at="IN"), money.manager(), money.manager()
    waiver = ask(terms, by=by)
    offers.decide_waiver(waiver.pk, approve=True, by=second, now=NOW)
    refused("already_decided", offers.decide_waiver, waiver.pk, approve=False, reason="After all", by=second, now=LATER)


@pytest.mark.parametrize("facts, code", [({"percent": 30}, "unknown_percent"), ({"percent": 0}, "unknown_percent")])
def test_a_waiver_comes_in_four_sizes(facts, code):
    terms, by = money.drafted(at="IN"), money.manager()
    refused(code, ask, terms, by=by, **facts)


def test_a_waiver_needs_a_reason_and_there_is_one_at_a_time():
    terms, by = money.drafted(at="IN"), money.manager()
    refused("no_reason", offers.request_waiver, terms.pk, percent=100, reason="  ", by=by, now=NOW)
    ask(terms, by=by)
    refused("waiver_there", ask, terms, by=by)


def test_a_waiver_comes_too_late_after_acceptance():
    terms = money.terms_at(State.ACCEPTED, at="IN")
    refused("already_accepted", ask, terms, by=money.applicant(terms))


def test_nothing_is_issued_or_accepted_while_a_waiver_waits():
    terms, by = money.drafted(at="IN"), money.manager()
    waiver = ask(terms, by=by)
    refused("waiver_pending", lifecycle.issue_terms, terms.pk, by=by, now=NOW)
    offers.decide_waiver(waiver.pk, approve=False, reason="No", by=money.manager(), now=NOW)
    lifecycle.issue_terms(terms.pk, by=by, now=NOW)
    ask(terms, by=money.applicant(terms))
    refused("waiver_pending", offers.accept, terms.pk, by=money.applicant(terms), now=NOW)


def test_a_waiver_that_ran_out_is_not_used():
    terms, by = money.drafted(at="IN"), money.manager()
    offers.decide_waiver(ask(terms, by=by).pk, approve=True, by=money.manager(), now=NOW, expires_on=NOW.date())
    lifecycle.issue_terms(terms.pk, by=by, now=NOW)
    facts = refused("waiver_over", offers.accept, terms.pk, by=money.applicant(terms), now=NOW + timedelta(days=1))
    assert facts == {"expires_on": NOW.date()}


@pytest.mark.row("D2")
def test_acceptance_opens_the_invoice_and_draws_up_the_agreement():
    terms = money.terms_at(State.ISSUED)
    money.accept(terms, now=LATER, purchase_order="PO-113", seen=latest(terms))
    terms.refresh_from_db()
    assert (terms.state, terms.accepted_at, terms.accepted_by, terms.purchase_order) == (
        "accepted",
        LATER,
        build.owner_of(terms.application.organisation),
        "PO-113",
    )
    assert (Invoice.objects.get().total_minor, Agreement.objects.get().state) == (280_000, "drafting")


@pytest.mark.parametrize("given", ["", "  "])
@pytest.mark.row("D4")
def test_who_needs_an_order_before_the_invoice_does_not_accept_without_its_number(given):
    terms = money.terms_at(State.ISSUED, order="before_invoice")
    by = money.ready_for_agreement(terms)
    refused("no_purchase_order", lifecycle.accept_terms, terms.pk, by=by, now=NOW, purchase_order=given)
    terms.refresh_from_db()
    assert (terms.state, Invoice.objects.count(), Agreement.objects.count()) == ("issued", 0, 0)
    money.accept(terms, purchase_order=" PO-113 ")
    terms.refresh_from_db()
    assert (terms.purchase_order, Invoice.objects.get().buyer["purchase_order"]) == ("PO-113", "PO-113")


@pytest.mark.parametrize("rule", ["none", "with_payment"])
def test_others_accept_without_an_order(rule):
    money.accept(money.terms_at(State.ISSUED, order=rule))
    assert Invoice.objects.get().buyer["purchase_order"] == ""


def test_no_order_is_asked_for_where_nothing_is_to_be_paid():
    money.accept(money.terms_at(State.ISSUED, at="SY", order="before_invoice"))
    assert (Invoice.objects.get().total_minor, Invoice.objects.get().buyer["purchase_order"]) == (0, "")


def test_an_offer_is_accepted_once():
    terms = money.terms_at(State.ACCEPTED)
    by = money.applicant(terms)
    assert refused("wrong_state", lifecycle.accept_terms, terms.pk, by=by, now=LATER)["state"] == "accepted"


@pytest.mark.parametrize("after, code", [(timedelta(days=60) - TICK, None), (timedelta(days=60), "offer_over")])
@pytest.mark.row("D2")
def test_an_offer_stands_for_sixty_days(after, code):
    terms = money.terms_at(State.ISSUED)
    by = money.applicant(terms)
    if code:
        refused(code, offers.accept, terms.pk, by=by, now=NOW + after)
    else:
        assert offers.accept(terms.pk, by=by, now=NOW + after).state == "accepted"


def test_a_draft_is_not_accepted_and_strangers_and_staff_never_accept():
    drafted = money.drafted()
    refused("wrong_state", offers.accept, drafted.pk, by=money.applicant(drafted), now=NOW)
    terms = drafted
    lifecycle.issue_terms(terms.pk, by=money.manager(), now=NOW)
    other = build.society("Other (DEMO)")
    refused("wrong_side", offers.accept, terms.pk, by=build.actor(build.owner_of(other), other), now=NOW)
    refused("wrong_side", offers.accept, terms.pk, by=money.manager(), now=NOW)
    refused("wrong_side", offers.issue, terms, quote=quote_for(terms, on=NOW.date()), by=money.applicant(terms), now=NOW)


def test_an_offer_is_declined_with_a_reason():
    terms = money.terms_at(State.ISSUED)
    by = money.applicant(terms)
    refused("no_reason", offers.decline, terms.pk, reason=" ", by=by, now=NOW)
    assert offers.decline(terms.pk, reason="No budget this year", by=by, now=NOW).state == "declined"
    assert Event.objects.of(terms).get(command="decline").reason == "No budget this year"
    refused("wrong_state", offers.accept, terms.pk, by=by, now=NOW)


def test_an_offer_is_drafted_anew_in_place_of_one_that_stands():
    terms, by = money.terms_at(State.ISSUED), money.manager()
    new = offers.redraft(terms.pk, by=by, now=LATER)
    terms.refresh_from_db()
    assert (terms.state, new.state, new.rights, new.zone, [place.code for place in new.places.all()]) == (
        "superseded",
        "draft",
        terms.rights,
        terms.zone,
        ["ES"],
    )
    refused("live_offer", offers.redraft, terms.pk, by=by, now=LATER)
    refused("wrong_state", offers.redraft, new.pk, by=by, now=LATER)


def test_papers_are_ticked_and_the_ticks_taken_back_with_a_reason():
    terms, by = money.drafted(), money.manager()
    paper = terms.application.offering.evidence.get()
    assert offers.missing_evidence(terms) == [paper]
    lifecycle.tick_evidence(terms.pk, paper.pk, by=by, now=NOW, note="Notarised copy")
    assert offers.missing_evidence(terms) == []
    refused("already_ticked", offers.tick_evidence, terms.pk, paper.pk, by=by, now=NOW)
    refused("no_reason", offers.withdraw_evidence, terms.pk, paper.pk, by=by, now=LATER, reason="")
    offers.withdraw_evidence(terms.pk, paper.pk, by=by, now=LATER, reason="It had expired")
    assert offers.missing_evidence(terms) == [paper]
    refused("not_ticked", offers.withdraw_evidence, terms.pk, paper.pk, by=by, now=LATER, reason="Again")
    lifecycle.tick_evidence(terms.pk, paper.pk, by=by, now=LATER, note="Seen (DEMO)")
    assert terms.evidence.count() == 2


def test_a_paper_of_another_offering_is_not_ticked():
    terms, by = money.drafted(), money.manager()
    other = build.offering("QCS-DH").evidence.get()
    refused("unknown_requirement", offers.tick_evidence, terms.pk, other.pk, by=by, now=NOW)


def test_applicants_do_not_tick():
    terms = money.terms_at(State.ISSUED)
    paper = terms.application.offering.evidence.get()
    refused("wrong_side", offers.tick_evidence, terms.pk, paper.pk, by=money.applicant(terms), now=NOW)


def test_an_offer_is_seen_by_its_organisation_once_it_is_sent():
    terms = money.drafted()
    owner = build.owner_of(terms.application.organisation)
    stranger = build.owner_of(build.society("Other (DEMO)"))
    faculty = build.person(terms.application.organisation, "faculty")
    assert not TermsOffer.objects.visible_to(owner).exists()
    lifecycle.issue_terms(terms.pk, by=money.manager(), now=NOW)
    assert [TermsOffer.objects.visible_to(user).count() for user in (owner, stranger, faculty)] == [1, 0, 0]
