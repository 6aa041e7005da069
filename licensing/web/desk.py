"""The desk: what waits for you first, then what waits for others, then what your organisation has. Composed from ``licensing.web.turns``."""

from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext, ngettext
from django.views.decorators.http import require_GET

from licensing.applications import clarifying
from licensing.applications import queries as applications
from licensing.applications.rules import State, Turn
from licensing.organisations.rules import Act, Role
from licensing.organisations.words import ROLES
from licensing.web import intent, turns
from licensing.web.acting import Acting, acting_for
from licensing.web.agreement_turns import agreement_turns, agreements_section, licences_section
from licensing.web.applications import decision_due, label
from licensing.web.evidence import evidence_turns
from licensing.web.logo_turns import logo_turns, logos_section
from licensing.web.mandate_turns import mandate_turns
from licensing.web.money_turns import dues_section, invoice_turns, offer_turns
from licensing.web.outcome import line
from licensing.web.renewal_turns import renewal_turns
from licensing.web.turns import SECTIONS, TURNS, Section, TurnItem
from portal.accounts.models import User


@require_GET
@acting_for(Act.SEE_DESK)
def desk(request: HttpRequest) -> HttpResponse:
    """Answer first: how many things wait for the person."""
    acting: Acting = request.acting  # type: ignore[attr-defined]
    now = timezone.now()
    items = turns.items(acting, request.user, now)  # type: ignore[arg-type]
    sections = turns.sections(acting, request.user, now)  # type: ignore[arg-type]
    context = {
        "acting": acting,
        "roles": [ROLES[role] for role in Role if role in acting.roles],
        "several": len(request.organisations) > 1,  # type: ignore[attr-defined]
        "yours": [item for item in items if item.yours],
        "theirs": [item for item in items if not item.yours],
        "wide": [section for section in sections if not section.half],
        "narrow": [section for section in sections if section.half],
        "new": not sections,
        "may_apply": acting.may(Act.APPLY),
        "intended": intent.intended(request) if acting.may(Act.APPLY) else None,
    }
    return render(request, "licensing/desk/desk.html", context)


def application_turns(acting: Acting, user: User, now: datetime) -> list[TurnItem]:
    """Drafts wait for whoever may write them; what was sent waits for the licensor."""
    if not acting.may(Act.SEE_APPLICATIONS):
        return []
    return [_turn(one, acting, now) for one in applications.open_of(acting.organisation)]


def _about(application) -> str:
    """Return what is applied for, and which licence it renews."""
    if application.renews is None:
        return label(application)
    return gettext("%(label)s, renewal of %(licence)s") % {"label": label(application), "licence": application.renews.number}


def _turn(application, acting: Acting, now: datetime) -> TurnItem:
    url = reverse("application", args=[application.number])
    common = {"url": url, "application_id": application.pk, "zone": acting.organisation.place.zone}
    if applications.turn(application) is Turn.STAFF:
        state = gettext("In review") if application.state == State.IN_REVIEW else gettext("Received")
        return TurnItem(
            title=_about(application), text=gettext("Application %(number)s") % {"number": application.number}, yours=False, state=state,
            due=decision_due(application), due_note=gettext("decision by"), **common,
        )  # fmt: skip
    if application.state == State.CLARIFICATION:
        return _asked_turn(application, acting, common)
    progress = applications.progress(application, on=now.date())
    ready = set(progress.values()) == {"complete"}
    done = {"done": sum(1 for state in progress.values() if state == "complete"), "total": len(progress), "number": application.number}
    return TurnItem(
        title=(gettext("Check and submit: %(label)s") if ready else gettext("Complete the application: %(label)s")) % {"label": _about(application)},
        text=gettext("%(number)s. %(done)s of %(total)s sections are complete.") % done,
        yours=acting.may(Act.APPLY), action=gettext("Check and submit") if ready else gettext("Go on"), state=gettext("Draft"),
        due=application.erased_at, due_note=gettext("will be erased") if application.erased_at else "", **common,
    )  # fmt: skip


def _asked_turn(application, acting: Acting, common: dict[str, Any]) -> TurnItem:
    """Questions of the licensor: whoever may write answers them."""
    rows = list(clarifying.open_of(application))
    yours = acting.may(Act.APPLY)
    words = ngettext("Answer one question: %(label)s", "Answer %(count)s questions: %(label)s", len(rows))
    return TurnItem(
        title=words % {"count": len(rows), "label": _about(application)},
        text=gettext("%(number)s. The licensor waits for you; its clock stands still.") % {"number": application.number},
        yours=yours, action=gettext("Answer"), state=gettext("Questions to your organization"), due=min((row.due_on for row in rows), default=None),
        due_note=gettext("answer by"), **{**common, "url": reverse("application_questions", args=[application.number]) if yours else common["url"]},
    )  # fmt: skip


def applications_section(acting: Acting, user: User, now: datetime) -> Section | None:
    """Every application of the organisation, the one changed last first."""
    if not acting.may(Act.SEE_APPLICATIONS):
        return None
    rows = [
        {
            "label": label(one),
            "number": one.number,
            "state": one.state,
            "changed_at": one.changed_at,
            "url": reverse("application", args=[one.number]),
        }
        for one in applications.of(acting.organisation)[:50]
    ]
    context = {"applications": rows, "zone": acting.organisation.place.zone}
    return (
        Section(key="applications", title=gettext("Applications"), template="licensing/desk/applications.html", context=context)
        if rows
        else None
    )


def under_way_section(acting: Acting, user: User, now: datetime) -> Section | None:
    """Approved applications whose licence is not there yet: what each still waits for."""
    if not acting.may(Act.SEE_APPLICATIONS):
        return None
    rows = []
    for one in applications.of(acting.organisation).filter(state=State.APPROVED)[:50]:
        found = line(one, user, now=now)
        if found is not None and not found.over:
            rows.append({"label": label(one), "number": one.number, "url": reverse("application", args=[one.number]), "line": found})
    template = "licensing/desk/under_way.html"
    return Section(key="under_way", title=gettext("Under way"), template=template, context={"rows": rows}) if rows else None


# Each room of licensing adds its line here, in the order of the desk.
TURNS += [application_turns, mandate_turns, offer_turns, invoice_turns, agreement_turns, evidence_turns, renewal_turns, logo_turns]
SECTIONS += [under_way_section, licences_section, applications_section, dues_section, agreements_section, logos_section]
