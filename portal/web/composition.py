"""What files add to pages of licensing, which stands below them: the kits on the desk, and what a kit holds on the page of an offering."""

from collections import defaultdict
from datetime import datetime, timedelta

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext

from licensing import explain
from licensing.offerings.models import LicenceOffering
from licensing.organisations.rules import Act
from licensing.staff import day
from licensing.web.acting import Acting
from licensing.web.answer_words import language_name
from licensing.web.offerings import KitLine
from licensing.web.turns import Section
from media.kits import queries as kits
from media.ledger import queries as ledger
from media.ledger.models import Bundle, Download
from media.staff.kits import LOG
from portal.accounts.models import User


def kits_section(acting: Acting, user: User, now: datetime) -> Section | None:
    """Return the latest release of each kit the organisation has or had a licence for."""
    if not acting.may(Act.SEE_KITS):
        return None
    rows = [
        {
            "name": str(release.kit),
            "number": release.number,
            "edition": release.edition,
            "released_at": release.released_at,
            "url": reverse("kit", args=[release.kit.slug, release.number]),
        }
        for release in kits.latest(explain.licensed_offerings(acting.organisation_id))
    ]
    context = {"kits": rows, "zone": acting.organisation.place.zone}
    return (
        Section(key="kits", title=gettext("Course kits"), template="licensing/desk/kits.html", context=context, half=True) if rows else None
    )


DAYS = 7


def downloads(request: HttpRequest, now: datetime) -> day.Section | None:
    """Return what was taken and refused lately, for staff who may read the log."""
    if not request.user.has_perm(LOG):
        return None
    log, words = (
        reverse("staff_kit_log"),
        {"granted": gettext("Downloads of the last 7 days"), "refused": gettext("Refused in the last 7 days")},
    )
    groups = []
    for verdict, label in words.items():
        lines = ledger.Lines(ledger.Search(verdict=verdict, since=now - timedelta(days=DAYS)))
        first, url = [_asked(row) for row in lines[: day.SHOWN]], f"{log}?verdict={verdict}&days={DAYS}"
        groups.append(day.Group(label=label, count=len(lines), url=url, lines=first, days=gettext("When")))
    empty = gettext("Nobody took or asked for a file in the last 7 days.")
    step = (gettext("The whole download log"), log)
    return day.Section(key="downloads", title=gettext("Downloads"), groups=groups, empty=empty, next_step=step)


def _asked(row: Download | Bundle) -> day.Line:
    log, organisation = reverse("staff_kit_log"), str(row.organisation) if row.organisation else ""
    if isinstance(row, Bundle):
        url = f"{log}?kit={row.release.kit_id}&verdict={row.verdict}"
        return day.Line(title=str(row.release.kit), url=url, text=row.user.name, on=row.at, note=organisation)
    url = f"{log}?q={row.reference}"
    return day.Line(title=row.file.name, url=url, number=row.reference, text=row.person, on=row.at, note=row.licensee or organisation)


def kit_lines(offering: LicenceOffering) -> list[KitLine]:
    """Return what the latest release of an offering's kit holds, by licensed right and for whom."""
    releases = kits.latest([offering.pk])
    if not releases:
        return []
    files: dict[tuple[str, str, str], list[str]] = defaultdict(list)
    for item in kits.items(releases[0]):
        files[item.right.code, item.right.name, item.get_audience_display()] += [file.language for file in item.files.all()]
    return [
        KitLine(
            right=right,
            name=name,
            audience=audience,
            files=len(languages),
            languages=[language_name(code) for code in sorted(set(languages))],
        )
        for (right, name, audience), languages in files.items()
    ]
