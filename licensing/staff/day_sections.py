"""What licensing tells of staff's day: what is late, what ends soon, what is unpaid. Each group asks for the permission of its own room."""

from collections import Counter
from datetime import datetime
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from content.availability import changes
from content.inquiries.models import Inquiry
from content.staff import inquiries
from i18n import formats
from i18n.interface import listing
from licensing.agreements.models import Agreement
from licensing.applications import queries
from licensing.applications.models import Application
from licensing.entitlements.models import Licence
from licensing.logos.models import ArtworkPiece
from licensing.organisations.models import Invitation
from licensing.payments.models import Invoice
from licensing.staff import agreement_acts, agreements, applications, home, licences, logos, organisations, payments, terms
from licensing.staff.day import SECTIONS, Group, Line, Section, group
from licensing.terms.models import TermsOffer


def _named(organisation: Any) -> dict[str, str]:
    return {"title": str(organisation), "lang": organisation.language}


def _application(row: Application) -> Line:
    url = reverse("staff_application", args=[row.number])
    return Line(**_named(row.organisation), url=url, number=row.number, text=row.offering.code, on=row.decision_due_on)


def _asked(row: Application) -> Line:
    url = reverse("staff_application", args=[row.number])
    return Line(**_named(row.organisation), url=url, number=row.number, text=row.offering.code, on=row.answers_due_on)  # type: ignore[attr-defined]


def _agreement(row: Agreement) -> Line:
    zone, url = row.terms.zone, reverse("staff_agreement", args=[row.number])
    return Line(**_named(row.organisation), url=url, number=row.number, text=row.offering.code, on=row.window_ends_at, zone=zone)


def _offer(row: TermsOffer) -> Line:
    application, url = row.application, reverse("staff_offer", args=[row.pk])
    about = {"number": application.number, "text": application.offering.code, "on": row.valid_until, "zone": row.zone}
    return Line(**_named(application.organisation), url=url, **about)


def _invoice(row: Invoice) -> Line:
    left = formats.money(row.total_minor - row.received_minor, row.currency, get_language() or "en")  # type: ignore[attr-defined]
    return Line(**_named(row.organisation), url=reverse("staff_invoice", args=[row.number]), number=row.number, text=left, on=row.due_on)


def _piece(row: ArtworkPiece) -> Line:
    url = reverse("staff_logo", args=[row.number])
    return Line(title=row.title, lang=row.language, url=url, number=row.number, text=str(row.organisation), on=row.due_on)


def _licence(row: Licence) -> Line:
    last, url = formats.last_day(row.until, row.zone), reverse("staff_licence", args=[row.number])
    note = _("by notice") if row.end_id else ""
    return Line(**_named(row.organisation), url=url, number=row.number, text=row.offering.code, on=last, note=note)


def _invitation(row: Invitation) -> Line:
    url = reverse("staff_organisation", args=[row.organisation_id])
    return Line(**_named(row.organisation), url=url, on=row.expires_at, zone=row.organisation.place.zone)


def _inquiry(row: Inquiry) -> Line:
    url, topic = reverse("staff_inquiry", args=[row.number]), str(row.topic or "")
    return Line(title=row.name or row.email, lang=row.language, url=url, number=row.number, text=topic, on=row.due_on)


def waiting(request: HttpRequest, now: datetime) -> Section | None:
    """What the reader may do now; who may do nothing here has no such section."""
    if not home.may_wait(request):
        return None
    groups = [Group(label=one.label, count=one.count, url=one.url) for one in home.waiting(request)]
    steps = (
        (applications.VIEW, _("Applications"), "staff_applications"),
        (logos.VIEW, _("Logo proofs"), "staff_logos"),
        (changes.PUBLISH, _("Availability changes"), changes.AvailabilityChange.snippet_viewset.get_url_name("list")),  # type: ignore[attr-defined]
        (inquiries.ANSWER, _("Inquiries"), "staff_inquiries"),
    )
    step = next((label, reverse(name)) for permission, label, name in steps if request.user.has_perm(permission))
    return Section(
        key="waiting", title=_("What waits for you"), groups=groups, empty=_("Nothing waits for you. Look at what others work on."),
        next_step=step, turn=True,
    )  # fmt: skip


def late(request: HttpRequest, now: datetime) -> Section | None:
    """What is past a day that was promised or set, whoever has it."""
    may, on, groups = request.user.has_perm, now.date(), []
    if may(applications.VIEW):
        url = reverse("staff_applications")
        for tab, label, line, days in (
            ("ours", _("Applications past the promised day"), _application, _("Decision by")),
            ("drafts", _("Answers applicants have not given in time"), _asked, _("Answer by")),
        ):
            rows = queries.queue(queries.Sorted(tab=tab, late=True), user_id=request.user.pk, on=on)
            groups.append(group(label, f"{url}?tab={tab}&late=on", rows, line, days=days))
    if may(agreement_acts.VIEW):
        still = agreements.in_order("still", now=now)
        groups.append(
            group(
                _("Agreements that stand still"), reverse("staff_agreements") + "?view=still", still, _agreement, days=_("Signing closed")
            )
        )
    if may(payments.VIEW):
        overdue = payments.in_order("overdue", on=on)
        groups.append(group(_("Invoices past their day"), reverse("staff_invoices") + "?view=overdue", overdue, _invoice, days=_("Due")))
    if may(logos.VIEW):
        pieces = logos.rows_of("ours").filter(logos.late(on)).select_related("organisation")
        groups.append(
            group(
                _("Logo proofs past the promised day"), reverse("staff_logos") + "?view=ours&late=on", pieces, _piece, days=_("Answer by")
            )
        )
    if may(inquiries.VIEW):
        letters = inquiries.rows_of("late", user=request.user, now=now).select_related("topic")
        url = reverse("staff_inquiries") + "?view=late"
        groups.append(group(_("Inquiries past the promised day"), url, letters, _inquiry, days=_("Answer by")))
    if not groups:
        return None
    steps = (
        (applications.VIEW, _("Applications by their day"), "staff_applications"),
        (logos.VIEW, _("Logo proofs"), "staff_logos"),
        (inquiries.VIEW, _("Inquiries"), "staff_inquiries"),
    )
    step = next((label, reverse(name)) for permission, label, name in steps if may(permission))
    return Section(key="late", title=_("Late"), groups=groups, empty=_("Nothing is late."), next_step=step)


def ending(request: HttpRequest, now: datetime) -> Section | None:
    """What ends by itself unless somebody does something about it."""
    may, groups = request.user.has_perm, []
    if may(licences.VIEW):
        ends = Licence.objects.expiring(now).select_related("organisation", "offering", "end").order_by("ends_at", "pk")
        groups.append(
            group(_("Licenses that end within 90 days"), reverse("staff_licences") + "?view=expiring", ends, _licence, days=_("Last day"))
        )
    if may(agreement_acts.VIEW):
        signing = agreements.in_order("signing", now=now)
        groups.append(
            group(
                _("Agreements out for signature"),
                reverse("staff_agreements") + "?view=signing",
                signing,
                _agreement,
                days=_("Signing closes"),
            )
        )
    if may(terms.VIEW):
        offers = terms.in_order("issued").select_related("application__organisation", "application__offering")
        groups.append(group(_("Offers with applicants"), reverse("staff_offers") + "?view=issued", offers, _offer, days=_("Stands until")))
    if may(organisations.VIEW):
        invited = Invitation.objects.open(now).select_related("organisation__place").order_by("expires_at", "pk")
        url = reverse("staff_organisations") + "?view=invited"
        groups.append(group(_("Invitations nobody has accepted"), url, invited, _invitation, days=_("Can be used until")))
    if not groups:
        return None
    step = (_("Offers"), reverse("staff_offers"))
    return Section(key="ending", title=_("Ends soon"), groups=groups, empty=_("Nothing ends soon."), next_step=step)


def unpaid(request: HttpRequest, now: datetime) -> Section | None:
    """Invoices that wait for money, with what is missing in each currency."""
    if not request.user.has_perm(payments.VIEW):
        return None
    left: Counter[str] = Counter()
    for currency, total, received in (
        payments.rows_of("open", on=now.date()).with_received().values_list("currency", "total_minor", "received_minor")
    ):
        left[currency] += total - received
    language = get_language() or "en"
    sums = listing((formats.money(left[code], code, language) for code in sorted(left)), language)
    rows, url = payments.in_order("open", on=now.date()), reverse("staff_invoices") + "?view=open"
    note = ngettext("%(sums)s is missing.", "%(sums)s are missing.", len(left)) % {"sums": sums}
    groups = [group(_("Invoices that wait for their money"), url, rows, _invoice, days=_("Due"), note=note)]
    rows = payments.in_order("uncovered", on=now.date())
    groups.append(group(_("Invoices no longer covered"), reverse("staff_invoices") + "?view=uncovered", rows, _invoice, days=_("Due")))
    step = (_("All invoices"), reverse("staff_invoices") + "?view=all")
    return Section(key="unpaid", title=_("Unpaid"), groups=groups, empty=_("Every invoice is paid."), next_step=step)


SECTIONS[:0] = [waiting, late, ending, unpaid]  # before what stands above licensing
