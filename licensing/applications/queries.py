"""Questions about applications: what a desk shows, what staff's queue shows, whose turn it is."""

from dataclasses import dataclass

from django.db.models import Count, Q, QuerySet

from licensing.applications import answers, form
from licensing.applications.models import Application, ApplicationRevision
from licensing.applications.rules import OPEN, TURN, State, Turn
from licensing.organisations.models import Organisation
from portal.core.text import fold

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
    return Application.objects.of(organisation).select_related("offering__programme", "edition", "organisation")


def open_of(organisation: Organisation) -> QuerySet[Application]:
    """Return those that somebody still has to do something about."""
    return of(organisation).filter(state__in=OPEN)


@dataclass(frozen=True)
class Sorted:
    """What the queue is narrowed to; '' = all. ``assigned``: ``me`` or ``nobody``."""

    tab: str = "ours"
    text: str = ""
    offering: str = ""
    place: str = ""
    assigned: str = ""


def queue(wanted: Sorted, *, user_id: int) -> QuerySet[Application]:
    """Return staff's queue: what waits longest first; what is over, latest first."""
    rows = Application.objects.filter(state__in=TABS[wanted.tab]).select_related("organisation__place", "offering", "edition", "assignee")
    if wanted.text:
        key = fold(wanted.text)
        rows = rows.filter(
            Q(number__icontains=wanted.text.strip()) | Q(organisation__in=Organisation.objects.filter(names__search_key__contains=key))
        )
    if wanted.offering:
        rows = rows.filter(offering__code=wanted.offering)
    if wanted.place:
        rows = rows.filter(organisation__place__code=wanted.place)
    if wanted.assigned == "me":
        rows = rows.filter(assignee_id=user_id)
    elif wanted.assigned == "nobody":
        rows = rows.filter(assignee=None)
    order = ("submitted_at", "pk") if wanted.tab in ("ours", "new", "review") else ("-changed_at", "-pk")
    return rows.order_by(*order)


def counts() -> dict[str, int]:
    """Return how many applications stand under each tab."""
    states = dict(Application.objects.order_by().values_list("state").annotate(n=Count("pk")))
    return {tab: sum(states.get(state.value, 0) for state in inside) for tab, inside in TABS.items()}


def last_revision(application: Application) -> ApplicationRevision | None:
    return application.revisions.order_by("-number").select_related("submitted_by").first()


def progress(application: Application) -> dict[str, str]:
    """Return ``complete``, ``begun`` or ``todo`` for each step of a draft."""
    return form.progress(answers.form_of(application), answers.answers_of(application), edition=answers.days_of(application))
