"""What the front page and the schedules of two agreements state otherwise."""

import json
from copy import deepcopy
from dataclasses import asdict

import pytest

from licensing.agreements.stated import Difference, differences
from licensing.agreements.text import KeyTerm, Party, Representative, Schedule


def text(language: str = "en", **changes) -> dict:
    said = {
        "en": ("Territory", "Fee", "Licensee", "Fee and how it was computed", "Total"),
        "es": ("Territorio", "Tarifa", "Licenciatario", "Tarifa y cálculo", "Total"),
    }[language]
    signers = (Representative("Maria Ek", "Chair", "signing jointly"), Representative("Astrid Holm", "Treasurer", "signing jointly"))
    parts = {
        "key_terms": (
            KeyTerm(said[0], "Spain"),
            KeyTerm(said[1], "EUR 2,800.00", "List of 1 July 2026"),
            KeyTerm(said[2], "ECO, a foundation"),
        ),
        "parties": (
            Party("licensor", "The Licensor", "", "", "1 Demo Plaza"),
            Party("licensee", "ECO", "a foundation", "REG-1", "1 Calle\nMadrid", signers),
        ),
        "schedules": (
            Schedule("A", "Schedule A: Kit", "The kit.", ("File", "SHA-256"), (("Deck 1", "aaaa\nbbbb"), ("Deck 2", "cccc"))),
            Schedule("B", said[3], "", (), ((said[4], "EUR 2,800.00"),)),
        ),
    } | changes
    return json.loads(json.dumps({"language": language, **{name: [asdict(one) for one in many] for name, many in parts.items()}}))


BEFORE = text()


def changed(change) -> list[Difference]:
    after = deepcopy(BEFORE)
    change(after)
    return differences(BEFORE, after)


def put(*path, value):
    def change(after):
        *way, last = path
        for step in way:
            after = after[step]
        after[last] = value

    return change


@pytest.mark.row("H2")
@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (lambda after: None, []),
        (put("key_terms", 0, "value", value="Spain and Portugal"), [Difference("Territory", "Spain", "Spain and Portugal")]),
        (put("key_terms", 1, "value", value="EUR 2,940.00"), [Difference("Fee", "EUR 2,800.00", "EUR 2,940.00")]),
        (put("key_terms", 1, "note", value=""), [Difference("Fee", "List of 1 July 2026", "")]),
        (put("key_terms", 2, "value", value="ECO, a society"), [Difference("Licensee", "ECO, a foundation", "ECO, a society")]),
        (put("parties", 1, "address", value="2 Calle\nMadrid"), [Difference("Licensee", "1 Calle", "2 Calle")]),
        (put("parties", 0, "address", value="2 Plaza"), [Difference("Licensor", "1 Demo Plaza", "2 Plaza")]),
        (
            put("parties", 1, "represented_by", 1, "name", value="Per Berg"),
            [Difference("Represented by", "Astrid Holm, Treasurer, signing jointly", "Per Berg, Treasurer, signing jointly")],
        ),
        (put("schedules", 0, "body", value="The course kit."), [Difference("Schedule A: Kit", "The kit.", "The course kit.")]),
        (put("schedules", 0, "rows", 0, value=("Deck 1", "dddd")), [Difference("Schedule A: Kit", "Deck 1 · aaaa bbbb", "Deck 1 · dddd")]),
        (put("schedules", 0, "rows", value=[("Deck 2", "cccc"), ("Deck 1", "aaaa\nbbbb")]), []),  # another order is no other fact
        (
            put("schedules", 1, "rows", value=[("Waiver of 50%", "EUR -1,400.00"), ("Total", "EUR 2,800.00")]),
            [Difference("Schedule B: Fee and how it was computed", "", "Waiver of 50% · EUR -1,400.00")],
        ),
        (
            put("schedules", 0, "title", value="Schedule A: Course kit"),
            [Difference("Schedule A: Course kit", "Schedule A: Kit", "Schedule A: Course kit")],
        ),
        (put("schedules", 0, "columns", value=("File", "MD5")), [Difference("Schedule A: Kit", "File · SHA-256", "File · MD5")]),
        (
            put("schedules", 1, "rows", value=[("Total", "EUR 2,800.00")] * 2),
            [Difference("Schedule B: Fee and how it was computed", "", "Total · EUR 2,800.00")],
        ),
        (lambda after: after["schedules"].pop(), [Difference("Schedule B: Fee and how it was computed", "Total · EUR 2,800.00", "")]),
    ],
)
def test_what_differs_is_told_under_its_label_and_nothing_else(change, expected):
    assert changed(change) == expected


def test_what_stood_twice_and_stands_once_is_gone_once():
    before = deepcopy(BEFORE)
    before["schedules"][0]["rows"] *= 2
    assert differences(before, BEFORE) == [Difference("Schedule A: Kit", "Deck 1 · aaaa bbbb\nDeck 2 · cccc", "")]


def test_special_terms_that_came_in_stand_under_their_heading():
    special = asdict(Schedule("G", "", rows=(("G.1", "4", "Two events at least."),), special=True))
    assert changed(lambda after: after["schedules"].append(special)) == [
        Difference("Schedule G: Special terms", "", "G.1 · 4 · Two events at least.")
    ]


def test_reading_copies_are_compared_in_the_words_of_their_language():
    after = text(
        "es", key_terms=(KeyTerm("Territorio", "España y Portugal"), KeyTerm("Tarifa", "2.800,00 EUR"), KeyTerm("Licenciatario", "ECO"))
    )
    before = text("es", key_terms=(KeyTerm("Territorio", "España"), KeyTerm("Tarifa", "2.800,00 EUR"), KeyTerm("Licenciatario", "ECO")))
    assert differences(before, after) == [Difference("Territorio", "España", "España y Portugal")]
    signers = (Representative("Maria Ek", "Chair", "firma individual"),)
    alone = text("es", parties=(Party("licensor", "The Licensor", "", "", "1 Demo Plaza"), Party("licensee", "ECO", "", "", "", signers)))
    assert "Representado por" in [one.label for one in differences(text("es"), alone)]
