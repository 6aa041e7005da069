"""Dates, instants, sums, numbers and lists in words a reader of one of our languages expects.

Pure: Babel only, no Django, no clock. ``language`` is a code of ours (``en es pt-br fr ar``); an unknown one reads as English.
Digits are Latin in every language, because sums and dates stand next to codes that are. Months are words: 3/1 means two days.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from functools import cache, lru_cache
from typing import Literal
from zoneinfo import ZoneInfo

from babel import Locale, UnknownLocaleError
from babel.dates import format_date, get_month_names
from babel.lists import format_list
from babel.numbers import format_currency, format_decimal, get_currency_precision

LOCALES = {"en": "en", "es": "es", "pt-br": "pt_BR", "fr": "fr", "ar": "ar"}
DAYS = {
    "en": "d MMMM y",
    "es": "d 'de' MMMM 'de' y",
    "pt-br": "d 'de' MMMM 'de' y",
    "fr": "d MMMM y",
    "ar": "d MMMM y",
}
FIRST_OF_MONTH = {"pt-br": "1º", "fr": "1er"}  # the first day is an ordinal there, the others are not
MOMENTS = {
    "en": "{day}, {clock} in {city}",
    "es": "{day}, {clock} en {city}",
    "pt-br": "{day}, {clock} em {city}",
    "fr": "{day}, {clock} à {city}",
    "ar": "{day}، {clock} في {city}",
}
MOMENTS_UTC = {"ar": "{day}، {clock} UTC"}
PERIODS = {
    "en": "{first} to {last}",
    "es": "del {first} al {last}",
    "pt-br": "de {first} a {last}",
    "fr": "du {first} au {last}",
    "ar": "من {first} إلى {last}",
}
SUMS = {  # the ISO code, never "$": five countries on our list have a dollar or a peso of their own
    "en": "¤¤\xa0#,##0.00",
    "es": "#,##0.00\xa0¤¤",
    "pt-br": "¤¤\xa0#,##0.00",
    "fr": "#,##0.00\xa0¤¤",
    "ar": "#,##0.00\xa0¤¤",
}


def _known(language: str) -> str:
    code = language.lower().replace("_", "-")
    return code if code in LOCALES else "en"


@lru_cache(maxsize=16)
def locale(language: str) -> Locale:
    """Return Babel's locale of a language of ours."""
    return Locale.parse(LOCALES[_known(language)])


@lru_cache(maxsize=4096)  # a list prints the same few days a thousand times
def day(value: date, language: str) -> str:
    """Return a calendar day with its month as a word: ``31 December 2026``."""
    code = _known(language)
    text = format_date(value, DAYS[code], locale=locale(code))
    if value.day == 1 and code in FIRST_OF_MONTH:
        return FIRST_OF_MONTH[code] + text[1:]
    return text


def month(number: int, language: str) -> str:
    """Return the name of a month, 1 to 12, as it stands alone: ``January``."""
    return get_month_names("wide", context="stand-alone", locale=locale(_known(language)))[number]


def zone_of(zone: str | ZoneInfo | None) -> ZoneInfo:
    """Return the zone of a tz database name; nothing means UTC."""
    return zone if isinstance(zone, ZoneInfo) else _zone(zone or "UTC")


@cache  # the library itself keeps eight and reads a file for any other
def _zone(name: str) -> ZoneInfo:
    return ZoneInfo(name)


def city(zone: str | ZoneInfo | None, language: str) -> str:
    """Return the city a zone is called after, in the reader's language; ``UTC`` stays ``UTC``."""
    key = zone_of(zone).key
    if "/" not in key or key.startswith("Etc/"):
        return "UTC" if key in {"UTC", "Etc/UTC", "Etc/GMT"} else key
    found = locale(language).time_zones.get(key, {}).get("city")
    return found or key.rsplit("/", 1)[1].replace("_", " ")


def _moment(on: date, clock: str, zone: ZoneInfo, language: str) -> str:
    code, place = _known(language), city(zone, language)
    pattern = MOMENTS_UTC.get(code, "{day}, {clock} UTC") if place == "UTC" else MOMENTS[code]
    return pattern.format(day=day(on, code), clock=clock, city=place)


def in_utc(at: datetime, language: str, *, beside: date | None = None) -> str:
    """Return an instant in UTC; where it falls on the day ``beside`` it, the clock alone is enough."""
    moment = at.astimezone(UTC)
    if moment.date() == beside:
        return f"{moment:%H:%M} UTC"
    return _moment(moment.date(), f"{moment:%H:%M}", ZoneInfo("UTC"), language)


def instant(at: datetime, zone: str | ZoneInfo | None, language: str, *, utc: bool = False) -> str:
    """Return an aware instant on the clock of a zone: ``15 January 2027, 17:59 in New York``.

    With ``utc`` the same instant in UTC follows in brackets.
    """
    there = zone_of(zone)
    local = at.astimezone(there)
    text = _moment(local.date(), f"{local:%H:%M}", there, language)
    if utc and city(there, language) != "UTC":
        text = f"{text} ({in_utc(at, language, beside=local.date())})"
    return text


def last_day(valid_to: date, zone: str | ZoneInfo | None) -> date:
    """Return the last calendar day of a half-open period, in its zone; of a period of whole days, the day before its end."""
    if not isinstance(valid_to, datetime):
        return valid_to - timedelta(days=1)
    return (valid_to.astimezone(zone_of(zone)) - timedelta(microseconds=1)).date()


def until_day(valid_to: datetime, zone: str | ZoneInfo | None, language: str) -> str:
    """Return an exclusive end as people say it: midnight is 24:00 of the day before, any other hour is itself."""
    there = zone_of(zone)
    local = valid_to.astimezone(there)
    if local.time() == time(0):
        return _moment(last_day(valid_to, there), "24:00", there, language)
    return _moment(local.date(), f"{local:%H:%M}", there, language)


def period(first: date, last: date, language: str) -> str:
    """Return two calendar days, both included: ``1 February 2027 to 31 July 2027``."""
    return PERIODS[_known(language)].format(first=day(first, language), last=day(last, language))


def minor_digits(currency: str) -> int:
    """Return how many decimals a currency has (ISO 4217): EUR 2, JPY 0, KWD 3."""
    return int(get_currency_precision(currency))


def money(minor: int, currency: str, language: str, *, trim: bool = False) -> str:
    """Return a sum given in minor units with the currency's code: ``EUR 7,840.00``. ``trim`` drops decimals that are all zero."""
    code, digits = _known(language), minor_digits(currency)
    amount = Decimal(minor).scaleb(-digits)
    pattern, whole = SUMS[code], trim and minor % 10**digits == 0
    if whole:
        pattern = pattern.replace(".00", "")
    return format_currency(amount, currency, pattern, locale=locale(code), currency_digits=not whole, numbering_system="latn")


def number(value: int | float | Decimal, language: str) -> str:
    """Return a number with the language's separators and Latin digits."""
    return format_decimal(value, locale=locale(language), numbering_system="latn")


def listing(items: Iterable[str], language: str, *, style: Literal["standard", "or", "unit"] = "standard") -> str:
    """Return names as a list in a sentence: ``Spain, France and Italy``. ``style="or"`` joins the last with "or"."""
    return format_list([str(item) for item in items], style, locale=locale(language))


def size(octets: int, language: str) -> str:
    """Return a file size in decimal units, as file managers show it: ``987 MB``."""
    value, unit = Decimal(octets), "B"
    for larger in ("kB", "MB", "GB", "TB"):
        if value < 1000:
            break
        value, unit = value / 1000, larger
    shown = value.quantize(Decimal("0.1")) if unit != "B" and value < 100 else value.quantize(Decimal(1))
    return f"{number(shown, language)}\xa0{unit}"


def language_name(code: str, language: str) -> str:
    """Return what a language is called, as the first word of a line: ``Spanish``, ``Español``; an unknown one keeps its code."""
    try:
        found = Locale.parse(code.replace("-", "_")).get_display_name(locale(language))
    except (UnknownLocaleError, ValueError):
        found = None
    return found[:1].upper() + found[1:] if found else code
