"""The kit as people see it: every file, whom it is for, and why one cannot have it yet."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from i18n import formats
from i18n.interface import own
from licensing import explain
from licensing.entitlements.rules import Verdict
from licensing.organisations.rules import Act, Role
from licensing.web.acting import Acting, acting_for
from media import delivery
from media.kits import queries
from media.kits.models import KitFile, KitItem, KitRelease
from media.kits.rules import KINDS
from media.ledger import queries as ledger
from media.web import links
from media.web.downloads import asker, not_here

WHOLE_LOG = {Role.OWNER, Role.COORDINATOR}  # the others see their own downloads


@dataclass(frozen=True, slots=True)
class FileRow:
    """A file ready to print; ``kind`` is what people call its type, ``name`` what tells it from another one of that language and type."""

    file: KitFile
    address: str
    language: str
    kind: str
    name: str
    taken_at: datetime | None


@dataclass(frozen=True, slots=True)
class ItemRow:
    """One item with its files; ``taken_at``: when the person last took one of them."""

    item: KitItem
    files: list[FileRow]
    taken_at: datetime | None

    @property
    def taken(self) -> int:
        """How many of its files the person has taken."""
        return sum(file.taken_at is not None for file in self.files)


@dataclass(frozen=True, slots=True)
class Closed:
    """Items that are closed for one and the same reason, which is said once."""

    code: str
    words: explain.Words
    rows: list[ItemRow]


@require_safe
@acting_for(Act.SEE_KITS)
def kits(request: HttpRequest) -> HttpResponse:
    """List the kits of what the organisation has or had a licence for."""
    offerings = explain.licensed_offerings(request.acting.organisation_id)  # type: ignore[attr-defined]
    return render(request, "media/kits.html", {"releases": queries.latest(offerings)})


@require_safe
@acting_for(Act.SEE_KITS)
def kit(request: HttpRequest, kit: str, release: str) -> HttpResponse:
    """Show a release; the same 404 for one that is unknown and one that does not concern the organisation."""
    acting: Acting = request.acting  # type: ignore[attr-defined]
    by, at = asker(request), timezone.now()
    found = queries.release(kit, release)
    items = queries.items(found) if found else []
    verdicts = delivery.verdicts_on(found, items, by=by, at=at) if found else []
    if found is None or delivery.STRANGER in verdicts:
        return not_here(request)
    taken = ledger.last_taken(user_id=by.user_id, organisation_id=acting.organisation_id, release_id=found.pk)
    rows = list(zip(verdicts, _rows(found, items, taken), strict=True))
    shown = [row for verdict, row in rows if verdict.granted]
    sizes = [file.file.size for row in shown for file in row.files]
    whole = not WHOLE_LOG.isdisjoint(acting.roles)
    context = {
        "release": found,
        "open": shown,
        "bundle": {"count": len(sizes), "size": formats.size(sum(sizes), get_language() or "en")},
        "closed": _closed(rows),
        "total": len(rows),
        "newer": queries.newer(found),
        "downloads": ledger.recent(organisation_id=acting.organisation_id, release_id=found.pk, user_id=None if whole else by.user_id),
        "whole_log": whole,
        "zone": next((verdict.fact("zone") for verdict in verdicts if verdict.fact("zone")), acting.organisation.place.zone),
    }
    return render(request, "media/kit.html", context)


def _closed(rows: list[tuple[Verdict, ItemRow]]) -> list[Closed]:
    """Gather what is closed by its reason, in the order met."""
    groups: dict[Verdict, Closed] = {}
    for verdict, row in rows:
        if not verdict.granted:
            groups.setdefault(verdict, Closed(verdict.code, explain.words(verdict), [])).rows.append(row)
    return list(groups.values())


def _rows(release: KitRelease, items: list[KitItem], taken: dict[int, datetime]) -> list[ItemRow]:
    reader = get_language() or "en"
    rows = []
    for item in items:
        alike = Counter((file.language, file.content_type) for file in item.files.all())
        files = [
            FileRow(
                file=file,
                address=links.address(release, file),
                language=own(formats.language_name(file.language, reader), reader),
                kind=KINDS[file.content_type].suffix.upper(),
                name=file.name if alike[file.language, file.content_type] > 1 else "",
                taken_at=taken.get(file.pk),
            )
            for file in sorted(item.files.all(), key=lambda file: file.language != reader)
        ]
        rows.append(ItemRow(item, files, max((row.taken_at for row in files if row.taken_at), default=None)))
    return rows
