"""The whole history of one object in the CMS: who did what when, why, confirmed how, and whether its organization may read it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import Model, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe
from wagtail import hooks

from content.staff.queues import page_of
from licensing.agreements.models import Agreement
from licensing.applications.models import Application
from licensing.entitlements.models import Licence
from licensing.history.models import Event
from licensing.organisations import chronicle
from licensing.organisations.models import Organisation
from licensing.organisations.queries import belongs
from licensing.payments.models import Invoice
from licensing.staff import agreement_acts, applications, licences, logos, organisations, payments, terms
from licensing.terms.models import TermsOffer
from licensing.web.timeline import sentence, who
from portal.accounts.rules import Proof

PAGE = 50
PROOFS = {
    Proof.PASSWORD: gettext_lazy("Confirmed with the password"),
    Proof.TOTP: gettext_lazy("Confirmed with a code of the app"),
    Proof.RECOVERY_CODE: gettext_lazy("Confirmed with a recovery code"),
    Proof.PASSKEY: gettext_lazy("Confirmed with a passkey"),
    Proof.MAIL_CODE: gettext_lazy("Confirmed with a code by mail"),
}


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of object: who may read of it, which field its address names, its queue and its page."""

    permission: str
    rows: Callable[[], QuerySet[Any]]
    queue: str
    page: str
    label: Any
    field: str = "number"


KINDS: dict[str, Kind] = {
    "applications": Kind(
        applications.VIEW, Application.objects.all, "staff_applications", "staff_application", gettext_lazy("Applications")
    ),
    "offers": Kind(terms.VIEW, TermsOffer.objects.all, "staff_offers", "staff_offer", gettext_lazy("Offers"), field="pk"),
    "agreements": Kind(agreement_acts.VIEW, Agreement.objects.all, "staff_agreements", "staff_agreement", gettext_lazy("Agreements")),
    "invoices": Kind(payments.VIEW, Invoice.objects.all, "staff_invoices", "staff_invoice", gettext_lazy("Invoices")),
    "licences": Kind(licences.VIEW, Licence.objects.all, "staff_licences", "staff_licence", gettext_lazy("Licenses")),
    "logo-proofs": Kind(logos.VIEW, lambda: logos.rows_of("all"), "staff_logos", "staff_logo", gettext_lazy("Logo proofs")),
    "organizations": Kind(
        organisations.VIEW, Organisation.objects.all, "staff_organisations", "staff_organisation", gettext_lazy("Organizations"), field="pk"
    ),
}


@dataclass(frozen=True, slots=True)
class Entry:
    """One event, ready to print. ``holds_from`` is None where it holds from when it was recorded."""

    at: datetime
    sentence: str
    who: str
    reason: str
    notes: list[str]
    staff_only: bool
    holds_from: datetime | None


@require_safe
def history(request: HttpRequest, kind: str, key: str) -> HttpResponse:
    """Show every event of one object, the newest first. Who may not see the object may not see its history."""
    known = KINDS.get(kind)
    if known is None:
        raise Http404
    if not request.user.has_perm(known.permission):
        raise PermissionDenied
    subject = _found(known, key)
    if subject is None:
        raise Http404
    events = Event.objects.of(subject)
    if any(belongs(organisation_id, request.user.pk) for organisation_id in _organisations(events)):
        events = events.shown_to_applicant()
    page = page_of(request, events.order_by("-seq"), size=PAGE)
    context = {
        "page": page,
        "entries": _entries(subject, list(page)),
        "address": reverse(known.page, args=[key]),
        "zone": request.user.timezone,
        "breadcrumbs_items": [
            {"url": reverse(known.queue), "label": known.label},
            {"url": reverse(known.page, args=[key]), "label": str(subject)},
            {"url": "", "label": _("History")},
        ],
        "header_title": _("History of %(subject)s") % {"subject": subject},
        "header_icon": "history",
    }
    return render(request, "licensing/staff/whole_history.html", context)


def _found(kind: Kind, key: str) -> Model | None:
    if kind.field == "pk" and not (key.isdecimal() and len(key) < 10):
        return None
    return kind.rows().filter(**{kind.field: key}).first()


def _organisations(events: QuerySet[Event]) -> set[int]:
    """Return whose matter it is; what staff keep among themselves is kept from colleagues who belong to one of them."""
    return set(events.exclude(organisation=None).order_by().values_list("organisation_id", flat=True).distinct())


def _entries(subject: Model, events: list[Event]) -> list[Entry]:
    told = chronicle.sentences(events) if isinstance(subject, Organisation) else [sentence(event) for event in events]
    return [_entry(event, words) for event, words in zip(events, told, strict=True)]


def _entry(event: Event, words: str) -> Entry:
    proof, second = event.payload.get("proof"), event.payload.get("second")
    notes = [_("Confirmed by %(name)s") % {"name": second}] if second else []
    return Entry(
        at=event.recorded_at,
        sentence=words,
        who=who(event),
        reason=event.reason,
        notes=notes + ([str(PROOFS[Proof(proof)])] if proof else []),
        staff_only=event.visibility == Event.Visibility.INTERNAL,
        holds_from=event.effective_at if event.effective_at != event.recorded_at else None,
    )


@hooks.register("register_admin_urls")
def urls() -> list:
    return [path("history/<slug:kind>/<slug:key>/", history, name="staff_history")]
