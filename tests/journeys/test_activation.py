"""AC13: a licence starts with the last of signatures, money and evidence, in any order, once."""

import itertools
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta
from threading import Barrier

import pytest
from django.db import connection

from licensing import lifecycle
from licensing.agreements import actions as agreements
from licensing.agreements.actions import Signing
from licensing.agreements.models import Agreement, Signature
from licensing.agreements.rules import NotAllowed as SigningRefused
from licensing.entitlements.models import Entitlement, Licence
from licensing.entitlements.rules import NotAllowed as LicenceRefused
from licensing.history.actions import Actor, Stale
from licensing.history.models import Event
from licensing.logos.rules import NotAllowed as PieceRefused
from licensing.payments.actions import NotAllowed as MoneyRefused
from licensing.terms.actions import NotAllowed as TermsRefused
from licensing.terms.rules import State
from portal.core.models import OutboxMessage
from tests import build, money
from tests.clock import NOW
from tests.licensing.deal import Deal

HOUR = timedelta(hours=1)
REFUSED = (SigningRefused, MoneyRefused, TermsRefused, PieceRefused, LicenceRefused, Stale)


@dataclass
class Line:
    """Accepted terms of one society, whose owner signs alone, and the staff who do the rest."""

    def __post_init__(self):
        self.terms = money.terms_at(State.ACCEPTED)
        self.agreement = Agreement.objects.get(terms=self.terms)
        self.invoice = self.terms.invoices.get()
        self.legal = build.actor(build.staff("Legal"))
        self.finance, self.manager, self.owner = money.finance(), money.manager(), money.applicant(self.terms)

    def signed_by_licensee(self, *, now: datetime) -> None:
        agreements.approve_to_send(self.agreement.pk, by=self.legal, now=now)
        agreements.send(self.agreement.pk, by=self.legal, now=now)
        self.sign(self.owner, now=now)

    def sign(self, who: Actor, *, now: datetime):
        hashes = self.agreement.document_sha256, True, self.agreement.reading_sha256
        return lifecycle.sign(self.agreement.pk, Signing(who.person_id, who.label, *hashes), by=who, now=now)

    def signatures(self, *, now: datetime) -> None:
        self.signed_by_licensee(now=now)
        self.sign(self.legal, now=now)

    def payment(self, *, now: datetime, reference: str = "BANK-1") -> None:
        lifecycle.receive_payment(self.invoice.pk, money.receipt(280_000, reference=reference), by=self.finance, now=now)

    def evidence(self, *, now: datetime) -> None:
        for requirement in self.terms.application.offering.evidence.all():
            lifecycle.tick_evidence(self.terms.pk, requirement.pk, by=self.manager, now=now, note="Seen (DEMO)")


@pytest.mark.check("AC13")
@pytest.mark.parametrize("order", list(itertools.permutations(["signatures", "payment", "evidence"])), ids=" ".join)
@pytest.mark.django_db
@pytest.mark.usefixtures("vault")
def test_ac13_the_last_condition_activates_in_any_order_and_only_the_last(order):
    line = Line()
    for at, condition in enumerate(order):
        assert Licence.objects.count() == 0
        getattr(line, condition)(now=NOW + HOUR * at)
    licence = Licence.objects.get()
    assert (licence.valid_from, licence.last_condition) == (NOW + 2 * HOUR, order[-1])
    rights = {right.code for right in line.terms.application.offering.rights.all()}
    assert {row.right.code for row in licence.entitlements.all()} == rights
    assert Event.objects.filter(command="activate").count() == 1
    assert OutboxMessage.objects.filter(kind="licences.certificate").count() == 1


@pytest.mark.check("AC13")
@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("vault")
def test_ac13_twenty_at_once_make_one_licence():
    line = Line()
    line.signed_by_licensee(now=NOW)
    tasks = [lambda: line.sign(line.legal, now=NOW)] * 7
    tasks += [lambda at=at: line.payment(now=NOW, reference=f"BANK-{at}") for at in range(7)]
    tasks += [lambda: line.evidence(now=NOW)] * 6
    done = together(tasks)
    assert (done[:7].count(None), done[7:14].count(None), done[14:].count(None)) == (1, 1, 1)
    assert Licence.objects.count() == 1
    assert Signature.objects.count() == 2
    assert Entitlement.objects.count() == len(line.terms.rights)
    assert Event.objects.filter(command="activate").count() == 1
    assert {code for code in done if isinstance(code, str)} <= {"already_signed", "already_settled", "already_ticked"}


def together(tasks) -> list:
    """Run the tasks in threads that start at once; return None for what was done, the code of what was refused."""
    barrier = Barrier(len(tasks))

    def run(task):
        try:
            barrier.wait()
            task()
        except REFUSED as refusal:
            return refusal.code
        finally:
            connection.close()
        return None

    with ThreadPoolExecutor(len(tasks)) as pool:
        return list(pool.map(run, tasks))


@pytest.mark.check("S26")
@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("vault")
def test_s26_two_signatories_at_once_sign_in_order_or_are_told_to_wait():
    deal = Deal()
    agreement = deal.sent()
    president, secretary, _ = deal.signers_in_order(agreement)
    done = together([lambda: deal.sign(agreement, president), lambda: deal.sign(agreement, secretary)])
    assert done[0] is None
    assert done[1] in (None, "not_your_turn")
    assert Signature.objects.count() == (2 if done[1] is None else 1)
    seqs = list(Event.objects.of(agreement).values_list("seq", flat=True))
    assert seqs == list(range(1, len(seqs) + 1))


@pytest.mark.check("S26")
@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("vault")
def test_s26_a_double_click_at_once_signs_once():
    deal = Deal()
    agreement = deal.sent()
    president = deal.signers_in_order(agreement)[0]
    done = together([lambda: deal.sign(agreement, president)] * 4)
    assert sorted(map(str, done)) == ["None", *["already_signed"] * 3]
    assert Signature.objects.count() == 1


@pytest.mark.check("S29")
@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_s29_two_sealers_at_once_store_one_seal(vault):
    deal = Deal()
    agreement = deal.executed()
    results = []
    together([lambda at=at: results.append(agreements.seal(agreement.pk, now=NOW + HOUR * at)) for at in range(4)])
    assert sorted(results) == [False, False, False, True]
    assert Event.objects.of(agreement).filter(command="seal").count() == 1
    assert len(list(vault.rglob("*.pdf"))) == 3  # text, reading copy, one sealed file
