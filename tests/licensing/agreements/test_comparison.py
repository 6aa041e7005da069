import pytest

from licensing.agreements.comparison import compare, words
from licensing.agreements.text import NumberedClause


def clauses(*told: str) -> list[NumberedClause]:
    """Return clauses from ``code:version:body``, numbered in order."""
    return [NumberedClause(at, *_told(one)) for at, one in enumerate(told, start=1)]


def _told(one: str) -> tuple[str, int, str, str]:
    code, version, body = one.split(":")
    return code, int(version), code.title(), body


@pytest.mark.row("H2")
@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        (["a:1:x", "b:1:y"], ["a:1:x", "b:1:y"], ["a same", "b same"]),
        (["a:1:x", "b:1:y"], ["b:1:y", "a:1:x"], ["b same", "a same"]),  # another number is no other clause
        (["a:1:EUR 2,800"], ["a:1:EUR 2,940"], ["a changed"]),
        (["a:1:x"], ["a:2:y"], ["a changed reworded"]),
        (["a:1:x"], ["a:2:x"], ["a same"]),  # a new version with the same words for this reader
        (["a:1:x"], ["a:1:x", "b:1:y"], ["a same", "b new"]),
        (["a:1:x", "b:1:y", "c:1:z"], ["c:1:z", "a:1:x"], ["c same", "a same", "b gone"]),
        (["b:1:y", "a:1:x"], ["a:1:x"], ["b gone", "a same"]),
        (["a:1:x"], ["b:1:y"], ["a gone", "b new"]),
        ([], [], []),
    ],
)
def test_every_clause_of_both_texts_is_told_once(before, after, expected):
    found = compare(clauses(*before), clauses(*after))
    told = [f"{(one.after or one.before).code} {one.kind}{' reworded' if one.reworded else ''}" for one in found]
    assert told == expected


def test_a_special_term_or_another_title_makes_a_clause_another():
    plain = NumberedClause(1, "a", 1, "Fees", "x")
    for other in (NumberedClause(1, "a", 1, "Fees", "x", special="G.1"), NumberedClause(1, "a", 1, "Fees and taxes", "x")):
        assert [one.kind for one in compare([plain], [other])] == ["changed"]


@pytest.mark.parametrize(
    ("before", "after", "old", "new"),
    [
        ("Pay EUR 2,800 in 30 days.", "Pay EUR 2,940 in 30 days.", "Pay EUR [2,800 ]in 30 days.", "Pay EUR [2,940 ]in 30 days."),
        ("One.\n\n- two", "One.\n\n- two\n- three", "One.\n\n- two", "One.\n\n- two\n[- three]"),
        ("a b", "a\nb", "a b", "a\nb"),  # another line break is no other word
        ("x", "", "[x]", ""),
        ("", "", "", ""),
    ],
)
def test_the_words_in_which_two_texts_differ_are_marked_and_none_is_lost(before, after, old, new):
    parts = words(before, after)
    assert ["".join(part.text for part in side) for side in parts] == [before, after]
    assert ["".join(f"[{part.text}]" if part.differs else part.text for part in side) for side in parts] == [old, new]
