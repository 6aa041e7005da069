"""Letters as they are drawn: the expected strings are what a reader sees, from the left."""

import pytest

from media.stamping.script import forms, meaning, shown

SEEN = [
    ("Fundación (ECO)", "Fundación (ECO)"),
    (" · ", " · "),
    # joined, turned, lam and alef as one
    ("لا", "\ufefb"),
    ("سلام", "\u0645\ufefc\ufeb3"),
    ("الجمعية", "\ufe94\ufef4\ufecc\ufee4\ufea0\ufedf\u0627"),
    # marks of vowels are left out
    ("محمّد", "\ufeaa\ufee4\ufea4\ufee3"),
    # letters that a joiner keeps apart
    ("علی\u200cرضا", "\ufe8e\ufebf\u0631\ufbfd\ufee0\ufecb"),
    ("אב (גד) 12", "12 (דג) בא"),
    ("אב «גד»", "«דג» בא"),
    ("אב (DEMO)", "(DEMO) בא"),
    ("ECO (אב) 1", "ECO (בא) 1"),
    ("אב [ג (ד)]", "[(ד) ג] בא"),
    ("a) אב", "a) בא"),
    ("אב ٣٤", "٣٤ בא"),
]


@pytest.mark.parametrize("text, seen", SEEN)
def test_a_name_is_seen_as_its_readers_expect(text, seen):
    assert shown(text) == seen


def test_a_drawn_letter_means_what_was_written():
    assert [meaning(point) for point in (0x41, 0xFEE1, 0xFBFD, 0xFEFB)] == ["A", "م", "ی", "\ufefb"]


def test_every_letter_of_arabic_has_the_forms_that_joining_needs():
    letters = tuple(map(ord, "بسم"))
    assert {0xFE91, 0xFE92, 0xFE90} <= set(forms(letters))
    assert len(forms(letters)) == 9 + 8  # three forms each; lam and alef, plain and with three signs, twice each
