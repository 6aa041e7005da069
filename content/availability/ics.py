"""A calendar of what is decided for later, and of what came in the last twelve months (RFC 5545): the instants the feed tells."""

from datetime import UTC, datetime, timedelta

from django.conf import settings
from django.utils.translation import gettext, override

from content.availability.models import Publication
from content.availability.moments import Moment, moments
from i18n import formats

PAST = timedelta(days=366)
LINE = 75  # octets
ESCAPES = str.maketrans({"\\": "\\\\", ";": "\\;", ",": "\\,", "\n": "\\n"})


def calendar(language: str, *, now: datetime) -> bytes:
    """Return the calendar in a language; each line folded at 75 octets and ended as the standard says."""
    last = Publication.objects.order_by("-recorded_at").values_list("recorded_at", flat=True).first()
    with override(language):
        lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Programme Portal//availability//EN", "CALSCALE:GREGORIAN", "METHOD:PUBLISH"]
        lines.append(f"X-WR-CALNAME:{_text(gettext('Changes of availability'))}")
        for one in moments(language):
            if one.at > now - PAST:
                lines += _event(one, language, known=last or one.at)
        lines.append("END:VCALENDAR")
    return b"".join(fold(line) for line in lines)


def _event(one: Moment, language: str, *, known: datetime) -> list[str]:
    origin = settings.PORTAL_ORIGIN
    host = origin.partition("://")[2]
    return [
        "BEGIN:VEVENT",
        f"UID:availability-{one.programme.code}-{_stamp(one.at)}@{host}",
        f"DTSTAMP:{_stamp(known)}",
        f"DTSTART:{_stamp(one.at)}",
        f"SUMMARY:{_text(one.words)}",
        f"DESCRIPTION:{_text(formats.instant(one.at, one.zone, language, utc=True))}",
        f"URL:{origin}/{language}/availability/?programme={one.programme.code}",
        "TRANSP:TRANSPARENT",
        "END:VEVENT",
    ]


def _stamp(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")


def _text(text: str) -> str:
    return text.translate(ESCAPES)


def fold(line: str) -> bytes:
    """Return a line in octets, broken where it is longer than 75 and never inside a character."""
    parts: list[bytes] = []
    current = b""
    for character in line:
        encoded = character.encode()
        if len(current) + len(encoded) > LINE - bool(parts):
            parts.append(current)
            current = b""
        current += encoded
    return b"\r\n ".join([*parts, current]) + b"\r\n"
