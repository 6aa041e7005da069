"""Agreements on the desk: read the text, sign exactly that text, keep the sealed file and the evidence."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_safe

from licensing import lifecycle
from licensing.agreements import evidence
from licensing.agreements.actions import Signing
from licensing.agreements.models import Agreement
from licensing.agreements.rules import NotAllowed, State
from licensing.history.actions import latest
from licensing.history.models import Event
from licensing.organisations.rules import Act
from licensing.web import agreement_page
from licensing.web.acting import Acting, acting_for, actor, refused
from licensing.web.agreement_forms import SigningForm
from licensing.web.agreement_words import STATES, refusal_words
from licensing.web.timeline import timeline
from portal.core import private_files


def of_agreement(act: Act) -> Callable:
    """Open a view to who may do ``act`` on the agreement named in the address; unknown and foreign numbers look the same: 404."""

    def decorate(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
        @acting_for(Act.SEE_DESK)
        @wraps(view)
        def found(request: HttpRequest, number: str, **kwargs) -> HttpResponseBase:
            visible = Agreement.objects.visible_to(request.user).select_related(
                "organisation", "offering", "terms__application", "template"
            )
            agreement = visible.filter(number=number).first()
            if agreement is None:
                raise Http404
            acting: Acting = request.acting  # type: ignore[attr-defined]
            if agreement.organisation_id != acting.organisation_id:
                return redirect(f"{request.path}?for={agreement.organisation_id}")
            return view(request, agreement, **kwargs) if acting.may(act) else refused(request, act)

        return found

    return decorate


@require_safe
@acting_for(Act.SEE_AGREEMENTS)
def agreements(request: HttpRequest) -> HttpResponse:
    """List the agreements of the organisation, newest first."""
    acting: Acting = request.acting  # type: ignore[attr-defined]
    rows = (
        Agreement.objects.visible_to(request.user)
        .filter(organisation=acting.organisation)
        .select_related("offering", "terms__application__edition")
    )
    now = timezone.now()
    found = [(row, STATES[row.status(at=now)]) for row in rows]
    return render(request, "licensing/agreements/agreements.html", {"rows": found})


@require_http_methods(["GET", "HEAD", "POST"])
@of_agreement(Act.SEE_AGREEMENTS)
def agreement(request: HttpRequest, agreement: Agreement) -> HttpResponse:
    """Show the agreement; a POST signs it."""
    form = SigningForm(request.POST or None, request=request, agreement=agreement)
    if request.method == "POST" and form.is_valid():
        return _sign(request, agreement, form.signing())
    return render(request, "licensing/agreements/agreement.html", _context(request, agreement, form), status=422 if form.errors else 200)


def _sign(request: HttpRequest, agreement: Agreement, signing: Signing) -> HttpResponse:
    try:
        signed = lifecycle.sign(agreement.pk, signing, by=actor(request), now=timezone.now())
    except NotAllowed as refusal:
        again = refusal.code == "already_signed"
        (messages.info if again else messages.error)(request, refusal_words(refusal))
    else:
        last = signed.state == State.EXECUTED
        messages.success(
            request, gettext("Signed. The agreement is complete.") if last else gettext("Signed. The next person has a letter now.")
        )
    return redirect("agreement", agreement.number)


def _context(request: HttpRequest, agreement: Agreement, form: SigningForm) -> dict[str, Any]:
    acting: Acting = request.acting  # type: ignore[attr-defined]
    shown = agreement_page.page(agreement, request.user, copy=request.GET.get("copy"), now=timezone.now())
    in_time = shown["status"] == State.OUT_FOR_SIGNATURE
    mine = next((line for line in shown["lines"] if line.yours and not line.signature), None)
    return shown | {
        "form": form,
        "may_sign": shown["your_turn"] and in_time and acting.may(Act.SIGN) and not shown["turn"].lost,
        "may_decline": mine is not None and in_time and acting.may(Act.SIGN) and not mine.lost,
        "may_remind": in_time and acting.may(Act.MANAGE_PEOPLE) and not shown["your_turn"] and not shown["turn"].lost,
        "may_replace": in_time and acting.may(Act.MANAGE_PEOPLE),
        "seen": latest(agreement),
        "shown": STATES[shown["status"]],
        "label": label(agreement),
        "timeline": timeline(Event.objects.of(agreement).shown_to_applicant()),
        "zone": agreement.terms.zone,
        "application": agreement.terms.application,
        "newer": _newer(request, agreement),
    }


def _newer(request: HttpRequest, agreement: Agreement) -> Agreement | None:
    """Return the agreement that stands in place of a declined one, once it was sent."""
    visible = Agreement.objects.visible_to(request.user).live()
    return visible.filter(terms_id=agreement.terms_id).exclude(pk=agreement.pk).first()


def label(agreement: Agreement) -> str:
    """Return what the agreement is about, with its edition."""
    edition = agreement.terms.application.edition
    if edition is None:
        return agreement.offering.name
    return gettext("%(offering)s, edition %(edition)s") % {"offering": agreement.offering.name, "edition": edition.label}


@require_safe
@of_agreement(Act.SEE_AGREEMENTS)
def document(request: HttpRequest, agreement: Agreement) -> HttpResponseBase:
    """Send exactly the bytes that are shown and signed."""
    name = f"{agreement.number}.pdf"
    return private_files.send(request, agreement.document_key, sha256=agreement.document_sha256, name=name, inline=True)


@require_safe
@of_agreement(Act.SEE_AGREEMENTS)
def reading_copy(request: HttpRequest, agreement: Agreement) -> HttpResponseBase:
    """Send the reading copy, whose hash is signed too; 404 where none was asked for."""
    if not agreement.reading_key:
        raise Http404
    name = f"{agreement.number}-{agreement.reading_language}.pdf"
    return private_files.send(request, agreement.reading_key, sha256=agreement.reading_sha256, name=name, inline=True)


@require_safe
@of_agreement(Act.SEE_AGREEMENTS)
def sealed(request: HttpRequest, agreement: Agreement) -> HttpResponseBase:
    """Send the sealed file; back to the page, which says that it is being sealed, while there is none."""
    if agreement.sealed_at is None:
        return redirect(reverse("agreement", args=[agreement.number]))
    name = f"{agreement.number}-sealed.pdf"
    return private_files.send(request, agreement.sealed_key, sha256=agreement.sealed_sha256, name=name)


@require_safe
@of_agreement(Act.SEE_AGREEMENTS)
def evidence_file(request: HttpRequest, agreement: Agreement) -> HttpResponse:
    """Send the evidence file; back to the page while its story is not over."""
    if not agreement_page.has_evidence(agreement):
        return redirect(reverse("agreement", args=[agreement.number]))
    return private_files.answer(evidence.packed(agreement), name=f"{agreement.number}-evidence.zip", content_type="application/zip")
