"""Kits from parsed data, as a catalogue brings them."""

import pytest

from media.kits.actions import NotReady
from media.kits.models import Kit, KitFile, KitRelease
from media.load import Entry, load_kits
from tests import build
from tests.clock import NOW
from tests.media import story

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("vault")]


def spec(code: str = "QCS-DH", **more) -> dict:
    kit = {
        "code": "qcs",
        "offering": code,
        "name": {"en": "Symposium kit"},
        "release": "1.0",
        "released_days_ago": 10,
        "notes": {"en": "First."},
    }
    items = [{"code": "slides-1", "modify": "append", "hand_out": True, "embargo": True}]
    return {"kit": [{**kit, "items": items, **more}]}


def entries(folder, items=story.SYMPOSIUM) -> list[Entry]:
    found = []
    for slug, (right, audience, _languages) in items.items():
        for language in ("en", "es"):
            path = folder / f"{slug}-{language}.{'svg' if right == 'logo' else 'pdf'}"
            path.write_bytes(story.SVG if right == "logo" else story.master())
            found.append(Entry("qcs", "1.0", slug, right, audience, language, path.name, path, f"{slug} ({language})"))
    return found


def test_a_catalogue_is_loaded_through_the_intake_and_released(tmp_path):
    build.offering("QCS-DH")
    assert load_kits(entries(tmp_path), spec(), edition=build.edition, now=NOW) == 1
    release = KitRelease.objects.get()
    assert (release.kit.slug, release.number, release.state, release.edition) == ("qcs", "1.0", "released", build.edition())
    slides, logo = release.items.get(slug="slides-1"), release.items.get(slug="logo")
    assert (slides.name_es, slides.embargo_until, slides.modify, slides.attendees_keep) == (
        "slides-1 (es)",
        release.edition.embargo_until,
        "append",
        True,
    )
    assert (slides.stamped, logo.stamped, logo.embargo_until) == (True, False, None)
    assert {file.stamp_slots is None for file in logo.files.all()} == {True}
    assert KitFile.objects.count() == 10


def test_a_second_load_changes_nothing(tmp_path):
    build.offering("QCS-DH")
    files = entries(tmp_path)
    load_kits(files, spec(), edition=build.edition, now=NOW)
    assert load_kits(files, spec(), edition=build.edition, now=NOW) == 0
    assert (Kit.objects.count(), KitRelease.objects.count(), KitFile.objects.count()) == (1, 1, 10)


def test_a_catalogue_that_lacks_a_right_releases_nothing(tmp_path):
    build.offering("QCS-DH")
    without = {slug: row for slug, row in story.SYMPOSIUM.items() if slug != "briefing"}
    with pytest.raises(NotReady) as refused:
        load_kits(entries(tmp_path, without), spec(), edition=build.edition, now=NOW)
    assert refused.value.facts["missing"].rights == ["briefing"]
    assert not KitRelease.objects.filter(state="released").exists()
