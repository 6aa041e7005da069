"""Replays the demonstration's stories: every step is the real action, at its own instant, all stories together in order of time."""

import tomllib
from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from i18n.models import Place
from licensing import lifecycle
from licensing.agreements import actions as agreements
from licensing.applications import actions as applications
from licensing.applications.rules import Side
from licensing.entitlements import actions as licences
from licensing.entitlements import stopping
from licensing.history.actions import SYSTEM, Actor
from licensing.logos import actions as logos
from licensing.logos import queries as pieces
from licensing.logos import reviewing
from licensing.logos.rules import Medium, Note
from licensing.logos.take_in import take_in
from licensing.models import (
    Application,
    ArtworkPiece,
    EvidenceRequirement,
    Licence,
    LicenceOffering,
    OfferingEdition,
    Organisation,
)
from licensing.payments.actions import Receipt
from licensing.terms import actions as offers
from portal.accounts.models import User
from portal.demo import artwork, dates, review
from portal.demo.story import Do, Story


def edition_of_the_year(code: str, *, now: datetime) -> OfferingEdition | None:
    """Return the edition of an offering that is still open at ``now``."""
    return OfferingEdition.objects.filter(offering__code=code, rights_until__gt=now).order_by("starts_at").first()


def replay(data: Mapping[str, Any], answers: Path, *, names: Mapping[str, str], now: datetime) -> int:
    """Tell every story that has not been told; return the number of steps. ``names``: what the stories call an organisation → its legal name.

    :raises KeyError: a step names an unknown command, person or organisation.
    """
    enter_history(data["historic"], names=names, now=now)
    steps: list[tuple[datetime, int, Story, Mapping[str, Any]]] = []
    for entry in data["story"]:
        story = _story(entry, answers, names[entry["organisation"]], now=now)
        if Application.objects.filter(organisation=story.organisation, offering=story.offering, edition=story.edition).exists():
            continue
        steps += [(dates.at(step, now=now), len(steps) + order, story, step) for order, step in enumerate(entry["steps"])]
    people = {user.email: user for user in User.objects.all()}
    for at, _, story, step in sorted(steps, key=lambda row: row[:2]):
        user = people[step["by"]]
        staff = step["by"].endswith("@demo.example")
        actor = Actor(user.pk, str(user), None if staff else story.organisation.pk)
        COMMANDS[step["do"]](story, step, user, actor, at)
    return len(steps)


def _story(entry: Mapping[str, Any], answers: Path, legal_name: str, *, now: datetime) -> Story:
    edition = edition_of_the_year(entry["offering"], now=now) if entry.get("edition") == "relative:edition" else None
    with (answers / f"{entry['answers']}.toml").open("rb") as file:
        given = dates.resolved(tomllib.load(file), today=now.date(), edition=edition.label if edition else "")
    organisation = Organisation.objects.get(legal_name=legal_name)
    return Story(organisation, LicenceOffering.objects.get(code=entry["offering"]), edition, given, now)


def enter_history(entries: list[Mapping[str, Any]], *, names: Mapping[str, str], now: datetime) -> None:
    """Enter licences that were agreed outside the portal."""
    for entry in entries:
        if Licence.objects.filter(number=entry["number"]).exists():
            continue
        offering = LicenceOffering.objects.get(code=entry["offering"])
        licences.enter(
            number=entry["number"],
            organisation=Organisation.objects.get(legal_name=names[entry["organisation"]]),
            offering=offering,
            edition=offering.editions.filter(label=entry.get("edition", "")).first(),
            places=list(Place.objects.filter(code__in=entry["places"])),
            valid_from=entry["valid_from"],
            valid_to=entry["valid_to"],
            zone=entry["zone"],
            source=entry["source"][:250],
            by=SYSTEM,
            now=now,
        )


def create(story: Story, step: Mapping[str, Any], user: User, by: Actor, at: datetime) -> None:
    story.application = applications.start(
        story.organisation.pk, story.offering, edition=story.edition, language=story.organisation.language, by=by, now=at
    )


def save(story: Story, step: Mapping[str, Any], user: User, by: Actor, at: datetime) -> None:
    asked = {page.key for page in applications.form_of(Application.objects.get(pk=story.application_id))}
    wanted = list(story.answers) if step["steps"] == "all" else step["steps"]
    for key in wanted:
        if key in asked and key in story.answers:
            applications.save(story.application_id, key, dict(story.answers[key]), side=Side.APPLICANT, by=by, now=at)


def issue_terms(story: Story, step: Mapping[str, Any], user: User, by: Actor, at: datetime) -> None:
    terms = story.terms
    starts_on = (story.today + timedelta(days=step["starts_day"])).date() if "starts_day" in step else None
    places = tuple(Place.objects.filter(code__in=step["places"]).values_list("pk", flat=True))
    draft = offers.Draft(places, tuple(terms.rights), terms.currency, step["zone"], starts_on)
    offers.edit(terms.pk, draft, by=by, now=at)
    lifecycle.issue_terms(terms.pk, by=by, now=at)


def accept_terms(story: Story, step: Mapping[str, Any], user: User, by: Actor, at: datetime) -> None:
    lifecycle.accept_terms(story.terms.pk, by=by, now=at, purchase_order=step.get("purchase_order", ""))


def request_waiver(story: Story, step: Mapping[str, Any], user: User, by: Actor, at: datetime) -> None:
    offers.request_waiver(story.terms.pk, percent=step["percent"], ground="requested", reason=step["reason"], by=by, now=at)


def accept_evidence(story: Story, step: Mapping[str, Any], user: User, by: Actor, at: datetime) -> None:
    paper = EvidenceRequirement.objects.get(offering=story.offering, code=step["item"])
    lifecycle.tick_evidence(story.terms.pk, paper.pk, by=by, now=at, note="Seen (DEMO)")


def approve_agreement(story: Story, step: Mapping[str, Any], user: User, by: Actor, at: datetime) -> None:
    agreements.approve_to_send(story.agreement.pk, by=by, now=at)


def send_agreement(story: Story, step: Mapping[str, Any], user: User, by: Actor, at: datetime) -> None:
    agreements.send(story.agreement.pk, by=by, now=at)


def sign(story: Story, step: Mapping[str, Any], user: User, by: Actor, at: datetime) -> None:
    agreement = story.agreement
    signing = agreements.Signing(
        user_id=user.pk,
        typed_name=user.name,
        document_sha256=agreement.document_sha256,
        reading_sha256=agreement.reading_sha256,
        language=user.language,
        consent=True,
        factor="password",
        ip=None,
        agent="DEMO",
    )
    lifecycle.sign(agreement.pk, signing, by=by, now=at)


def receive_payment(story: Story, step: Mapping[str, Any], user: User, by: Actor, at: datetime) -> None:
    invoice = story.invoice
    receipt = Receipt(step["amount_minor"], step["currency"], at.date(), f"DEMO-{invoice.number}", step.get("note", ""))
    lifecycle.receive_payment(invoice.pk, receipt, by=by, now=at)


def request_suspension(story: Story, step: Mapping[str, Any], user: User, by: Actor, at: datetime) -> None:
    stopping.ask(story.licence.pk, "suspend", reason=step["text"], by=by, now=at)


def request_revocation(story: Story, step: Mapping[str, Any], user: User, by: Actor, at: datetime) -> None:
    stopping.ask(story.licence.pk, "revoke", reason=step["text"], by=by, now=at)


def confirm_request(story: Story, step: Mapping[str, Any], user: User, by: Actor, at: datetime) -> None:
    lifecycle.confirm_stop(story.licence.pk, by=by, now=at)


def surrender(story: Story, step: Mapping[str, Any], user: User, by: Actor, at: datetime) -> None:
    stopping.surrender(story.licence.pk, reason=step["text"], by=by, now=at)


def nothing(story: Story, step: Mapping[str, Any], user: User, by: Actor, at: datetime) -> None:
    """The acceptance composed the agreement already; the step stays in the story for its readers."""


def send_in_piece(story: Story, step: Mapping[str, Any], user: User, by: Actor, at: datetime) -> None:
    """The designer begins a piece with a file made for the demonstration, and sends it in."""
    licence = story.licence
    last = min(story.today + timedelta(days=step["until_day"]), licence.valid_to - timedelta(days=2))
    facts = logos.Facts(
        title=step["title"],
        medium=Medium(step["medium"]),
        size=step["size"],
        language=step["language"],
        venue=step["venue"],
        places=tuple(licence.territory.values_list("place", flat=True)),
        use_from=at.date() + timedelta(days=14),
        use_until=last.date(),
        print_run=step.get("print_run"),
    )
    taken = take_in(artwork.flyer(step["art"]), name=f"{step['art']}.pdf", medium=facts.medium)
    piece = logos.begin(licence.pk, facts, taken, by=by, now=at)
    logos.submit(piece.pk, by=by, now=at)


def _piece(story: Story) -> ArtworkPiece:
    return ArtworkPiece.objects.filter(licence=story.licence).order_by("-pk")[0]


def take_piece(story: Story, step: Mapping[str, Any], user: User, by: Actor, at: datetime) -> None:
    reviewing.take(_piece(story).pk, by=by, now=at)


def change_piece(story: Story, step: Mapping[str, Any], user: User, by: Actor, at: datetime) -> None:
    notes = tuple(Note(note["rule"], note["text"], note.get("page"), note.get("x"), note.get("y")) for note in step["notes"])
    reviewing.request_changes(_piece(story).pk, notes, by=by, now=at)


def approve_piece(story: Story, step: Mapping[str, Any], user: User, by: Actor, at: datetime) -> None:
    piece = _piece(story)
    reviewing.approve(piece.pk, sha256=pieces.current(piece).sha256, conditions=step.get("conditions", ""), by=by, now=at)


COMMANDS: dict[str, Do] = {
    "create": create,
    "save": save,
    **review.COMMANDS,
    "request_waiver": request_waiver,
    "issue_terms": issue_terms,
    "accept_terms": accept_terms,
    "generate_agreement": nothing,
    "approve_agreement": approve_agreement,
    "send_agreement": send_agreement,
    "sign": sign,
    "countersign": sign,
    "receive_payment": receive_payment,
    "accept_evidence": accept_evidence,
    "send_in_piece": send_in_piece,
    "take_piece": take_piece,
    "change_piece": change_piece,
    "approve_piece": approve_piece,
    "request_suspension": request_suspension,
    "request_revocation": request_revocation,
    "confirm_request": confirm_request,
    "surrender": surrender,
}
