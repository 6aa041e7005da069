"""Agreements on the desk: read the text, sign exactly that text, keep the sealed file."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_safe

from licensing import lifecycle
from licensing.agreements.actions import Signing
from licensing.agreements.models import Agreement
from licensing.agreements.rules import NotAllowed, State
from licensing.history.models import Event
from licensing.organisations.rules import Act
from licensing.web import agreement_page
from licensing.web.acting import Acting, acting_for, actor, refused
from licensing.web.agreement_words import STATES, refusal_words
from licensing.web.timeline import timeline
from portal.accounts.stepup import PasswordConfirmation
from portal.core import client, private_files


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


class SignForm(PasswordConfirmation):
    """The act of signing: what was read, consent, the name, and the password once more."""

    document_sha256 = forms.CharField(widget=forms.HiddenInput)
    read = forms.BooleanField(label=_("I have read the English text, which prevails."))
    consent = forms.BooleanField(label=_("I agree to sign electronically."))
    typed_name = forms.CharField(
        label=_("Type your name as your signature"),
        max_length=150,
        widget=forms.TextInput(attrs={"autocomplete": "name", "class": "sign__line"}),
    )
    field_order = ["document_sha256", "read", "consent", "typed_name", "password"]

    def signing(self) -> Signing:
        """Return what was done; only after ``is_valid``."""
        given = self.cleaned_data
        return Signing(
            user_id=self.request.user.pk,  # type: ignore[arg-type]
            typed_name=given["typed_name"],
            document_sha256=given["document_sha256"],
            consent=given["consent"],
            factor="password" if settings.DEMO else "password+mfa",
            ip=client.address(self.request),
            agent=self.request.headers.get("User-Agent", ""),
        )


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
    found = [(row, STATES[State(row.state)]) for row in rows]
    return render(request, "licensing/agreements/agreements.html", {"rows": found})


@require_http_methods(["GET", "HEAD", "POST"])
@of_agreement(Act.SEE_AGREEMENTS)
def agreement(request: HttpRequest, agreement: Agreement) -> HttpResponse:
    """Show the agreement; a POST signs it."""
    form = SignForm(request.POST or None, request=request, initial={"document_sha256": agreement.document_sha256})
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


def _context(request: HttpRequest, agreement: Agreement, form: SignForm) -> dict[str, Any]:
    now = timezone.now()
    acting: Acting = request.acting  # type: ignore[attr-defined]
    shown = agreement_page.page(agreement, request.user, copy=request.GET.get("copy"))
    over = agreement_page.closes_soon(agreement, now=now)
    return shown | {
        "form": form,
        "over": over,
        "may_sign": shown["your_turn"] and not over and acting.may(Act.SIGN),
        "shown": STATES[State(agreement.state)],
        "label": label(agreement),
        "timeline": timeline(Event.objects.of(agreement).shown_to_applicant()),
        "zone": agreement.terms.zone,
        "application": agreement.terms.application,
    }


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
def sealed(request: HttpRequest, agreement: Agreement) -> HttpResponseBase:
    """Send the sealed file; back to the page, which says that it is being sealed, while there is none."""
    if agreement.sealed_at is None:
        return redirect(reverse("agreement", args=[agreement.number]))
    name = f"{agreement.number}-sealed.pdf"
    return private_files.send(request, agreement.sealed_key, sha256=agreement.sealed_sha256, name=name)
