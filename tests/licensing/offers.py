"""Builders for tests of terms and money: they play the story through the real actions."""

from content.programmes.models import Programme
from licensing.offerings.models import LicenceOffering


def offering(code: str = "QTP1-L", **changed) -> LicenceOffering:
    """Return an offering with two rights and one paper; made once."""
    there = LicenceOffering.objects.filter(code=code).first()
    if there is not None:
        return there
    programme, _ = Programme.objects.get_or_create(code=code.partition("-")[0], defaults={"name": code.partition("-")[0]})
    facts = {"name_en": f"License {code}", "fee_unit": "licence", "term_years": 2, "kit_languages": ["en", "es"], **changed}
    made = LicenceOffering.objects.create(code=code, programme=programme, **facts)
    for position, (right, name) in enumerate([("slides", "Slides"), ("logo", "Logo")]):
        made.rights.create(code=right, name=name, position=position)
    made.evidence.create(code="signing_powers", name="Proof of signing powers")
    return made
