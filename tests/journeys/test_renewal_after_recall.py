"""A notice that is taken back lets a drafted renewal begin later, and is not taken back beside one that was sent or agreed: nobody pays twice."""

import re
from datetime import date

import pytest
from django.test import Client

from licensing import lifecycle
from licensing.applications.rules import Side
from licensing.entitlements import stopping
from licensing.entitlements.models import Licence, LicenceEnd
from licensing.entitlements.rules import NotAllowed
from licensing.history.actions import latest
from licensing.history.models import Event
from licensing.terms import actions as offers
from licensing.terms.models import TermsOffer
from tests import build
from tests.build import PASSWORD
from tests.clock import NOW
from tests.journeys.test_activation import Line, together
from tests.journeys.test_renewal import END, OPENS
from tests.stopping import staff, stop

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("vault"), pytest.mark.check("JN6")]
AFTER_NOTICE, AFTER_TERM = date(2028, 11, 1), date(2028, 11, 22)


class Renewal:
    """A licence with notice given and the offer of its renewal, drafted to begin after that."""

    def __init__(self):
        self.line = Line()
        for condition in (self.line.signatures, self.line.payment, self.line.evidence):
            condition(now=NOW)
        self.old = Licence.objects.get()
        self.manager = build.actor(build.staff("Licensing managers"))
        self.application = lifecycle.renew(self.old.pk, by=self.line.owner, now=OPENS)
        stop(self.old.pk, "end", reason="Agreed", now=OPENS, last_day=date(2028, 10, 31))
        self.advance("submit", Side.OWNER, self.line.owner)
        self.advance("take", Side.STAFF, self.manager)

    def advance(self, command, side, by):
        reason = "As before (DEMO)" if side is Side.DECIDER else ""
        lifecycle.advance(self.application.pk, command, side=side, by=by, now=OPENS, reason=reason)

    def drafted(self) -> TermsOffer:
        self.advance("approve", Side.DECIDER, self.manager)
        return self.terms()

    def issued(self) -> TermsOffer:
        return lifecycle.issue_terms(self.drafted().pk, by=self.manager, now=OPENS)

    def accepted(self) -> TermsOffer:
        return lifecycle.accept_terms(self.issued().pk, by=self.line.owner, now=OPENS)

    def terms(self) -> TermsOffer:
        return self.application.terms.latest("pk")

    def ask(self):
        stopping.ask(self.old.pk, "recall", reason="Sent by mistake", by=staff("first"), now=OPENS)

    def confirm(self, now=OPENS):
        lifecycle.confirm_stop(self.old.pk, by=staff("second"), now=now)

    def until(self):
        return Licence.objects.with_facts().get(pk=self.old.pk).until


@pytest.fixture
def renewal():
    return Renewal()


def refused(code, renewal, *, now=OPENS):
    before = Event.objects.count(), LicenceEnd.objects.filter(lifted_at=None).count(), renewal.terms().starts_on
    with pytest.raises(NotAllowed) as told:
        renewal.confirm(now)
    assert (told.value.code, told.value.facts) == (code, {"application": renewal.application.number})
    assert (Event.objects.count(), LicenceEnd.objects.filter(lifted_at=None).count(), renewal.terms().starts_on) == before


@pytest.mark.row("E3")
def test_a_drafted_renewal_begins_after_the_end_that_stands_again(renewal):
    assert renewal.drafted().starts_on == AFTER_NOTICE
    renewal.ask()
    renewal.confirm()
    terms = renewal.terms()
    assert (renewal.until(), terms.state, terms.starts_on) == (END, "draft", AFTER_TERM)
    assert Event.objects.of(terms).last().command == "edit"


def test_a_draft_that_begins_later_by_hand_stays(renewal):
    TermsOffer.objects.filter(pk=renewal.drafted().pk).update(starts_on=date(2029, 1, 1))
    before = latest(renewal.terms())
    stop(renewal.old.pk, "recall", now=OPENS)
    assert (renewal.terms().starts_on, latest(renewal.terms())) == (date(2029, 1, 1), before)


@pytest.mark.row("E3")
@pytest.mark.parametrize(("stage", "code"), [("issued", "renewal_offered"), ("accepted", "renewal_agreed")])
def test_beside_a_renewal_that_is_out_no_notice_is_taken_back_even_when_it_was_asked_for_before(renewal, stage, code):
    renewal.ask()
    getattr(renewal, stage)()
    refused(code, renewal)
    assert renewal.terms().starts_on == AFTER_NOTICE


def test_once_the_offer_is_withdrawn_the_notice_is_taken_back_and_a_new_draft_begins_later(renewal):
    renewal.ask()
    terms = renewal.issued()
    refused("renewal_offered", renewal)
    lifecycle.redraft_terms(terms.pk, by=renewal.manager, now=OPENS)
    assert renewal.terms().starts_on == AFTER_NOTICE
    renewal.confirm()
    assert renewal.terms().starts_on == AFTER_TERM


def test_once_the_agreement_is_taken_back_so_is_the_notice(renewal):
    renewal.ask()
    agreement = renewal.accepted().agreements.get()
    lifecycle.void_agreement(agreement.pk, by=renewal.line.legal, now=OPENS, reason="The notice was a mistake")
    renewal.confirm()
    assert renewal.until() == END


def test_what_is_drafted_anew_after_the_notice_was_taken_back_begins_after_the_term(renewal):
    terms = renewal.issued()
    offers.decline(terms.pk, by=renewal.line.owner, now=OPENS, reason="The notice was a mistake")
    stop(renewal.old.pk, "recall", now=OPENS)
    assert lifecycle.redraft_terms(terms.pk, by=renewal.manager, now=OPENS).starts_on == AFTER_TERM


def test_an_offer_that_has_run_out_or_begins_after_the_term_is_no_obstacle(renewal):
    renewal.issued()
    renewal.ask()
    TermsOffer.objects.filter(pk=renewal.terms().pk).update(starts_on=AFTER_TERM)
    renewal.confirm()
    assert renewal.until() == END


@pytest.mark.row("E3")
def test_the_form_names_the_offer_and_says_what_comes_first(renewal, monkeypatch):
    monkeypatch.setattr("django.utils.timezone.now", lambda: OPENS)
    renewal.issued()
    client, before = Client(), Event.objects.count()
    client.force_login(build.staff("Licensing managers"))
    given = {"reason": "Sent by mistake", "seen": latest(renewal.old), "password": PASSWORD}
    answer = client.post(f"/cms/licences/{renewal.old.number}/ask/recall/", given)
    page = " ".join(answer.content.decode().split())
    assert (answer.status_code, Event.objects.count()) == (422, before)
    said = re.search(r'role="alert">.*?<span>(An offer .*?)</span>', page)
    assert said is not None and f"application {renewal.application.number}," in said[1] and "Draft that offer anew first" in said[1]
    assert "Sent by mistake" in page


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_issuing_and_taking_back_at_once_never_leave_both(renewal):
    terms = renewal.drafted()
    renewal.ask()
    second = staff("second")
    done = together(
        [
            lambda: lifecycle.confirm_stop(renewal.old.pk, by=second, now=OPENS),
            lambda: lifecycle.issue_terms(terms.pk, by=renewal.manager, now=OPENS),
        ]
    )
    if done == ["renewal_offered", None]:
        assert (renewal.until() < END, renewal.terms().starts_on) == (True, AFTER_NOTICE)
    else:
        assert (done, renewal.until(), renewal.terms().starts_on) == ([None, None], END, AFTER_TERM)


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_approving_and_taking_back_at_once_leave_a_draft_that_begins_after_the_term(renewal):
    renewal.ask()
    second = staff("second")
    done = together([lambda: lifecycle.confirm_stop(renewal.old.pk, by=second, now=OPENS), renewal.drafted])
    assert (done, renewal.until(), renewal.terms().starts_on) == ([None, None], END, AFTER_TERM)
