"""A file of statements: what is read out of it, what is refused and why, what its lines would do. No database."""

from datetime import date

import pytest

from content.availability.differences import alters_the_past
from content.availability.incoming import rules
from content.availability.incoming.rules import Known, Outcome, Problem, Unreadable
from content.availability.rules import Assertion, Status
from portal.core.periods import Period
from tests.clock import NOW, instant

pytestmark = pytest.mark.row("A9")
KE, ES, EU = Known(1, "KE", "Africa/Nairobi"), Known(2, "ES", "Europe/Madrid"), Known(3, "EU", "Europe/Brussels")
AREAS = {one.code: one for one in (KE, ES, EU)}
LANGUAGES = ("en", "es", "pt-br", "fr", "ar")
HEAD = "programme,place,status,from,to,note\n"


def read(text, **options):
    data = text if isinstance(text, bytes) else text.encode()
    return rules.read(data, **{"areas": AREAS, "programmes": ["QOPI", "QCP"], "languages": LANGUAGES, **options})


def lines(text, **options):
    found = read(text, **options)
    assert found.problems == ()
    return [(one.number, one.programme, one.area.code, one.status, one.first.isoformat(), one.last, one.notes) for one in found.lines]


ONE = [(2, "QOPI", "KE", Status.AVAILABLE, "2027-03-01", None, ())]


@pytest.mark.parametrize(
    "data",
    [
        HEAD + "QOPI,KE,available,2027-03-01,,\n",
        "\ufeff" + HEAD + "QOPI,KE,available,2027-03-01,,\n",
        (HEAD + "QOPI,KE,available,2027-03-01,,\n").replace(",", ";"),
        (HEAD + "QOPI,KE,available,2027-03-01,,\n").replace(",", "\t").encode("utf-16"),
        (HEAD + "QOPI,KE,available,2027-03-01,,\n").replace("\n", "\r\n"),
        "Place,Status,From\n ke , Available ,2027-03-01",
        "code;status;valid_from;;\nKE;available;2027-03-01;;\n;;;;\n",
    ],
)
def test_one_line_however_it_was_saved(data):
    assert lines(data, programme="QOPI") == ONE


def test_words_of_a_line_stay_what_they_are():
    text = 'place,status,from,to,note,note_es,note_ar\nES,By license,2027-01-01,2027-12-31,"O\'; -- DROP TABLE x, ""quoted""",Pregunte,"اسأل\nأولاً"\n'
    note = (("en", 'O\'; -- DROP TABLE x, "quoted"'), ("es", "Pregunte"), ("ar", "اسأل\nأولاً"))
    assert lines(text, programme="qopi") == [(2, "QOPI", "ES", Status.BY_LICENCE, "2027-01-01", date(2027, 12, 31), note)]


def test_a_line_after_one_of_two_lines_has_its_own_number():
    text = 'place,status,from,note\nES,pilot,2027-01-01,"a\nb"\nXX,pilot,2027-01-01,\n'
    assert read(text, programme="QOPI").problems == (Problem(4, "place", "XX", "place"),)


def test_nothing_stated_has_to_be_said():
    assert read(HEAD + "QOPI,KE,not_stated,2027-03-01,,").lines[0].status is None
    assert read(HEAD + "QOPI,KE,,2027-03-01,,").problems == (Problem(2, "status", "", "status"),)


@pytest.mark.parametrize(
    "line, problem",
    [
        ("QOPI,XX,available,2027-03-01,,", Problem(2, "place", "XX", "place")),
        ("QOPI,كينيا,available,2027-03-01,,", Problem(2, "place", "كينيا", "place")),
        ("QOPI,'; DROP TABLE--,available,2027-03-01,,", Problem(2, "place", "'; DROP TABLE--", "place")),
        ("NOPE,KE,available,2027-03-01,,", Problem(2, "programme", "NOPE", "programme")),
        (",KE,available,2027-03-01,,", Problem(2, "programme", "", "programme")),
        ("QOPI,KE,open,2027-03-01,,", Problem(2, "status", "open", "status")),
        ("QOPI,KE,available,,,", Problem(2, "from", "", "day")),
        ("QOPI,KE,available,2027-02-30,,", Problem(2, "from", "2027-02-30", "day")),
        ("QOPI,KE,available,1/3/2027,,", Problem(2, "from", "1/3/2027", "day")),
        ("QOPI,KE,available,٢٠٢٧-٠٣-٠١,,", Problem(2, "from", "٢٠٢٧-٠٣-٠١", "day")),
        ("QOPI,KE,available,0001-01-01,,", Problem(2, "from", "0001-01-01", "day")),
        ("QOPI,KE,available,2027-03-01,tomorrow,", Problem(2, "to", "tomorrow", "day")),
        ("QOPI,KE,available,2027-03-02,2027-03-01,", Problem(2, "to", "2027-03-01", "order")),
        ("QOPI,KE,available,2027-03-01,," + "x" * 301, Problem(2, "note en", "x" * 40 + "…", "note")),
        ("QOPI,KE,available,2027-03-01,,a\x00b", Problem(2, "note", "a\ufffdb", "characters")),
        ("QOPI,KE,available,2027-03-01,,a,b", Problem(2, "", "7", "cells")),
    ],
)
def test_what_is_wrong_with_a_line(line, problem):
    found = read(HEAD + line)
    assert (found.lines, found.problems) == ((), (problem,))


@pytest.mark.parametrize(
    "second, code",
    [
        ("KE,available,2027-03-01,2027-03-31", "duplicate"),
        ("KE,pilot,2027-03-31,", "overlap"),
        ("KE,available,2027-01-01,2027-03-01", "overlap"),
        ("KE,available,2027-04-01,", None),
        ("KE,available,2027-01-01,2027-02-28", None),
        ("ES,available,2027-03-01,2027-03-31", None),
    ],
)
def test_two_lines_about_the_same_place_and_time(second, code):
    found = read(f"place,status,from,to\nKE,available,2027-03-01,2027-03-31\n{second}\n", programme="QOPI")
    assert found.problems == (() if code is None else (Problem(3, "place", "KE", code, 2),))


@pytest.mark.parametrize(
    "data, code, facts",
    [
        (b"", "empty", {}),
        (b"\r\n,,\n", "empty", {}),
        (b"place,status,from\n", "empty", {}),
        (b"place,from\nKE,2027-03-01", "missing", {"columns": ["status"]}),
        (b"place,status,from,price\nKE,pilot,2027-03-01,1", "unknown", {"columns": ["price"]}),
        (b"place,code,status,from\nKE,KE,pilot,2027-03-01", "twice", {"columns": ["place"]}),
        (b"place,status,from\nKE,pilot,\"2027", "malformed", {"line": 2}),
        ("place,status,from\nKE,pilot,ñ".encode("latin-1"), "not_text", {}),
        (b"\x89PNG\r\n\x1a\n\xff", "not_text", {}),
        (b"place,status,from\n" + b"x" * rules.MOST_BYTES, "too_large", {"most": rules.MOST_BYTES}),
        (b"place,status,from\n" + b"KE,pilot,2027-03-01\n" * (rules.MOST_LINES + 1), "too_long", {"most": rules.MOST_LINES}),
    ],
)  # fmt: skip
def test_what_is_no_file_of_statements(data, code, facts):
    with pytest.raises(Unreadable) as refused:
        read(data, programme="QOPI")
    assert refused.value.code == code
    assert facts.items() <= refused.value.facts.items()


PAST, SOON = "2024-01-01", "2027-03-01"


def stated(status, first, last=None, area=KE, notes=()):
    return Assertion(area.id, Status(status), Period(instant(f"{first}T00:00+03:00"), last and instant(f"{last}T00:00+03:00")), notes=notes)


@pytest.mark.parametrize(
    "line, current, outcome",
    [
        (f"KE,available,{SOON},", [], Outcome.NEW),
        (f"KE,available,{PAST},", [], Outcome.NEW),
        (f"KE,available,{SOON},", [stated("available", PAST, SOON)], Outcome.NEW),
        (f"KE,available,{SOON},", [stated("available", SOON)], Outcome.UNCHANGED),
        (f"KE,available,{SOON},2027-12-31", [stated("available", PAST)], Outcome.UNCHANGED),
        (f"KE,available,{PAST},", [stated("available", PAST, SOON), stated("available", SOON)], Outcome.UNCHANGED),
        (f"KE,available,{PAST},", [stated("available", SOON)], Outcome.CHANGED),
        (f"KE,pilot,{SOON},", [stated("available", PAST)], Outcome.CHANGED),
        (f"KE,pilot,{PAST},", [stated("available", SOON)], Outcome.CHANGED),
        (f"KE,pilot,{PAST},", [stated("available", PAST)], Outcome.CORRECTED),
        ("KE,pilot,2026-11-22,", [stated("available", PAST)], Outcome.CHANGED),
        (f"KE,not_stated,{PAST},", [stated("available", PAST)], Outcome.CORRECTED),
        (f"KE,not_stated,{SOON},", [stated("available", PAST)], Outcome.CHANGED),
        (f"KE,not_stated,{SOON},", [stated("available", PAST, SOON)], Outcome.UNCHANGED),
        (f"KE,available,{SOON},", [stated("available", SOON, area=ES)], Outcome.NEW),
    ],
)  # fmt: skip
def test_what_a_line_would_do(line, current, outcome):
    [found] = read(f"place,status,from,to\n{line}\n", programme="QOPI").lines
    assert rules.outcome(found, current, at=NOW) is outcome


@pytest.mark.parametrize("mine, outcome", [("", Outcome.UNCHANGED), ("Ask.", Outcome.UNCHANGED), ("Ask first.", Outcome.CHANGED)])
def test_a_note_counts_where_the_file_gives_one(mine, outcome):
    [found] = read(f"place,status,from,note\nKE,available,{SOON},{mine}\n", programme="QOPI").lines
    assert rules.outcome(found, [stated("available", SOON, notes=(("en", "Ask."),))], at=NOW) is outcome


@pytest.mark.parametrize(
    "before, after, is_correction",
    [
        ([stated("available", SOON)], [], False),
        ([stated("available", PAST)], [], True),
        ([stated("available", PAST)], [stated("available", PAST, SOON)], False),
        ([stated("available", PAST)], [stated("available", PAST, "2025-01-01")], True),
        ([stated("available", PAST)], [stated("pilot", PAST)], True),
        ([stated("available", PAST)], [stated("available", PAST, SOON), stated("pilot", SOON)], False),
        ([], [stated("available", PAST)], False),
        ([stated("available", PAST)], [stated("available", PAST, "2026-11-22"), stated("pilot", "2026-11-22")], False),
        ([stated("available", PAST)], [stated("available", PAST, "2026-11-21"), stated("pilot", "2026-11-21")], True),
    ],
)
def test_what_alters_the_past(before, after, is_correction):
    assert alters_the_past(before, after, by=NOW) is is_correction
