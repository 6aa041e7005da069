"""What came of an application, as one line: offer, agreement, payment, papers, licence; where each stands, and the way to it."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

from django.urls import reverse
from django.utils.translation import get_language, gettext, pgettext

from licensing.agreements.models import Agreement
from licensing.agreements.rules import State as Signing
from licensing.applications.models import Application
from licensing.applications.rules import State
from licensing.conditions import Waiting, conditions
from licensing.entitlements.models import Licence
from licensing.entitlements.rules import Condition
from licensing.payments.models import Invoice
from licensing.terms.models import TermsOffer
from licensing.terms.rules import LIVE
from licensing.terms.rules import State as Offer
from licensing.web.agreement_words import STATES
from licensing.web.money_words import OFFERS, offer_face
from licensing.web.verdict_words import STATUSES
from portal.accounts.models import User


class Link(NamedTuple):
    label: str
    url: str


@dataclass(frozen=True)
class Step:
    """One stretch of the line. ``done``: nothing is left to do there; ``links`` lead to what the person may open of it."""

    title: str
    note: str
    done: bool = False
    links: list[Link] = field(default_factory=list)


@dataclass(frozen=True)
class Line:
    """The whole line with the one sentence that says where it stands."""

    sentence: str
    steps: list[Step]
    over: bool  # the licence is there, or the offer came to nothing


def line(application: Application, user: User, *, now: datetime) -> Line | None:
    """Return the line of an approved application as the person may see it; None before it is approved."""
    if application.state != State.APPROVED:
        return None
    offers = application.terms.order_by("-pk")
    terms = offers.filter(state__in=LIVE).first() or offers.first()
    agreement = Agreement.objects.exclude(state=Signing.VOIDED).filter(terms=terms).order_by("-pk").first() if terms else None
    licence = Licence.objects.filter(agreement__terms__application=application).with_facts().order_by("-pk").first()
    accepted = terms is not None and terms.state == Offer.ACCEPTED
    waiting = {one.condition: one for one in conditions(terms, agreement, language=get_language() or "en")} if terms and accepted else {}
    steps = [
        Step(gettext("Offer"), _offer_note(terms, now=now), accepted, _offer_links(application, user)),
        Step(
            gettext("Agreement"),
            _agreement_note(agreement, waiting, now=now),
            _met(waiting, Condition.SIGNATURES),
            _agreements(application, user),
        ),
        _payment(application, user, waiting),
        Step(gettext("Papers"), _note(waiting, Condition.EVIDENCE), _met(waiting, Condition.EVIDENCE), _papers(application, user, terms)),
        Step(gettext("License"), _licence_note(licence, now=now), licence is not None, _licences(application, user)),
    ]
    closed = terms is not None and terms.state not in LIVE
    return Line(_sentence(terms, licence, closed=closed), steps, over=licence is not None or closed)


def _sentence(terms: TermsOffer | None, licence: Licence | None, *, closed: bool) -> str:
    if licence is not None:
        return gettext("Approved. License %(number)s came of it.") % {"number": licence.number}
    if closed:
        return gettext("Approved, but no offer stands now. The licensor may make another.")
    if terms is None or terms.state == Offer.DRAFT:
        return gettext("Approved. The licensor prepares your offer.")
    if terms.state == Offer.ISSUED:
        return gettext("Approved. The offer is here; the rest follows when it is accepted.")
    return gettext("Approved, and the offer is accepted. The license starts when signatures, payment and papers are all in.")


def _payment(application: Application, user: User, waiting: dict[Condition, Waiting]) -> Step:
    """Return the payment; sums and numbers only to whoever may open the invoice."""
    met, links, note = _met(waiting, Condition.PAYMENT), _invoices(application, user), _note(waiting, Condition.PAYMENT)
    if waiting and not links:
        note = gettext("It is settled") if met else gettext("It is not settled yet")
    return Step(gettext("Payment"), note, met, links)


def _met(waiting: dict[Condition, Waiting], condition: Condition) -> bool:
    return condition in waiting and waiting[condition].met_at is not None


def _note(waiting: dict[Condition, Waiting], condition: Condition) -> str:
    return waiting[condition].note if waiting else gettext("After the offer is accepted")


def _offer_note(terms: TermsOffer | None, *, now: datetime) -> str:
    if terms is None or terms.issued_at is None:
        return pgettext("offer", "The licensor prepares it")
    return str(OFFERS[offer_face(terms, now=now)].label)


def _agreement_note(agreement: Agreement | None, waiting: dict[Condition, Waiting], *, now: datetime) -> str:
    if agreement is None or agreement.sent_at is None:
        return gettext("The licensor prepares it") if waiting else gettext("After the offer is accepted")
    state = agreement.status(at=now)
    if state == Signing.OUT_FOR_SIGNATURE:
        return gettext("Being signed: %(count)s") % {"count": waiting[Condition.SIGNATURES].note}
    return str(STATES[state].label)


def _licence_note(licence: Licence | None, *, now: datetime) -> str:
    if licence is None:
        return gettext("Starts when signatures, payment and papers are all in")
    return str(STATUSES[licence.status(at=now)].label)


def _offer_links(application: Application, user: User) -> list[Link]:
    there = TermsOffer.objects.visible_to(user).filter(application=application).exists()
    return [Link(gettext("The offer"), reverse("offer", args=[application.number]))] if there else []


def _papers(application: Application, user: User, terms: TermsOffer | None) -> list[Link]:
    asked = terms is not None and terms.state in LIVE and application.offering.evidence.exists()
    visible = asked and Application.objects.visible_to(user).filter(pk=application.pk).exists()
    return [Link(gettext("See and send papers"), reverse("application_papers", args=[application.number]))] if visible else []


def _invoices(application: Application, user: User) -> list[Link]:
    rows = Invoice.objects.visible_to(user).filter(terms__application=application).order_by("pk")
    return [Link(gettext("Invoice %(number)s") % {"number": row.number}, reverse("invoice", args=[row.number])) for row in rows]


def _agreements(application: Application, user: User) -> list[Link]:
    rows = Agreement.objects.visible_to(user).filter(terms__application=application).order_by("pk")
    return [Link(gettext("Agreement %(number)s") % {"number": row.number}, reverse("agreement", args=[row.number])) for row in rows]


def _licences(application: Application, user: User) -> list[Link]:
    rows = Licence.objects.visible_to(user).filter(agreement__terms__application=application).order_by("pk")
    return [Link(gettext("License %(number)s") % {"number": row.number}, reverse("licence", args=[row.number])) for row in rows]
