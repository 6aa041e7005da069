"""Links for download tools: no session, five minutes to start, alive only as long as the right."""

import logging
from datetime import timedelta
from urllib.parse import urlsplit

import pytest
import time_machine
from django.core import signing

from licensing.entitlements import stopping
from licensing.organisations import actions as organisations
from media.ledger.models import Download, DownloadPart
from media.web import links
from portal.core.logs import HideLinks
from tests import build
from tests.clock import NOW
from tests.media import story
from tests.stopping import staff

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("vault")]
SOON = NOW + links.TO_START
LATER = NOW + timedelta(hours=3)


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


@pytest.fixture
def eco():
    society = build.society("Fundación ECO (DEMO)")
    story.licence(society)
    return society


@pytest.fixture
def release():
    return story.released()


@pytest.fixture
def link(client, eco, release):
    """A link the owner asked for; the client has no session any more."""
    client.force_login(build.owner_of(eco))
    response = client.get(f"{story.address(story.file_of(release))}/link")
    assert (response.status_code, response.headers["Cache-Control"]) == (200, "private, no-store")
    client.logout()
    return urlsplit(response.content.decode().strip()).path


def body(response) -> bytes:
    return b"".join(response.streaming_content)  # the client closes it then


def test_a_tool_takes_the_copy_of_the_person_who_asked(client, eco, link):
    whole = body(client.get(link))
    row = Download.objects.get()
    assert (row.user, row.organisation, row.verdict) == (build.owner_of(eco), eco, "granted")
    assert list(row.parts.order_by("pk").values_list("outcome", "sent")) == [("begun", 0), ("complete", len(whole))]
    client.force_login(build.owner_of(eco))
    again = client.get("/kits/qtp1-l/1.0/en/deck-1.pdf", headers={"Range": "bytes=0-"})
    assert body(again) == whole
    assert Download.objects.count() == 1


@pytest.mark.check("S12")
def test_s12_after_five_minutes_a_link_cannot_be_started(client, link, clock):
    clock.move_to(SOON)
    assert client.head(link).status_code == 200
    clock.move_to(SOON + timedelta(seconds=1))
    assert client.get(link).status_code == 404
    assert client.get(link, headers={"Range": "bytes=0-"}).status_code == 404
    assert DownloadPart.objects.count() == 0


@pytest.mark.check("S12")
def test_s12_ranges_of_a_begun_download_go_on_and_a_second_start_is_refused(client, link, clock):
    head = client.head(link)
    first = client.get(link, headers={"Range": "bytes=0-999"})
    start = body(first)
    clock.move_to(LATER)
    assert client.get(link).status_code == 404
    rest = client.get(link, headers={"Range": "bytes=1000-", "If-Range": head.headers["ETag"]})
    content = body(rest)
    assert (rest.status_code, len(start) + len(content)) == (206, int(head.headers["Content-Length"]))


def test_a_download_that_still_runs_after_five_minutes_has_begun(client, link, clock):
    running = client.get(link)
    clock.move_to(LATER)
    other = client.get(link, headers={"Range": "bytes=500-"})
    assert other.status_code == 206
    assert body(running)[500:] == body(other)


@pytest.mark.check("S14")
def test_s14_a_link_dies_with_the_right(client, eco, link):
    body(client.get(link, headers={"Range": "bytes=0-9"}))
    licence = eco.licences.get()
    stopping.ask(licence.pk, "suspend", reason="x", by=staff("first"), now=NOW)
    assert len(body(client.get(link, headers={"Range": "bytes=10-19"}))) == 10  # one person alone stops nothing
    stopping.confirm(licence.pk, by=staff("second"), now=NOW)
    response = client.get(link, headers={"Range": "bytes=10-"})
    assert (response.status_code, response.content, response.headers["Content-Type"]) == (403, b"suspended\n", "text/plain; charset=utf-8")
    assert not {"ETag", "Content-Disposition", "Repr-Digest"} & set(response.headers)
    assert list(Download.objects.order_by("pk").values_list("verdict", flat=True)) == ["granted", "suspended"]


@pytest.mark.check("S8")
def test_s8_a_link_dies_with_the_account_and_with_the_role(client, eco, release):
    teacher = build.person(eco, "faculty")
    client.force_login(teacher)
    link = urlsplit(client.get(f"{story.address(story.file_of(release))}/link").content.decode().strip()).path
    client.logout()
    assert client.head(link).status_code == 200
    organisations.change_roles(eco.pk, teacher.pk, ["finance"], by=build.actor(build.owner_of(eco), eco), now=NOW)
    assert client.head(link).status_code == 403
    teacher.is_active = False
    teacher.save()
    assert client.head(link).status_code == 404


@pytest.mark.check("S11")
def test_s11_a_link_opens_its_own_file_only(client, link):
    token = link.split("/")[3]
    for name in ("manual.pdf", "deck-1.svg", "deck-1.pdf.sha256", "x"):
        assert client.get(f"/kits/dl/{token}/{name}").status_code == 404


@pytest.mark.check("S11")
def test_s11_forged_links_are_like_any_other_path(client, eco, link):
    token = link.split("/")[3]
    forged = [token[:-1], f"{token}x", token[::-1], signing.dumps(1, salt="other"), "1", token.replace(":", ";")]
    for text in forged:
        response = client.get(f"/kits/dl/{text}/deck-1.pdf")
        assert (response.status_code, response.headers["Location"][:19]) == (302, "/en/accounts/login/")
    client.force_login(build.owner_of(eco))
    for text in forged:
        assert client.get(f"/kits/dl/{text}/deck-1.pdf").status_code == 404
    assert client.get(f"/kits/dl/{signing.dumps(999, salt=links.SALT)}/deck-1.pdf").status_code == 404


@pytest.mark.check("S11")
def test_s11_another_person_cannot_ask_for_a_link_without_the_right(client, eco, release):
    client.force_login(build.person(eco, "observer"))
    assert client.get(f"{story.address(story.file_of(release))}/link").status_code == 403
    client.force_login(build.owner_of(build.society("Otra (DEMO)")))
    assert client.get(f"{story.address(story.file_of(release))}/link").status_code == 404


@pytest.mark.check("S11")
def test_s11_a_refused_download_gives_no_link(client, eco, link):
    refused = Download.objects.get()
    other = Download.objects.create(
        file=refused.file, user=refused.user, organisation=eco, reference="D-X", person="x", verdict="suspended", method="GET", at=NOW
    )
    assert client.get(f"/kits/dl/{links.token(other.pk)}/deck-1.pdf").status_code == 404


@pytest.mark.check("S11")
def test_s11_a_link_is_never_written_into_a_log(client, link, caplog):
    token = link.split("/")[3]
    with caplog.at_level(logging.DEBUG):
        client.get(f"/kits/dl/{token}/other.pdf")
    assert any("/kits/dl/" in record.getMessage() for record in caplog.records)
    for record in caplog.records:
        HideLinks().filter(record)
        assert token not in record.getMessage()
    line = logging.LogRecord("django.server", logging.INFO, "", 0, '"%s" %s', (f"GET {link}?a=1 HTTP/1.1", 404), None)
    HideLinks().filter(line)
    assert line.getMessage() == '"GET /kits/dl/…/deck-1.pdf?a=1 HTTP/1.1" 404'


def test_every_handler_of_the_settings_hides_links():
    from portal.settings.base import logging as configured

    for handler in configured("json")["handlers"].values():
        assert handler["filters"] == ["hide_links"]
