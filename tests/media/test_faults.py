"""A vault that is down, lacks a file or holds another: a page that says so, nothing half done, and a row for staff."""

from datetime import timedelta
from io import BytesIO

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction

from licensing.organisations.models import Organisation
from media import sending
from media.kits import queries
from media.kits.models import KitFile
from media.ledger.models import Download, DownloadPart
from portal.core import private_files
from portal.core.faults import Unreachable
from portal.core.models import FileFault
from portal.core.vault import s3 as door
from portal.core.vault.local import LocalVault
from portal.core.vault.places import vault as the_vault
from tests import build
from tests.clock import NOW
from tests.media import story
from tests.streams import break_off

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


@pytest.fixture
def eco(client):
    society = build.society("Fundación ECO (DEMO)")
    story.licence(society)
    client.force_login(build.owner_of(society))
    return society


@pytest.fixture(params=["stream", "accel", "redirect"])
def way(request, settings, tmp_path, monkeypatch):
    settings.HANDOVER = request.param
    settings.VAULT_URL = f"file:{tmp_path / 'vault'}"
    if request.param == "redirect":
        monkeypatch.setattr(door, "TRIES", 1)  # no pauses
        settings.VAULT_URL = request.getfixturevalue("s3").url("faults")
    sending._prefix_digest.cache_clear()
    return request.param


def lose(file: KitFile) -> None:
    the_vault().delete(file.vault_key)


def replace(file: KitFile) -> None:
    the_vault().delete(file.vault_key)
    the_vault().put(file.vault_key, BytesIO(b"other bytes"))


@pytest.mark.check("S57")
@pytest.mark.parametrize("slug", ["deck-1", "logo"])
@pytest.mark.parametrize("harm, kind", [(lose, "missing"), (replace, "damaged")])
def test_s57_a_file_the_vault_cannot_give_is_a_page_with_a_way_back_and_a_row_for_staff(client, eco, way, slug, harm, kind):
    file = story.file_of(story.released(), slug)
    harm(file)
    for times in (1, 2):
        response = client.get(story.address(file))
        page = response.content.decode()
        assert (response.status_code, response.headers["Retry-After"], response.headers["Cache-Control"]) == (
            503,
            "60",
            "private, no-store",
        )
        assert "We cannot get at this file just now" in page and f'href="{story.address(file)}"' in page
        assert not {"ETag", "Repr-Digest", "X-Accel-Redirect", "Location", "Content-Disposition"} & set(response.headers)
        row = FileFault.objects.get()
        assert (row.key, row.kind, row.times, row.last_at) == (file.vault_key, kind, times, NOW)
    assert (Download.objects.get().verdict, DownloadPart.objects.count()) == ("granted", 0)


@pytest.mark.check("S57")
def test_s57_a_store_that_is_down_is_said_once_for_all_files_and_all_is_well_when_it_is_back(client, eco, bucket, settings, monkeypatch):
    monkeypatch.setattr(door, "TRIES", 1)
    settings.HANDOVER, settings.VAULT_URL = "redirect", bucket.url("down")
    file = story.file_of(story.released())
    bucket.down = True
    for path in (story.address(file), story.address(story.file_of(file.item.release, "logo"))):
        assert client.get(path).status_code == 503
    row = FileFault.objects.get()
    assert (row.key, row.kind, row.times) == ("", "unreachable", 2)
    bucket.down = False
    response = client.get(story.address(file))
    assert (response.status_code, response.headers["Location"].startswith(bucket.endpoint)) == (302, True)
    assert list(DownloadPart.objects.values_list("outcome", flat=True)) == ["handed_over"]


@pytest.mark.check("S57")
def test_s57_a_link_for_tools_says_it_in_one_word(client, eco, vault):
    file = story.file_of(story.released())
    sending._prefix_digest.cache_clear()
    link = client.get(f"{story.address(file)}/link").content.decode().strip()
    client.logout()
    lose(file)
    response = client.get(link)
    assert (response.status_code, response.content, response.headers["Retry-After"]) == (503, b"unavailable\n", "60")
    assert FileFault.objects.get().kind == "missing"


@pytest.mark.check("S57")
def test_s57_a_short_file_breaks_the_answer_off_and_is_written_down(client, eco, vault):
    file = story.file_of(story.released())
    break_off(client.get(story.address(file)))  # its hash is known from now on
    path = LocalVault(vault).path(file.vault_key)
    path.write_bytes(path.read_bytes()[:1000])
    with pytest.raises(Exception, match="bytes short"):
        b"".join(client.get(story.address(file)).streaming_content)
    assert (FileFault.objects.get().kind, DownloadPart.objects.order_by("-pk")[0].outcome) == ("damaged", "broken")


@pytest.mark.check("S57")
def test_s57_an_upload_to_a_store_that_is_down_leaves_nothing_and_says_so(client, bucket, monkeypatch):
    monkeypatch.setattr(door, "TRIES", 1)
    bucket.objects.clear()
    item = story.item(story.actions.draft_release(story.kit(), "1.0"), "deck-1", "slides", "faculty")
    client.force_login(build.staff("Kit editors"))
    bucket.down = True
    sent = SimpleUploadedFile("deck.pdf", story.master(), content_type="application/pdf")
    response = client.post(f"/cms/kits/items/{item.pk}/upload/", {"file": sent, "language": "en"})
    assert (response.status_code, "Go back and send it again" in response.content.decode()) == (503, True)
    assert (KitFile.objects.count(), bucket.objects, bucket.uploads) == (0, {}, {})
    assert FileFault.objects.get().kind == "unreachable"
    bucket.down = False
    sent.seek(0)
    assert client.post(f"/cms/kits/items/{item.pk}/upload/", {"file": sent, "language": "en"}).status_code == 302
    assert KitFile.objects.get().vault_key in next(iter(bucket.objects))


@pytest.mark.check("S57")
def test_s57_what_is_written_with_a_document_is_rolled_back_when_the_store_is_down(bucket, monkeypatch):
    monkeypatch.setattr(door, "TRIES", 1)
    bucket.down = True
    with pytest.raises(Unreachable), transaction.atomic():
        build.society("Half written (DEMO)")
        private_files.keep(b"%PDF-", kind="agreements")
    assert not Organisation.objects.filter(register_name="Half written (DEMO)").exists()


def test_faults_of_long_ago_are_not_shown(clock):
    FileFault.note(Unreachable("kits/x/y"), now=NOW)
    assert [fault.kind for fault, _ in queries.faults(at=NOW + timedelta(days=29))] == ["unreachable"]
    assert queries.faults(at=NOW + timedelta(days=30)) == []
