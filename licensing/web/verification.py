"""The public truth about a code: a form to type it in, and a page for each verdict that prints on one sheet."""

from datetime import date, datetime

from django import forms
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from i18n import formats
from i18n.fields import DayField
from i18n.interface import own
from licensing import piece_verification, verification
from licensing.entitlements.rules import Public
from licensing.web import qr
from licensing.web.piece_words import PIECE_VERDICTS, logo_sentence, piece_sentence
from licensing.web.verdict_words import VERDICTS, another_day, sentence
from portal.core.text import read_code


class CodeForm(forms.Form):
    """The code as somebody reads it from a page or a certificate."""

    code = forms.CharField(
        label=_("Code"),
        max_length=60,
        help_text=_("16 letters and digits, such as 7K4M-29QX-B1DR-0W5T. Hyphens and capitals do not matter."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false", "autocapitalize": "characters", "dir": "ltr"}),
    )

    def clean_code(self) -> str:
        code = read_code(self.cleaned_data["code"])
        if not code:
            raise forms.ValidationError(_("A code has 16 letters and digits. Compare it with what you read."), code="not_a_code")
        return code


class OnForm(forms.Form):
    """The day somebody asks about: of an event, of a photograph."""

    on = DayField(label=_("On which day?"))


@require_safe
def form(request: HttpRequest) -> HttpResponse:
    """Ask for a code; a readable one leads to its page."""
    asked = CodeForm(request.GET if "code" in request.GET else None)
    if asked.is_bound and asked.is_valid():
        return redirect("verify_code", code=asked.cleaned_data["code"])
    return render(request, "licensing/verification/form.html", {"form": asked})


@require_safe
@never_cache
def code(request: HttpRequest, code: str) -> HttpResponse:
    """Show the verdict on a code: 404 for one nobody has, with the same page."""
    canonical = read_code(code)
    if canonical and canonical != code:
        query = request.META.get("QUERY_STRING", "")
        return HttpResponseRedirect(reverse("verify_code", args=[canonical]) + (f"?{query}" if query else ""))
    now = timezone.now()
    asked = OnForm(request.GET if any(key.startswith("on") for key in request.GET) else None)
    on: date | None = asked.cleaned_data["on"] if asked.is_bound and asked.is_valid() else None
    told = verification.verify(code, now=now, on=on)
    status = 404 if told.verdict is Public.UNKNOWN else 422 if asked.errors else 200
    return render(request, "licensing/verification/code.html", _page(told, asked, canonical or code, now=now), status=status)


@require_safe
@never_cache
def pieces(request: HttpRequest, code: str) -> HttpResponse:
    """List the approved pieces of a licence: what may be shown, in which medium and language, until when."""
    now = timezone.now()
    told = _pieces(code, now=now)
    rows = [(one, VERDICTS[one.verdict], _language(one)) for one in told.pieces]
    context = {"told": told, "rows": rows, "sentence": logo_sentence(told), "shown": VERDICTS[told.verdict], "now": now}
    return render(request, "licensing/verification/pieces.html", context)


@require_safe
@never_cache
def piece(request: HttpRequest, code: str, number: str) -> HttpResponse:
    """Say whether one piece may be shown: the same 404 for one that waits, was refused, or never was."""
    now = timezone.now()
    told = _pieces(code, now=now, number=number)
    if not told.pieces:
        raise Http404
    one = told.pieces[0]
    address = settings.PORTAL_ORIGIN + reverse("verify_piece", args=[told.licence.code, number])
    context = {
        "told": told,
        "one": one,
        "approval": one.approval,
        "piece": one.approval.piece,
        "language_name": _language(one),
        "shown": PIECE_VERDICTS[one.verdict],
        "sentence": piece_sentence(one, _language(one), zone=told.licence.zone),
        "now": now,
        "address": address,
        "qr": qr.svg(address),
    }
    return render(request, "licensing/verification/piece.html", context)


def _pieces(code: str, *, now: datetime, number: str = "") -> piece_verification.PiecesTold:
    told = piece_verification.pieces(code, now=now, number=number)
    if told is None:
        raise Http404
    return told


def _language(one: piece_verification.PieceTold) -> str:
    reader = get_language() or "en"
    return own(formats.language_name(one.approval.language, reader), reader)


def _page(told: verification.Told, asked: OnForm, code: str, *, now: datetime) -> dict[str, object]:
    known = told.facts is not None
    address = settings.PORTAL_ORIGIN + reverse("verify_code", args=[code]) if known else ""
    return {
        "told": told,
        "facts": told.facts,
        "shown": VERDICTS[told.verdict],
        "sentence": sentence(told, now=now),
        "another_day": another_day(told, now=now),
        "places": [name for _code, name in told.facts.places] if told.facts else [],
        "now": now,
        "on_form": asked,
        "code": code,
        "address": address,
        "qr": qr.svg(address) if known else "",
        "form": CodeForm(),
    }
