"""Letters of agreements and licences: whose turn it is to sign, what is signed and sealed, what begins, stops and ends."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from i18n import formats
from i18n.interface import own
from licensing.agreements import moves
from licensing.agreements.models import Agreement, SignatureRequest
from licensing.agreements.rules import Side, State
from licensing.entitlements.models import Licence
from licensing.entitlements.rules import SETS_ASIDE, LicenceStatus
from licensing.history.models import Event
from licensing.letters import Letter, label_of, members, staff_who_may
from licensing.organisations.rules import Role
from portal.accounts.models import User


def _next_line(event: Event, row: Agreement) -> SignatureRequest | None:
    """Return the line whose turn the event brought or reminds of, unless it is signed by now or nobody signs any more.

    The first after sending; the one after the signed one; the one that a reminder or an extension names.
    """
    if row.state != State.OUT_FOR_SIGNATURE:
        return None
    lines = moves.rows_of(row)
    at = 0
    if event.command != "send":
        at = next(place for place, line in enumerate(lines) if line.pk == event.payload["line"]) + (event.command == "sign")
    line = lines[at] if at < len(lines) else None
    return line if line is not None and not moves.signed(line) else None


def replacing(event: Event, row: Agreement) -> Iterable[User]:
    """Return who was named to sign, while that still stands; the letter says whether it is their turn already."""
    line = next(line for line in moves.rows_of(row) if line.pk == event.payload["line"])
    named = line.user is not None and line.user_id == event.payload["new"]["user"] and not moves.signed(line)
    return [line.user] if named and line.user is not None and line.user.is_active else []


def replaced(event: Event, row: Agreement) -> Iterable[User]:
    """Return who does not sign any more, as long as they belong to the organisation."""
    there = Q(memberships__organisation=row.organisation, memberships__ended_at=None)
    return User.objects.filter(there, pk=event.payload["old"]["user"], is_active=True).distinct()


def owners(event: Event, row: Agreement) -> Iterable[User]:
    """Return the owners who do not get another letter of this event: those who stand on the line."""
    return [user for user in members(Role.OWNER)(event, row) if user.pk not in {one.pk for one in next_signatory(event, row)}]


def next_signatory(event: Event, row: Agreement) -> Iterable[User]:
    """Return the licensee's person who signs next, while still active."""
    line = _next_line(event, row)
    return [line.user] if line is not None and line.user is not None and line.user.is_active else []


def countersigners(event: Event, row: Agreement) -> Iterable[User]:
    """Return the staff who may countersign, once it is the licensor's turn."""
    line = _next_line(event, row)
    return staff_who_may("licensing.countersign")(event, row) if line is not None and line.side == Side.LICENSOR else []


def parties(event: Event, row: Agreement) -> Iterable[User]:
    """Return the owners and everybody who signs for the licensee and still belongs to it; nobody before it was sent."""
    if row.sent_at is None:
        return []
    there = Q(memberships__organisation=row.organisation, memberships__ended_at=None)
    signs = Q(pk__in=row.requests.filter(side=Side.LICENSEE).values("user"))
    owners = Q(memberships__role=Role.OWNER)
    return User.objects.filter(there & (signs | owners), is_active=True).distinct().order_by("pk")


def agreement_url(row: Agreement) -> str:
    return f"{reverse('agreement', args=[row.number])}?for={row.organisation_id}"


def staff_url(row: Agreement) -> str:
    return reverse("staff_agreement", args=[row.number])


def agreement_facts(event: Event, row: Agreement, language: str) -> dict[str, Any]:
    line = _next_line(event, row) if event.command in ("send", "sign", "remind", "extend") else None
    closes = own(formats.instant(row.window_ends_at, row.terms.zone, language), language) if row.window_ends_at else ""
    return {
        "label": label_of(row.offering, row.terms.application.edition, language),
        "office": line.office if line else "",
        "closes": closes,
        "sha256": row.document_sha256,
        "copy_sha256": row.reading_sha256,
        "old": event.payload.get("old"),
        "new": event.payload.get("new"),
        "waits_for": _name_on(line),
    }


def _name_on(line: SignatureRequest | None) -> str:
    return line.name if line is not None and line.side == Side.LICENSEE else ""


def licence_url(row: Licence) -> str:
    return f"{reverse('licence', args=[row.number])}?for={row.organisation_id}"


def staff_licence_url(row: Licence) -> str:
    return reverse("staff_licence", args=[row.number])


def licence_facts(event: Event, row: Licence, language: str) -> dict[str, Any]:
    return {
        "label": label_of(row.offering, row.edition, language),
        "begins": own(formats.instant(row.valid_from, row.zone, language), language),
        "until": own(formats.until_day(row.valid_to, row.zone, language), language),
        "ends": own(formats.until_day(event.effective_at, row.zone, language), language),
        "ahead": event.effective_at > event.recorded_at,
        "effective": own(formats.instant(event.effective_at, row.zone, language), language),
        "code": row.code,
        "verify_url": settings.PORTAL_ORIGIN + reverse("verify_code", args=[row.code]),
    }


def reminder_facts(event: Event, row: Licence, language: str) -> dict[str, Any]:
    """Return the facts of the licence, how many days are left, and whether it ends by notice, is renewed, or is bound to an edition."""
    return {
        **licence_facts(event, row, language),
        "days": event.payload["days"],
        "notice": event.payload["notice"],
        "renewable": row.offering.term_years is not None,
    }


def recall_facts(event: Event, row: Licence, language: str) -> dict[str, Any]:
    """Return the facts of the licence, when it was to end, and whether it is suspended while it goes on."""
    was_to_end = own(formats.until_day(datetime.fromisoformat(event.payload["at"]), row.zone, language), language)
    return {**licence_facts(event, row, language), "was_to_end": was_to_end, "suspended": event.to_state == LicenceStatus.SUSPENDED}


def _still_ends(event: Event, row: Licence) -> bool:
    """Say whether the end that people are reminded of still stands: notice may have been given or taken back since."""
    return row.until == event.effective_at


def holders_at_the_end(event: Event, row: Licence) -> Iterable[User]:
    """Return whom a reminder is for."""
    return HOLDERS["to"](event, row) if _still_ends(event, row) else []


def managers_at_the_ends(event: Event, row: Licence) -> Iterable[User]:
    """Return the licensing managers for the first and the last reminder of an end."""
    wanted = event.payload["days"] != 30 and _still_ends(event, row)
    return staff_who_may("licensing.decide_application")(event, row) if wanted else []


def who_had_asked(event: Event, row: Licence) -> Iterable[User]:
    """Return whose request was set aside, if they still may ask and did not do that themselves."""
    mine = event.payload["asked_by"]
    return [user for user in staff_who_may("licensing.suspend_licence")(event, row) if user.pk == mine != event.actor_id]


SIGNED: dict[str, Any] = {"to": parties, "url": agreement_url, "facts": agreement_facts, "action": _("Open the agreement")}
YOUR_TURN = Letter(
    template="agreement_turn", subject=_("Your turn to sign agreement %(number)s"), to=next_signatory, url=agreement_url, facts=agreement_facts,
    action=_("Read and sign"),
)  # fmt: skip
OUR_TURN = Letter(
    template="agreement_countersign", subject=_("Agreement %(number)s waits to be countersigned"), to=countersigners, url=staff_url,
    facts=agreement_facts, action=_("Open the agreement"), staff=True,
)  # fmt: skip
REMINDER = replace(YOUR_TURN, template="agreement_remind", subject=_("Reminder: your turn to sign agreement %(number)s"))
OUR_REMINDER = replace(OUR_TURN, subject=_("Reminder: agreement %(number)s waits to be countersigned"))
MORE_TIME: dict[str, Any] = SIGNED | {"subject": _("More time to sign agreement %(number)s"), "template": "agreement_extend"}
HOLDERS: dict[str, Any] = {
    "to": members(Role.OWNER, Role.COORDINATOR, Role.SIGNATORY), "url": licence_url, "facts": licence_facts, "action": _("Open the license")
}  # fmt: skip

SET_ASIDE = Letter(
    template="licence_set_aside_staff", subject=_("License %(number)s: your request is set aside"), to=who_had_asked, url=staff_licence_url,
    facts=licence_facts, action=_("Open the license"), staff=True,
)  # fmt: skip

LETTERS: dict[tuple[str, str], tuple[Letter, ...]] = {
    ("agreement", "send"): (YOUR_TURN,),
    ("agreement", "sign"): (YOUR_TURN, OUR_TURN),
    ("agreement", "remind"): (REMINDER, OUR_REMINDER),
    ("agreement", "extend"): (
        Letter(**MORE_TIME | {"to": next_signatory, "action": _("Read and sign")}),
        Letter(**MORE_TIME | {"to": owners}),
        replace(OUR_TURN, template="agreement_extend", subject=_("More time to sign agreement %(number)s")),
    ),
    ("agreement", "replace"): (
        Letter(template="agreement_replace", subject=_("You are named to sign agreement %(number)s"), **SIGNED | {"to": replacing}),
        Letter(template="agreement_replaced", subject=_("You do not sign agreement %(number)s any more"), **SIGNED | {"to": replaced}),
        Letter(
            template="agreement_replace_owner",
            subject=_("Agreement %(number)s: somebody else signs"),
            **SIGNED | {"to": members(Role.OWNER)},
        ),
    ),
    ("agreement", "decline"): (
        Letter(template="agreement_decline", subject=_("%(who)s declined to sign agreement %(number)s"), **SIGNED),
        Letter(
            template="agreement_decline_staff",
            subject=_("%(who)s declined to sign agreement %(number)s"),
            to=staff_who_may("licensing.approve_agreement"),
            url=staff_url,
            facts=agreement_facts,
            action=_("Open the agreement"),
            staff=True,
        ),
    ),
    ("agreement", "execute"): (Letter(template="agreement_execute", subject=_("Agreement %(number)s is signed by all"), **SIGNED),),
    ("agreement", "seal"): (Letter(template="agreement_seal", subject=_("Agreement %(number)s: your sealed copy"), **SIGNED),),
    ("agreement", "void"): (Letter(template="agreement_void", subject=_("Agreement %(number)s is taken back"), **SIGNED),),
    ("licence", "activate"): (Letter(template="licence_activate", subject=_("Your license %(number)s"), **HOLDERS),),
    ("licence", "suspend"): (Letter(template="licence_suspend", subject=_("License %(number)s is suspended"), **HOLDERS),),
    ("licence", "reinstate"): (Letter(template="licence_reinstate", subject=_("License %(number)s: the suspension is lifted"), **HOLDERS),),
    ("licence", "revoke"): (Letter(template="licence_revoke", subject=_("License %(number)s is revoked"), **HOLDERS),),
    ("licence", "remind"): (
        Letter(
            template="licence_remind",
            subject=_("License %(number)s ends on %(ends)s"),
            **HOLDERS | {"to": holders_at_the_end, "facts": reminder_facts},
        ),
        Letter(
            template="licence_remind_staff",
            subject=_("License %(number)s of %(organisation)s ends on %(ends)s"),
            to=managers_at_the_ends,
            url=staff_licence_url,
            facts=reminder_facts,
            action=_("Open the license"),
            staff=True,
        ),
    ),  # fmt: skip
    ("licence", "recall"): (
        Letter(
            template="licence_recall",
            subject=_("License %(number)s goes on: the notice is taken back"),
            **HOLDERS | {"facts": recall_facts},
        ),
    ),
    **{("licence", f"{command}_set_aside"): (SET_ASIDE,) for command in SETS_ASIDE["revoke"]},
    ("licence", "end"): (Letter(template="licence_end", subject=_("License %(number)s ends on %(ends)s"), **HOLDERS),),
}
