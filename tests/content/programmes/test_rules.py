"""What a text on costs never says, and when a translation is out of date."""

import pytest

from content.programmes.rules import fingerprint, is_outdated, language_codes, made_from, says_free

FIELDS, LANGUAGES = ("cost",), ("es", "fr")


@pytest.mark.check("AC5")
@pytest.mark.parametrize(
    "text, word",
    [
        ("Participation is free.", "free"),
        ("La participación es gratuita.", "gratuita"),
        ("É grátis.", "grátis"),
        ("C’est gratuit.", "gratuit"),
        ("المشاركة مجانية", "مجانية"),
        ("There is no participation fee; the practice bears the staff time.", ""),
        ("Freedom to choose", ""),
    ],
)
def test_ac5_a_cost_is_never_called_free(text, word):
    assert says_free(text) == word


@pytest.mark.parametrize("text, codes", [("", []), ("en", ["en"]), ("en, PT-br; en", ["en", "pt-br"])])
def test_codes_of_languages_are_read(text, codes):
    assert language_codes(text) == codes


def test_what_is_no_code_is_refused():
    with pytest.raises(ValueError, match="English"):
        language_codes("English!")


NEW, OLD = fingerprint("New."), fingerprint("Old.")


@pytest.mark.check("AC6")
@pytest.mark.parametrize(
    "kept, before, after, confirmed, expected",
    [
        ({}, {}, {"cost_en": "Old.", "cost_es": "Viejo."}, (), {"cost_es": OLD}),  # translated with its English
        ({"cost_es": OLD}, {"cost_en": "Old.", "cost_es": "Viejo."}, {"cost_en": "New.", "cost_es": "Viejo."}, (), {"cost_es": OLD}),
        (
            {},
            {"cost_en": "Old.", "cost_es": "Viejo."},
            {"cost_en": "New.", "cost_es": "Viejo."},
            (),
            {"cost_es": OLD},
        ),  # older than this rule
        ({"cost_es": OLD}, {"cost_en": "New.", "cost_es": "Viejo."}, {"cost_en": "New.", "cost_es": "Nuevo."}, (), {"cost_es": NEW}),
        (
            {"cost_es": OLD},
            {"cost_en": "New.", "cost_es": "Viejo."},
            {"cost_en": "New.", "cost_es": "Viejo."},
            ("cost_es",),
            {"cost_es": NEW},
        ),
        ({"cost_es": OLD}, {"cost_en": "New.", "cost_es": "Viejo."}, {"cost_en": "New.", "cost_es": ""}, (), {}),
    ],
    ids=["made together", "the English moves on", "without a fingerprint", "translated anew", "said to fit", "taken away"],
)
def test_ac6_a_translation_keeps_the_english_it_was_made_from(kept, before, after, confirmed, expected):
    assert made_from(kept, before=before, after=after, fields=FIELDS, languages=LANGUAGES, confirmed=confirmed) == expected


@pytest.mark.check("AC6")
@pytest.mark.parametrize("kept, outdated", [({"cost_es": OLD}, True), ({"cost_es": NEW}, False), ({}, False)])
def test_ac6_it_is_out_of_date_once_the_english_is_another(kept, outdated):
    assert is_outdated(kept, "cost_es", " New.\n") is outdated
