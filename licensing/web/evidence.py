"""The papers an approved application still needs: which were seen, which were sent, which are to be sent, and sending them."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from licensing.applications import filing
from licensing.applications.models import Application, ApplicationFile
from licensing.applications.questions import Wrong
from licensing.applications.rules import NotAllowed, State
from licensing.offerings.models import EvidenceRequirement
from licensing.organisations.rules import Act
from licensing.terms.models import TermsOffer
from licensing.terms.rules import LIVE
from licensing.terms.rules import State as Offer
from licensing.web.acting import Acting, actor, refused
from licensing.web.answer_words import wrong_words
from licensing.web.applications import label, of_application, side_of
from licensing.web.refusals import application_refusal
from licensing.web.turns import TurnItem
from portal.accounts.models import User
from portal.core import papers

# The answer of the application that already holds a paper, or what the licensor confirms it from.
GIVEN = {"signing_powers": "signing_powers_file", "physician_lead": "physician_lead_member_number"}


@dataclass(frozen=True)
class Paper:
    """A required paper. ``seen_at``: when staff ticked it; ``files``: what was sent for it; ``given``: the application itself holds it."""

    requirement: EvidenceRequirement
    seen_at: datetime | None
    files: list[ApplicationFile]
    given: bool

    @property
    def to_send(self) -> bool:
        return not (self.seen_at or self.files or self.given)

    @property
    def with_licensor(self) -> bool:
        return self.seen_at is None and not self.to_send


def of_terms(terms: TermsOffer) -> list[Paper]:
    """Return every paper the offering requires, in its order."""
    application = terms.application
    revision = application.last_revision
    answers = revision.answers if revision else {}
    ticked = dict(terms.evidence.filter(withdrawn_at=None).values_list("requirement_id", "ticked_at"))
    sent: dict[str, list[ApplicationFile]] = {}
    for file in application.files.standing().frozen():
        sent.setdefault(file.key, []).append(file)
    return [
        Paper(row, ticked.get(row.pk), sent.get(row.code, []), bool(answers.get(GIVEN.get(row.code, ""))))
        for row in application.offering.evidence.all()
    ]


def live_terms(application: Application) -> TermsOffer | None:
    return application.terms.filter(state__in=LIVE).order_by("-pk").first()


def evidence_turns(acting: Acting, user: User, now: datetime) -> list[TurnItem]:
    """Papers to be sent wait for whoever applies; those sent wait for the licensor. Before an offer is accepted nothing presses."""
    if not acting.may(Act.SEE_APPLICATIONS):
        return []
    rows = TermsOffer.objects.of(acting.organisation).filter(state=Offer.ACCEPTED).exclude(agreements__licence__isnull=False)
    rows = rows.select_related("application__offering", "application__edition")
    found = [_turn(terms, of_terms(terms), acting) for terms in rows]
    return [item for item in found if item is not None]


def _turn(terms: TermsOffer, needed: list[Paper], acting: Acting) -> TurnItem | None:
    application, to_send = terms.application, [paper for paper in needed if paper.to_send]
    waiting = [paper for paper in needed if paper.with_licensor]
    common: dict[str, Any] = {"url": reverse("application_papers", args=[application.number]), "application_id": application.pk}
    if to_send:
        names = "; ".join(paper.requirement.name for paper in to_send)
        return TurnItem(
            title=gettext("Send papers: %(label)s") % {"label": label(application)}, text=gettext("Missing: %(names)s") % {"names": names},
            yours=acting.may(Act.APPLY), action=gettext("Send papers"), state=gettext("With whoever applies for your organization"), **common,
        )  # fmt: skip
    if waiting:
        return TurnItem(
            title=gettext("Papers: %(label)s") % {"label": label(application)}, text="; ".join(paper.requirement.name for paper in waiting),
            yours=False, state=gettext("The licensor looks at them"), **common,
        )  # fmt: skip
    return None


class SendForm(forms.Form):
    use_required_attribute = False
    file = forms.FileField(label=_("File"), widget=forms.FileInput(attrs={"accept": ".pdf,.png,.jpg,.jpeg"}))


@require_http_methods(["GET", "HEAD", "POST"])
@of_application(Act.SEE_APPLICATIONS)
def required(request: HttpRequest, application: Application) -> HttpResponse:
    """Show which papers the licence waits for and whose turn each is; take in one that is sent."""
    terms = live_terms(application)
    if application.state != State.APPROVED or terms is None:
        return redirect("application", application.number)
    if request.method == "POST":
        if not request.acting.may(Act.APPLY):  # type: ignore[attr-defined]
            return refused(request, Act.APPLY)  # type: ignore[return-value]
        return _send(request, application, terms)
    return _page(request, application, terms)


def _page(request: HttpRequest, application: Application, terms: TermsOffer, *, at: str = "", form: SendForm | None = None) -> HttpResponse:
    sends = request.acting.may(Act.APPLY)  # type: ignore[attr-defined]
    rows = [
        (paper, (form if form is not None and paper.requirement.code == at else SendForm(auto_id=f"id_{paper.requirement.code}_%s")))
        for paper in of_terms(terms)
    ]
    context = {
        "application": application,
        "label": label(application),
        "rows": rows,
        "sends": sends,
        "form": form,
        "limit": papers.LIMIT_MB,
    }
    return render(request, "licensing/terms/papers.html", context, status=422 if form is not None and form.errors else 200)


def _send(request: HttpRequest, application: Application, terms: TermsOffer) -> HttpResponse:
    code = request.POST.get("requirement", "")
    if not application.offering.evidence.filter(code=code).exists():
        raise Http404
    form = SendForm(request.POST, request.FILES, auto_id=f"id_{code}_%s")
    if not form.is_valid():
        return _page(request, application, terms, at=code, form=form)
    file = form.cleaned_data["file"]
    side, by = side_of(request.acting), actor(request)  # type: ignore[attr-defined]
    try:
        filing.send_paper(application.pk, code, file.file, name=file.name or "", side=side, by=by, now=timezone.now())
    except papers.NotAccepted as wrong:
        form.add_error("file", wrong_words(Wrong(wrong.code, name=papers.safe_stem(file.name or ""), size=papers.LIMIT_MB)))
        return _page(request, application, terms, at=code, form=form)
    except NotAllowed as refusal:
        messages.error(request, application_refusal(refusal))
    else:
        messages.success(request, gettext("Sent. The licensor looks at it and ticks it off."))
    return redirect("application_papers", application.number)
