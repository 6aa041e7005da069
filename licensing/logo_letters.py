"""Letters about pieces of artwork: to who designs and answers for them, and to the brand reviewers."""

from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from i18n import formats
from i18n.interface import own
from licensing.history.models import Event
from licensing.letters import Letter, members, staff_who_may
from licensing.logos.models import ArtworkPiece
from licensing.organisations.rules import Role
from portal.accounts.models import User


def piece_url(row: ArtworkPiece) -> str:
    return f"{reverse('logo_piece', args=[row.number])}?for={row.organisation_id}"


def staff_url(row: ArtworkPiece) -> str:
    return reverse("staff_logo", args=[row.number])


def reviewers_once_sent(event: Event, row: ArtworkPiece) -> Iterable[User]:
    """Return the brand reviewers; nobody of a draft they never saw."""
    return staff_who_may("licensing.review_proofs")(event, row) if row.rounds else []


def piece_facts(event: Event, row: ArtworkPiece, language: str) -> dict[str, Any]:
    """Return what the piece is; of an event about a round its day and notes, of an approval what it is for."""
    facts: dict[str, Any] = {
        "title": row.title,
        "medium": row.get_medium_display(),
        "size": row.size,
        "piece_language": own(formats.language_name(row.language, language), language),
        "round": row.rounds,
        "due": own(formats.day(row.due_on, language), language) if row.due_on else "",
    }
    if event.command == "request_changes":
        last = row.proof_rounds.get(number=event.payload["round"])
        facts["notes"] = list(last.notes.all())
    if event.command in ("approve", "clear"):
        approval = row.approvals.order_by("-pk")[0]
        facts["until"] = own(formats.until_day(approval.valid_until, row.licence.zone, language), language)
        facts["conditions"] = approval.conditions if event.command == "approve" else ""
        facts["verify_url"] = settings.PORTAL_ORIGIN + reverse("verify_piece", args=[row.licence.code, row.number])
    return facts


OURS: dict[str, Any] = {
    "to": members(Role.OWNER, Role.COORDINATOR, Role.DESIGNER),
    "url": piece_url,
    "facts": piece_facts,
    "action": _("Open the piece"),
}
STAFF: dict[str, Any] = {"to": reviewers_once_sent, "url": staff_url, "facts": piece_facts, "action": _("Open the piece"), "staff": True}

LETTERS: dict[tuple[str, str], tuple[Letter, ...]] = {
    ("artworkpiece", "submit"): (
        Letter(template="piece_submit", subject=_("We have received the proof %(number)s"), **OURS),
        Letter(template="piece_submit_staff", subject=_("Proof %(number)s of %(organisation)s waits for an answer"), **STAFF),
    ),
    ("artworkpiece", "take"): (Letter(template="piece_take", subject=_("The proof %(number)s is in review"), **OURS),),
    ("artworkpiece", "request_changes"): (Letter(template="piece_changes", subject=_("The proof %(number)s needs changes"), **OURS),),
    ("artworkpiece", "approve"): (Letter(template="piece_approve", subject=_("The proof %(number)s is approved"), **OURS),),
    ("artworkpiece", "clear"): (Letter(template="piece_clear", subject=_("The piece %(number)s may be shown"), **OURS),),
    ("artworkpiece", "reject"): (Letter(template="piece_reject", subject=_("The proof %(number)s is not approved"), **OURS),),
    ("artworkpiece", "withdraw"): (Letter(template="piece_withdraw_staff", subject=_("The proof %(number)s is withdrawn"), **STAFF),),
}
