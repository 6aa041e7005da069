"""Licences on the desk: what is in force where and until when, what works now and why not, the code to show."""

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe

from licensing import lifecycle
from licensing.applications.actions import AlreadyOpen
from licensing.applications.rules import OPEN, NotAllowed
from licensing.entitlements import queries
from licensing.entitlements.models import Licence
from licensing.entitlements.rules import LicenceStatus, notice_given
from licensing.entitlements.rules import NotAllowed as NotRenewable
from licensing.history.models import Event
from licensing.logos.rules import RIGHT as LOGO
from licensing.organisations.rules import Act
from licensing.web import qr
from licensing.web.acting import Acting, acting_for, actor
from licensing.web.agreement_words import refusal_words
from licensing.web.refusals import application_refusal
from licensing.web.timeline import timeline
from licensing.web.verdict_words import STATUSES
from portal.core import private_files

LEDES = {
    LicenceStatus.ACTIVE: _("The license is in force. Everything it grants can be used now."),
    "notice": _("The license is in force until its early end. Everything it grants can be used until then."),
    LicenceStatus.SCHEDULED: _("Everything is in. The license begins by itself on its first day; nothing can be used before."),
    LicenceStatus.EXPIRED: _("The term is over. Nothing may be held or shown under this license any more."),
    LicenceStatus.ENDED: _("The license was ended early. Nothing may be held or shown under it any more."),
    LicenceStatus.SUSPENDED: _("The license is suspended. Nothing can be used until the suspension is lifted; the term goes on."),
    LicenceStatus.REVOKED: _("The license was revoked. Nothing may be held or shown under it any more."),
}


@require_safe
@acting_for(Act.SEE_LICENCES)
def licences(request: HttpRequest) -> HttpResponse:
    """List the licences of the organisation, the newest first."""
    acting: Acting = request.acting  # type: ignore[attr-defined]
    now = timezone.now()
    rows = Licence.objects.visible_to(request.user).filter(organisation=acting.organisation).with_facts()
    return render(request, "licensing/licences/licences.html", {"rows": [(row, STATUSES[row.status(at=now)]) for row in rows]})


def _found(request: HttpRequest, number: str) -> Licence:
    """Return the licence if the person may see it.

    :raises Http404: unknown or another organisation's.
    """
    licence = Licence.objects.visible_to(request.user).with_facts().select_related("agreement").filter(number=number).first()
    if licence is None:
        raise Http404
    return licence


@require_safe
@acting_for(Act.SEE_LICENCES)
def licence(request: HttpRequest, number: str) -> HttpResponse:
    """Show one licence."""
    found = _found(request, number)
    acting: Acting = request.acting  # type: ignore[attr-defined]
    if found.organisation_id != acting.organisation_id:
        return redirect(f"{request.path}?for={found.organisation_id}")
    now = timezone.now()
    status = found.status(at=now)
    address = settings.PORTAL_ORIGIN + reverse("verify_code", args=[found.code])
    end, ahead = found.end, notice_given(found.facts(), at=now)
    renewal = found.renewals.filter(state__in=OPEN).first()
    context = {
        "renewal": renewal,
        "renewable": found.is_renewable(at=now) and not hasattr(found, "superseded_by"),
        "may_renew": acting.may(Act.APPLY),
        "licence": found,
        "status": status,
        "shown": STATUSES[status],
        "lede": LEDES["notice" if ahead and status is LicenceStatus.ACTIVE else status],
        "suspension": next((row for row in found.suspensions.all() if row.valid_to is None), None),
        "end": end,
        "ahead": ahead,
        "rights": [(right, STATUSES[right.status]) for right in queries.rights_now(found, at=now)],
        "logo_right": LOGO,
        "may_see_kits": acting.may(Act.SEE_KITS),
        "may_see_logos": acting.may(Act.SEE_LOGOS),
        "may_see_agreement": acting.may(Act.SEE_AGREEMENTS) and found.agreement is not None,
        "address": address,
        "qr": qr.svg(address),
        "timeline": timeline(Event.objects.of(found).shown_to_applicant()),
        "zone": found.zone,
    }
    return render(request, "licensing/licences/licence.html", context)


@require_POST
@acting_for(Act.APPLY)
def renew(request: HttpRequest, number: str) -> HttpResponse:
    """Begin the application that follows the licence, or go to the one a colleague has begun."""
    found = _found(request, number)
    if found.organisation_id != request.acting.organisation_id:  # type: ignore[attr-defined]
        raise Http404
    try:
        made = lifecycle.renew(found.pk, by=actor(request), now=timezone.now(), language=request.LANGUAGE_CODE)  # type: ignore[attr-defined]
    except AlreadyOpen as told:
        return redirect("application", told.application.number)
    except NotRenewable as refusal:
        messages.error(request, refusal_words(refusal))
        return redirect("licence", number)
    except NotAllowed as refusal:
        messages.error(request, application_refusal(refusal))
        return redirect("licence", number)
    messages.success(request, gettext("Your last answers are filled in. Look at each section, then submit."))
    return redirect("application", made.number)


@require_safe
@acting_for(Act.SEE_LICENCES)
def certificate(request: HttpRequest, number: str) -> HttpResponseBase:
    """Send the sealed certificate of effect; back to the page while there is none."""
    found = _found(request, number)
    if not found.certificate_key:
        return redirect("licence", number)
    return private_files.send(request, found.certificate_key, sha256=found.certificate_sha256, name=f"{found.number}-certificate.pdf")
