"""Kits as they come to be: items added, files taken in, released; licences entered; people who ask. Everything through the real actions."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from io import BytesIO

from licensing.entitlements import actions as entitlements
from licensing.entitlements.models import Licence
from licensing.history.actions import Actor
from licensing.offerings.models import LicenceOffering
from licensing.organisations.models import Organisation
from media import intake
from media.delivery import Asker
from media.kits import actions
from media.kits.models import Kit, KitFile, KitItem, KitRelease
from tests import build
from tests.clock import NOW
from tests.media.stamping import samples
from tests.telling import told

YEAR = timedelta(days=365)
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 4 4"><rect width="4" height="4" fill="#0b5a4a"/></svg>'
PNG = b"\x89PNG\r\n\x1a\n" + b"\x00\x00\x00\rIHDR" + bytes(30)

# item: right, audience, languages, name of the file's kind
ITEMS = {
    "deck-1": ("slides", "faculty", ("en", "es")),
    "manual": ("manual", "faculty", ("en", "es")),
    "workbook": ("workbook", "participant", ("en",)),
    "agenda": ("organiser", "organiser", ("en",)),
    "logo": ("logo", "designer", ("en",)),
}
SYMPOSIUM = {
    "abstracts": ("abstracts", "organiser", ("en",)),
    "slides-1": ("slides", "faculty", ("en",)),
    "briefing": ("briefing", "faculty", ("en",)),
    "agenda": ("organiser", "organiser", ("en",)),
    "logo": ("logo", "designer", ("en",)),
}


def master(pages: int = 2) -> bytes:
    return samples.written(samples.plain(pages))


@told
def kit(code: str = "QTP1-L", slug: str = "", *, name: str = "Workshop kit (DEMO)") -> Kit:
    offering = build.offering(code)
    return actions.new_kit(slug=slug or code.lower(), offering=offering, names={"en": name, "es": f"{name} (es)"})


def facts(right: str, audience: str, *, offering: LicenceOffering, name: str = "Item", **more) -> actions.ItemFacts:
    more.setdefault("stamped", right != "logo")
    return actions.ItemFacts(names={"en": name}, right_id=offering.rights.get(code=right).pk, audience=audience, **more)


@told
def item(release: KitRelease, slug: str, right: str, audience: str, **more) -> KitItem:
    made = facts(right, audience, offering=release.kit.offering, name=slug.replace("-", " ").title(), slug=slug, **more)
    return actions.add_item(release.pk, made)


@told
def take_in(item: KitItem, content: bytes, *, name: str = "", language: str = "en", now: datetime = NOW) -> KitFile:
    return intake.take_in(item.pk, BytesIO(content), name=name or f"{item.slug}.pdf", language=language, by_id=None, now=now)


@told
def draft(
    code: str = "QTP1-L", *, number: str = "1.0", items: dict | None = None, of: Kit | None = None, edition=None, embargo=None
) -> KitRelease:
    """Make a draft with one item for each right, and a file for each language."""
    made = actions.draft_release(of or kit(code), number, edition=edition)
    for slug, (right, audience, languages) in (ITEMS if items is None else items).items():
        row = item(made, slug, right, audience, embargo_until=embargo if slug.startswith("slides") else None)
        for language in languages:
            if right == "logo":
                take_in(row, SVG, name="logo.svg", language=language)
            else:
                take_in(row, master(), language=language)
    return made


@told
def released(code: str = "QTP1-L", *, now: datetime = NOW - YEAR, **more) -> KitRelease:
    return actions.release(draft(code, **more).pk, by_id=None, now=now)


@told
def symposium(*, embargo: datetime | None = None, now: datetime = NOW - YEAR) -> KitRelease:
    """Release the kit of the edition 2027, its slides under embargo."""
    edition = build.edition("QCS-DH")
    return released("QCS-DH", items=SYMPOSIUM, edition=edition, embargo=embargo or edition.embargo_until, now=now)


@told
def licence(
    organisation: Organisation,
    code: str = "QTP1-L",
    *,
    number: str = "",
    begins: datetime = NOW - timedelta(days=30),
    ends: datetime = NOW + YEAR,
) -> Licence:
    """Enter a licence of the offering (of its edition 2027, where it has editions)."""
    return entitlements.enter(
        number=number or f"L-2026-{Licence.objects.count() + 1:04}", organisation=organisation, offering=build.offering(code),
        edition=build.edition(code) if code == "QCS-DH" else None, places=[organisation.place], valid_from=begins, valid_to=ends,
        zone="Europe/Madrid", source="Test (DEMO)", by=Actor(None, "tests"), now=begins,
    )  # fmt: skip


def file_of(release: KitRelease, slug: str = "deck-1", language: str = "en") -> KitFile:
    return KitFile.objects.get(item__release=release, item__slug=slug, language=language)


def address(file: KitFile) -> str:
    release = file.item.release
    return f"/kits/{release.kit.slug}/{release.number}/{file.language}/{file.name}"


def asker(person, organisation: Organisation | None, roles: Iterable[str] | None = None) -> Asker:
    """Return who asks, with the roles held now or those given."""
    if roles is None:
        roles = organisation.memberships.filter(user=person, ended_at=None).values_list("role", flat=True) if organisation else ()
    return Asker(
        user_id=person.pk, person=str(person), organisation_id=organisation.pk if organisation else None,
        licensee=organisation.register_name if organisation else "", roles=frozenset(roles), ip_prefix="192.0.2.0/24",
    )  # fmt: skip
