import pytest

from i18n.places.rules import closeness, sort_key
from portal.core.text import fold


@pytest.mark.parametrize(
    "language, names",
    [
        ("en", ["Afghanistan", "Åland Islands", "the Bahamas", "Bahrain", "Côte d’Ivoire", "Croatia", "the Philippines", "Türkiye"]),
        ("es", ["Canadá", "Chile", "El Salvador", "Emiratos Árabes Unidos", "España", "Níger", "Ñandú", "Omán"]),
        ("fr", ["Égypte", "Émirats arabes unis", "Équateur", "Espagne", "La Réunion", "Roumanie"]),
        ("ar", ["الأرجنتين", "الأردن", "إسبانيا", "البرازيل", "تركيا"]),
    ],
)
def test_names_are_sorted_without_article_and_accent(language, names):
    reversed_names = names[::-1]
    assert sorted(reversed_names, key=lambda name: sort_key(name, language)) == names


@pytest.mark.parametrize(
    "asked, names, fit",
    [
        ("Espana", ("España", "Spain"), 0),
        ("esp", ("España",), 1),
        ("unidos", ("Emiratos Árabes Unidos",), 2),
        ("gua", ("Nicaragua",), 3),
        ("ua", ("Nicaragua",), None),
        ("xyz", ("Spain",), None),
    ],
)
def test_how_well_a_name_fits(asked, names, fit):
    assert closeness(fold(asked), tuple(fold(name) for name in names)) == fit
