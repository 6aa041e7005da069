"""The mails that follow from events: who is told what, in the recipient's own language.

How it works: ``history.record`` puts ``licensing.event`` into the outbox; the postbox hands the row to ``deliver``; ``LETTERS`` says which
letters an event has (none is fine). To add one:

1. add a row to ``LETTERS``: ``("termsoffer", "issue"): (Letter("termsoffer_issue", to=members(Role.OWNER, Role.FINANCE), subject=_("…"),
   action=_("Read the offer"), url=…, facts=…),)``. ``subject`` and ``action`` are lazy; the subject may name ``%(number)s``,
   ``%(organisation)s`` and every key of ``facts``.
2. write ``portal/templates/licensing/letters/<template>.html`` and ``.txt`` extending ``mail/base``; they get ``event``, ``subject_row`` (the object),
   ``organisation``, ``who``, ``reason``, ``zone``, ``action``, ``action_url`` and the facts. Facts are computed in the recipient's language;
   what is in it where our own words are not (a day, an instant) says so by ``own``.

A row may be delivered twice: ``portal.core.mail.send`` keeps one mail for each row and address.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.apps import apps
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from i18n import formats
from i18n.interface import SOURCE, listing, own, sentence, spoken
from licensing.applications.models import Application
from licensing.history.models import Event
from licensing.offerings.models import LicenceOffering, OfferingEdition
from licensing.organisations.models import Organisation
from licensing.organisations.rules import Role
from licensing.organisations.words import ROLES
from portal.accounts.models import User
from portal.core import mail
from portal.core.models import OutboxMessage


@dataclass(frozen=True, slots=True)
class Addressee:
    """An address an organisation has named, of which no account is known: written to in the organisation's language, without links inside.

    Instead of a link to a paper of ours it gets the paper itself, where its letter has ``papers``.
    """

    email: str
    language: str
    timezone: str


Recipients = Callable[[Event, Any], Iterable[User]]
Facts = Callable[[Event, Any, str], dict[str, Any]]  # (event, object, language)


@dataclass(frozen=True, kw_only=True)
class Letter:
    """One letter of an event. ``url`` gives the path the action leads to, without origin, asked in the recipient's language.

    ``papers`` go with the letter to an address outside, and to no other: who has an account reads them in the portal.
    """

    template: str
    to: Callable[[Event, Any], Iterable[User | Addressee]]
    subject: Any
    action: Any = ""
    url: Callable[[Any], str] | None = None
    facts: Facts = lambda event, row, language: {}
    papers: Callable[[Event, Any], Sequence[mail.Attachment]] = lambda event, row: ()
    staff: bool = False


def deliver(message: OutboxMessage, now: datetime) -> None:
    """Outbox handler of ``licensing.event``."""
    send(message.payload["event"], message, now)


def send(event_id: int, message: OutboxMessage, now: datetime) -> None:
    """Write every letter of an event to everybody it is for; safe to repeat."""
    event = Event.objects.select_related("organisation__place").get(pk=event_id)
    letters = LETTERS.get((event.subject_kind, event.command), ())
    if not letters:
        return
    row = apps.get_model("licensing", event.subject_kind)._default_manager.get(pk=event.subject_id)
    for letter in letters:
        for user in letter.to(event, row):
            _write(letter, event, row, user, message=message, now=now)


def _write(letter: Letter, event: Event, row: models.Model, user: User | Addressee, *, message: OutboxMessage, now: datetime) -> None:
    outside = isinstance(user, Addressee)
    with translation.override(user.language):
        context = {
            "outside": outside,
            "event": event,
            "subject_row": row,
            "organisation": None if letter.staff else event.organisation,
            "applicant": event.organisation,
            "who": event.actor_label,
            "reason": event.reason,
            "zone": user.timezone,
            "action": str(letter.action),
            "action_url": f"{settings.PORTAL_ORIGIN}{letter.url(row)}" if letter.url and not outside else "",
            **letter.facts(event, row, user.language),
        }
        facts = {"number": getattr(row, "number", ""), **context, "organisation": event.organisation}
        subject = str(letter.subject) % facts
    template = f"licensing/letters/{letter.template}"
    mail.send(
        message=message, to=user.email, language=user.language, subject=subject, template=template, context=context, now=now,
        attachments=letter.papers(event, row) if outside else (),
    )  # fmt: skip


def members(*roles: Role) -> Recipients:
    """Return who is written to: everybody who holds one of these roles in the event's organisation now."""

    def chosen(event: Event, row: Any) -> Iterable[User]:
        return people_of(event.organisation, *roles)

    return chosen


def people_of(organisation: Organisation | None, *roles: Role) -> Iterable[User]:
    held = Q(memberships__organisation=organisation, memberships__ended_at=None, memberships__role__in=roles)
    return User.objects.filter(held, is_active=True).distinct().order_by("pk")


def staff_who_may(permission: str) -> Recipients:
    """Return who is written to: staff with a right, such as ``licensing.decide_application``; nobody of the event's own organisation."""

    def chosen(event: Event, row: Any) -> Iterable[User]:
        theirs = User.objects.filter(memberships__organisation=event.organisation, memberships__ended_at=None)
        return User.objects.who_may(permission).exclude(pk__in=theirs)

    return chosen


def preparer_and_owners(event: Event, row: Application) -> Iterable[User]:
    """Return who wrote or sent the application, as long as they belong to the organisation, and its owners."""
    wrote = {row.created_by_id, *row.revisions.values_list("submitted_by", flat=True)}
    there = Q(pk__in=wrote, memberships__organisation=row.organisation, memberships__ended_at=None)
    owners = Q(memberships__organisation=row.organisation, memberships__ended_at=None, memberships__role=Role.OWNER)
    return User.objects.filter(there | owners, is_active=True).distinct().order_by("pk")


def application_url(row: Application) -> str:
    return f"{reverse('application', args=[row.number])}?for={row.organisation_id}"


def application_queue_url(row: Application) -> str:
    return reverse("staff_application", args=[row.number])


def label_of(offering: LicenceOffering, edition: OfferingEdition | None, language: str) -> str:
    """Return what is licensed, as its readers call it."""
    written = getattr(offering, f"name_{language.replace('-', '_')}")
    name = own(offering.name, language if written else SOURCE, among=spoken(language))
    return sentence(gettext("%(offering)s, edition %(edition)s"), offering=name, edition=edition.label) if edition else name


def application_facts(event: Event, row: Application, language: str) -> dict[str, Any]:
    """Return what is applied for and, as the event has it, the frozen copy, the day a decision is promised by, and what was taken over."""
    label = label_of(row.offering, row.edition, language)
    facts: dict[str, Any] = {"label": label, "revision": row.revisions.filter(number=event.payload.get("revision")).first()}
    taken = Event.objects.of(row.organisation).filter(command="take_over", payload__application=row.number).last()
    if event.command == "approve" and taken:
        facts |= {
            "taken_over": True,
            "awaited": listing(taken.payload["awaited"], language) if taken.payload["awaited"] else "",
        }
        facts["organisation_url"] = f"{settings.PORTAL_ORIGIN}{people_url(row.organisation)}"
    if "due" in event.payload:
        facts["due"] = own(formats.day(date.fromisoformat(event.payload["due"]), language), language)
    return facts


def evidence_url(row: Application) -> str:
    """Return where the papers of an approved application are ticked."""
    return reverse("staff_offer", args=[row.terms.order_by("-pk").values_list("pk", flat=True)[0]])


def paper_facts(event: Event, row: Application, language: str) -> dict[str, Any]:
    """Return which paper was sent, and for what."""
    paper = row.offering.evidence.filter(code=event.payload["requirement"]).first()
    return {**application_facts(event, row, language), "name": event.payload["name"], "paper": paper.name if paper else ""}


ABOUT_APPLICATION: dict[str, Any] = {
    "to": preparer_and_owners,
    "url": application_url,
    "facts": application_facts,
    "action": _("Open the application"),
}


def invite_url(row: Organisation) -> str:
    return f"{reverse('organisation_invite')}?for={row.pk}"


def asker(event: Event, row: Organisation, language: str) -> dict[str, Any]:
    """Return the address of who asks to join."""
    return {"address": event.actor.email if event.actor else ""}


def other_owners(event: Event, row: Organisation) -> Iterable[User]:
    """Return the owners besides who acts and whom it is about; nobody where a loader filled the organisation."""
    if event.actor_id is None:
        return []
    return [user for user in people_of(row, Role.OWNER) if user.pk not in (event.actor_id, event.payload["user"])]


def who_was_removed(event: Event, row: Organisation) -> Iterable[User]:
    """Return the person whose membership somebody else ended."""
    return User.objects.filter(pk=event.payload["user"], is_active=True).exclude(pk=event.actor_id or event.payload["user"])


def member_facts(event: Event, row: Organisation, language: str) -> dict[str, Any]:
    """Return whom it is about, and the roles that began."""
    person = User.objects.get(pk=event.payload["user"])
    roles = [str(ROLES[Role(role)]) for role in event.payload.get("roles", [])]
    return {"person": str(person), "address": person.email, "roles": listing(roles, language)}


def people_url(row: Organisation) -> str:
    return f"{reverse('organisation')}?for={row.pk}"


ABOUT_PEOPLE: dict[str, Any] = {"to": other_owners, "url": people_url, "facts": member_facts, "action": _("See who belongs to it")}


LETTERS: dict[tuple[str, str], tuple[Letter, ...]] = {
    ("organisation", "ask_to_join"): (
        Letter(
            template="organisation_ask_to_join",
            subject=_("%(who)s asks to join %(organisation)s"),
            to=members(Role.OWNER),
            url=invite_url,
            facts=asker,
            action=_("Invite somebody"),
        ),
    ),
    ("organisation", "join"): (
        Letter(template="organisation_join", subject=_("%(person)s belongs to %(organisation)s now"), **ABOUT_PEOPLE),
    ),
    ("organisation", "leave"): (
        Letter(template="organisation_leave", subject=_("%(person)s does not belong to %(organisation)s any more"), **ABOUT_PEOPLE),
        Letter(
            template="organisation_removed",
            subject=_("You do not act for %(organisation)s any more"),
            to=who_was_removed,
            facts=member_facts,
        ),
    ),
    ("application", "submit"): (
        Letter(template="application_submit", subject=_("We have received your application %(number)s"), **ABOUT_APPLICATION),
        Letter(
            template="application_submit_staff",
            subject=_("New application %(number)s of %(organisation)s"),
            to=staff_who_may("licensing.decide_application"),
            url=application_queue_url,
            facts=application_facts,
            action=_("Open it in the queue"),
            staff=True,
        ),
    ),
    ("application", "approve"): (
        Letter(template="application_approve", subject=_("Your application %(number)s is approved"), **ABOUT_APPLICATION),
    ),
    ("application", "decline"): (
        Letter(template="application_decline", subject=_("Your application %(number)s is not approved"), **ABOUT_APPLICATION),
    ),
    ("application", "send_paper"): (
        Letter(
            template="application_send_paper_staff",
            subject=_("%(organisation)s sent a paper for application %(number)s"),
            to=staff_who_may("licensing.tick_evidence"),
            url=evidence_url,
            facts=paper_facts,
            action=_("Open the offer"),
            staff=True,
        ),
    ),
    ("application", "withdraw"): (
        Letter(template="application_withdraw", subject=_("Application %(number)s is withdrawn"), **ABOUT_APPLICATION),
    ),
}
