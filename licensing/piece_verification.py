"""What the public may know of approved pieces: which, until when, and whether they may be shown now. What is not approved is not there."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import get_language

from i18n.places.models import Place
from i18n.places.queries import name_in
from licensing.entitlements.models import Licence
from licensing.entitlements.rules import PUBLIC, LicenceStatus, Public
from licensing.logos import queries
from licensing.logos.models import PieceApproval
from licensing.logos.rules import State
from portal.core.text import read_code


@dataclass(frozen=True, slots=True)
class PieceTold:
    """What may be said of one approved piece at an instant: ``until`` when it may be shown as things stand, or ``since`` when not any more.

    ``approval`` brings its piece. The right of one that ``never_begins`` ended before its days.
    """

    approval: PieceApproval
    verdict: Public
    since: datetime | None
    until: datetime
    places: tuple[str, ...]
    never_begins: bool


@dataclass(frozen=True, slots=True)
class PiecesTold:
    """The right of a licence to its logo, and every piece ever approved under it, by number."""

    licence: Licence
    right: queries.MarkRight
    verdict: Public
    pieces: tuple[PieceTold, ...]


def pieces(text: str, *, now: datetime, number: str = "") -> PiecesTold | None:
    """Return what may be said of the pieces under a licence's code (of one, by its number); None for unknown codes and licences without logo.

    A piece that waits, was refused, or has conditions left open is missing, as if it did not exist.
    """
    code = read_code(text)
    licence = Licence.objects.with_facts().filter(code=code).first() if code else None
    right = queries.right_of(licence, at=now) if licence else None
    if licence is None or right is None:
        return None
    rows = PieceApproval.objects.filter(piece__licence=licence, piece__state=State.APPROVED, cleared_at__lte=now)
    rows = rows.filter(piece__number=number) if number else rows
    approvals = list(rows.select_related("piece").order_by("piece__number"))
    names = _names(code for approval in approvals for code in approval.places)
    told = tuple(_told(approval, right, names, now=now) for approval in approvals)
    return PiecesTold(licence, right, PUBLIC[right.status], told)


def _names(codes: Iterable[str]) -> dict[str, str]:
    """Return names by code, which say their language where that is not the reader's."""
    reader = get_language() or "en"
    return {place.code: name_in(place, reader, among=reader) for place in Place.objects.filter(code__in=set(codes))}


def _told(approval: PieceApproval, right: queries.MarkRight, names: dict[str, str], *, now: datetime) -> PieceTold:
    """Say what the piece is worth: what stops the right stops the piece at once; else its own days decide."""
    verdict, since = PUBLIC[right.status], right.since
    over = approval.valid_until <= now
    if over and (since is None or approval.valid_until <= since):
        verdict, since = Public.EXPIRED, approval.valid_until
    elif right.status is LicenceStatus.ACTIVE and now < approval.valid_from:
        verdict = Public.SCHEDULED
    places = tuple(names.get(code, code) for code in approval.places)
    return PieceTold(approval, verdict, since, min(approval.valid_until, right.valid_to), places, right.never_begins)
