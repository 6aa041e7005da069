"""Pieces as they come to be: a licence with a logo, a designer, files made here, every move through the real actions."""

import zlib
from datetime import date, datetime, timedelta
from io import BytesIO
from typing import Any

import pikepdf

from licensing.history.actions import Actor
from licensing.logos import actions, queries, reviewing
from licensing.logos.models import ArtworkPiece
from licensing.logos.rules import Medium, Note
from licensing.logos.take_in import Taken, take_in
from tests import build
from tests.clock import NOW
from tests.media import story as kits
from tests.telling import told

DAY = timedelta(days=1)
NOTES = (Note("LR4", "Your own logo is smaller.", 1, 50, 10), Note("LR10", "Supporters on the same page."))


def pdf(pages: int = 1, *, operators: bytes = b"0 1 1 0 k 10 10 80 80 re f", change: Any = None) -> bytes:
    """Return a small document; ``change`` may do something to it before it is written."""
    made = pikepdf.new()
    for _ in range(pages):
        made.add_blank_page(page_size=(420, 595))
        made.pages[-1].contents_add(operators)
    if change:
        change(made)
    written = BytesIO()
    made.save(written, static_id=True)
    return written.getvalue()


def png(width: int = 40, height: int = 30) -> bytes:
    """Return a red picture, honest in every chunk."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return len(body).to_bytes(4, "big") + kind + body + zlib.crc32(kind + body).to_bytes(4, "big")

    head = width.to_bytes(4, "big") + height.to_bytes(4, "big") + b"\x08\x02\x00\x00\x00"
    rows = (b"\x00" + b"\xc8\x00\x00" * width) * height
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


def taken(content: bytes | None = None, *, medium: Medium = Medium.POSTER, name: str = "Cartel A2 (final).PDF") -> Taken:
    return take_in(content or pdf(), name=name, medium=medium)


def facts(licence, **changes: Any) -> actions.Facts:
    given = {
        "title": "Poster for Madrid (DEMO)",
        "medium": Medium.POSTER,
        "size": "A2",
        "language": "es",
        "venue": "A hospital (DEMO)",
        "places": tuple(licence.territory.values_list("place", flat=True)),
        "use_from": NOW.date(),
        "use_until": NOW.date() + timedelta(days=60),
        "print_run": 200,
    }
    return actions.Facts(**{**given, **changes})


def designer_of(organisation) -> Actor:
    person = organisation.memberships.filter(role="designer", ended_at=None).first()
    return build.actor(person.user if person else build.person(organisation, "designer"), organisation)


def licensed(*, at: str = "ES", name: str = "Sociedad de Prueba (DEMO)", **more: Any):
    """Return a licence with a logo in force."""
    return kits.licence(build.society(name, at=at), **more)


def brand() -> Actor:
    return build.actor(build.staff("Brand"))


@told
def draft(licence=None, *, by: Actor | None = None, now: datetime = NOW, content: bytes | None = None, **changes: Any) -> ArtworkPiece:
    licence = licence or licensed()
    return actions.begin(licence.pk, facts(licence, **changes), taken(content), by=by or designer_of(licence.organisation), now=now)


@told
def submitted(licence=None, *, now: datetime = NOW, **more: Any) -> ArtworkPiece:
    made = draft(licence, now=now, **more)
    return actions.submit(made.pk, by=designer_of(made.organisation), now=now)


@told
def in_review(reviewer: Actor, licence=None, *, now: datetime = NOW, **more: Any) -> ArtworkPiece:
    return reviewing.take(submitted(licence, now=now, **more).pk, by=reviewer, now=now)


@told
def approved(
    licence=None, *, conditions: str = "", until: date | None = None, reviewer: Actor | None = None, now: datetime = NOW, **more: Any
) -> ArtworkPiece:
    reviewer = reviewer or brand()
    made = in_review(reviewer, licence, now=now, **more)
    reviewing.approve(made.pk, sha256=queries.current(made).sha256, by=reviewer, now=now, until=until, conditions=conditions)
    made.refresh_from_db()
    return made
