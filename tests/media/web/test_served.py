"""What is served of files that people put in: apart from pages, as attachments, in a sandbox, never as a page (S37)."""

import pytest
import time_machine
from django.test import RequestFactory

from media.kits import actions
from portal.core import private_files
from tests import build
from tests.clock import NOW
from tests.media import story
from tests.media.stamping import decks
from tests.streams import break_off

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("vault"), pytest.mark.check("S37")]
NAMES = {
    "deck.pdf": 'filename="deck.pdf"',
    "Guía de la docente.pdf": "filename*=utf-8''Gu%C3%ADa%20de%20la%20docente.pdf",
    "شهادة.pdf": "filename*=utf-8''%D8%B4%D9%87%D8%A7%D8%AF%D8%A9.pdf",
    'a"b\\c.pdf': 'filename="a\\"b\\\\c.pdf"',
    "x.html": 'filename="x.html"',
}
ASKS = [("get", {}, 200), ("head", {}, 200), ("get", {"Range": "bytes=0-9"}, 206), ("get", {"Range": "bytes=99999999-"}, 416)]


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def licensee(client):
    society = build.society("Fundación ECO (DEMO)")
    story.licence(society)
    client.force_login(build.owner_of(society))
    return society


@pytest.fixture
def release():
    """A release with a file of every kind a kit takes, one of them a page of the web by its name."""
    draft = story.draft()
    story.take_in(draft.items.get(slug="deck-1"), decks.varied(), name="deck-1.html", language="fr")
    logo = draft.items.get(slug="logo")
    story.take_in(logo, story.PNG, name="logo.html", language="es")
    return actions.release(draft.pk, by_id=None, now=NOW - story.YEAR)


def facts(response) -> tuple:
    headers = response.headers
    return (
        headers["X-Content-Type-Options"],
        headers["Content-Security-Policy"],
        headers["Cache-Control"],
        headers["Content-Disposition"].split(";")[0],
    )


@pytest.mark.parametrize("method, headers, status", ASKS)
def test_s37_every_kind_of_kit_file_is_an_attachment_in_a_sandbox(client, licensee, release, method, headers, status):
    kinds = set()
    addresses = [story.address(file) for item in release.items.all() for file in item.files.all()]
    assert not any(address.endswith(".html") for address in addresses)
    for address in [*addresses, "/kits/qtp1-l/1.0/bundle.zip"]:
        response = getattr(client, method)(address, headers=headers)
        assert response.status_code == status
        assert facts(response) == ("nosniff", "sandbox; default-src 'none'", "private, no-store", "attachment")
        kinds.add(response.headers["Content-Type"])
        break_off(response)
    pptx = "application/vnd.openxmlformats-officedocument.presentationml.presentation"
    assert kinds == {"application/pdf", "application/zip", "image/png", "image/svg+xml", pptx}


def test_s37_what_the_gate_says_beside_files_is_no_page_either(client, licensee, release):
    deck = story.address(story.file_of(release))
    said = {path: client.get(path) for path in (f"{deck}.sha256", f"{deck}/link", "/kits/qtp1-l/1.0/manifest.json")}
    kinds = [answer.headers["Content-Type"] for answer in said.values()]
    assert kinds == ["text/plain; charset=utf-8", "text/plain; charset=utf-8", "application/json"]
    assert {answer.headers["X-Content-Type-Options"] for answer in said.values()} == {"nosniff"}


@pytest.mark.parametrize("method, headers, status", ASKS)
@pytest.mark.parametrize("name", NAMES)
def test_s37_a_private_file_is_an_attachment_in_a_sandbox_whatever_its_name(name, method, headers, status):
    stored = private_files.keep(b"<script>alert(1)</script>" * 10, kind="evidence")
    request = getattr(RequestFactory(), method)("/", headers=headers)
    response = private_files.send(request, stored.key, sha256=stored.sha256, name=name)
    assert (response.status_code, response.headers["Content-Type"]) == (status, "application/pdf")
    assert facts(response) == ("nosniff", "sandbox; default-src 'none'", "private, no-store", "attachment")
    assert response.headers["Content-Disposition"] == f"attachment; {NAMES[name]}"


def test_s37_a_name_cannot_add_a_header():
    stored = private_files.keep(b"%PDF-", kind="evidence")
    response = private_files.send(RequestFactory().get("/"), stored.key, sha256=stored.sha256, name="a\r\nSet-Cookie: x=1.pdf")
    assert response.headers["Content-Disposition"] == "attachment; filename*=utf-8''a%0D%0ASet-Cookie%3A%20x%3D1.pdf"
    assert "Set-Cookie" not in response.headers


@pytest.mark.parametrize("kind", ["text/html", "application/xhtml+xml", "text/xml", "application/javascript", "TEXT/HTML; charset=utf-8"])
def test_s37_no_private_file_is_ever_a_page(kind):
    stored = private_files.keep(b"<script>", kind="evidence")
    with pytest.raises(ValueError, match="never served"):
        private_files.send(RequestFactory().get("/"), stored.key, sha256=stored.sha256, name="a.html", content_type=kind)


@pytest.mark.parametrize("kind", ["image/svg+xml", "text/plain", "application/zip", "application/octet-stream"])
def test_s37_only_papers_and_pictures_are_shown_in_the_browser(kind):
    stored = private_files.keep(b"<svg/>", kind="evidence")
    with pytest.raises(ValueError, match="never shown"):
        private_files.send(RequestFactory().get("/"), stored.key, sha256=stored.sha256, name="a", content_type=kind, inline=True)
