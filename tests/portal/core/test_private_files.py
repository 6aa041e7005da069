import random

import pytest
from django.test import RequestFactory

from portal.core import private_files
from portal.core.faults import NotInVault

CONTENT = bytes(range(256)) * 40


@pytest.fixture
def stored(vault):
    return private_files.keep(CONTENT, kind="agreements")


def ask(stored, method="get", **headers):
    request = getattr(RequestFactory(), method)("/", headers=headers)
    return private_files.send(request, stored.key, sha256=stored.sha256, name="Acuerdo «ECO».pdf")


def body(response) -> bytes:
    return b"".join(response.streaming_content)


def test_a_document_is_kept_once_under_its_hash(vault, stored):
    assert private_files.keep(CONTENT, kind="agreements") == stored
    assert stored.key == f"documents/agreements/{stored.sha256[:2]}/{stored.sha256}.pdf"
    assert private_files.content_of(stored.key) == CONTENT
    assert len([path for path in vault.rglob("*") if path.is_file()]) == 1


def test_it_is_sent_whole_and_kept_by_no_cache(stored):
    response = ask(stored)
    assert (response.status_code, body(response)) == (200, CONTENT)
    assert response.headers["Cache-Control"] == "private, no-store"
    assert response.headers["Content-Length"] == str(len(CONTENT))
    assert response.headers["ETag"] == f'"{stored.sha256}"'
    assert response.headers["Content-Type"] == "application/pdf"
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert response.headers["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert response.headers["Content-Disposition"] == "attachment; filename*=utf-8''Acuerdo%20%C2%ABECO%C2%BB.pdf"


def test_a_document_may_be_shown_in_the_browser(stored):
    response = private_files.send(RequestFactory().get("/"), stored.key, sha256=stored.sha256, name="a.pdf", inline=True)
    assert response.headers["Content-Disposition"] == 'inline; filename="a.pdf"'


def test_a_range_is_sent_as_its_slice(stored):
    chance = random.Random(3)
    for _ in range(50):
        first, last = sorted((chance.randrange(len(CONTENT)), chance.randrange(len(CONTENT))))
        response = ask(stored, Range=f"bytes={first}-{last}")
        assert (response.status_code, body(response)) == (206, CONTENT[first : last + 1])
        assert response.headers["Content-Range"] == f"bytes {first}-{last}/{len(CONTENT)}"
        assert response.headers["Content-Length"] == str(last - first + 1)


def test_another_version_is_sent_whole(stored):
    assert ask(stored, Range="bytes=0-9", **{"If-Range": '"older"'}).status_code == 200
    assert ask(stored, Range="bytes=0-9", **{"If-Range": f'"{stored.sha256}"'}).status_code == 206


def test_what_lies_beyond_cannot_be_sent(stored):
    response = ask(stored, Range="bytes=99999-")
    assert (response.status_code, response.content, response.headers["Content-Range"]) == (416, b"", f"bytes */{len(CONTENT)}")


@pytest.mark.parametrize("headers", [{}, {"Range": "bytes=0-9"}, {"Range": "bytes=99999-"}])
def test_head_says_the_whole_length_and_sends_nothing(stored, headers):
    response = ask(stored, "head", **headers)
    assert (response.status_code, response.content, response.headers["Content-Length"]) == (200, b"", str(len(CONTENT)))


def test_what_is_not_in_the_vault_is_not_sent(vault):
    with pytest.raises(NotInVault):
        private_files.send(RequestFactory().get("/"), "documents/agreements/no.pdf", sha256="0" * 64, name="a.pdf")
