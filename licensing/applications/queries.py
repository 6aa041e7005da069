"""Questions about applications: what a desk shows, what staff's queue shows, whose turn it is."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Subquery

from licensing.applications import answers, form
from licensing.applications.models import Application, Clarification
from licensing.applications.rules import OPEN, TURN, State, Turn
from licensing.offerings.models import LicenceOffering
from licensing.organisations.models import Organisation
from portal.core.text import fold

if TYPE_CHECKING:
    from licensing.entitlements.models import Licence

# The tabs of staff's queue, in order: whose turn it is, then what is over.
TABS: dict[str, frozenset[State]] = {
    "ours": frozenset(state for state, turn in TURN.items() if turn is Turn.STAFF),
    "new": frozenset({State.SUBMITTED}),
    "review": frozenset({State.IN_REVIEW}),
    "drafts": frozenset(state for state, turn in TURN.items() if turn is Turn.APPLICANT),
    "decided": frozenset({State.APPROVED, State.DECLINED}),
    "closed": frozenset({State.WITHDRAWN, State.LAPSED}),
}


def turn(application: Application) -> Turn:
    return TURN[State(application.state)]


def of(organisation: Organisation) -> QuerySet[Application]:
    """Return every application of an organisation, the one changed last first."""
    return Application.objects.of(organisation).select_related("offering__programme", "edition", "organisation", "renews")


def open_of(organisation: Organisation) -> QuerySet[Application]:
    """Return those that somebody still has to do something about."""
    return of(organisation).filter(state__in=OPEN)


def held(organisation: Organisation, offering: LicenceOffering, *, at: datetime) -> "QuerySet[Licence]":
    """Return the licences of the offering that the organisation holds at ``at`` or will hold: not over and not ended, the first to end first."""
    rows = organisation.licences.held(at).filter(offering=offering)
    return rows.select_related("edition", "end").prefetch_related("places").order_by("ends_at", "pk")


def held_alike(application: Application, places: Iterable[str], *, at: datetime) -> "QuerySet[Licence]":
    """Return the licences held for the same edition in one of ``places`` (codes) as well; the one the application renews is none."""
    rows = held(application.organisation, application.offering, at=at).filter(edition=application.edition, places__code__in=list(places))
    return (rows.exclude(pk=application.renews_id) if application.renews_id else rows).distinct()


@dataclass(frozen=True)
class Sorted:
    """What the queue is narrowed to; '' = all. ``assigned``: ``me`` or ``nobody``."""

    tab: str = "ours"
    text: str = ""
    assigned: str = ""
    late: bool = False


def late(on: date) -> Q:
    """Say what is past its day ``on`` a day: the decision promised while it is the licensor's turn, the answers asked for else."""
    unanswered = Clarification.objects.filter(application=OuterRef("pk"), reply=None, due_on__lt=on)
    return Q(state__in=TABS["ours"], decision_due_on__lt=on) | Q(Exists(unanswered), state=State.CLARIFICATION)


def queue(wanted: Sorted, *, user_id: int, on: date) -> QuerySet[Application]:
    """Return staff's queue: what is due first stands first; what is over, latest first. What is late says since when (``answers_due_on``)."""
    rows = Application.objects.filter(state__in=TABS[wanted.tab]).select_related("organisation__place", "offering", "edition", "assignee")
    if wanted.text:
        key = fold(wanted.text)
        rows = rows.filter(
            Q(number__icontains=wanted.text.strip()) | Q(organisation__in=Organisation.objects.filter(names__search_key__contains=key))
        )
    if wanted.late:
        asked = Clarification.objects.filter(application=OuterRef("pk"), reply=None).order_by("due_on")
        rows = rows.filter(late(on)).annotate(answers_due_on=Subquery(asked.values("due_on")[:1]))
    if wanted.assigned == "me":
        rows = rows.filter(assignee_id=user_id)
    elif wanted.assigned == "nobody":
        rows = rows.filter(assignee=None)
    if wanted.late and wanted.tab == "drafts":
        return rows.order_by(F("answers_due_on"), "pk")
    if wanted.tab in ("ours", "new", "review"):
        return rows.order_by(F("decision_due_on").asc(nulls_last=True), "submitted_at", "pk")
    return rows.order_by("-changed_at", "-pk")


def counts() -> dict[str, int]:
    """Return how many applications stand under each tab."""
    states = dict(Application.objects.order_by().values_list("state").annotate(n=Count("pk")))
    return {tab: sum(states.get(state.value, 0) for state in inside) for tab, inside in TABS.items()}


def progress(application: Application, *, on: date) -> dict[str, str]:
    """Return ``complete``, ``begun`` or ``todo`` for each step of a draft, as things stand on that day."""
    return form.progress(answers.form_of(application), answers.answers_of(application), on=on, edition=answers.days_of(application))
