"""Signing an agreement, and declining to. What a person does is bound to the hashes of exactly the documents they were shown."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth import get_user_model
from django.contrib.auth.base_user import AbstractBaseUser
from django.db import transaction

from licensing.agreements.intent import intent
from licensing.agreements.models import Agreement, Signature, SignatureRequest
from licensing.agreements.moves import check_power, locked, move, rows_of, signed, upcoming
from licensing.agreements.rules import Actor as Moves
from licensing.agreements.rules import NotAllowed, Side, next_state, reads_as
from licensing.history.actions import SYSTEM, Actor
from licensing.organisations.queries import belongs

COUNTERSIGN = "licensing.countersign"


@dataclass(frozen=True, slots=True)
class Shown:
    """What lay before the person: the hash of the prevailing text, and of its reading copy ('' = there is none)."""

    document_sha256: str
    reading_sha256: str = ""


@dataclass(frozen=True, slots=True)
class Signing:
    """What a person did on the signing page: the hashes of what was shown, the name typed, consent, and how they proved who they are.

    ``language`` is the one in which the declaration was shown.
    """

    user_id: int
    typed_name: str
    document_sha256: str
    consent: bool
    reading_sha256: str = ""
    language: str = "en"
    factor: str = "password"
    ip: str | None = None
    agent: str = ""

    @property
    def shown(self) -> Shown:
        return Shown(self.document_sha256, self.reading_sha256)


@transaction.atomic
def sign(agreement_id: int, signing: Signing, *, by: Actor, now: datetime) -> Agreement:
    """Put one signature under exactly the documents that were shown; the last one executes the agreement.

    :raises NotAllowed: wrong_actor, wrong_state, already_signed, not_your_turn, window_over, power_ended, text_changed, no_consent,
        name_missing or name_differs: another name than the one that stands on the line.
    """
    agreement = locked(agreement_id)
    rows = rows_of(agreement)
    row = _row_of(agreement, rows, signing.user_id)
    _check_turn(agreement, rows, row, now=now)
    check_shown(agreement, signing.shown)
    if not signing.consent:
        raise NotAllowed("no_consent")
    if not signing.typed_name.strip():
        raise NotAllowed("name_missing")
    name = name_to_type(agreement, get_user_model().objects.get(pk=signing.user_id))
    if not reads_as(signing.typed_name, name):
        raise NotAllowed("name_differs", name=name)
    declared = intent(row.side, signing.language)
    Signature.objects.create(
        request=row,
        user_id=signing.user_id,
        typed_name=signing.typed_name.strip(),
        office=row.office,
        document_sha256=signing.document_sha256,
        reading_sha256=signing.reading_sha256,
        intent_version=declared.version,
        intent_language=declared.language,
        intent_sha256=declared.sha256,
        factor=signing.factor,
        ip=signing.ip,
        agent=signing.agent[:300],
        signed_at=now,
    )
    payload = {**_line_facts(row), **_hashes(agreement), "intent_sha256": declared.sha256, "factor": signing.factor}
    move(agreement, "sign", actor=Moves.SIGNATORY, by=by, now=now, payload=payload)
    if all(signed(line) for line in rows if line.pk != row.pk):
        agreement.executed_at = now
        move(agreement, "execute", actor=Moves.SYSTEM, fields=["executed_at"], by=SYSTEM, now=now, payload=_hashes(agreement))
    return agreement


def name_to_type(agreement: Agreement, user: AbstractBaseUser) -> str:
    """Return what somebody types as their signature: their name as it stands in the text; for the licensor, that of their account."""
    line = agreement.requests.filter(user_id=user.pk).first()
    return line.name if line else str(user)


@transaction.atomic
def decline(
    agreement_id: int, *, user_id: int, shown: Shown, reason: str, factor: str, by: Actor, now: datetime, seen: int | None = None
) -> Agreement:
    """Refuse to sign, for the licensee: nobody signs this text any more. Text, reason and the signatures given so far stay.

    :raises NotAllowed: wrong_actor, already_signed, wrong_state, window_over, power_ended, text_changed or no_reason.
    :raises Stale: somebody moved it since.
    """
    agreement = locked(agreement_id)
    row = next((row for row in rows_of(agreement) if row.user_id == user_id), None)
    if row is None:
        raise NotAllowed("wrong_actor", command="decline")
    if signed(row):
        raise NotAllowed("already_signed", line=row.pk)
    next_state(agreement.status(at=now), "decline", actor=Moves.SIGNATORY)
    check_power(agreement, row, on=now.date())
    check_shown(agreement, shown)
    if not reason.strip():
        raise NotAllowed("no_reason")
    payload = {**_line_facts(row), **_hashes(agreement), "factor": factor}
    return move(agreement, "decline", actor=Moves.SIGNATORY, by=by, now=now, seen=seen, reason=reason.strip(), payload=payload)


def _line_facts(row: SignatureRequest) -> dict[str, object]:
    return {"line": row.pk, "side": row.side, "position": row.position}


def _hashes(agreement: Agreement) -> dict[str, object]:
    return {"document_sha256": agreement.document_sha256, "reading_sha256": agreement.reading_sha256}


def _row_of(agreement: Agreement, rows: Sequence[SignatureRequest], user_id: int) -> SignatureRequest:
    """Return the line the person signs on: their own, or the licensor's if they may countersign and do not belong to the licensee."""
    own = next((row for row in rows if row.user_id == user_id), None)
    if own is not None:
        return own
    user = get_user_model().objects.get(pk=user_id)
    if belongs(agreement.organisation_id, user_id) or not user.has_perm(COUNTERSIGN):
        raise NotAllowed("wrong_actor", command="sign")
    return next(row for row in rows if row.side == Side.LICENSOR)


def _check_turn(agreement: Agreement, rows: Sequence[SignatureRequest], row: SignatureRequest, *, now: datetime) -> None:
    if signed(row):
        raise NotAllowed("already_signed", line=row.pk)
    next_state(agreement.status(at=now), "sign", actor=Moves.SIGNATORY)
    waits_for = upcoming(rows)
    if waits_for is None or waits_for.pk != row.pk:
        raise NotAllowed("not_your_turn", waits_for=waits_for and waits_for.pk)
    check_power(agreement, row, on=now.date())


def check_shown(agreement: Agreement, shown: Shown) -> None:
    """Refuse an act on another text than the one that stands, or on one of its signatures that was given to another.

    :raises NotAllowed: ``text_changed``.
    """
    stands = (agreement.document_sha256, agreement.reading_sha256)
    given = Signature.objects.filter(request__agreement=agreement).values_list("document_sha256", "reading_sha256")
    if any(hashes != stands for hashes in [(shown.document_sha256, shown.reading_sha256), *given]):
        raise NotAllowed("text_changed", shown=shown.document_sha256)
