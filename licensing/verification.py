"""What the public may know of a licence: its verdict, and what the verdict rests on. No person is named here.

A verdict is one statement, the register a handful, whatever the number of licences. An opted-out licence is missing from the register, but
the code its holder shows still verifies.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils.translation import get_language

from i18n.interface import own
from i18n.places.models import Place
from i18n.places.rules import best_name, name_columns
from licensing.entitlements.models import Entitlement, Licence
from licensing.entitlements.rules import PUBLIC, End, EndKind, LicenceFacts, LicenceStatus, Public, never_begins, status, until
from licensing.logos.models import PieceApproval
from licensing.logos.rules import RIGHT, State
from licensing.offerings.models import LicenceOffering
from licensing.organisations.models import Organisation
from portal.core.periods import TICK, Period
from portal.core.text import fold, read_code


@dataclass(frozen=True, slots=True)
class Facts:
    """What is public of one licence. ``places`` are (code, name); the organisation's name is never translated.

    ``valid_to`` is the early end of a licence that got one; one that ``never_begins`` ends before its term.
    ``logo``: it gives a right to show the logo, on the ``pieces`` approved so far.
    """

    number: str
    code: str
    organisation: str
    organisation_language: str
    town: str
    offering: str
    offering_language: str
    edition: str
    places: tuple[tuple[str, str], ...]
    valid_from: datetime
    valid_to: datetime
    zone: str
    never_begins: bool = False
    logo: bool = False
    pieces: int = 0


@dataclass(frozen=True, slots=True)
class Told:
    """The answer about a code at an instant: ``since`` when it is suspended, revoked or not valid any more, and the day ``asked`` about."""

    verdict: Public
    at: datetime
    facts: Facts | None = None
    since: datetime | None = None
    asked: date | None = None


COLUMNS = (
    "number", "code", "valid_from", "valid_to", "zone", "organisation__public_name", "organisation__language", "organisation__town",
    "edition__label", "end__kind", "end__at", "suspensions__valid_from", "suspensions__valid_to",
    "territory__place__code", "has_logo", "piece_count",
)  # fmt: skip


def verify(text: str, *, now: datetime, on: date | datetime | None = None) -> Told:
    """Return what may be said of the code in ``text``, at ``on`` (default: now). One statement.

    A day is judged at its end in the licence's zone, and today at this instant: so the day a licence begins counts as valid, and its last
    day too. An instant is judged as it is.
    """
    code = read_code(text)
    asked = on if isinstance(on, date) and not isinstance(on, datetime) else None
    rows = list(_rows(code)) if code else []
    if not rows:
        return Told(Public.UNKNOWN, on if isinstance(on, datetime) else now, asked=asked)
    facts, licence = _facts(rows), _licence_facts(rows)
    at = _instant(on, ZoneInfo(facts.zone), now=now)
    found = status(licence, at=at)
    return Told(PUBLIC[found], at, facts, _since(found, licence, at=at), asked)


def _rows(code: str) -> QuerySet:
    names = {f"place_{column}": F(f"territory__place__{column}") for column in name_columns(_reader())}
    names |= {f"offering_{language}": F(f"offering__name_{language}") for language in _languages()}
    logo = Exists(Entitlement.objects.filter(licence=OuterRef("pk"), right__code=RIGHT))
    cleared = PieceApproval.objects.filter(piece__licence=OuterRef("pk"), piece__state=State.APPROVED, cleared_at__isnull=False)
    counted = Subquery(cleared.order_by().values("piece__licence").annotate(count=Count("piece", distinct=True)).values("count"))
    found = Licence.objects.filter(code=code).annotate(has_logo=logo, piece_count=Coalesce(counted, 0))
    return found.order_by("territory__place__code").values(*COLUMNS, **names)


def _reader() -> str:
    return get_language() or "en"


def _languages() -> list[str]:
    """Return the reader's language and English, as columns are called."""
    return list(dict.fromkeys((_reader().replace("-", "_"), "en")))


def _facts(rows: list[dict[str, Any]]) -> Facts:
    """Gather one licence from its rows (places times suspensions)."""
    row = rows[0]
    language = next((one for one in _languages() if row[f"offering_{one}"]), "en")
    places = {r["territory__place__code"]: _place_name(r) for r in rows if r["territory__place__code"]}
    return Facts(
        number=row["number"],
        code=row["code"],
        organisation=row["organisation__public_name"],
        organisation_language=row["organisation__language"],
        town=row["organisation__town"],
        offering=row[f"offering_{language}"] or "",
        offering_language=language.replace("_", "-"),
        edition=row["edition__label"] or "",
        places=tuple(places.items()),
        valid_from=row["valid_from"],
        valid_to=until(_licence_facts(rows)),
        zone=row["zone"],
        never_begins=never_begins(_licence_facts(rows)),
        logo=row["has_logo"],
        pieces=row["piece_count"],
    )


def _place_name(row: dict[str, Any]) -> str:
    """Return the name of one territory, which says its language where that is not the reader's."""
    names = ((row[f"place_{column}"], its) for column, its in name_columns(_reader()).items())
    return own(*best_name(names, row["territory__place__code"]), among=_reader())


def _licence_facts(rows: list[dict[str, Any]]) -> LicenceFacts:
    row = rows[0]
    suspensions = {(r["suspensions__valid_from"], r["suspensions__valid_to"]) for r in rows if r["suspensions__valid_from"]}
    end = End(EndKind(row["end__kind"]), row["end__at"]) if row["end__kind"] else None
    return LicenceFacts(Period(row["valid_from"], row["valid_to"]), tuple(Period(*one) for one in suspensions), end)


def _instant(on: date | datetime | None, zone: ZoneInfo, *, now: datetime) -> datetime:
    if on is None or isinstance(on, datetime):
        return on or now
    if on == now.astimezone(zone).date():
        return now
    return datetime.combine(on + timedelta(days=1), time(0), tzinfo=zone).astimezone(now.tzinfo) - TICK


def _since(found: LicenceStatus, facts: LicenceFacts, *, at: datetime) -> datetime | None:
    if found in (LicenceStatus.REVOKED, LicenceStatus.ENDED) and facts.end is not None:
        return facts.end.at
    if found is LicenceStatus.SUSPENDED:
        return min(period.valid_from for period in facts.suspensions if at in period)
    return facts.term.valid_to if found is LicenceStatus.EXPIRED else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What somebody looks for in the register; empty = everything."""

    text: str = ""
    place: str = ""
    offering: str = ""


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the register."""

    licence: Licence
    status: LicenceStatus
    verdict: Public
    since: datetime | None


@dataclass(frozen=True, slots=True)
class Register:
    """Totals count every licence of the filters, the opted-out ones included; ``entries`` name only those who agreed to it."""

    entries: tuple[Entry, ...]
    found: int
    total: int
    unnamed: int
    offerings: tuple[LicenceOffering, ...] = field(default=())
    places: tuple[Place, ...] = field(default=())


ORDER = {LicenceStatus.ACTIVE: 0, LicenceStatus.SUSPENDED: 1, LicenceStatus.SCHEDULED: 2}


def register(wanted: Wanted, *, now: datetime) -> Register:
    """Return who holds or held which licence where, those in force first, then by name.

    Found by any of the licensee's names; case, accents and punctuation do not matter. Totals do not depend on the name looked for, so that
    looking for a name never tells whether its holder opted out.
    """
    everything = _filtered(wanted)
    listed = everything.listed()
    named = listed.filter(organisation__in=Organisation.objects.found_by(wanted.text)) if fold(wanted.text) else listed
    entries = sorted((_entry(licence, now=now) for licence in named.with_facts()), key=_place_in_list)
    total, shown = everything.count(), listed.count()
    return Register(tuple(entries), len(entries), total, total - shown)


def _filtered(wanted: Wanted) -> Any:
    found = Licence.objects.all()
    if wanted.place:
        found = found.filter(territory__place__code__iexact=wanted.place)
    if wanted.offering:
        found = found.filter(offering__code__iexact=wanted.offering)
    return found


def _entry(licence: Licence, *, now: datetime) -> Entry:
    facts = licence.facts()
    found = status(facts, at=now)
    return Entry(licence, found, PUBLIC[found], _since(found, facts, at=now))


def _place_in_list(entry: Entry) -> tuple[Any, ...]:
    licence = entry.licence
    return ORDER.get(entry.status, 3), fold(licence.organisation.public_name), -licence.valid_from.timestamp(), licence.pk


def choices() -> tuple[list[Place], list[LicenceOffering]]:
    """Return the places and offerings of which the register names a licence: what its filters offer."""
    named = Q(pk__in=Licence.objects.listed().values("territory__place"))
    offerings = LicenceOffering.objects.filter(pk__in=Licence.objects.listed().values("offering"))
    return sorted(Place.objects.filter(named), key=lambda place: fold(place.shown_name)), list(offerings)


def known(places: Iterable[str]) -> frozenset[str]:
    """Return those of the codes that are codes of places."""
    return frozenset(Place.objects.filter(code__in=[code.upper() for code in places]).values_list("code", flat=True))
