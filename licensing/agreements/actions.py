"""What is done with an agreement. Each action is one transaction; rendering and sealing touch only our own machine.

Signing stands in ``signing``, what happens while it is out in ``window``, the seal in ``seals``.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.db import transaction

from licensing.agreements import drawing, render
from licensing.agreements.compose import Incomplete, naming_copy
from licensing.agreements.fonts import MissingGlyphs
from licensing.agreements.models import Agreement, AgreementTemplate
from licensing.agreements.moves import check_power, lines, locked, move
from licensing.agreements.rules import Actor as Moves
from licensing.agreements.rules import NotAllowed, Side, State, next_state
from licensing.agreements.seals import seal, seal_later, sweep
from licensing.agreements.signing import COUNTERSIGN, Shown, Signing, decline, name_to_type, sign
from licensing.agreements.window import extend, remind, replace
from licensing.history.actions import Actor, record
from licensing.history.models import Event
from licensing.organisations import mandate
from licensing.organisations.models import SigningPower
from portal.core import numbers, private_files

if TYPE_CHECKING:
    from licensing.applications.models import Application
    from licensing.terms.models import TermsOffer

__all__ = [
    "COUNTERSIGN", "NotAllowed", "Shown", "Signing", "approve_to_send", "decline", "executed", "extend", "generate", "lines", "name_to_type",
    "redraft", "remind", "replace", "seal", "seal_later", "send", "sign", "signatories", "sweep", "void",
]  # fmt: skip
WINDOW = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Papers:
    """What an agreement is made of: all it says, the PDF that prevails, and its reading copy ('' and None = none was asked for)."""

    context: dict[str, Any]
    prevailing: bytes
    language: str
    copy: bytes | None


@transaction.atomic
def generate(terms: "TermsOffer", *, by: Actor, now: datetime, follows: str = "") -> Agreement:
    """Draw up, render and keep the agreement of accepted terms with its reading copy, and lay out its lines to be signed.

    ``follows`` is the number of the declined one it comes after.
    :raises NotAllowed: ``no_template``, ``text_incomplete``, ``missing_glyphs``; what keeps the organisation from signing (``signatories``).
    """
    application = terms.application
    organisation = application.organisation
    powers = signatories(application, now=now)
    template = AgreementTemplate.objects.filter(code=application.offering.template_code).order_by("-version").first()
    if template is None:
        raise NotAllowed("no_template", offering=application.offering.code)
    number = numbers.take("AG", now=now)
    papers = _papers(terms, number=number, template=template, powers=powers, now=now)
    stored = private_files.keep(papers.prevailing, kind="agreements")
    copy = private_files.keep(papers.copy, kind="agreements") if papers.copy is not None else None
    agreement = Agreement.objects.create(
        number=number,
        terms_id=terms.pk,
        organisation=organisation,
        offering=application.offering,
        template=template,
        context=papers.context,
        context_sha256=papers.context["text"]["context_sha256"],
        document_key=stored.key,
        document_sha256=stored.sha256,
        reading_language=papers.language,
        reading_key=copy.key if copy else "",
        reading_sha256=copy.sha256 if copy else "",
        created_at=now,
    )
    _lay_out_lines(agreement, powers, licensor=papers.context["text"]["parties"][0]["legal_name"])
    payload = {
        "document_sha256": stored.sha256,
        "reading_sha256": agreement.reading_sha256,
        "template": str(template),
        **({"follows": follows} if follows else {}),
    }
    record(agreement, "generate", by=by, now=now, to_state=State.DRAFTING, payload=payload, visibility=Event.Visibility.INTERNAL)
    return agreement


def signatories(application: "Application", *, now: datetime) -> list[SigningPower]:
    """Return who signs for the applicant today, in order, as its application says.

    :raises NotAllowed: the first of ``mandate.obstacles``.
    """
    organisation, declared = application.organisation, mandate.declared_by(application)
    if found := mandate.obstacles(organisation, declared, now=now):
        raise NotAllowed(found[0].code, **found[0].facts)
    return mandate.signers(organisation, declared, on=now.date())


def _papers(terms: "TermsOffer", *, number: str, template: AgreementTemplate, powers: Sequence[SigningPower], now: datetime) -> Papers:
    """Return the text and its reading copy. The copy is made first: the text that prevails names its hash."""
    try:
        drawn = drawing.sources(terms, number=number, template=template, powers=powers, at=now)
        text, language = drawing.draw(drawn, drawing.PREVAILING), drawing.reading_language(drawn)
        if not language:
            return Papers({"text": asdict(text), "reading": {}}, render.render_agreement(text, at=now), "", None)
        reading = drawing.draw(drawn, language)
        copy = render.render_agreement(reading, at=now)
        text = naming_copy(text, language=language, sha256=private_files.digest(copy))
        return Papers({"text": asdict(text), "reading": {language: asdict(reading)}}, render.render_agreement(text, at=now), language, copy)
    except Incomplete as missing:
        raise NotAllowed("text_incomplete", missing=missing.code, **missing.facts) from missing
    except MissingGlyphs as lost:
        raise NotAllowed("missing_glyphs", characters=lost.facts["characters"]) from lost


def _lay_out_lines(agreement: Agreement, powers: Sequence[SigningPower], *, licensor: str) -> None:
    for position, power in enumerate(powers, start=1):
        agreement.requests.create(side=Side.LICENSEE, position=position, user=power.user, name=str(power.user), office=power.office)
    agreement.requests.create(side=Side.LICENSOR, position=1, name=licensor)


@transaction.atomic
def redraft(agreement_id: int, *, by: Actor, now: datetime, seen: int | None = None) -> Agreement:
    """Draw up a new version of a declined agreement from the same accepted terms, on today's template, for today's signatories.

    The declined one stays as it is: its text, the reason, and the signatures given to it.
    :raises NotAllowed: ``wrong_state``; ``redrawn`` if there is a new one already; see ``generate``. :raises Stale: it was moved since.
    """
    declined = locked(agreement_id)
    _check_last(declined)
    next_state(declined.status(at=now), "redraft", actor=Moves.LEGAL)
    made = generate(declined.terms, by=by, now=now, follows=declined.number)
    facts: dict[str, Any] = {"payload": {"followed_by": made.number}, "visibility": Event.Visibility.INTERNAL}
    move(declined, "redraft", actor=Moves.LEGAL, by=by, now=now, seen=seen, **facts)
    return made


def _check_last(agreement: Agreement) -> None:
    """Refuse to act on an agreement in whose place another stands.

    :raises NotAllowed: ``redrawn``.
    """
    other = Agreement.objects.live().filter(terms_id=agreement.terms_id).exclude(pk=agreement.pk).first()
    if other is not None:
        raise NotAllowed("redrawn", number=other.number)


@transaction.atomic
def approve_to_send(agreement_id: int, *, by: Actor, now: datetime, seen: int | None = None) -> Agreement:
    """Let a drafted agreement go out.

    :raises NotAllowed: ``wrong_state``, ``own_organisation``; ``not_vetted``: the licensee changed who it is. :raises Stale: it was moved since.
    """
    agreement = locked(agreement_id)
    if agreement.organisation.vetted_at is None:
        raise NotAllowed("not_vetted", organisation=str(agreement.organisation))
    return move(agreement, "approve_to_send", actor=Moves.LEGAL, by=by, now=now, seen=seen, visibility=Event.Visibility.INTERNAL)


@transaction.atomic
def send(agreement_id: int, *, by: Actor, now: datetime, seen: int | None = None) -> Agreement:
    """Open the signing window of 30 days; the first signatory is told.

    :raises NotAllowed: ``wrong_state``; ``power_ended`` if one of the signatories may not sign any more.
    """
    agreement = locked(agreement_id)
    for line in agreement.requests.filter(side=Side.LICENSEE):
        check_power(agreement, line, on=now.date())
    agreement.sent_at, agreement.window_ends_at = now, now + WINDOW
    return move(agreement, "send", actor=Moves.LEGAL, fields=["sent_at", "window_ends_at"], by=by, now=now, seen=seen)


def executed(terms: "TermsOffer") -> Agreement | None:
    """Return the executed agreement of these terms, if there is one, and hold its row: its history may go on."""
    return Agreement.objects.select_for_update(of=("self",)).filter(terms_id=terms.pk, state=State.EXECUTED).first()


@transaction.atomic
def void(agreement_id: int, *, by: Actor, now: datetime, reason: str, seen: int | None = None) -> Agreement:
    """Take back an agreement that is not executed; the signatures on it stay as they were given.

    :raises NotAllowed: ``wrong_state``; ``redrawn`` for a declined one that was drawn up anew; ``no_reason``.
    """
    if not reason.strip():
        raise NotAllowed("no_reason")
    agreement = locked(agreement_id)
    _check_last(agreement)
    visibility = Event.Visibility.ORGANISATION if agreement.sent_at else Event.Visibility.INTERNAL
    return move(agreement, "void", actor=Moves.LEGAL, by=by, now=now, seen=seen, reason=reason.strip(), visibility=visibility)
