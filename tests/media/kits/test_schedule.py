from datetime import timedelta

import pytest

from licensing.offerings import kit_lists
from media.kits.models import Kit, KitFile, KitItem, KitRelease
from media.kits.schedule import kit_list
from tests.clock import NOW, TICK
from tests.licensing import deal as deals

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def release(number: str, at, **fields) -> KitRelease:
    offering = deals.offering()
    kit, _ = Kit.objects.get_or_create(slug="qtp1", offering=offering, defaults={"name_en": "Kit"})
    major, minor = map(int, number.split("."))
    made = KitRelease.objects.create(
        kit=kit, number=number, major=major, minor=minor, state="released" if at else "draft", released_at=at, **fields
    )
    right = offering.rights.get(code="slides")
    item = KitItem.objects.create(
        release=made, slug="deck", name_en=f"Deck {number}", name_es=f"Diapositivas {number}", right=right, audience="faculty"
    )
    for language in ("en", "es"):
        KitFile.objects.create(
            item=item, language=language, name=f"{language}.pdf", content_type="application/pdf", size=1, sha256=language * 32, crc32=1,
            vault_key=f"kits/{number}/{language}", uploaded_name="x", uploaded_sha256="0" * 64, uploaded_at=NOW,
        )  # fmt: skip
    return made


def listed(at, language="en"):
    return [(line.item, line.language, line.audience, line.sha256) for line in kit_list(deals.offering().pk, None, language, at)]


def test_the_release_that_is_current_on_the_day_is_listed_with_its_hashes():
    release("2.0", NOW)
    release("2.1", NOW + DAY)
    release("3.0", None)
    assert listed(NOW - TICK) == []
    assert listed(NOW) == [("Deck 2.0 (PDF)", "en", "faculty", "en" * 32), ("Deck 2.0 (PDF)", "es", "faculty", "es" * 32)]
    assert {line[0] for line in listed(NOW + DAY, "es")} == {"Diapositivas 2.1 (PDF)"}


def test_a_withdrawn_release_is_listed_until_it_was_withdrawn():
    release("2.0", NOW)
    release("2.1", NOW, withdrawn_at=NOW + DAY, withdrawn_reason="Error")
    assert [listed(at)[0][0] for at in (NOW, NOW + DAY)] == ["Deck 2.1 (PDF)", "Deck 2.0 (PDF)"]


def test_agreements_ask_it():
    assert kit_list in kit_lists.PROVIDERS
