"""The certificate of effect: one sealed page that says when an agreement took effect, made once after activation."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import translation

from licensing.agreements import render, seal_key, sealing
from licensing.agreements.certificate import CertificateText, Met
from licensing.entitlements import actions as licences
from licensing.entitlements.models import Licence
from licensing.entitlements.rules import Condition
from licensing.history.models import Event
from portal.core import outbox, private_files

LEFT_UNCERTIFIED = timedelta(minutes=5)
CONDITIONS = {  # part of a sealed document: versioned here, not looked up in a catalogue of messages
    "en": {
        Condition.SIGNATURES: "Last signature",
        Condition.PAYMENT: "Payment or waiver of the fee",
        Condition.EVIDENCE: "Evidence accepted",
    },
    "es": {
        Condition.SIGNATURES: "Última firma",
        Condition.PAYMENT: "Pago o exención de la tarifa",
        Condition.EVIDENCE: "Documentación aceptada",
    },
}


def certify(licence_id: int, *, now: datetime) -> bool:
    """Make and keep the certificate of a licence that has none; return whether this call did it.

    It is dated and sealed as of the activation, so whoever makes it makes the same bytes.
    """
    licence = Licence.objects.select_related("agreement", "organisation", "offering", "edition").get(pk=licence_id)
    if licence.agreement is None or licence.certificate_key:
        return False
    page = render.render_certificate(_text(licence), at=licence.activated_at)
    reason = f"Agreement {licence.agreement.number} took effect"
    sealed = seal_key.sealed(page, sha256=sealing.digest(page), at=licence.activated_at, reason=reason)
    stored = private_files.keep(sealed, kind="certificates")
    with transaction.atomic():
        row = Licence.objects.select_for_update().get(pk=licence_id)
        if row.certificate_key:
            return False
        row.certificate_key, row.certificate_sha256 = stored.key, stored.sha256
        row.save(update_fields=["certificate_key", "certificate_sha256"])
    return True


@transaction.atomic
def sweep(*, now: datetime) -> int:
    """Queue again the certificates of what was activated more than five minutes ago, has none and waits in no queue; return how many."""
    left = Licence.objects.filter(agreement__isnull=False, certificate_key="", activated_at__lte=now - LEFT_UNCERTIFIED)
    queued = outbox.named("licences.certificate", "licence")
    found = [licence for licence in left if licence.pk not in queued]
    for licence in found:
        licences.certify_later(licence, now=now)
    return len(found)


def _text(licence: Licence) -> CertificateText:
    agreement = licence.agreement
    assert agreement is not None
    language = licence.organisation.language if licence.organisation.language in CONDITIONS else "en"
    met = Event.objects.of(licence).get(command="activate").payload["met"]
    with translation.override(language):
        address = settings.PORTAL_ORIGIN + reverse("verify_code", args=[licence.code])
        offering = licence.offering.name if licence.edition is None else f"{licence.offering.name}, {licence.edition.label}"
    return CertificateText(
        agreement_number=agreement.number,
        agreement_sha256=agreement.document_sha256,
        licence_number=licence.number,
        licensor=agreement.context["text"]["parties"][0]["legal_name"],
        licensee=licence.organisation.legal_name,
        offering=offering,
        effective_at=licence.valid_from,
        zone=licence.zone,
        language=language,
        demo=settings.DEMO,
        conditions=tuple(Met(CONDITIONS[language][condition], datetime.fromisoformat(met[condition.value])) for condition in Condition),
        valid_to=licence.valid_to,
        verify_at=address,
    )
