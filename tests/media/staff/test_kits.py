"""Kit editors at work: from an empty list to a release, and back; what others may not."""

import re
from datetime import UTC, datetime

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from media.kits import rules
from media.kits.models import Kit, KitFile, KitItem, KitRelease
from media.staff import words
from media.stamping.rules import REFUSALS as STAMPING
from tests import build
from tests.clock import NOW
from tests.media import hostile, story
from tests.media.stamping import decks

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("vault")]


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


@pytest.fixture
def editor(client):
    person = build.staff("Kit editors")
    client.force_login(person)
    return person


def text(response, status: int = 200) -> str:
    assert response.status_code == status
    return " ".join(re.sub(r"<[^>]+>", " ", response.content.decode()).split())


def refused(response) -> bool:
    """Say whether the door stayed shut: 403, or the CMS's own way of saying it, a message on its first page."""
    return response.status_code == 403 or (response.status_code == 302 and response.headers["Location"] == "/cms/")


def names(english: str, **more: str) -> dict[str, str]:
    return {"name_en": english, **{f"name_{language}": words for language, words in more.items()}}


def post_item(client, release, right: str, audience: str, **more):
    given = {
        **names(right.title()),
        "right": release.kit.offering.rights.get(code=right).pk,
        "audience": audience,
        "modify": "no",
        "stamped": "on",
    }
    return client.post(
        reverse("staff_kit_new_item", args=[release.pk]), {name: value for name, value in {**given, **more}.items() if value is not None}
    )


def upload(client, item, content: bytes, *, name: str = "file.pdf", language: str = "en"):
    return client.post(reverse("staff_kit_upload", args=[item.pk]), {"language": language, "file": SimpleUploadedFile(name, content)})


@pytest.mark.row("A3")
def test_a_kit_is_made_filled_and_released(client, editor):
    offering = build.offering()
    assert "No course kit yet" in text(client.get("/cms/kits/"))
    client.post("/cms/kits/new/", {**names("Workshop kit", es="Kit del taller"), "offering": offering.pk, "slug": "QTP1"})
    kit = Kit.objects.get()
    assert (kit.slug, kit.name_en, kit.name_es, kit.offering) == ("qtp1", "Workshop kit", "Kit del taller", offering)
    assert "This kit has no release yet" in text(client.get("/cms/kits/"))

    response = client.post("/cms/kits/qtp1/releases/new/", {"number": "1.0", "notes_en": "First.", "notes_es": "Primera."})
    release = KitRelease.objects.get()
    page = reverse("staff_kit_release", args=[release.pk])
    assert (response.headers["Location"], release.notes_es) == (page, "Primera.")
    said = text(client.get(page))
    assert "5 licensed rights have no file in English: Slides, Manual, Workbook, Organiser, and Logo." in said
    assert "Add the first item." in said

    for right, audience in (("slides", "faculty"), ("manual", "faculty"), ("workbook", "participant"), ("organiser", "organiser")):
        post_item(client, release, right, audience)
        upload(client, KitItem.objects.get(right__code=right), story.master(), name=f"{right}.pdf")
    post_item(client, release, "logo", "designer", stamped=None)
    said = text(client.get(page))
    assert "One licensed right has no file in English: Logo." in said and "One item has no file: Logo." in said
    assert "Release for good" not in said
    upload(client, KitItem.objects.get(right__code="logo"), story.SVG, name="logo.svg")

    said = text(client.get(page))
    assert "Every licensed right has its English file." in said
    client.post(reverse("staff_kit_release_now", args=[release.pk]), {"password": build.PASSWORD})
    release.refresh_from_db()
    assert (release.state, release.released_at, release.released_by) == ("released", NOW, editor)
    said = text(client.get(page))
    assert "Released. Licensees see it now." in said and "Add an item" not in said
    assert KitFile.objects.count() == 5


def test_the_item_page_shows_what_was_computed(client, editor):
    draft = story.draft()
    deck, logo = draft.items.get(slug="deck-1"), draft.items.get(slug="logo")
    said = text(client.get(reverse("staff_kit_item", args=[deck.pk])))
    file = story.file_of(draft)
    assert f"SHA-256 {file.sha256}" in said and f"{file.crc32:08x}" in said
    assert "2 pages, prepared for the licensee’s name" in said and "Spanish" in said
    assert f"SVG, {len(story.SVG)} B" in text(client.get(reverse("staff_kit_item", args=[logo.pk])))


@pytest.mark.parametrize(
    "content, name, status, sentence",
    [
        (story.master(3), "Deck 1.pdf", 302, ""),
        (b"", "deck.pdf", 422, "The file holds nothing. Save it again, then upload it."),
        (
            b"GIF89a",
            "deck.pdf",
            422,
            "This is no PDF, PowerPoint, SVG or PNG, whatever its name says. Export it as one of these, then upload it.",
        ),
        (story.SVG, "deck.svg", 422, "The item carries the licensee’s name, which only a PDF or PowerPoint can."),
        (b"%PDF-1.7 short", "deck.pdf", 422, "The file is cut short or breaks the format."),
        (story.master(), "manual.pdf", 422, "Another item of this release has a file named manual.pdf in this language."),
    ],
)
def test_a_refused_file_is_answered_with_what_to_do(client, editor, content, name, status, sentence):
    draft = story.draft()
    before = list(KitFile.objects.order_by("pk").values_list("name", "sha256"))
    response = upload(client, draft.items.get(slug="deck-1"), content, name=name)
    assert response.status_code == status
    if status == 302:
        made = KitFile.objects.get(name="Deck-1.pdf")
        assert (made.uploaded_by, made.uploaded_at, made.uploaded_name) == (editor, NOW, "Deck 1.pdf")
    else:
        assert sentence in text(response, 422)
        assert list(KitFile.objects.order_by("pk").values_list("name", "sha256")) == before


def test_every_refusal_has_a_sentence():
    assert set(words.NOT_ACCEPTED) == set(rules.REFUSALS) | set(STAMPING)
    for code in words.NOT_ACCEPTED:
        assert words.refusal(rules.NotAccepted(code, name="x", found="y", limit=9))


def test_an_item_is_changed_and_taken_out(client, editor):
    draft = story.draft()
    item = draft.items.get(slug="deck-1")
    page = reverse("staff_kit_item", args=[item.pk])
    given = {
        **names("Deck 1: Why", es="Presentación 1"),
        "right": item.right_id,
        "audience": "participant",
        "modify": "append",
        "stamped": "on",
        "position": 7,
    }
    client.post(page, {**given, "embargo_until": "2027-03-22T10:00", "attendees_keep": "on"})
    item.refresh_from_db()
    assert (item.name_en, item.name_es, item.audience, item.modify, item.position) == (
        "Deck 1: Why",
        "Presentación 1",
        "participant",
        "append",
        7,
    )
    assert (item.embargo_until, item.attendees_keep, item.stamped) == (datetime(2027, 3, 22, 10, tzinfo=UTC), True, True)
    assert 'value="2027-03-22T10:00"' in client.get(page).content.decode()
    client.post(reverse("staff_kit_remove_file", args=[story.file_of(draft, language="es").pk]))
    assert [file.language for file in item.files.all()] == ["en"]
    client.post(reverse("staff_kit_remove_item", args=[item.pk]))
    assert not draft.items.filter(slug="deck-1").exists()


@pytest.mark.check("AC17")
def test_ac17_a_name_with_a_mark_is_refused_in_translation_at_its_field(client, editor):
    build.offering("QCS-DH")
    given = {**names("ASCO Direct™ Highlights", es="Lo mejor de ASCO"), "offering": build.offering("QCS-DH").pk, "slug": "qcs"}
    response = client.post("/cms/kits/new/", given)
    assert "A name with ™ or ® is never translated." in text(response, 422)
    assert response.context["form"].errors.keys() == {"name_es"}
    assert Kit.objects.count() == 0


def test_the_next_release_begins_with_the_former(client, editor):
    first = story.released()
    form = client.get("/cms/kits/qtp1-l/releases/new/").context["form"]
    assert form.fields["like"].initial == first
    assert "edition" not in form.fields
    assert "The kit has a release 1.0 already." in text(client.post("/cms/kits/qtp1-l/releases/new/", {"number": "1.0"}), 422)
    client.post("/cms/kits/qtp1-l/releases/new/", {"number": "1.1", "like": first.pk})
    assert KitRelease.objects.get(number="1.1").items.count() == 5


def test_the_kit_of_an_edition_asks_for_it(client, editor):
    story.kit("QCS-DH")
    response = client.post("/cms/kits/qcs-dh/releases/new/", {"number": "1.0"})
    assert response.context["form"].errors.keys() == {"edition"}
    client.post("/cms/kits/qcs-dh/releases/new/", {"number": "1.0", "edition": build.edition().pk})
    assert KitRelease.objects.get().edition == build.edition()


def test_releasing_asks_for_the_password(client, editor):
    draft = story.draft()
    response = client.post(reverse("staff_kit_release_now", args=[draft.pk]), {"password": "wrong"})
    assert "This is not your password. Nothing was done." in text(response, 422)
    draft.refresh_from_db()
    assert draft.state == "draft"


def test_releasing_what_is_incomplete_releases_nothing(client, editor):
    draft = story.draft(items={"deck-1": story.ITEMS["deck-1"]})
    response = client.post(reverse("staff_kit_release_now", args=[draft.pk]), {"password": build.PASSWORD}, follow=True)
    assert "The release is not complete; what is missing is listed here. Nothing was released." in text(response)
    draft.refresh_from_db()
    assert draft.state == "draft"


def test_withdrawing_takes_a_reason_and_the_password(client, editor):
    release = story.released()
    address = reverse("staff_kit_withdraw", args=[release.pk])
    assert client.post(address, {"reason": "", "password": build.PASSWORD}).status_code == 422
    assert client.post(address, {"reason": "Slide 14 is wrong", "password": "wrong"}).status_code == 422
    release.refresh_from_db()
    assert release.state == "released"
    said = text(client.post(address, {"reason": "Slide 14 is wrong", "password": build.PASSWORD}, follow=True))
    assert "Slide 14 is wrong" in said and f"Withdrawn by {editor}" in said
    release.refresh_from_db()
    assert (release.state, release.withdrawn_by) == ("withdrawn", editor)


def test_nothing_of_a_release_that_is_out_is_changed_by_hand_made_requests(client, editor):
    release = story.released()
    item = release.items.get(slug="deck-1")
    assert "This release is out" in text(upload(client, item, story.master(9)), 422)
    assert post_item(client, release, "slides", "faculty").status_code == 422
    for address in (reverse("staff_kit_remove_item", args=[item.pk]), reverse("staff_kit_remove_file", args=[story.file_of(release).pk])):
        assert "nothing was done" in text(client.post(address, follow=True))
    assert (release.items.count(), KitFile.objects.count()) == (5, 7)


# ---- who may

PAGES = ("", "new/", "log/", "qtp1-l/releases/new/")


def doors(draft) -> dict[str, str]:
    item, file = draft.items.first(), story.file_of(draft)
    return {
        **{name: f"/cms/kits/{name}" for name in PAGES},
        **{name: reverse(f"staff_kit_{name}", args=[draft.pk]) for name in ("release", "release_now", "withdraw", "new_item")},
        **{name: reverse(f"staff_kit_{name}", args=[item.pk]) for name in ("item", "upload", "remove_item")},
        "remove_file": reverse("staff_kit_remove_file", args=[file.pk]),
    }


ALLOWED = {
    "media.edit_kits": {"", "new/", "qtp1-l/releases/new/", "release", "new_item", "item", "upload", "remove_item", "remove_file"},
    "media.release_kit": {"", "release", "release_now", "withdraw", "item"},
    "media.view_kit": {"", "release", "item"},
    "media.view_download": {"log/"},
    "licensing.view_queue": set(),
}
POSTS = {"release_now", "withdraw", "upload", "remove_item", "remove_file"}


@pytest.mark.check("S1")
@pytest.mark.parametrize("permission", ALLOWED)
def test_s1_each_page_has_its_permission(client, permission):
    draft = story.draft()
    addresses = doors(draft)
    client.force_login(build.staff_who_may(permission))
    for name, address in sorted(addresses.items(), key=lambda pair: pair[0] == "remove_item"):
        response = client.post(address, {}) if name in POSTS else client.get(address)
        assert refused(response) is (name not in ALLOWED[permission]), (name, response.status_code)
    shown = "/cms/kits/" in client.get("/cms/").content.decode()
    assert shown is ("" in ALLOWED[permission])


def test_a_refused_post_changes_nothing(client):
    draft = story.draft()
    client.force_login(build.staff_who_may("licensing.view_queue"))
    for name, address in doors(draft).items():
        response = client.post(address, {"password": build.PASSWORD})
        assert refused(response) or response.status_code == 405, name
    draft.refresh_from_db()
    assert (draft.state, draft.items.count(), KitFile.objects.count(), Kit.objects.count()) == ("draft", 5, 7, 1)


def test_licensees_and_strangers_never_enter(client):
    draft = story.draft()
    for address in doors(draft).values():
        assert client.get(address).status_code == 302
    client.force_login(build.owner_of(build.society()))
    for address in doors(draft).values():
        assert client.get(address).status_code == 403


def test_what_is_not_there_is_404(client, editor):
    draft = story.draft()
    for name, address in doors(draft).items():
        if name not in PAGES:
            gone = re.sub(r"/\d+/", "/9999/", address)
            assert (client.post(gone, {}) if name in POSTS else client.get(gone)).status_code == 404
    assert client.get("/cms/kits/none/releases/new/").status_code == 404


def test_a_deck_is_told_by_its_slides(client, editor):
    draft = story.draft()
    item = draft.items.get(slug="deck-1")
    story.take_in(item, decks.plain(3), name="deck-1.pptx")
    page = client.get(reverse("staff_kit_item", args=[item.pk])).content.decode()
    assert "3 slides, prepared for the licensee’s name" in page
    assert "2 pages, prepared for the licensee’s name" in page


@pytest.mark.check("S34")
def test_a_deck_with_macros_is_answered_with_what_to_do(client, editor):
    item = story.draft().items.get(slug="deck-1")
    response = upload(client, item, hostile.SAMPLES["vba_project"](), name="deck-1.pptx")
    assert response.status_code == 422
    assert "The presentation carries macros, controls or actions that start a program." in response.content.decode()
    assert not item.files.filter(name="deck-1.pptx").exists()
