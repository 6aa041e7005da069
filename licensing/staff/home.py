"""The first page of the CMS says what waits for the person who opens it: only what they may do, each with the way there."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail import hooks
from wagtail.admin.ui.components import Component

from content.availability import changes, leavers
from content.staff import inquiries, matrix
from licensing.applications import queries
from licensing.organisations.models import Organisation
from licensing.payments.cards import queries as cards
from licensing.staff import agreements, licence_acts, logos, payments, terms


@dataclass(frozen=True, slots=True)
class Waiting:
    """``count`` things under one heading, and the list that holds them."""

    label: str
    count: int
    url: str


def waiting(request: HttpRequest) -> list[Waiting]:
    """Return what the person may do now, in the order of the work; nothing of what only others may do."""
    may, now = request.user.has_perm, timezone.now()
    offers, invoices = reverse("staff_offers") + "?view=", reverse("staff_invoices") + "?view="
    found = []
    if may("licensing.decide_application"):
        found.append(Waiting(_("Applications to take or decide"), queries.counts()["ours"], reverse("staff_applications")))
    if may("licensing.vet_organisation"):
        unvetted = Organisation.objects.filter(vetted_at=None).count()
        found.append(Waiting(_("Organizations to vet"), unvetted, reverse("staff_organisations") + "?view=unvetted"))
    if may("licensing.issue_terms"):
        found.append(Waiting(_("Offers to issue"), terms.rows_of("drafts").count(), f"{offers}drafts"))
    if may("licensing.approve_waiver"):
        found.append(Waiting(_("Waivers to decide"), terms.rows_of("waivers").count(), f"{offers}waivers"))
    if may("licensing.tick_evidence"):
        found.append(Waiting(_("Offers with papers missing"), terms.rows_of("papers").count(), f"{offers}papers"))
    if may("licensing.approve_agreement") or may("licensing.countersign"):
        count = agreements.rows_of("waiting", now=now).count()
        found.append(Waiting(_("Agreements to approve, send or countersign"), count, reverse("staff_agreements")))
    if may("licensing.approve_agreement"):
        still = agreements.rows_of("still", now=now).count()
        found.append(Waiting(_("Agreements that stand still"), still, reverse("staff_agreements") + "?view=still"))
    if may("licensing.receive_payment"):
        count = payments.rows_of("open", on=now.date()).count()
        found.append(Waiting(_("Invoices that wait for their money"), count, reverse("staff_invoices")))
        found.append(Waiting(_("Payments that need a person"), cards.open_cases().count(), reverse("staff_payment_cases")))
        found.append(Waiting(_("Invoices no longer covered"), payments.rows_of("uncovered", on=now.date()).count(), f"{invoices}uncovered"))
    if may("licensing.approve_refund"):
        waits = cards.refunds_to_decide().exclude(requested_by_id=request.user.pk)
        first = waits.select_related("attempt__invoice").order_by("created_at").first()
        if first:
            found.append(Waiting(_("Refunds to approve"), waits.count(), reverse("staff_invoice", args=[first.attempt.invoice.number])))
    if may(licence_acts.SUSPEND) or may(licence_acts.REVOKE):
        count = licence_acts.waiting_for(request, at=now).count()
        found.append(Waiting(_("Requests about licenses to confirm"), count, reverse("staff_licences") + "?view=yours"))
    if may(changes.PUBLISH):
        drafts = changes.to_publish(request.user.pk).order_by("pk")
        first = drafts.first()
        if first:
            found.append(Waiting(_("Changes of availability to publish"), drafts.count(), reverse("availability_change", args=[first.pk])))
    if may(matrix.DRAFT[0]):
        count = len(leavers.tasks())
        found.append(Waiting(_("Places that leave a region"), count, reverse("staff_availability_leaving")))
    if may(inquiries.ANSWER):
        for view, words in (("mine", _("Inquiries to answer")), ("nobody", _("Inquiries in nobody’s queue"))):
            rows = inquiries.rows_of(view, user=request.user, now=now)
            found.append(Waiting(words, rows.count(), reverse("staff_inquiries") + f"?view={view}"))
    if may(logos.REVIEW):
        found.append(Waiting(_("Logo proofs to answer"), logos.rows_of("ours").count(), reverse("staff_logos")))
    return [one for one in found if one.count]


class WaitingPanel(Component):
    order = 10
    template_name = "licensing/staff/home.html"

    def __init__(self, request: HttpRequest):
        self.request = request

    def get_context_data(self, parent_context: Any) -> dict[str, Any]:
        return {"waiting": waiting(self.request)}


def may_wait(request: HttpRequest) -> bool:
    """Say whether anything can wait for the reader."""
    return any(map(request.user.has_perm, ("licensing.view_queue", logos.REVIEW, changes.PUBLISH, inquiries.ANSWER)))


@hooks.register("construct_homepage_panels")
def panel(request: HttpRequest, panels: list[Component]) -> None:
    if may_wait(request):
        panels.append(WaitingPanel(request))
