"""A place has one name for a reader, wherever it is asked for: lists, pages, mails, agreements."""

import pytest
from django.utils import translation
from django.utils.html import conditional_escape

from i18n.places.models import Area
from i18n.places.queries import name_in, named
from i18n.places.rules import best_name, called, name_columns
from licensing.agreements.naming import place_name


def test_the_readers_language_comes_before_english_and_staff_before_cldr():
    assert name_columns("pt-br") == {"staff_name_pt_br": "pt-br", "name_pt_br": "pt-br", "staff_name_en": "en", "name_en": "en"}
    assert name_columns("en") == name_columns("de") == {"staff_name_en": "en", "name_en": "en"}


@pytest.mark.parametrize(
    ("names", "found"),
    [
        (("a", "b", "c", "d"), ("a", "fr")),
        ((None, "b", "c", "d"), ("b", "fr")),
        (("", "", "c", "d"), ("c", "en")),
        (("", None, "", "d"), ("d", "en")),
        (("", None, "", ""), ("CI", "en")),
    ],
)
def test_the_first_name_there_is_with_its_language(names, found):
    assert best_name(zip(names, ("fr", "fr", "en", "en"), strict=True), "CI") == found


STAFF_FR, CLDR_FR = "Côte-d’Ivoire (équipe)", "Côte d’Ivoire"


@pytest.mark.parametrize(
    ("staff_fr", "name_fr", "staff_en", "shown", "its"),
    [
        (STAFF_FR, CLDR_FR, "Ivory Coast", STAFF_FR, "fr"),
        ("", CLDR_FR, "Ivory Coast", CLDR_FR, "fr"),  # a French reader reads French, though staff wrote an English name
        ("", "", "Ivory Coast", "Ivory Coast", "en"),
        ("", "", "", "Cote d'Ivoire", "en"),
    ],
)
@pytest.mark.django_db
def test_whoever_asks_reads_the_same_name(staff_fr, name_fr, staff_en, shown, its):
    facts = {"staff_name_fr": staff_fr, "name_fr": name_fr, "staff_name_en": staff_en, "name_en": "Cote d'Ivoire"}
    pk = Area.objects.create(code="CI", **facts).pk
    area, listed = Area.objects.get(pk=pk), named("fr")[pk]
    assert called(area, "fr") == (shown, its)
    with translation.override("fr"):
        assert (area.shown_name, str(area)) == (shown, shown)
    assert (listed.name, listed.in_english, place_name(area, "fr")) == (shown, its == "en", shown)
    assert name_in(area, "fr") == name_in(listed, "fr") == shown
    among_english = conditional_escape(name_in(area, "fr"))
    assert among_english == conditional_escape(name_in(listed, "fr"))
    assert ('lang="fr"' in among_english) == (its == "fr")
    assert ('lang="en"' in conditional_escape(name_in(area, "fr", among="fr"))) == (its == "en")
