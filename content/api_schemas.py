"""The shapes of what the API takes and gives."""

from datetime import date, datetime
from typing import Literal

from ninja import Field, Schema

Language = Literal["en", "es", "pt-br", "fr", "ar"]


class SourceOut(Schema):
    """``statement`` is the document it rests on; ``kind``: place, region, or parent. Periods are half-open, in UTC."""

    kind: Literal["place", "region", "parent"]
    code: str
    statement: str
    status: str
    since: datetime
    until: datetime | None
    dated: bool
    recorded_at: datetime
    note: str | None


class PlaceRow(Schema):
    """``name`` is null in an answer with a version: names may be corrected, the answer may not."""

    code: str
    name: str | None
    status: str
    since: datetime
    until: datetime | None
    sources: list[SourceOut]


class EndedOut(Schema):
    reason: Literal["left_region", "no_longer_stated"]
    region: str | None = None
    at: datetime


class AvailabilityOut(Schema):
    """``count`` = rows returned; ``available_count`` = those with a status that counts as available. ``ended`` is told where one place was asked for."""

    programme: str
    as_of: datetime
    known_at: datetime | None
    version: int
    count: int
    available_count: int
    places: list[PlaceRow]
    ended: EndedOut | None = None


class AvailabilityAsked(Schema):
    programme: str = ""
    as_of: str = ""
    known_at: str = ""
    place: str = ""
    status: str = ""
    version: str = ""
    language: Language = "en"
    format: Literal["json", "csv"] = "json"


class ChangedPlace(Schema):
    """``change``: came and went count what is offered; passed: it ended as it began and was otherwise in between. ``at``: the last change."""

    code: str
    name: str
    change: Literal["came", "went", "changed", "passed"]
    before: str
    after: str
    at: datetime
    left_region: str | None
    reason: str | None
    source: SourceOut


class ChangesOut(Schema):
    programme: str
    from_: datetime = Field(alias="from")
    to: datetime
    known_at: datetime | None
    version: int
    counts: dict[str, int]
    places: list[ChangedPlace]


class ChangesAsked(Schema):
    programme: str = ""
    from_: str = Field("", alias="from")
    to: str = ""
    known_at: str = ""
    language: Language = "en"


class ProgrammeOut(Schema):
    code: str
    name: str
    short_name: str
    kind: str
    family: str
    format: str
    summary: str


class FigureOut(Schema):
    """``text`` is the figure in the language asked for, or in English where its words are missing (``language`` says which). ``whom``: the second figure."""

    programme: str
    place: str | None
    value: int
    unit: str
    qualifier: Literal["exactly", "more_than", "at_least", "about"]
    whom: dict[str, int | str] | None
    first_day: date | None
    last_day: date | None
    as_of: date
    source: str
    text: str
    language: Language


class FiguresAsked(Schema):
    programme: str = ""
    place: str = ""
    language: Language = "en"


class NamedOut(Schema):
    code: str
    name: str
    parent: str | None
    zone: str
    inhabited: bool


class PlacesOut(Schema):
    region: str | None
    as_of: datetime
    count: int
    places: list[NamedOut]


class PlacesAsked(Schema):
    region: str = ""
    as_of: str = ""
    language: Language = "en"


class EventOut(Schema):
    """``status`` null: from ``at`` on nothing was stated; ``region``: because the place left it."""

    at: datetime
    status: str | None
    region: str | None
    source: SourceOut


class ParticipationOut(Schema):
    """The rules of taking part; ``local`` names those that are said for the place. ``outdated``: texts whose translation is of an earlier English text."""

    eligibility: str
    cost: str
    requirements: str
    how_to_get_it: str
    tool_languages: list[str]
    local: list[str]
    outdated: list[str]


class HereOut(Schema):
    programme: str
    status: str
    since: datetime | None
    until: datetime | None
    sources: list[SourceOut]
    ended: EndedOut | None
    history: list[EventOut]
    participation: ParticipationOut


class PlaceOut(Schema):
    code: str
    name: str
    parent: str | None
    zone: str
    regions: list[str]
    as_of: datetime
    known_at: datetime | None
    version: int
    programmes: list[HereOut]


class PlaceAsked(Schema):
    as_of: str = ""
    known_at: str = ""
    language: Language = "en"
