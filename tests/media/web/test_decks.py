"""Decks as PowerPoint through the gate: the same rules as a PDF, whatever language or format is asked for."""

import hashlib
import zipfile
from base64 import b64encode
from io import BytesIO

import pytest
import time_machine
from pptx import Presentation

from media import delivery
from media.kits import actions
from media.kits.models import KitFile
from media.kits.rules import PPTX
from media.ledger.models import Download, DownloadPart
from tests import build
from tests.clock import NOW
from tests.media import story
from tests.media.stamping import decks
from tests.streams import break_off

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("vault")]


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def release():
    draft = story.draft()
    item = draft.items.get(slug="deck-1")
    for language in ("en", "es"):
        story.take_in(item, decks.varied(), name="deck-1.pptx", language=language)
    return actions.release(draft.pk, by_id=None, now=NOW - story.YEAR)


@pytest.fixture
def eco():
    society = build.society()
    story.licence(society)
    return society


def address(release, language: str = "en") -> str:
    return f"/kits/qtp1-l/1.0/{language}/deck-1.pptx"


def body(response) -> bytes:
    return b"".join(response.streaming_content)


def digest(content: bytes) -> str:
    return f"sha-256=:{b64encode(hashlib.sha256(content).digest()).decode()}:"


def said(content: bytes) -> str:
    master = Presentation(BytesIO(content)).slide_master
    return next(shape.text_frame.text for shape in master.shapes if shape.name == "License stamp")


@pytest.mark.check("S18")
def test_s18_a_deck_names_its_licensee_and_nobody_elses_is_served(client, eco, release):
    other = build.society("Sociedade Brasileira (DEMO)", at="BR")
    story.licence(other)
    copies = []
    for society in (eco, other):
        client.force_login(build.owner_of(society))
        copies.append(body(client.get(address(release))))
        row = Download.objects.get(organisation=society)
        assert said(copies[-1]) == (
            f"DEMO · Licensed to {society.register_name} · {society.licences.get().number} · {build.owner_of(society)}"
            f" · 22 November 2026 · {row.reference}"
        )
    assert eco.register_name.encode() in copies[0]
    assert eco.register_name.encode() not in copies[1]


def test_a_spanish_deck_is_stamped_in_spanish(client, eco, release):
    client.force_login(build.owner_of(eco))
    copy = body(client.get(address(release, "es")))
    row = Download.objects.get()
    assert row.stamp_language == "es"
    assert said(copy) == (
        f"DEMO · Con licencia para {eco.register_name} · {eco.licences.get().number} · {build.owner_of(eco)}"
        f" · 22 de noviembre de 2026 · {row.reference}"
    )


def test_a_copy_delivered_before_the_stamp_knew_its_language_goes_on_byte_for_byte(client, eco, release, monkeypatch):
    client.force_login(build.owner_of(eco))
    with monkeypatch.context() as then:
        then.setattr(delivery, "stamp_language", lambda _file: "en")
        response = client.get(address(release, "es"))
        whole = body(response)
    assert said(whole).startswith("DEMO · Licensed to ")
    rest = client.get(address(release, "es"), headers={"Range": "bytes=500-", "If-Range": response.headers["ETag"]})
    assert (rest.status_code, whole[:500] + body(rest)) == (206, whole)
    assert Download.objects.count() == 1


@pytest.mark.check("S18")
def test_s18_no_language_and_no_format_of_an_item_leaves_without_the_name(client, eco, release):
    client.force_login(build.owner_of(eco))
    files = list(release.items.get(slug="deck-1").files.all())
    assert [(file.language, file.name) for file in files] == [
        ("en", "deck-1.pdf"), ("en", "deck-1.pptx"), ("es", "deck-1.pdf"), ("es", "deck-1.pptx"),
    ]  # fmt: skip
    for file in files:
        copy = body(client.get(story.address(file)))
        text = said(copy) if file.content_type == PPTX.content_type else copy.decode("utf-8", "ignore")
        assert eco.register_name in text


def test_a_deck_leaves_as_what_it_is(client, eco, release):
    client.force_login(build.owner_of(eco))
    response = client.get(address(release))
    copy = body(response)
    assert response.headers["Content-Type"] == PPTX.content_type
    assert int(response.headers["Content-Length"]) == len(copy)
    assert response.headers["Repr-Digest"] == digest(copy)
    assert response.headers["Content-Disposition"] == 'attachment; filename="deck-1.pptx"'
    with zipfile.ZipFile(BytesIO(copy)) as archive:
        assert archive.testzip() is None


@pytest.mark.row("A3")
def test_ranges_of_a_broken_download_make_the_same_copy(client, eco, release):
    client.force_login(build.owner_of(eco))
    whole = body(client.get(address(release)))
    kept = KitFile.objects.get(item__release=release, language="en", name="deck-1.pptx").size
    cuts = [0, 1, 1000, kept - 1, kept, kept + 1, len(whole) - 22, len(whole)]
    parts = [
        body(client.get(address(release), headers={"Range": f"bytes={first}-{last - 1}"}))
        for first, last in zip(cuts, cuts[1:], strict=False)
    ]
    assert b"".join(parts) == whole
    assert Download.objects.count() == 1
    assert list(DownloadPart.objects.values_list("outcome", flat=True).distinct()) == ["complete"]


def test_a_download_that_was_killed_goes_on_where_it_broke(client, eco, release):
    client.force_login(build.owner_of(eco))
    response = client.get(address(release))
    stream = iter(response.streaming_content)
    begun = next(stream)[:777]
    break_off(response)
    rest = client.get(address(release), headers={"Range": "bytes=777-", "If-Range": response.headers["ETag"]})
    assert rest.status_code == 206
    copy = begun + body(rest)
    assert response.headers["Repr-Digest"] == digest(copy)
    assert said(copy).endswith(Download.objects.get().reference)
