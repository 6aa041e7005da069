"""What the desk says about pieces of artwork: whose turn each is, and the way to the logos."""

from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext

from licensing.logos import queries
from licensing.logos.models import ArtworkPiece
from licensing.logos.rules import State, Turn
from licensing.organisations.rules import Act
from licensing.web.acting import Acting
from licensing.web.logo_words import FACES
from licensing.web.turns import Section, TurnItem
from portal.accounts.models import User

SHOWN = 6  # pieces on the desk; the page has all


def logo_turns(acting: Acting, user: User, now: datetime) -> list[TurnItem]:
    """Drafts, changes and open conditions wait for the designer; what was sent in waits for the licensor, by a day."""
    if not acting.may(Act.SEE_LOGOS):
        return []
    return [_turn(piece, now=now) for piece in queries.waiting(acting.organisation)]


def _turn(piece: ArtworkPiece, *, now: datetime) -> TurnItem:
    about = {"title": piece.title, "number": piece.number, "medium": piece.get_medium_display(), "size": piece.size}
    url, zone = reverse("logo_piece", args=[piece.number]), piece.licence.zone
    text = gettext("%(number)s. %(medium)s, %(size)s.") % about
    if queries.turn(piece) is Turn.STAFF:
        late = piece.due_on is not None and now.date() > piece.due_on
        return TurnItem(
            title=gettext("Proof: %(title)s") % about, url=url, text=text, yours=False, due=piece.due_on, zone=zone,
            due_note=gettext("overdue: still no approval") if late else gettext("answer by"),
            state=str(FACES[queries.face_of(piece, at=now)].label),
        )  # fmt: skip
    titles = {
        State.DRAFT: gettext("Send in the proof: %(title)s"),
        State.CHANGES_REQUESTED: gettext("Change the piece: %(title)s"),
        State.APPROVED: gettext("Meet the conditions: %(title)s"),
    }
    return TurnItem(title=titles[State(piece.state)] % about, url=url, text=text, zone=zone, action=gettext("Open the piece"))


def logos_section(acting: Acting, user: User, now: datetime) -> Section | None:
    """The newest pieces, for organisations that have or had a right to a logo."""
    if not acting.may(Act.SEE_LOGOS):
        return None
    rights = {right.licence.pk: right for right in queries.rights_of(acting.organisation, at=now)}
    if not rights:
        return None
    rows = ArtworkPiece.objects.of(acting.organisation).select_related("licence").prefetch_related("approvals")[:SHOWN]
    pieces = [(piece, FACES[queries.face_of(piece, at=now, right=rights[piece.licence_id])]) for piece in rows]
    context = {"pieces": pieces, "open": any(right.may_prepare for right in rights.values())}
    return Section(key="logos", title=gettext("Logos and proofs"), template="licensing/logos/section.html", context=context, half=True)
