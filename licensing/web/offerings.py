"""What can be licensed, for whom, what it would cost and how long it takes; and the beginning of an application."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext, gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from i18n.places.models import Place, PlaceTier
from licensing.applications import actions, queries
from licensing.applications.rules import NotAllowed
from licensing.entitlements.models import Licence
from licensing.entitlements.rules import LicenceStatus
from licensing.fees import queries as fees
from licensing.fees.rules import NotPriced, Priced
from licensing.fees.words import UNITS, why_not
from licensing.offerings import queries as offerings
from licensing.offerings.models import LicenceOffering, OfferingEdition
from licensing.organisations.rules import Act
from licensing.web import intent
from licensing.web.acting import Acting, acting_for, actor
from licensing.web.answer_words import CURRENCY_NAMES, language_name
from licensing.web.refusals import application_refusal
from licensing.web.step_form import place_options
from licensing.web.where import stated_in


@dataclass(frozen=True)
class KitLine:
    """What a released kit holds for one right: how many files, in which languages (codes), for whom (words)."""

    right: str
    name: str
    files: int
    languages: Sequence[str]
    audience: str = ""


# What is in the kit of an offering: media stands above licensing and adds its function in ``portal.web.apps.WebConfig.ready``.
KITS: list[Callable[[LicenceOffering], list[KitLine]]] = []


@require_GET
def index(request: HttpRequest) -> HttpResponse:
    """Everything that can be licensed, and what is planned."""
    rows = LicenceOffering.objects.select_related("programme").prefetch_related("editions")
    now = timezone.now()
    context = {"open": [_summary(row, now=now) for row in rows if row.open], "planned": [row for row in rows if not row.open]}
    return render(request, "licensing/offerings/index.html", context)


def _summary(offering: LicenceOffering, *, now: datetime) -> dict:
    return {"offering": offering, "editions": offerings.editions(offering, at=now)}


class EstimateForm(forms.Form):
    """For which place and in which currency a fee is worked out; expected attendees where the fee follows them."""

    use_required_attribute = False
    place = forms.ChoiceField(label=gettext_lazy("Where will you use it?"))
    currency = forms.ChoiceField(
        label=gettext_lazy("Currency"), required=False, choices=[("", gettext_lazy("The usual one there")), *CURRENCY_NAMES.items()]
    )
    attendees = forms.IntegerField(label=gettext_lazy("People you expect"), required=False, min_value=0, max_value=5000)

    def __init__(self, *args, offering: LicenceOffering, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["place"].choices = [("", ""), *place_options()]
        if offering.fee_unit != "edition":
            del self.fields["attendees"]


@require_GET
def offering(request: HttpRequest, code: str) -> HttpResponse:
    """One offering. An address in another case redirects to the one in the data."""
    row: LicenceOffering = get_object_or_404(LicenceOffering.objects.select_related("programme"), code__iexact=code)
    if row.code != code:
        return redirect("offering", row.code, permanent=True)
    now = timezone.now()
    form = EstimateForm(request.GET if "place" in request.GET else None, offering=row)
    acting: Acting | None = getattr(request, "acting", None) if request.user.is_authenticated else None
    context = {
        "offering": row,
        "editions": offerings.editions(row, at=now),
        "form": form,
        "estimate": _estimate(row, form, on=now.date()),
        "languages": [language_name(code) for code in row.kit_languages],
        "rights": list(row.rights.all()),
        "evidence": list(row.evidence.all()),
        "kit": [line for provider in KITS for line in provider(row)],
        "closed_to": list(row.closed_to.all()),
        "holders": Licence.objects.listed()
        .in_status(LicenceStatus.ACTIVE, LicenceStatus.SUSPENDED, at=now)
        .filter(offering=row)
        .values("organisation")
        .distinct()
        .count(),
        "held_here": list(queries.held(acting.organisation, row, at=now)) if acting and acting.may(Act.SEE_LICENCES) else [],
        "open_here": list(queries.open_of(acting.organisation).filter(offering=row)) if acting and acting.may(Act.SEE_APPLICATIONS) else [],
    }
    return render(request, "licensing/offerings/offering.html", context)


def _estimate(offering: LicenceOffering, form: EstimateForm, *, on: date) -> dict | None:
    """Return the sum with its lines, or why there is none; None while nothing was asked."""
    if not form.is_bound or not form.is_valid():
        return None
    place = Place.objects.get(code=form.cleaned_data["place"])
    closed = not offerings.open_to(place, offering)
    try:
        priced = fees.estimate(
            offering.code, place, on=on, currency=form.cleaned_data["currency"] or None, attendees=form.cleaned_data.get("attendees")
        )
    except NotPriced as refused:
        return {"place": place, "closed": closed, "why_not": why_not(refused)}
    return {
        "place": place,
        "closed": closed,
        "priced": priced,
        "lines": _lines(priced),
        "tier_name": PlaceTier.Tier(priced.tier.value).label,
    }


def _lines(priced: Priced) -> list[dict]:
    return [
        {"label": UNITS[line.unit], "quantity": line.quantity, "price_minor": line.price_minor, "amount_minor": line.amount_minor}
        for line in priced.lines
    ]


@require_http_methods(["GET", "POST"])
@intent.remembering
@acting_for(Act.APPLY)
def apply(request: HttpRequest, code: str) -> HttpResponse:
    """Begin an application for the organisation the person acts for; tell of an open one instead of silently making a second."""
    row: LicenceOffering = get_object_or_404(LicenceOffering.objects.select_related("programme"), code=code)
    if not row.open:
        return redirect("offering", row.code)
    now = timezone.now()
    editions = offerings.editions(row, at=now)
    if request.method == "POST":
        return _begin(request, row, editions, now=now)
    acting: Acting = request.acting  # type: ignore[attr-defined]
    return _beginning(request, row, editions, now=now, open_=list(queries.open_of(acting.organisation).filter(offering=row)))


def _begin(request: HttpRequest, row: LicenceOffering, editions: list[OfferingEdition], *, now: datetime) -> HttpResponse:
    acting: Acting = request.acting  # type: ignore[attr-defined]
    edition = next((one for one in editions if one.label == request.POST.get("edition")), None)
    if edition is None and len(editions) == 1:
        edition = editions[0]
    try:
        made = actions.start(
            acting.organisation_id,
            row,
            by=actor(request),
            now=now,
            edition=edition,
            language=request.LANGUAGE_CODE,
            another="another" in request.POST,  # type: ignore[attr-defined]
        )
    except actions.AlreadyOpen as told:
        return _beginning(request, row, editions, now=now, open_=[told.application], chosen=request.POST.get("edition", ""))
    except NotAllowed as refusal:
        return _beginning(request, row, editions, now=now, problem=application_refusal(refusal))
    intent.done(request)
    messages.success(
        request, gettext("Your draft %(number)s is begun. What your organization has told us is filled in.") % {"number": made.number}
    )
    return redirect("application", made.number)


def _beginning(
    request: HttpRequest,
    row: LicenceOffering,
    editions: list[OfferingEdition],
    *,
    now: datetime,
    open_=(),
    chosen: str = "",
    problem: str = "",
) -> HttpResponse:
    organisation = request.acting.organisation  # type: ignore[attr-defined]
    context = {
        "offering": row,
        "name": row.name,
        "editions": editions,
        "open": list(open_),
        "held": queries.held(organisation, row, at=now),
        "stated": stated_in([organisation.place.code], row.programme_id, at=now)[0],
        "closed": not offerings.open_to(organisation.place, row),
        "chosen": chosen or (editions[0].label if len(editions) == 1 else ""),
        "problem": problem,
    }
    return render(request, "licensing/applications/begin.html", context)
