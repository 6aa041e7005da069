"""The kit as people see it."""

import re
from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from licensing.applications.rules import State
from media.kits import actions
from tests import build
from tests.clock import NOW
from tests.media import story
from tests.stopping import stop

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("vault")]
KIT = "/en/desk/kits/qtp1-l/1.0/"
LANGUAGES = ("en", "es", "pt-br", "fr", "ar")


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


@pytest.fixture
def eco():
    return build.society("Fundación ECO (DEMO)")


@pytest.fixture
def owner(eco, client):
    story.licence(eco)
    client.force_login(build.owner_of(eco))
    return build.owner_of(eco)


def text(response) -> str:
    assert response.status_code == 200
    return " ".join(re.sub(r"<[^>]+>", " ", response.content.decode()).split()).replace(" .", ".")


@pytest.mark.check("AC13")
def test_ac13_the_owner_sees_every_file_with_its_address_size_and_hash(client, owner):
    release = story.released()
    page = client.get(KIT).content.decode()
    for item in release.items.all():
        assert f'id="item-{item.slug}"' in page
        for file in item.files.all():
            assert f'href="{story.address(file)}"' in page
            assert f'href="{story.address(file)}.sha256"' in page
    said = text(client.get(KIT))
    assert (
        "Everything is open to you. Each PDF and PowerPoint file carries the name of Fundación ECO (DEMO), and every download is logged."
        in said
    )
    assert "Spanish" in said and "kB" in said


def test_the_whole_kit_is_one_button_that_says_how_much_it_is(client, eco, owner):
    story.released()
    page = client.get(KIT).content.decode()
    assert 'href="/kits/qtp1-l/1.0/bundle.zip"' in page
    said = text(client.get(KIT))
    assert re.search(r"Download all 7 files as one archive \(ZIP, about \d+\skB\)", said)
    assert "A text in the archive says what it holds." in said
    client.force_login(build.person(eco, "designer"))
    said = text(client.get(KIT))
    assert f"Download 1 file as one archive (ZIP, about {len(story.SVG)} B)" in said
    assert "A text in it says what is missing, why, and what you can do." in said
    stop(eco.licences.get().pk, reason="x", now=NOW)
    assert "bundle.zip" not in client.get(KIT).content.decode()


def test_a_designer_sees_every_row_and_takes_the_logo_only(client, eco, owner):
    story.released()
    client.force_login(build.person(eco, "designer"))
    page = client.get(KIT).content.decode()
    assert re.findall(r'href="(/kits/[^"]+\.(?:pdf|svg))"', page) == ["/kits/qtp1-l/1.0/en/logo.svg"]
    assert "1 of 5 items is open to you." in text(client.get(KIT))
    closed = page[page.index("Your role does not include this") :]
    assert re.findall(r'id="item-([^"]+)"', page) == ["logo", "deck-1", "manual", "workbook", "agenda"]
    assert closed.count("It is open to: owner, coordinator, or faculty.") == closed.count("It is open to: owner or coordinator.") == 1


@pytest.mark.parametrize("role", ["signatory", "finance", "preparer", "observer"])
def test_who_downloads_nothing_is_told_which_role_is_missing(client, eco, owner, role):
    story.released()
    client.force_login(build.person(eco, role))
    for path in ("/en/desk/kits/", KIT, "/en/desk/kits/none/1.0/"):
        assert client.get(path).status_code == 403


@pytest.mark.check("AC16")
def test_ac16_what_is_under_embargo_is_listed_with_the_instant_in_the_licences_zone_and_in_utc(client, eco):
    story.licence(eco, "QCS-DH")
    client.force_login(build.owner_of(eco))
    story.symposium()
    said = text(client.get("/en/desk/kits/qcs-dh/1.0/"))
    assert "Slides 1" in said
    assert "This file is under embargo until 22 March 2027, 11:00 in Madrid (10:00 UTC)." in said


@pytest.mark.check("AC17")
@pytest.mark.parametrize("language", LANGUAGES)
def test_ac17_the_name_of_the_symposium_stands_with_its_mark_in_every_language(client, eco, language):
    name = "ASCO Direct™ Highlights: Quality Care Symposium"
    story.licence(eco, "QCS-DH")
    client.force_login(build.owner_of(eco))
    kit = actions.new_kit(slug="qcs", offering=build.offering("QCS-DH"), names={"en": name, "es": name})
    story.released("QCS-DH", items=story.SYMPOSIUM, of=kit, edition=build.edition())
    page = client.get(f"/{language}/desk/kits/qcs/1.0/").content.decode()
    assert re.search(r"<h1>(?:<[^>]+>)?" + re.escape(name), page)
    assert "Direct™" in re.search(r"<title>(.*?)</title>", page, re.DOTALL)[1]
    assert name in client.get(f"/{language}/desk/kits/").content.decode()
    direct = re.findall(r"ASCO Direct(.)", page)
    assert set(direct) == {"™"}


@pytest.mark.check("AC17")
def test_ac17_a_kit_cannot_be_given_a_translated_mark():
    with pytest.raises(actions.NotReady) as refused:
        actions.new_kit(slug="qcs", offering=build.offering(), names={"en": "ASCO Direct™ Highlights", "es": "Lo mejor de ASCO"})
    assert (refused.value.code, refused.value.facts) == ("marked_name", {"language": "es"})


@pytest.mark.check("S1")
def test_s1_the_kit_of_no_concern_is_unknown(client, eco, owner):
    story.released()
    client.force_login(build.owner_of(build.society("Otra (DEMO)")))
    pages = [client.get(path) for path in (KIT, "/en/desk/kits/none/1.0/", "/en/desk/kits/qtp1-l/9.9/")]
    assert [page.status_code for page in pages] == [404] * 3
    assert len({re.sub(r'value="\w+"|/desk/kits/[^"]*"', "", page.content.decode()) for page in pages}) == 1
    client.logout()
    assert [client.get(path).status_code for path in (KIT, "/en/desk/kits/", "/en/desk/kits/none/1.0/")] == [302] * 3


def test_a_draft_is_unknown(client, owner):
    story.draft()
    assert client.get(KIT).status_code == 404


def test_an_applicant_reads_that_there_is_no_licence_yet(client, eco):
    story.released()
    build.application_at(State.SUBMITTED, eco)
    client.force_login(build.owner_of(eco))
    said = text(client.get(KIT))
    assert "Nothing of this kit is open to you now." in said
    assert "No license yet" in said
    assert "/manifest.json" not in client.get(KIT).content.decode()
    assert "No course kit yet" in text(client.get("/en/desk/kits/"))


def test_the_list_names_the_latest_release_of_each_kit(client, eco, owner):
    first = story.released()
    story.released(of=first.kit, number="1.1", now=NOW)
    story.licence(eco, "QCS-DH")
    story.symposium()
    page = client.get("/en/desk/kits/").content.decode()
    assert re.findall(r'href="(/en/desk/kits/[^"]+/)"', page) == ["/en/desk/kits/qtp1-l/1.1/", "/en/desk/kits/qcs-dh/1.0/"]
    assert "2 kits belong to your licenses." in text(client.get("/en/desk/kits/"))
    assert "There is a newer release: 1.1" in text(client.get(KIT))
    assert "There is a newer release" not in text(client.get("/en/desk/kits/qtp1-l/1.1/"))


def test_a_withdrawn_release_says_why(client, eco, owner):
    release = story.released()
    actions.withdraw(release.pk, reason="Slide 14 is wrong", by_id=None, now=NOW)
    said = text(client.get(KIT))
    assert "This release was withdrawn Slide 14 is wrong" in said
    assert "Nothing of this kit is open to you now." in said


def test_the_log_shows_downloads_and_refusals_with_the_printed_reference(client, eco, owner):
    release = story.released()
    teacher = build.person(eco, "faculty", name="The Teacher (DEMO)")
    assert "Nothing was downloaded from this release yet." in text(client.get(KIT))
    client.force_login(teacher)
    response = client.get(story.address(story.file_of(release)))
    b"".join(response.streaming_content)
    client.get(story.address(story.file_of(release, "logo")))
    client.get(f"{story.address(story.file_of(release, 'manual'))}.sha256")
    said = text(client.get(KIT))
    assert "manual.pdf" not in said and said.count("The Teacher (DEMO)") == 3
    assert "You have 1 of 2 22 November 2026" in said
    b"".join(client.get(story.address(story.file_of(release, language="es"))).streaming_content)
    assert "You have this 22 November 2026" in text(client.get(KIT))
    assert '<td data-label="State"><div><span class="soft">Not downloaded yet</span></div></td>' in client.get(KIT).content.decode()
    assert "What you took or asked for last." in said
    client.force_login(owner)
    said = text(client.get(KIT))
    reference = story.file_of(release).downloads.get().reference
    assert f"The Teacher (DEMO) deck-1.pdf {reference}" in said
    assert "The Teacher (DEMO) logo.svg Refused" in said
    client.force_login(build.person(eco, "faculty"))
    assert "The Teacher (DEMO)" not in text(client.get(KIT))


def test_another_organisations_downloads_are_never_listed(client, eco, owner):
    release = story.released()
    other = build.society("Otra (DEMO)", owner=build.user(name="MARKERNAME"))
    story.licence(other)
    client.force_login(build.owner_of(other))
    client.get(story.address(story.file_of(release)))
    client.force_login(owner)
    assert "MARKERNAME" not in client.get(KIT).content.decode()


def test_the_page_costs_the_same_whatever_the_number_of_items(client, eco, owner):
    few = story.released()
    many = {f"deck-{number}": ("slides", "faculty", ("en", "es")) for number in range(2, 12)} | story.ITEMS
    story.released(of=few.kit, number="1.1", items=many)
    stop(story.licence(eco).pk, reason="x", now=NOW - timedelta(days=1))
    costs = []
    for number in ("1.0", "1.1"):
        client.get(f"/en/desk/kits/qtp1-l/{number}/")
        with CaptureQueriesContext(connection) as asked:
            client.get(f"/en/desk/kits/qtp1-l/{number}/")
        costs.append(len(asked.captured_queries))
    assert costs[0] == costs[1] <= 12


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_names_the_languages_of_the_files(client, owner, language):
    story.released()
    said = text(client.get(f"/{language}/desk/kits/qtp1-l/1.0/"))
    assert {"en": "Spanish", "es": "Español", "pt-br": "Espanhol", "fr": "Espagnol", "ar": "الإسبانية"}[language] in said


def test_two_files_of_one_language_and_type_are_told_apart_by_their_names(client, owner):
    release = story.draft()
    pack = story.item(release, "proofs", "logo", "designer")
    for name in ("logo-color.svg", "logo-one-color.svg"):
        story.take_in(pack, story.SVG + f"<!-- {name} -->".encode(), name=name)
    story.take_in(pack, story.SVG + b"<!-- es -->", name="logo-es.svg", language="es")
    actions.release(release.pk, by_id=None, now=NOW)
    row = client.get(KIT).content.decode().split('id="item-proofs"')[1].split("</tr>")[0]
    assert re.findall(r'class="code"[^>]*>([^<]+)<', row) == ["logo-color.svg", "logo-one-color.svg"]


def test_the_readers_language_comes_first(client, owner):
    story.released()
    for language, first, last in (("en", "en", "es"), ("es", "es", "en")):
        row = client.get(KIT.replace("/en/", f"/{language}/")).content.decode().split('id="item-deck-1"')[1].split("</tr>")[0]
        told = re.findall(r'hreflang="(\w+)"', row)
        assert (told[0], told[-1]) == (first, last)
