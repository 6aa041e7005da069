"""The kit as people see it: every file, whom it is for, and why one cannot have it yet."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from licensing import explain
from licensing.entitlements.rules import Verdict
from licensing.organisations.rules import Act
from licensing.web.acting import acting_for
from media import delivery
from media.kits import queries
from media.kits.models import KitFile, KitItem, KitRelease
from media.ledger import queries as ledger
from media.web import links
from media.web.downloads import asker


@dataclass(frozen=True, slots=True)
class FileRow:
    file: KitFile
    address: str
    taken_at: datetime | None


@dataclass(frozen=True, slots=True)
class ItemRow:
    """One item with its languages; ``reason`` None = it may be downloaded now."""

    item: KitItem
    files: list[FileRow]
    verdict: Verdict
    reason: explain.Words | None


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
    by, at = asker(request), timezone.now()
    found = queries.release(kit, release)
    if found is None or by.organisation_id is None or not explain.known_to(by.organisation_id, found.kit.offering_id):
        raise Http404
    rows = list(_rows(found, by=by, at=at))
    context = {
        "release": found,
        "rows": rows,
        "open_count": sum(row.reason is None for row in rows),
        "newer": _newer(found),
        "downloads": ledger.recent(organisation_id=by.organisation_id, release=found),
    }
    return render(request, "media/kit.html", context)


def _rows(release: KitRelease, *, by: delivery.Asker, at: datetime) -> Iterable[ItemRow]:
    taken = ledger.last_taken(user_id=by.user_id, organisation_id=by.organisation_id, release=release)
    grouped: dict[KitItem, list[KitFile]] = {}
    for file in queries.files(release):
        grouped.setdefault(file.item, []).append(file)
    for item, files in grouped.items():
        verdict = delivery.verdict_on(files[0], by=by, at=at)
        reason = None if verdict.granted else explain.words(verdict)
        yield ItemRow(item, [FileRow(file, links.address(file), taken.get(file.pk)) for file in files], verdict, reason)


def _newer(release: KitRelease) -> KitRelease | None:
    latest = [row for row in queries.latest([release.kit.offering_id]) if (row.kit_id, row.edition_id) == (release.kit_id, release.edition_id)]
    return latest[0] if latest and latest[0].pk != release.pk else None
