from datetime import timedelta

import pytest

from licensing import effect, tasks
from licensing.agreements import seal_key, sealing
from licensing.entitlements import actions
from licensing.history.actions import SYSTEM
from portal.core import outbox, private_files
from portal.core.models import OutboxMessage
from portal.postbox import HANDLERS
from tests.clock import NOW, TICK
from tests.licensing import deal as deals
from tests.licensing.agreements import pdf
from tests.licensing.deal import Deal

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("vault")]


@pytest.mark.parametrize(
    ("language", "words"), [("en", "took effect on 22 November 2026"), ("es", "entró en vigor el 22 de noviembre de 2026")]
)
@pytest.mark.row("E14")
def test_the_certificate_is_one_sealed_page_that_names_the_signed_hash_and_is_made_once(language, words, vault):
    deal = Deal()
    deal.organisation.language = language
    deal.organisation.save()
    agreement = deal.executed()
    deals.settle(deal.terms, at=NOW)
    deals.tick(deal.terms, at=NOW)
    licence = actions.activate(agreement, terms=deal.terms, by=SYSTEM, now=NOW)
    assert "licences.certificate" in HANDLERS
    assert [effect.certify(licence.pk, now=NOW + TICK * at) for at in range(2)] == [True, False]
    licence.refresh_from_db()
    page = private_files.content_of(licence.certificate_key)
    assert sealing.verify(page, trusted_certs=seal_key.trusted()).code == "sealed"
    said = pdf.text(page).replace("\xa0", " ")
    assert len(pdf.pages(page)) == 1
    for text in (words, licence.number, agreement.number, agreement.document_sha256[:16], f"/{language}/verify/{licence.code}/"):
        assert text.replace(" ", "") in said.replace(" ", "")
    assert len(list(vault.rglob("certificates/**/*.pdf"))) == 1


@pytest.mark.check("S29")
def test_s29_a_certificate_whose_row_was_lost_is_swept_and_made_once(vault):
    deal = Deal()
    agreement = deal.executed()
    deals.settle(deal.terms, at=NOW)
    deals.tick(deal.terms, at=NOW)
    licence = actions.activate(agreement, terms=deal.terms, by=SYSTEM, now=NOW)
    later = NOW + timedelta(minutes=5)
    assert effect.sweep(now=later) == 0  # it waits in the queue
    OutboxMessage.objects.filter(kind="licences.certificate").delete()
    assert [effect.sweep(now=at) for at in (later - TICK, later, later + TICK)] == [0, 1, 0]
    outbox.deliver_due({**HANDLERS, "licensing.event": lambda message, now: None}, now=later)
    licence.refresh_from_db()
    assert sealing.verify(private_files.content_of(licence.certificate_key), trusted_certs=seal_key.trusted()).code == "sealed"
    assert len(list(vault.rglob("certificates/**/*.pdf"))) == 1
    assert effect.sweep(now=later + timedelta(days=1)) == 0


def test_the_workers_sweep_finds_seals_and_certificates():
    deal = Deal()
    agreement = deal.executed()
    deals.settle(deal.terms, at=NOW)
    deals.tick(deal.terms, at=NOW)
    actions.activate(agreement, terms=deal.terms, by=SYSTEM, now=NOW)
    OutboxMessage.objects.all().delete()
    assert tasks.sweep(now=NOW + timedelta(minutes=5)) == 2
    kinds = OutboxMessage.objects.values_list("kind", flat=True)
    assert sorted(kinds) == ["agreements.seal", "licences.certificate"]
