"""What of licensing stands on answers of availability that are about to change. It is told to staff; nothing of it is altered by them."""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _

from content.availability.differences import Difference
from content.availability.impact import Group, Touched
from i18n.places.models import Place
from licensing.applications.models import Application, ApplicationAnswer
from licensing.applications.rules import OPEN
from licensing.entitlements.models import Licence
from portal.core.periods import Period

SHOWN = 20
PLACES = "activity_places"


def licences_and_applications(
    programme_id: int, changes: Sequence[Difference], *, at: datetime, may: Callable[[str], bool]
) -> Sequence[Group]:
    """Return the licences whose term meets a change in one of their places, and the open applications for one of these places."""
    licences = _licences(programme_id, changes)
    applications = _applications(programme_id, [one for one in changes if one.period.valid_to is None or one.period.valid_to > at])
    return [
        Group(
            label=_("Licenses"),
            count=len(licences),
            lines=[_licence(one) for one in licences[:SHOWN]] if may("licensing.view_licence") else [],
        ),
        Group(
            label=_("Open applications"),
            count=len(applications),
            lines=[_application(one) for one in applications[:SHOWN]] if may("licensing.view_queue") else [],
        ),
    ]


def _licences(programme_id: int, changes: Sequence[Difference]) -> list[Licence]:
    by_place: dict[int, list[Period]] = {}
    for one in changes:
        by_place.setdefault(one.place, []).append(one.period)
    first = min((one.period.valid_from for one in changes), default=None)
    if first is None:
        return []
    rows = Licence.objects.filter(offering__programme=programme_id, places__in=by_place, valid_to__gt=first).distinct()
    found = rows.select_related("organisation", "offering", "end").prefetch_related("places", "suspensions").order_by("number")
    return [one for one in found if _meets(_term(one), (period for place in one.places.all() for period in by_place.get(place.pk, ())))]


def _term(licence: Licence) -> Period | None:
    """Return the term, cut by an early end; None: it ended before it began."""
    return Period(licence.valid_from, licence.until) if licence.valid_from < licence.until else None


def _meets(term: Period | None, periods: Iterable[Period]) -> bool:
    return term is not None and any(term & period is not None for period in periods)


def _applications(programme_id: int, changes: Sequence[Difference]) -> list[Application]:
    places = {one.place for one in changes}
    codes = set(Place.objects.filter(pk__in=places).values_list("code", flat=True))
    answers = ApplicationAnswer.objects.filter(key=PLACES, application__offering__programme=programme_id, application__state__in=OPEN)
    named = {row.application_id for row in answers.only("application_id", "value") if codes & set(row.value or ())}
    rows = Application.objects.filter(Q(pk__in=named) | Q(organisation__place__in=places), offering__programme=programme_id, state__in=OPEN)
    return list(rows.select_related("organisation", "offering").order_by("number"))


def _licence(row: Licence) -> Touched:
    where = ", ".join(place.code for place in row.places.all())
    return Touched(
        title=str(row.organisation), lang=row.organisation.language, number=row.number, text=f"{row.offering.code}: {where}",
        url=reverse("staff_licence", args=[row.number]),
    )  # fmt: skip


def _application(row: Application) -> Touched:
    url = reverse("staff_application", args=[row.number])
    return Touched(title=str(row.organisation), lang=row.organisation.language, number=row.number, text=row.offering.code, url=url)
