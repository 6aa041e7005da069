"""What a stamp says and where it stands."""

from datetime import date

import pytest

from media.stamping import rules
from media.stamping.rules import Box, Mark

MARK = Mark(licensee="Fundación ECO", licence="QL-2026-0042", person="María Pérez", on=date(2026, 11, 22), download="D-7F3K")


def test_the_line_names_licensee_licence_person_day_and_download():
    assert rules.visible_line(MARK) == "Licensed to Fundación ECO · QL-2026-0042 · María Pérez · 22 November 2026 · D-7F3K"


def test_a_demo_copy_says_so_first():
    demo = Mark("Fundación ECO", "QL-2026-0042", "María Pérez", date(2027, 3, 1), "D-7F3K", demo=True)
    assert rules.visible_line(demo) == "DEMO · Licensed to Fundación ECO · QL-2026-0042 · María Pérez · 1 March 2027 · D-7F3K"


@pytest.mark.parametrize("file_language, stamp", [("en", "en"), ("es", "es"), ("fr", "en"), ("ar", "en"), ("", "en")])
def test_a_stamp_speaks_the_files_language_where_it_has_words_in_it(file_language, stamp):
    assert rules.stamp_language(file_language) == stamp


@pytest.mark.parametrize(
    "demo, on, line",
    [
        (False, date(2026, 1, 1), "Con licencia para Fundación ECO · L-1 · María Pérez · 1 de enero de 2026 · D-7F3K"),
        (True, date(2026, 9, 30), "DEMO · Con licencia para Fundación ECO · L-1 · María Pérez · 30 de septiembre de 2026 · D-7F3K"),
    ],
)
def test_the_line_in_spanish(demo, on, line):
    mark = Mark("Fundación ECO", "L-1", "María Pérez", on, "D-7F3K", demo=demo, language="es")
    assert rules.visible_line(mark) == line
    assert rules.hidden(mark) == rules.hidden(Mark("Fundación ECO", "L-1", "María Pérez", on, "D-7F3K", demo=demo))


def test_names_are_composed_and_kept_on_one_line():
    untidy = Mark("Fundacio\u0301n\n  ECO ", "QL-2026-0042", "María\tPérez", date(2026, 11, 22), "D-7F3K")
    assert rules.visible_line(untidy) == rules.visible_line(MARK)
    assert rules.hidden(untidy) == rules.hidden(MARK)


def test_the_hidden_facts_are_the_visible_ones():
    assert rules.hidden(MARK) == {
        "licensee": "Fundación ECO",
        "licence": "QL-2026-0042",
        "person": "María Pérez",
        "on": "2026-11-22",
        "download": "D-7F3K",
        "demo": "no",
    }


@pytest.mark.parametrize("text, answer", [("ECO", False), ("", False), ("12 (ECO) شركة", False), ("(شركة) ECO", True), ("5 אגודה", True)])
def test_the_first_letter_says_from_where_a_name_is_read(text, answer):
    assert rules.is_right_to_left(text) is answer


@pytest.mark.parametrize("natural, size", [(0, 6.5), (300, 6.5), (480, 6.5), (960, 3.25)])
def test_a_long_line_is_set_smaller(natural, size):
    assert rules.line_size(natural) == size


PAPER = [
    (595.28, 841.89),
    (841.89, 595.28),
    (612, 792),
    (419.53, 595.28),
    (960, 540),
    (720, 405),
    (1920, 1080),
    (2384, 3370),
    (200, 100),
    (90, 90),
]


@pytest.mark.parametrize("width, height", PAPER)
@pytest.mark.parametrize("turned", [0, 90, 180, 270])
@pytest.mark.parametrize("unit", [1.0, 2.0])
def test_the_line_stands_whole_inside_the_visible_page(width, height, turned, unit):
    visible = Box(30, -40, 30 + width / unit, -40 + height / unit)
    a, b, c, d, e, f = rules.foot_of_page(visible, turned=turned, unit=unit)
    left, low, right, high = rules.LINE_BOX
    for x, y in ((left, low), (left, high), (right, low), (right, high)):
        assert visible.left < a * x + c * y + e < visible.right
        assert visible.bottom < b * x + d * y + f < visible.top


@pytest.mark.parametrize(
    "turned, matrix",
    [(0, (1, 0, 0, 1, 300, 15)), (90, (0, 1, -1, 0, 585, 425)), (180, (-1, 0, 0, -1, 300, 835)), (270, (0, -1, 1, 0, 15, 425))],
)
def test_the_line_is_upright_at_the_foot_as_the_page_is_seen(turned, matrix):
    found = rules.foot_of_page(Box(0, 0, 600, 850), turned=turned, unit=1.0)
    assert found == pytest.approx(matrix, abs=0.6)


@pytest.mark.parametrize(
    "width, height, scale", [(595.28, 841.89, 1.0), (960, 540, 1.068), (2384, 3370, 4.004), (419.53, 595.28, 0.823), (498, 708, 0.85)]
)
def test_the_line_grows_with_large_pages_and_stays_readable_on_small_ones(width, height, scale):
    assert rules.line_scale(width, height) == pytest.approx(scale, abs=0.001)


def test_on_a4_the_line_stays_below_a_normal_margin():
    scale = rules.line_scale(595.28, 841.89)
    assert scale * (rules.FOOT + rules.LINE_BOX[3]) < 36
