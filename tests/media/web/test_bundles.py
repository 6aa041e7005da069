"""The whole kit as one archive: what is in it, what its text says is missing, and that it goes on byte by byte."""

import random
import re
import zipfile
from datetime import timedelta
from io import BytesIO

import pytest
import time_machine

from licensing.applications.rules import State
from licensing.organisations import actions as organisations
from media.kits import actions
from media.ledger.models import Bundle, Download, DownloadPart
from portal.core.faults import NotInVault
from portal.core.models import FileFault
from portal.core.vault.local import LocalVault
from tests import build
from tests.clock import NOW
from tests.media import story
from tests.stopping import stop
from tests.streams import break_off

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("vault")]
KIT = "/kits/qtp1-l/1.0/bundle.zip"
LATER = NOW + timedelta(hours=5)


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


@pytest.fixture
def eco():
    return build.society("Fundación ECO (DEMO)")


@pytest.fixture
def release():
    return story.released()


@pytest.fixture
def owner(eco, client):
    story.licence(eco)
    client.force_login(build.owner_of(eco))
    return build.owner_of(eco)


def body(response) -> bytes:
    return b"".join(response.streaming_content)


def opened(content: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(BytesIO(content)) as archive:
        assert archive.testzip() is None
        return {name: archive.read(name) for name in archive.namelist()}


@pytest.mark.check("AC13")
def test_ac13_the_owner_takes_the_whole_kit_as_one_archive(client, owner, release):
    response = client.get(KIT)
    content = body(response)
    headers = response.headers
    assert (response.status_code, headers["Content-Type"], headers["Content-Length"]) == (200, "application/zip", str(len(content)))
    assert headers["Content-Disposition"] == 'attachment; filename="qtp1-l-1.0.zip"'
    assert (headers["Cache-Control"], headers["Accept-Ranges"], headers["X-Content-Type-Options"]) == (
        "private, no-store",
        "bytes",
        "nosniff",
    )
    assert headers["Content-Security-Policy"] == "sandbox; default-src 'none'"
    files = opened(content)
    names = [
        "CONTENTS.txt",
        "en/deck-1.pdf",
        "es/deck-1.pdf",
        "en/manual.pdf",
        "es/manual.pdf",
        "en/workbook.pdf",
        "en/agenda.pdf",
        "en/logo.svg",
    ]
    assert list(files) == [f"qtp1-l-1.0/{name}" for name in names]
    for download in Download.objects.select_related("file"):
        assert (
            download.reference.encode() in files[f"qtp1-l-1.0/{download.file.language}/{download.file.name}"]
            or download.file.name == "logo.svg"
        )
    said = files["qtp1-l-1.0/CONTENTS.txt"].decode()
    assert "Nothing is missing: this is the whole release." in said
    assert "- Deck 1 · Spanish · es/deck-1.pdf · " in said
    assert "For Fundación ECO (DEMO), " in said and "22 November 2026, " in said


def test_each_file_of_an_archive_is_in_the_ledger(client, owner, release):
    body(client.get(KIT))
    bundle = Bundle.objects.get()
    assert (bundle.verdict, bundle.user, bundle.release, bundle.method, bundle.at) == ("granted", owner, release, "GET", NOW)
    rows = Download.objects.order_by("pk")
    assert [(row.bundle, row.verdict, row.user, row.licence.organisation) for row in rows] == [
        (bundle, "granted", owner, bundle.organisation)
    ] * 7
    for row in rows:
        part = row.parts.get()
        assert (part.first, part.sent, part.outcome) == (0, part.last + 1, "complete")
    assert len({row.reference for row in rows}) == 7


def test_an_archive_is_one_line_of_the_log_on_the_page(client, owner, release):
    def logged():
        page = client.get("/en/desk/kits/qtp1-l/1.0/").content.decode()
        return re.findall(r'data-label="File">(.*?)</td><td data-label="Reference">(.*?)</td>', page)

    client.head(KIT)
    assert logged() == []
    body(client.get(KIT, headers={"Range": "bytes=0-"}))
    body(client.get(story.address(story.file_of(release))))
    plain = [tuple(re.sub("<[^>]+>", "", part) for part in row) for row in logged()]
    alone = Download.objects.get(bundle=None).reference
    assert plain == [("deck-1.pdf", alone), ("Archive with 7 files", "Its own in each file")]


def test_what_is_closed_is_missing_and_the_text_says_why(client, eco):
    story.licence(eco, "QCS-DH")
    client.force_login(build.person(eco, "faculty"))
    story.symposium()
    files = opened(body(client.get("/kits/qcs-dh/1.0/bundle.zip")))
    assert list(files) == ["qcs-dh-1.0/CONTENTS.txt", "qcs-dh-1.0/en/briefing.pdf"]
    said = files["qcs-dh-1.0/CONTENTS.txt"].decode().replace("\r\n", "\n")
    assert (
        "\n\nNot in this archive: Under embargo\nThis file is under embargo until 22 March 2027, 11:00 in Madrid (10:00 UTC). It opens by itself"
        in said
    )
    assert "Not in this archive: Your role does not include this\n" in said and "It is open to: owner or coordinator." in said
    missing = said[said.index("Not in this archive") :]
    assert {line.split(" · ")[0] for line in missing.splitlines() if line.startswith("- ")} == {
        "- Slides 1",
        "- Abstracts",
        "- Agenda",
        "- Logo",
    }
    assert set(Download.objects.values_list("file__name", flat=True)) == {"briefing.pdf"}


def test_the_text_is_in_the_language_of_its_reader(client, eco, release):
    story.licence(eco)
    client.force_login(build.person(eco, "designer", language="es"))
    said = opened(body(client.get(KIT)))["qtp1-l-1.0/CONTENTS.txt"].decode()
    assert "En este archivo comprimido:" in said and "No está en este archivo comprimido: " in said


# ---- going on


@pytest.mark.check("S15")
def test_s15_a_killed_archive_goes_on_byte_by_byte(client, owner, release, clock):
    head = client.head(KIT).headers
    chance, got = random.Random(20261122), b""
    size = int(head["Content-Length"])
    clock.move_to(LATER)
    while len(got) < size:
        response = client.get(KIT, headers={"Range": f"bytes={len(got)}-", "If-Range": head["ETag"]})
        assert (response.status_code, response.headers["Content-Range"]) == (206, f"bytes {len(got)}-{size - 1}/{size}")
        got += body(response)[: chance.randrange(1, size // 4)]
    assert len(opened(got)) == 8
    assert Bundle.objects.count() == 1
    for _ in range(50):
        first, last = sorted((chance.randrange(size), chance.randrange(size)))
        assert body(client.get(KIT, headers={"Range": f"bytes={first}-{last}"})) == got[first : last + 1]
    assert client.get(KIT, headers={"Range": f"bytes={size}-"}).status_code == 416
    assert (Bundle.objects.count(), Download.objects.count()) == (1, 7)


def test_the_ledger_says_which_bytes_of_each_file_left(client, owner, release, monkeypatch):
    monkeypatch.setattr("portal.core.vault.local.PIECE", 1000)
    whole = body(client.get(KIT, headers={"Range": "bytes=0-"}))
    first = Download.objects.order_by("pk")[0]
    begin = whole.index(b"%PDF-")
    kept = DownloadPart.objects.count()
    body(client.get(KIT, headers={"Range": f"bytes={begin + 100}-{begin + 199}"}))
    part = DownloadPart.objects.order_by("-pk")[0]
    assert (DownloadPart.objects.count() - kept, part.download, part.first, part.last, part.sent, part.outcome) == (
        1,
        first,
        100,
        199,
        100,
        "complete",
    )
    running = client.get(KIT, headers={"Range": f"bytes={begin}-"})
    pieces = iter(running.streaming_content)
    for _ in range(4):
        next(pieces)
    break_off(running)
    part = DownloadPart.objects.order_by("-pk")[0]
    assert (DownloadPart.objects.count() - kept, part.download, part.first, part.sent, part.outcome) == (2, first, 0, 3000, "broken")


def test_every_whole_get_is_an_archive_of_its_own_and_a_head_announces_the_next(client, owner, release, clock):
    head = client.head(KIT)
    first = client.get(KIT)
    assert head.headers["ETag"] == first.headers["ETag"]
    body(first)
    second = client.get(KIT)
    assert second.headers["ETag"] != first.headers["ETag"]
    body(second)
    clock.move_to(LATER)
    for copy in (first, second):
        again = client.get(KIT, headers={"Range": "bytes=0-9", "If-Range": copy.headers["ETag"]})
        assert (again.status_code, again.headers["ETag"]) == (206, copy.headers["ETag"])
        body(again)
    assert Bundle.objects.count() == 2


@pytest.mark.check("S14")
def test_s14_an_archive_ends_with_the_right_to_one_of_its_files(client, eco, owner, release):
    whole = client.get(KIT, headers={"Range": "bytes=0-99"})
    etag = whole.headers["ETag"]
    body(whole)
    stop(eco.licences.get().pk, reason="x", now=NOW)
    refused = client.get(KIT, headers={"Range": "bytes=100-", "If-Range": etag})
    assert (refused.status_code, "The license is suspended" in refused.content.decode()) == (403, True)
    assert "ETag" not in refused.headers
    assert list(Bundle.objects.order_by("pk").values_list("verdict", flat=True)) == ["granted", "suspended"]
    assert Download.objects.count() == 7


def test_what_opened_since_is_in_a_new_archive_and_never_mixed_into_the_old(client, eco, clock):
    story.licence(eco, "QCS-DH")
    client.force_login(build.owner_of(eco))
    story.symposium(embargo=NOW + timedelta(hours=1))
    address = "/kits/qcs-dh/1.0/bundle.zip"
    old = client.get(address)
    content = body(old)
    clock.move_to(LATER)
    rest = client.get(address, headers={"Range": "bytes=100-", "If-Range": old.headers["ETag"]})
    assert body(rest) == content[100:]
    assert len(opened(body(client.get(address)))) == len(opened(content)) + 1


def test_a_range_of_an_archive_that_cannot_go_on_is_answered_with_a_whole_new_one(client, eco, release):
    teacher = build.person(eco, "owner")
    story.licence(eco)
    client.force_login(teacher)
    old = body(client.get(KIT, headers={"Range": "bytes=0-"}))
    organisations.change_roles(eco.pk, teacher.pk, ["designer"], by=build.actor(build.owner_of(eco), eco), now=NOW)
    response = client.get(KIT, headers={"Range": "bytes=100-"})
    content = body(response)
    assert (response.status_code, content[:4], len(content) < len(old)) == (200, b"PK\3\4", True)
    assert list(opened(content)) == ["qtp1-l-1.0/CONTENTS.txt", "qtp1-l-1.0/en/logo.svg"]


# ---- who may not


@pytest.mark.check("S1")
def test_s1_strangers_read_the_404_of_unknown_archives(client, eco, release):
    draft = story.draft(of=release.kit, number="1.1")
    client.force_login(build.owner_of(eco))
    unknown = client.get("/kits/none/1.0/bundle.zip")
    known = [client.get(KIT), client.get(f"/kits/qtp1-l/{draft.number}/bundle.zip"), client.get("/kits/qtp1-l/9.9/bundle.zip")]
    pages = {re.sub(rb'name="csrfmiddlewaretoken" value="\w+"', b"", answer.content) for answer in (unknown, *known)}
    assert ({answer.status_code for answer in (unknown, *known)}, len(pages)) == ({404}, 1)
    assert list(Bundle.objects.values_list("verdict", flat=True)) == ["stranger"]
    client.logout()
    assert client.get(KIT).headers["Location"].startswith("/en/accounts/login/?next=/kits/")


@pytest.mark.check("S7")
@pytest.mark.parametrize("how", ["application", "withdrawn", "role"])
def test_s7_who_may_have_nothing_is_told_why(client, eco, release, how):
    person = build.owner_of(eco)
    if how == "application":
        build.application_at(State.SUBMITTED, eco)
    else:
        story.licence(eco)
        if how == "withdrawn":
            actions.withdraw(release.pk, reason="Slide 14 is wrong", by_id=None, now=NOW)
        else:
            person = build.person(eco, "signatory")
    client.force_login(person)
    response = client.get(KIT)
    title = {"application": "No license yet", "withdrawn": "This release was withdrawn", "role": "Your role does not include this"}[how]
    assert (response.status_code, title in response.content.decode()) == (403, True)
    assert (Bundle.objects.get().verdict, Download.objects.count()) == ({"application": "no_licence"}.get(how, how), 0)
    assert not {"ETag", "Content-Disposition", "Accept-Ranges"} & set(response.headers)


# ---- a vault in trouble


@pytest.mark.check("S57")
def test_s57_an_archive_whose_file_is_gone_breaks_off_and_says_so_to_staff(client, owner, release, vault):
    file = story.file_of(release, "logo")
    LocalVault(vault).path(file.vault_key).unlink()
    response = client.get(KIT)
    with pytest.raises(NotInVault):
        body(response)
    assert FileFault.objects.get().key == file.vault_key
    assert DownloadPart.objects.filter(outcome="complete").count() == 6
