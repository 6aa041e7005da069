"""One Spanish word for one concept, on every screen."""

from pathlib import Path

import pytest

MESSAGES = Path(__file__).parents[2] / "i18n/locale/es/LC_MESSAGES/django.po"
OTHERWISE = {  # what somebody wrote once -> the word that stands everywhere
    "propietari": "responsable",
    "denominación social": "denominación legal",
    "tarifario": "tabla de tarifas",
    "lista de tarifas": "tabla de tarifas",
    "contacto de finanzas": "contacto financiero",
}


@pytest.mark.parametrize("word", OTHERWISE)
def test_a_concept_has_one_word(word):
    text = MESSAGES.read_text(encoding="utf-8").replace('"\n"', "").lower()
    assert word not in text, f"say {OTHERWISE[word]!r}"
