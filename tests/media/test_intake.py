import hashlib
import zlib
from io import BytesIO

import pikepdf
import pytest

from media import intake
from media.kits import actions
from media.kits.models import KitFile
from media.kits.rules import LIMIT, NotAccepted
from portal.core.vault.places import vault as the_vault
from tests import build
from tests.clock import NOW
from tests.media import story
from tests.media.stamping import samples

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("vault")]


@pytest.fixture
def release():
    return actions.draft_release(story.kit(), "1.0")


@pytest.fixture
def deck(release):
    return story.item(release, "deck-1", "slides", "faculty")


@pytest.fixture
def logo(release):
    return story.item(release, "logo", "logo", "designer")


def stored(folder) -> list[str]:
    return [path.name for path in folder.rglob("*") if path.is_file()]


def test_type_size_and_sums_are_computed_here(logo):
    file = story.take_in(logo, story.SVG, name="Logo.png")
    assert (file.content_type, file.name, file.uploaded_name) == ("image/svg+xml", "Logo.svg", "Logo.png")
    assert (file.size, file.sha256, file.crc32) == (len(story.SVG), hashlib.sha256(story.SVG).hexdigest(), zlib.crc32(story.SVG))
    assert file.uploaded_sha256 == file.sha256
    assert file.stamp_slots is None
    assert b"".join(the_vault().read(file.vault_key)) == story.SVG


@pytest.mark.row("A3")
def test_a_pdf_is_prepared_once_for_every_stamp(deck):
    content = story.master()
    file = story.take_in(deck, content)
    kept = b"".join(the_vault().read(file.vault_key))
    assert file.uploaded_sha256 == hashlib.sha256(content).hexdigest()
    assert (file.size, file.sha256, file.crc32) == (len(kept), hashlib.sha256(kept).hexdigest(), zlib.crc32(kept))
    assert file.stamp_slots["size"] == len(kept)


def test_a_pdf_without_stamp_is_kept_as_it_came(release):
    item = story.item(release, "notice", "manual", "faculty", stamped=False)
    content = story.master()
    file = story.take_in(item, content)
    assert b"".join(the_vault().read(file.vault_key)) == content
    assert file.stamp_slots is None


def test_the_same_bytes_twice_are_stored_once(deck, release, vault):
    content = story.master()
    first, again = story.take_in(deck, content), story.take_in(deck, content, now=NOW)
    other = story.take_in(story.item(release, "deck-2", "slides", "faculty"), content)
    assert first.pk == again.pk != other.pk
    assert first.vault_key == again.vault_key == other.vault_key
    assert len(stored(vault)) == 1


def test_another_file_of_the_same_name_takes_its_place_in_a_draft(deck):
    story.take_in(deck, story.master(2))
    file = story.take_in(deck, story.master(3))
    assert KitFile.objects.get().sha256 == file.sha256


REFUSED = [
    (b"", "deck.pdf", "en", "empty"),
    (b"<html>", "deck.pdf", "en", "unknown_type"),
    (b"PK\x03\x04", "deck.pptx", "en", "damaged"),
    (story.PNG, "deck.pdf", "en", "not_stampable"),
    (story.SVG, "deck.svg", "en", "not_stampable"),
    (b"<svg><script/></svg>", "deck.svg", "en", "active_content"),
    (b"%PDF-1.7 cut short", "deck.pdf", "en", "damaged"),
    (samples.written(samples.plain(1), encryption=pikepdf.Encryption(owner="o")), "deck.pdf", "en", "encrypted"),
    (story.master(), "العرض.pdf", "en", "unreadable_name"),
    (story.master(), "deck.pdf", "English", "unknown_language"),
]


@pytest.mark.parametrize("content, name, language, code", REFUSED, ids=[row[3] + str(number) for number, row in enumerate(REFUSED)])
def test_a_refused_file_leaves_nothing_behind(deck, vault, content, name, language, code):
    with pytest.raises(NotAccepted) as refused:
        story.take_in(deck, content, name=name, language=language)
    assert refused.value.code == code
    assert (KitFile.objects.count(), stored(vault)) == (0, [])


def test_a_pdf_with_scripts_is_refused_by_the_reason_the_stamping_gives(deck):
    pdf = samples.plain(1)
    pdf.Root.OpenAction = pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS=pikepdf.String("app.alert(1)"))
    with pytest.raises(NotAccepted) as refused:
        story.take_in(deck, samples.written(pdf))
    assert refused.value.code == "javascript"


def test_a_file_larger_than_the_limit_is_refused_before_it_is_looked_into(deck):
    class Endless(BytesIO):
        def read(self, size=-1):
            return b"%PDF-" + bytes(LIMIT // 4)

    with pytest.raises(NotAccepted) as refused:
        intake.take_in(deck.pk, Endless(), name="deck.pdf", language="en", by_id=None, now=NOW)
    assert (refused.value.code, refused.value.facts) == ("too_large", {"limit": LIMIT})


def test_one_name_stands_for_one_file_of_a_release_and_language(deck, release):
    story.take_in(deck, story.master(), name="deck.pdf")
    other = story.item(release, "deck-2", "slides", "participant")
    with pytest.raises(NotAccepted) as refused:
        story.take_in(other, story.master(3), name="deck .pdf")
    assert (refused.value.code, refused.value.facts) == ("name_taken", {"name": "deck.pdf"})
    assert story.take_in(other, story.master(3), name="deck.pdf", language="es").item == other
    assert KitFile.objects.filter(item=other).count() == 1


def test_nothing_enters_a_release_that_is_out(vault):
    release = story.released()
    before = stored(vault)
    item = release.items.get(slug="deck-1")
    with pytest.raises(NotAccepted) as refused:
        story.take_in(item, story.master(9))
    assert refused.value.code == "released"
    assert (stored(vault), item.files.count()) == (before, 2)


def test_who_brought_it_and_when_is_kept(deck):
    editor = build.user()
    file = intake.take_in(deck.pk, BytesIO(story.master()), name="a.pdf", language="en", by_id=editor.pk, now=NOW)
    assert (file.uploaded_by, file.uploaded_at) == (editor, NOW)
