"""Two at once about one agreement that is out: one of them wins, the other is told, and nothing stands half."""

import itertools
from datetime import date, timedelta

import pytest

from licensing import lifecycle
from licensing.agreements import actions as agreements
from licensing.agreements.actions import Shown
from licensing.agreements.models import Agreement, Signature
from licensing.history.actions import latest
from licensing.history.models import Event
from licensing.models import Invoice, SigningPower
from tests.clock import NOW
from tests.journeys.test_activation import together
from tests.licensing import deal as deals
from tests.licensing.deal import Deal

pytestmark = [
    pytest.mark.postgresql, pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("vault"), pytest.mark.check("S26"),
]  # fmt: skip


@pytest.fixture
def deal():
    return Deal()


def decline(deal, agreement, user):
    shown = Shown(agreement.document_sha256, agreement.reading_sha256)
    given = {"shown": shown, "reason": "Clause 3", "factor": "password", "by": deal.actor(user), "now": NOW}
    return agreements.decline(agreement.pk, user_id=user.pk, **given)


def counted(agreement) -> None:
    seqs = list(Event.objects.of(agreement).values_list("seq", flat=True))
    assert seqs == list(range(1, len(seqs) + 1))


def test_who_declines_while_the_last_one_signs(deal):
    """The countersignature and the refusal of somebody who signed are no pair; the secretary's own two windows are."""
    agreement = deal.sent()
    president, secretary, _ = deal.signers_in_order(agreement)
    deal.sign(agreement, president)
    done = together([lambda: deal.sign(agreement, secretary), lambda: decline(deal, agreement, secretary)])
    agreement.refresh_from_db()
    assert (done, agreement.state) in [([None, "already_signed"], "out_for_signature"), (["wrong_state", None], "declined")]
    assert Signature.objects.count() == (2 if done[0] is None else 1)
    counted(agreement)


def test_a_replacement_and_the_signature_it_would_replace(deal):
    agreement = deal.sent()
    president = deal.signers_in_order(agreement)[0]
    person = deals.member(deal.organisation, "treasurer@eco.example", "signatory")
    SigningPower.objects.create(organisation=deal.organisation, user=person, office="Treasurer", position=3, valid_from=date(2020, 1, 1))
    line = agreement.requests.get(user=president)
    given = {"user_id": person.pk, "reason": "He left", "by": deal.staff, "now": NOW}
    done = together([lambda: deal.sign(agreement, president), lambda: agreements.replace(agreement.pk, line.pk, **given)])
    line.refresh_from_db()
    signed = list(Signature.objects.values_list("user", flat=True))
    assert (done, line.user, signed) in [
        ([None, "already_signed"], president, [president.pk]), (["wrong_actor", None], person, []),
    ]  # fmt: skip
    counted(agreement)


def test_four_who_draw_up_a_new_version_make_one(deal):
    agreement = deal.sent()
    decline(deal, agreement, deal.signers_in_order(agreement)[0])
    done = together([lambda: agreements.redraft(agreement.pk, by=deal.staff, now=NOW)] * 4)
    assert sorted(map(str, done)) == ["None", *["redrawn"] * 3]
    assert Agreement.objects.count() == 2
    counted(agreement)


def test_a_new_version_and_giving_up_are_one_or_the_other(deal):
    agreement = deal.sent()
    decline(deal, agreement, deal.signers_in_order(agreement)[0])
    done = together(
        [
            lambda: agreements.redraft(agreement.pk, by=deal.staff, now=NOW),
            lambda: lifecycle.void_agreement(agreement.pk, by=deal.staff, now=NOW, reason="Other terms"),
        ]
    )
    credited = Invoice.objects.filter(kind="credit_note").count()
    assert (done, Agreement.objects.count(), credited) in [([None, "redrawn"], 2, 0), (["wrong_state", None], 1, 1)]


@pytest.mark.parametrize("many", [2, 4])
def test_of_many_who_extend_or_remind_from_one_page_one_is_heard(deal, many):
    agreement = deal.sent()
    seen = latest(agreement)
    acts = [
        lambda: agreements.extend(agreement.pk, until=NOW + timedelta(days=60), by=deal.staff, now=NOW, seen=seen),
        lambda: agreements.remind(agreement.pk, by=deal.staff, now=NOW, seen=seen),
    ]
    done = together(list(itertools.islice(itertools.cycle(acts), many)))
    assert done.count(None) == 1
    assert set(done) <= {None, "stale", "window_unchanged", "reminded_lately"}
    assert latest(agreement) == seen + 1
