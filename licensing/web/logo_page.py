"""What the page of a piece shows, on the desk and in the CMS alike: the drawn pages with their pins, notes by rule, hints, the approval."""

from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import get_language

from i18n import formats
from i18n.interface import own
from i18n.models import Place
from licensing.history.actions import latest
from licensing.history.models import Event
from licensing.logos import queries
from licensing.logos.models import ArtworkPiece, Proof
from licensing.logos.rules import ROUNDS_BEFORE_A_CALL, Face
from licensing.web.logo_words import BY_CODE, FACES, hints
from licensing.web.timeline import timeline

WIDE = 420  # units across a sheet: pins are drawn in them


def context(piece: ArtworkPiece, *, address: str, now: datetime, staff: bool = False) -> dict[str, Any]:
    """Return all both pages need. ``address``: the name of the view that sends a page's picture."""
    proof, right = queries.current(piece), queries.right_of(piece.licence, at=now)
    approval = queries.approval_of(piece)
    face = queries.face_of(piece, at=now, approval=approval, right=right)
    rounds = list(piece.proof_rounds.select_related("proof").prefetch_related("notes").order_by("-number"))
    notes = list(rounds[0].notes.all()) if rounds else []
    noted = rounds[0].proof if rounds and notes else proof
    events = Event.objects.of(piece)
    language = get_language() or "en"
    return {
        "piece": piece,
        "proof": proof,
        "face": face,
        "shown": FACES[face],
        "language_name": own(formats.language_name(piece.language, language), language),
        "pages": _pages(piece, proof, notes if noted == proof else [], address=address),
        "notes": [(note, BY_CODE[note.rule]) for note in notes],
        "noted": noted,
        "earlier": [(one, [(note, BY_CODE[note.rule]) for note in one.notes.all()]) for one in rounds[1:]],
        "hints": hints(proof.findings),
        "approval": approval,
        "approved_places": Place.objects.filter(code__in=approval.places).order_by("code") if approval else [],
        "uncleared": face is Face.CONDITIONS,
        "right": right,
        "call": piece.rounds > ROUNDS_BEFORE_A_CALL,
        "overdue": piece.due_on is not None and face in (Face.SUBMITTED, Face.IN_REVIEW) and now.date() > piece.due_on,
        "seen": latest(piece),
        "timeline": timeline(events if staff else events.shown_to_applicant()),
        "zone": piece.licence.zone,
    }


def _pages(piece: ArtworkPiece, proof: Proof, notes: list[Any], *, address: str) -> list[dict[str, Any]]:
    """Return each page with the address of its picture and the pins that lie on it."""
    return [
        {
            "number": number,
            "url": reverse(address, args=[piece.number, proof.number, number]),
            "millimetres": [page["width"], page["height"]] if page["width"] else [],
            "shape": (WIDE, high := round(WIDE * page["pixels"][1] / page["pixels"][0])),
            "pins": [(note, note.x * WIDE // 100, note.y * high // 100) for note in notes if note.page == number and note.x is not None],
        }
        for number, page in enumerate(proof.pages, 1)
    ]
