"""What is done with an agreement. Each action is one transaction; rendering and sealing touch only our own machine."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.contrib.auth import get_user_model
from django.db import transaction

from licensing.agreements import drawing, render
from licensing.agreements.compose import Incomplete
from licensing.agreements.fonts import MissingGlyphs
from licensing.agreements.models import Agreement, AgreementTemplate, Signature, SignatureRequest
from licensing.agreements.rules import Actor as Moves
from licensing.agreements.rules import Line, NotAllowed, Side, State, next_line, next_state
from licensing.agreements.seals import seal, seal_later, sweep
from licensing.history.actions import SYSTEM, Actor, record
from licensing.history.models import Event
from licensing.organisations import queries
from licensing.organisations.models import Membership, SigningPower
from licensing.organisations.rules import MAY, Act
from portal.core import numbers, private_files

if TYPE_CHECKING:
    from licensing.terms.models import TermsOffer

__all__ = [
    "NotAllowed", "Signing", "approve_to_send", "executed", "generate", "lines", "seal", "seal_later", "send", "sign", "signatories", "sweep",
    "void",
]  # fmt: skip
WINDOW = timedelta(days=30)
CONSENT_VERSION = 1
COUNTERSIGN = "licensing.countersign"


@dataclass(frozen=True, slots=True)
class Signing:
    """What a person did on the signing page: the hash of the text shown, the name typed, consent, and how they proved who they are."""

    user_id: int
    typed_name: str
    document_sha256: str
    consent: bool
    factor: str = "password"
    ip: str | None = None
    agent: str = ""


@transaction.atomic
def generate(terms: "TermsOffer", *, by: Actor, now: datetime) -> Agreement:
    """Draw up, render and keep the agreement of accepted terms, and lay out its lines to be signed.

    :raises NotAllowed: ``no_template``, ``no_signatory``, ``no_second_signatory``, ``text_incomplete`` or ``missing_glyphs``.
    """
    application = terms.application
    organisation = application.organisation
    powers = signatories(organisation, on=now.date())
    template = AgreementTemplate.objects.filter(code=application.offering.template_code).order_by("-version").first()
    if template is None:
        raise NotAllowed("no_template", offering=application.offering.code)
    number = numbers.take("AG", now=now)
    context, pdf = _document(terms, number=number, template=template, powers=powers, now=now)
    stored = private_files.keep(pdf, kind="agreements")
    agreement = Agreement.objects.create(
        number=number,
        terms_id=terms.pk,
        organisation=organisation,
        offering=application.offering,
        template=template,
        context=context,
        context_sha256=context["text"]["context_sha256"],
        document_key=stored.key,
        document_sha256=stored.sha256,
        created_at=now,
    )
    _lay_out_lines(agreement, powers, licensor=context["text"]["parties"][0]["legal_name"])
    payload = {"document_sha256": stored.sha256, "template": str(template)}
    record(agreement, "generate", by=by, now=now, to_state=State.DRAFTING, payload=payload, visibility=Event.Visibility.INTERNAL)
    return agreement


def signatories(organisation: Any, *, on: date) -> list[SigningPower]:
    """Return who signs for the organisation on that day, in order: everybody with powers where they sign jointly, else the first.

    :raises NotAllowed: ``no_signatory``, or ``no_second_signatory`` where two must sign and one may.
    """
    found = list({power.user_id: power for power in reversed(queries.signatories(organisation, on=on))}.values())[::-1]
    if not found:
        raise NotAllowed("no_signatory", organisation=organisation.pk)
    if organisation.signing == "alone":
        return found[:1]
    if len(found) < 2:
        raise NotAllowed("no_second_signatory", organisation=organisation.pk)
    return found


def _document(
    terms: "TermsOffer", *, number: str, template: AgreementTemplate, powers: Sequence[SigningPower], now: datetime
) -> tuple[dict[str, Any], bytes]:
    """Return what the agreement is made of, reading copies included, and the PDF of the prevailing text."""
    try:
        drawn = drawing.sources(terms, number=number, template=template, powers=powers, at=now)
        texts = {language: drawing.draw(drawn, language) for language in drawing.languages(drawn)}
        text = texts.pop(drawing.PREVAILING)
        pdf = render.render_agreement(text, at=now)
    except Incomplete as missing:
        raise NotAllowed("text_incomplete", missing=missing.code, **missing.facts) from missing
    except MissingGlyphs as lost:
        raise NotAllowed("missing_glyphs", characters=lost.facts["characters"]) from lost
    return {"text": asdict(text), "reading": {language: asdict(copy) for language, copy in texts.items()}}, pdf


def _lay_out_lines(agreement: Agreement, powers: Sequence[SigningPower], *, licensor: str) -> None:
    for position, power in enumerate(powers, start=1):
        agreement.requests.create(side=Side.LICENSEE, position=position, user=power.user, name=str(power.user), office=power.office)
    agreement.requests.create(side=Side.LICENSOR, position=1, name=licensor)


def _locked(agreement_id: int) -> Agreement:
    rows = Agreement.objects.select_for_update(of=("self",)).select_related("terms__application", "organisation", "offering")
    return rows.get(pk=agreement_id)


def _move(agreement: Agreement, command: str, *, actor: Moves, fields: Sequence[str] = (), **event: Any) -> Agreement:
    before = agreement.state
    agreement.state = next_state(State(before), command, actor=actor)
    agreement.save(update_fields=["state", *fields])
    record(agreement, command, from_state=before, to_state=agreement.state, **event)
    return agreement


@transaction.atomic
def approve_to_send(agreement_id: int, *, by: Actor, now: datetime, seen: int | None = None) -> Agreement:
    """Let a drafted agreement go out.

    :raises NotAllowed: ``wrong_state``. :raises Stale: somebody moved it since.
    """
    return _move(
        _locked(agreement_id), "approve_to_send", actor=Moves.LEGAL, by=by, now=now, seen=seen, visibility=Event.Visibility.INTERNAL
    )


@transaction.atomic
def send(agreement_id: int, *, by: Actor, now: datetime, seen: int | None = None) -> Agreement:
    """Open the signing window of 30 days; the first signatory is told.

    :raises NotAllowed: ``wrong_state``; ``power_ended`` if one of the signatories may not sign any more.
    """
    agreement = _locked(agreement_id)
    for line in agreement.requests.filter(side=Side.LICENSEE):
        _check_power(agreement, line, on=now.date())
    agreement.sent_at, agreement.window_ends_at = now, now + WINDOW
    return _move(agreement, "send", actor=Moves.LEGAL, fields=["sent_at", "window_ends_at"], by=by, now=now, seen=seen)


@transaction.atomic
def sign(agreement_id: int, signing: Signing, *, by: Actor, now: datetime) -> Agreement:
    """Put one signature under exactly the document that was shown; the last one executes the agreement.

    :raises NotAllowed: wrong_actor, wrong_state, already_signed, not_your_turn, window_over, power_ended, text_changed, no_consent or
        name_missing.
    """
    agreement = _locked(agreement_id)
    rows = list(agreement.requests.select_related("signature"))
    row = _row_of(agreement, rows, signing.user_id)
    _check_turn(agreement, rows, row, signing, now=now)
    if not signing.consent:
        raise NotAllowed("no_consent")
    if not signing.typed_name.strip():
        raise NotAllowed("name_missing")
    Signature.objects.create(
        request=row,
        user_id=signing.user_id,
        typed_name=signing.typed_name.strip(),
        office=row.office,
        document_sha256=signing.document_sha256,
        consent_version=CONSENT_VERSION,
        factor=signing.factor,
        ip=signing.ip,
        agent=signing.agent[:300],
        signed_at=now,
    )
    payload = {
        "line": row.pk,
        "side": row.side,
        "position": row.position,
        "document_sha256": signing.document_sha256,
        "factor": signing.factor,
    }
    _move(agreement, "sign", actor=Moves.SIGNATORY, by=by, now=now, payload=payload)
    if all(_signed(line) for line in rows if line.pk != row.pk):
        agreement.executed_at = now
        _move(
            agreement,
            "execute",
            actor=Moves.SYSTEM,
            fields=["executed_at"],
            by=SYSTEM,
            now=now,
            payload={"sha256": agreement.document_sha256},
        )
    return agreement


def _row_of(agreement: Agreement, rows: Sequence[SignatureRequest], user_id: int) -> SignatureRequest:
    """Return the line the person signs on: their own, or the licensor's if they may countersign and do not belong to the licensee."""
    own = next((row for row in rows if row.user_id == user_id), None)
    if own is not None:
        return own
    user = get_user_model().objects.get(pk=user_id)
    belongs = Membership.objects.filter(organisation=agreement.organisation, user=user, ended_at=None).exists()
    if belongs or not user.has_perm(COUNTERSIGN):
        raise NotAllowed("wrong_actor", command="sign")
    return next(row for row in rows if row.side == Side.LICENSOR)


def _signed(row: SignatureRequest) -> bool:
    return hasattr(row, "signature")


def lines(rows: Sequence[SignatureRequest]) -> list[Line]:
    """Return the lines as the rule reads them (load ``signature`` with them)."""
    return [Line(row.pk, row.position, Side(row.side), row.user_id, _signed(row)) for row in rows]


def _check_turn(agreement: Agreement, rows: Sequence[SignatureRequest], row: SignatureRequest, signing: Signing, *, now: datetime) -> None:
    if _signed(row):
        raise NotAllowed("already_signed", line=row.pk)
    next_state(State(agreement.state), "sign", actor=Moves.SIGNATORY)
    upcoming = next_line(lines(rows))
    if upcoming is None or upcoming.id != row.pk:
        raise NotAllowed("not_your_turn", waits_for=upcoming and upcoming.id)
    if agreement.window_ends_at is not None and now >= agreement.window_ends_at:
        raise NotAllowed("window_over", ended_at=agreement.window_ends_at)
    if row.side == Side.LICENSEE:
        _check_power(agreement, row, on=now.date())
    if signing.document_sha256 != agreement.document_sha256:
        raise NotAllowed("text_changed", shown=signing.document_sha256)


def _check_power(agreement: Agreement, row: SignatureRequest, *, on: date) -> None:
    """Refuse a signatory whose powers ended, or who left the organisation."""
    roles = [role.value for role in MAY[Act.SIGN]]
    belongs = Membership.objects.filter(organisation=agreement.organisation, user=row.user, ended_at=None, role__in=roles).exists()
    if not belongs or not agreement.organisation.signing_powers.in_force(on).filter(user=row.user).exists():
        raise NotAllowed("power_ended", name=row.name)


def executed(terms: "TermsOffer") -> Agreement | None:
    """Return the executed agreement of these terms, if there is one."""
    return Agreement.objects.filter(terms_id=terms.pk, state=State.EXECUTED).first()


@transaction.atomic
def void(agreement_id: int, *, by: Actor, now: datetime, reason: str, seen: int | None = None) -> Agreement:
    """Take back an agreement that is not executed; the signatures on it stay as they were given.

    :raises NotAllowed: ``wrong_state``; ``no_reason``.
    """
    if not reason.strip():
        raise NotAllowed("no_reason")
    agreement = _locked(agreement_id)
    visibility = Event.Visibility.ORGANISATION if agreement.sent_at else Event.Visibility.INTERNAL
    return _move(agreement, "void", actor=Moves.LEGAL, by=by, now=now, seen=seen, reason=reason.strip(), visibility=visibility)
