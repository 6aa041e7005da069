"""Figures as sentences in five languages, and the plural words of every unit."""

from datetime import date

import pytest

from content.figures.rules import QUALIFIERS, UNITS, Count, counted, sentence, typed, when
from i18n.formats import LOCALES, locale

PHYSICIANS, PRACTICES = Count(557, "physician"), Count(21, "practice")


@pytest.mark.check("AC7")
@pytest.mark.parametrize(
    "language, scope, expected",
    [
        ("en", "outside the United States", "557 physicians from 21 practices outside the United States (2018)"),
        ("es", "fuera de los Estados Unidos", "557 médicos de 21 centros fuera de los Estados Unidos (2018)"),
        ("pt-br", "fora dos Estados Unidos", "557 médicos de 21 clínicas fora dos Estados Unidos (2018)"),
        ("fr", "hors des États-Unis", "557 médecins de 21 centres hors des États-Unis (2018)"),
        ("ar", "خارج الولايات المتحدة", "557 طبيبًا من 21 مركزًا خارج الولايات المتحدة (2018)"),
    ],
)
def test_ac7_two_figures_make_one_sentence_with_its_year_in_five_languages(language, scope, expected):
    time = when(first_day=date(2018, 1, 1), last_day=date(2018, 12, 31), as_of=date(2019, 9, 25), language=language)
    assert sentence(PHYSICIANS, language, time=time, whom=PRACTICES, scope=scope) == expected


@pytest.mark.check("AC7")
@pytest.mark.parametrize(
    "value, expected",
    [
        (0, "0 مركز"),
        (1, "مركز واحد"),
        (2, "مركزان"),
        (3, "3 مراكز"),
        (10, "10 مراكز"),
        (11, "11 مركزًا"),
        (99, "99 مركزًا"),
        (100, "100 مركز"),
        (102, "102 مركز"),
        (103, "103 مراكز"),
        (1021, "1,021 مركزًا"),
    ],
)
def test_ac7_arabic_has_six_forms(value, expected):
    assert counted(Count(value, "practice"), "ar") == expected


def test_the_arabic_dual_takes_its_other_case_after_more_than_and_from():
    assert counted(Count(2, "practice", "more_than"), "ar") == "أكثر من مركزين"
    assert sentence(Count(30, "physician"), "ar", time="2018", whom=Count(2, "practice")) == "30 طبيبًا من مركزين (2018)"


@pytest.mark.parametrize(
    "language, value, expected",
    [
        ("en", 1, "1 practice"),
        ("en", 0, "0 practices"),
        ("es", 1, "1 centro"),
        ("es", 1_000_000, "1.000.000 de centros"),
        ("pt-br", 0, "0 clínica"),
        ("fr", 0, "0 centre"),
        ("fr", 1_000_000, "1 000 000 de centres"),
    ],
)
def test_a_number_and_its_unit_agree(language, value, expected):
    assert counted(Count(value, "practice"), language).replace("\u202f", " ").replace("\xa0", " ") == expected


def test_every_unit_has_words_for_every_plural_of_every_language():
    for unit, languages in UNITS.items():
        assert languages.keys() == LOCALES.keys(), unit
        for language, words in languages.items():
            assert {*locale(language).plural_form.tags, "other"} <= words.keys(), (unit, language)
    assert all(words.keys() == LOCALES.keys() for words in QUALIFIERS.values())


@pytest.mark.parametrize(
    "days, expected",
    [
        ((None, None), "as of 25 September 2019"),
        ((date(2016, 1, 1), date(2018, 12, 31)), "2016–2018"),
        ((date(2018, 3, 1), date(2018, 8, 31)), "1 March 2018 to 31 August 2018"),
    ],
)
def test_the_time_of_a_figure_is_its_period_or_its_day(days, expected):
    assert when(first_day=days[0], last_day=days[1], as_of=date(2019, 9, 25), language="en") == expected


@pytest.mark.parametrize(
    "text, found",
    [
        ("More than 1,000 practices took part.", ["1,000 practices"]),
        ("170 evidence-based quality measures", ["170 evidence-based quality measures"]),
        ("Participaron 557 médicos de 21 centros.", ["557 médicos", "21 centros"]),
        ("Apply 9 to 12 months before; two to four people, one workshop.", []),
        ("L-2026-0001", []),
    ],
)
def test_a_figure_typed_into_a_text_is_found(text, found):
    assert typed(text) == found
