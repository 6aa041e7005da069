"""The text in an archive: what is in it, for whom, and what is missing and why, in the language of its reader."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from itertools import groupby
from typing import TYPE_CHECKING

from django.utils import translation
from django.utils.translation import gettext as _

from i18n import formats
from licensing import explain
from licensing.entitlements.rules import Verdict
from media.kits.models import KitItem, KitRelease

if TYPE_CHECKING:
    from media.delivery import Asker


def text(release: KitRelease, items: Sequence[tuple[KitItem, Verdict]], *, by: "Asker", at: datetime, language: str) -> str:
    """Return the text; lines end as on Windows, whose editors are the pickiest."""
    with translation.override(language):
        return "\r\n".join(_lines(release, items, by=by, at=at, language=language)) + "\r\n"


def _lines(release: KitRelease, items: Sequence[tuple[KitItem, Verdict]], *, by: "Asker", at: datetime, language: str) -> Iterable[str]:
    zone = next((verdict.fact("zone") for _item, verdict in items if verdict.fact("zone")), None)
    yield f"{release.kit} {release.number}"
    yield _("For %(organisation)s, %(person)s, on %(instant)s.") % {
        "organisation": by.licensee,
        "person": by.person,
        "instant": formats.instant(at, zone, language, utc=True),
    }
    yield ""
    yield _("In this archive:")
    for item, verdict in items:
        if verdict.granted:
            yield from _files(item, language)
    closed = [(item, verdict) for item, verdict in items if not verdict.granted and item.files.all()]
    if not closed:
        yield ""
        yield _("Nothing is missing: this is the whole release.")
        return
    order = list(dict.fromkeys(verdict for _item, verdict in closed))
    for verdict, group in groupby(sorted(closed, key=lambda pair: order.index(pair[1])), key=lambda pair: pair[1]):
        said = explain.words(verdict)
        yield ""
        yield _("Not in this archive: %(title)s") % {"title": said.title}
        yield f"{said.reason} {said.way_out}".strip()
        for item, _verdict in group:
            yield from _files(item, language)


def _files(item: KitItem, language: str) -> Iterable[str]:
    for file in item.files.all():
        yield f"- {item} · {formats.language_name(file.language, language)} · {file.language}/{file.name} · {formats.size(file.size, language)}"
