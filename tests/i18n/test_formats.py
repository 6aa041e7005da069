"""Dates, instants, sums and lists, in the five languages."""

from datetime import UTC, date, datetime

import pytest

from i18n import formats

NEW_YEAR_IN_MADRID = datetime(2026, 12, 31, 23, tzinfo=UTC)
LANGUAGES = ["en", "es", "pt-br", "fr", "ar"]


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        ("en", "31 December 2026"),
        ("es", "31 de diciembre de 2026"),
        ("pt-br", "31 de dezembro de 2026"),
        ("fr", "31 décembre 2026"),
        ("ar", "31 ديسمبر 2026"),
    ],
)
def test_a_day_has_its_month_as_a_word(language, expected):
    assert formats.day(date(2026, 12, 31), language) == expected


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        ("en", "1 March 2027"),
        ("es", "1 de marzo de 2027"),
        ("pt-br", "1º de março de 2027"),
        ("fr", "1er mars 2027"),
        ("ar", "1 مارس 2027"),
    ],
)
def test_the_first_of_a_month_is_an_ordinal_where_people_say_so(language, expected):
    assert formats.day(date(2027, 3, 1), language) == expected


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        ("en", "31 December 2026, 18:00 in New York"),
        ("es", "31 de diciembre de 2026, 18:00 en Nueva York"),
        ("pt-br", "31 de dezembro de 2026, 18:00 em Nova York"),
        ("fr", "31 décembre 2026, 18:00 à New York"),
        ("ar", "31 ديسمبر 2026، 18:00 في نيويورك"),
    ],
)
def test_an_instant_names_the_city_of_its_zone(language, expected):
    assert formats.instant(NEW_YEAR_IN_MADRID, "America/New_York", language) == expected


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        ("en", "31 December 2026, 24:00 in Madrid"),
        ("es", "31 de diciembre de 2026, 24:00 en Madrid"),
        ("pt-br", "31 de dezembro de 2026, 24:00 em Madri"),
        ("fr", "31 décembre 2026, 24:00 à Madrid"),
        ("ar", "31 ديسمبر 2026، 24:00 في مدريد"),
    ],
)
def test_an_exclusive_midnight_is_24_00_of_the_day_before(language, expected):
    assert formats.until_day(NEW_YEAR_IN_MADRID, "Europe/Madrid", language) == expected


def test_an_exclusive_end_at_another_hour_is_itself():
    assert formats.until_day(datetime(2020, 1, 31, 23, tzinfo=UTC), "Europe/London", "en") == "31 January 2020, 23:00 in London"


def test_the_last_day_of_a_period_is_read_in_its_zone():
    zones = ("Europe/Madrid", "UTC", "America/New_York")
    assert [formats.last_day(NEW_YEAR_IN_MADRID, zone) for zone in zones] == [date(2026, 12, 31)] * 3
    assert formats.last_day(datetime(2027, 1, 1, tzinfo=UTC), "Asia/Tokyo") == date(2027, 1, 1)
    assert formats.last_day(datetime(2027, 1, 1, tzinfo=UTC), "UTC") == date(2026, 12, 31)
    assert formats.last_day(date(2028, 1, 1), "Asia/Tokyo") == date(2027, 12, 31)


def test_utc_stands_beside_and_repeats_the_day_only_where_it_differs():
    at = datetime(2027, 6, 12, 6, tzinfo=UTC)
    assert formats.instant(at, "Europe/Madrid", "en", utc=True) == "12 June 2027, 08:00 in Madrid (06:00 UTC)"
    at = datetime(2027, 2, 28, 21, tzinfo=UTC)
    assert formats.instant(at, "Africa/Nairobi", "en", utc=True) == "1 March 2027, 00:00 in Nairobi (28 February 2027, 21:00 UTC)"


@pytest.mark.parametrize("zone", [None, "UTC", "Etc/UTC"])
def test_utc_is_no_city_and_is_said_once(zone):
    assert formats.instant(NEW_YEAR_IN_MADRID, zone, "es", utc=True) == "31 de diciembre de 2026, 23:00 UTC"


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        ("en", "EUR\xa07,840.00"),
        ("es", "7.840,00\xa0EUR"),
        ("pt-br", "EUR\xa07.840,00"),
        ("fr", "7\u202f840,00\xa0EUR"),
        ("ar", "7,840.00\xa0EUR"),
    ],
)
def test_a_sum_stands_with_its_code(language, expected):
    assert formats.money(784000, "EUR", language) == expected


@pytest.mark.parametrize(
    ("currency", "digits", "expected"), [("EUR", 2, "EUR\xa012.34"), ("JPY", 0, "JPY\xa01,234"), ("KWD", 3, "KWD\xa01.234")]
)
def test_a_currency_has_its_own_decimals(currency, digits, expected):
    assert (formats.minor_digits(currency), formats.money(1234, currency, "en")) == (digits, expected)


@pytest.mark.parametrize(("minor", "expected"), [(90000, "USD\xa0900"), (90050, "USD\xa0900.50"), (0, "USD\xa00")])
def test_a_trimmed_sum_drops_only_decimals_that_are_all_zero(minor, expected):
    assert formats.money(minor, "USD", "en", trim=True) == expected


def test_a_large_sum_loses_nothing():
    assert formats.money(123456789012345678, "EUR", "en") == "EUR\xa01,234,567,890,123,456.78"


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        ("en", "Spain, France, and Italy"),
        ("es", "Spain, France y Italy"),
        ("pt-br", "Spain, France e Italy"),
        ("fr", "Spain, France et Italy"),
    ],
)
def test_names_become_a_list_in_a_sentence(language, expected):
    assert formats.listing(["Spain", "France", "Italy"], language) == expected


def test_a_list_of_one_is_the_name_and_of_none_is_empty():
    assert (formats.listing(["Spain"], "en"), formats.listing([], "en")) == ("Spain", "")
    assert formats.listing(["Spain", "Italy"], "es", style="or") == "Spain o Italy"


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_figure_is_latin_in_every_language(language):
    printed = [
        formats.day(date(2027, 8, 9), language),
        formats.until_day(NEW_YEAR_IN_MADRID, "Asia/Riyadh", language),
        formats.money(1234567, "SAR", language),
        formats.number(9876543, language),
        formats.size(18_400_000, language),
    ]
    figures = [character for text in printed for character in text if character.isdigit() and character != "º"]
    assert figures and set(figures) <= set("0123456789")


@pytest.mark.parametrize(
    ("octets", "expected"), [(0, "0\xa0B"), (999, "999\xa0B"), (1000, "1\xa0kB"), (18_400_000, "18.4\xa0MB"), (987_000_000, "987\xa0MB")]
)
def test_a_size_is_decimal(octets, expected):
    assert formats.size(octets, "en") == expected


def test_two_days_are_both_included():
    days = date(2027, 2, 1), date(2027, 7, 31)
    assert formats.period(*days, "es") == "del 1 de febrero de 2027 al 31 de julio de 2027"
    assert formats.period(*days, "fr") == "du 1er février 2027 au 31 juillet 2027"


def test_an_unknown_language_reads_as_english():
    assert formats.day(date(2027, 3, 1), "de") == "1 March 2027"


def test_spellings_of_a_language_code_mean_the_same():
    assert formats.day(date(2027, 3, 1), "pt_BR") == formats.day(date(2027, 3, 1), "pt-br")
